//! The words people see, from the files that say them: a journey looks for what a label says, and a better wording
//! breaks no test.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use catalogue::load::Catalogue;
use serde_json::{Map, Value};

/// The language the journeys are made in.
pub const LANGUAGE: &str = "ru";

/// Services, dictionaries and the texts of letters.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(&tests::app::root().join("catalogue")).unwrap())
}

/// The service as new applications are made with.
pub fn service(code: &str) -> &'static catalogue::definition::Service {
    catalogue().latest(code).unwrap_or_else(|| panic!("no service {code}"))
}

/// The text of `namespace.key` with its `{placeholders}`: a pattern, as [`crate::browser`] looks for.
pub fn t(key: &str) -> String {
    text(LANGUAGE, key)
}

/// The same in another language.
pub fn text(language: &str, key: &str) -> String {
    let (namespace, own) = key.split_once('.').unwrap();
    let page = pages(language).get(namespace).and_then(|texts| texts.get(own));
    let shared = || catalogue().texts(language, namespace).and_then(|texts| texts.get(own));
    let text = page.or_else(shared).unwrap_or_else(|| panic!("no text {key} in {language}"));
    text.as_str().unwrap_or_else(|| panic!("{key} has several forms")).to_owned()
}

/// A text of the bank's page.
pub fn bank(key: &str) -> String {
    let file = tests::app::root().join("tests/sandbox/locales").join(format!("{LANGUAGE}.json"));
    let texts: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    texts["bank"][key].as_str().unwrap_or_else(|| panic!("the bank says nothing for {key}")).to_owned()
}

/// What stands in place of the only placeholder of a text.
pub fn value_in(pattern: &str, text: &str) -> Option<String> {
    let (before, rest) = pattern.split_once('{')?;
    let (_, after) = rest.split_once('}')?;
    text.strip_prefix(before)?.strip_suffix(after).map(str::to_owned)
}

type Namespaces = BTreeMap<String, Map<String, Value>>;

/// Texts of the bundles in a language, by namespace.
fn pages(language: &str) -> &'static Namespaces {
    static PAGES: OnceLock<BTreeMap<String, Namespaces>> = OnceLock::new();
    let read = |language: &str| {
        let folder = tests::app::root().join("frontend/locales").join(language);
        let files =
            std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        files
            .map(|file| {
                let path = file.unwrap().path();
                let texts = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                (path.file_stem().unwrap().to_str().unwrap().to_owned(), texts)
            })
            .collect()
    };
    let all = PAGES.get_or_init(|| ["ru", "en"].map(|one| (one.to_owned(), read(one))).into());
    &all[language]
}

#[test]
fn a_value_is_read_out_of_a_text() {
    assert_eq!(value_in("code {code}, keep it", "code 123456, keep it").as_deref(), Some("123456"));
    assert_eq!(value_in("code {code}.", "another text"), None);
}
