//! Texts: one file per language, every namespace in it, no key missing anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::read_text;
use crate::workspace::Workspace;

/// Each holds a folder per language, and there a file per namespace.
const PLACES: [&str; 2] = ["frontend/locales", "catalogue/locales"];

/// The forms a text with a number can take (CLDR), and those each of our languages must have.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
const REQUIRED_PLURALS: [(&str, &[&str]); 2] = [("ru", &["one", "few", "many"]), ("en", &["one", "other"])];

/// Namespace → its texts.
type Texts = BTreeMap<String, Value>;

/// Language → one JSON object of namespaces, without those named. Fails with a list if a key is in one language and
/// not in another.
pub fn merge(workspace: &Workspace, without: &[&str]) -> Result<Vec<(String, String)>> {
    let mut languages: BTreeMap<String, Texts> = BTreeMap::new();
    for place in PLACES {
        let place = workspace.path(place);
        if !place.is_dir() {
            continue;
        }
        for folder in fs::read_dir(&place).with_context(|| format!("read {}", place.display()))? {
            let folder = folder?;
            if folder.file_type()?.is_dir() {
                let language = folder.file_name().to_string_lossy().into_owned();
                read_folder(&folder.path(), languages.entry(language).or_default())?;
            }
        }
    }
    let gaps = gaps(&languages);
    ensure!(gaps.is_empty(), "texts are missing:\n  {}", gaps.join("\n  "));
    languages
        .into_iter()
        .map(|(language, texts)| {
            let kept: BTreeMap<_, _> =
                texts.into_iter().filter(|(name, _)| !without.contains(&name.as_str())).collect();
            Ok((language, serde_json::to_string(&kept)?))
        })
        .collect()
}

fn read_folder(folder: &Path, texts: &mut Texts) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let value =
            serde_json::from_str(&read_text(&file)?).with_context(|| format!("{}", file.display()))?;
        if texts.insert(name.clone(), value).is_some() {
            bail!("{}: the namespace `{name}` exists twice", file.display());
        }
    }
    Ok(())
}

/// Every key that some language has and another lacks, and every plural that lacks a form its language needs.
fn gaps(languages: &BTreeMap<String, Texts>) -> Vec<String> {
    let keys: BTreeMap<&str, BTreeMap<String, BTreeSet<String>>> =
        languages.iter().map(|(language, texts)| (language.as_str(), flatten(texts))).collect();
    let all: BTreeSet<&String> = keys.values().flat_map(BTreeMap::keys).collect();
    let mut gaps = Vec::new();
    for (language, own) in &keys {
        gaps.extend(
            all.iter().filter(|key| !own.contains_key(**key)).map(|key| format!("{language}: {key}")),
        );
        let required =
            REQUIRED_PLURALS.iter().find(|(name, _)| name == language).map_or(&[][..], |(_, forms)| forms);
        for (key, forms) in own.iter().filter(|(_, forms)| !forms.is_empty()) {
            let absent = required.iter().filter(|form| !forms.contains(**form));
            gaps.extend(absent.map(|form| format!("{language}: {key}.{form}")));
        }
    }
    gaps
}

/// Full key → the plural forms it has, none for a plain text. Forms are written `key.few` or `key_few`; a key with
/// one form only is a word like any other ("other reason").
fn flatten(texts: &Texts) -> BTreeMap<String, BTreeSet<String>> {
    let mut plain = BTreeSet::new();
    let mut open: Vec<(String, &Value)> = texts.iter().map(|(name, value)| (name.clone(), value)).collect();
    while let Some((key, value)) = open.pop() {
        match value {
            Value::Object(inner) => {
                open.extend(inner.iter().map(|(name, value)| (format!("{key}.{name}"), value)))
            }
            _ => drop(plain.insert(key)),
        }
    }
    let mut plurals: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (base, form) in plain.iter().filter_map(|key| split_form(key)) {
        plurals.entry(base.to_owned()).or_default().insert(form.to_owned());
    }
    plurals.retain(|_, forms| forms.len() > 1);
    plain.retain(|key| !split_form(key).is_some_and(|(base, _)| plurals.contains_key(base)));
    plurals.extend(plain.into_iter().map(|key| (key, BTreeSet::new())));
    plurals
}

/// `days.few` and `days_few` are `days` and `few`.
fn split_form(key: &str) -> Option<(&str, &str)> {
    key.rsplit_once(['.', '_']).filter(|(_, form)| PLURALS.contains(form))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn language(name: &str, value: Value) -> (String, Texts) {
        (name.to_owned(), BTreeMap::from([("pages".to_owned(), value)]))
    }

    #[test]
    fn names_every_key_that_one_language_lacks() {
        let languages = BTreeMap::from([
            language("ru", json!({"title": "а", "form": {"name": "б", "other": "в"}})),
            language("en", json!({"title": "a", "extra": "b"})),
        ]);
        assert_eq!(gaps(&languages), ["en: pages.form.name", "en: pages.form.other", "ru: pages.extra"]);
    }

    #[test]
    fn asks_of_each_language_the_plural_forms_it_has() {
        let languages = BTreeMap::from([
            language("ru", json!({"days": {"one": "день", "few": "дня", "many": "дней"}})),
            language("en", json!({"days": {"one": "day", "other": "days"}})),
        ]);
        assert_eq!(gaps(&languages), Vec::<String>::new());
        let languages = BTreeMap::from([
            language("ru", json!({"days_one": "день", "days_many": "дней"})),
            language("en", json!({"days_one": "day", "days_other": "days"})),
        ]);
        assert_eq!(gaps(&languages), ["ru: pages.days.few"]);
    }
}
