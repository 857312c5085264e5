//! Every code is used, translated, and means one status.

use openapi::ErrorCode;
use tests::app::root;

use crate::schema::collect;

fn texts(language: &str, namespace: &str) -> serde_json::Map<String, serde_json::Value> {
    let path = root().join(format!("catalogue/locales/{language}/{namespace}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_code_is_translated_with_its_cure() {
    for language in ["ru", "en"] {
        let texts = texts(language, "problems");
        for code in ErrorCode::ALL {
            for key in [code.as_str().to_owned(), format!("{}_cure", code.as_str())] {
                let text = texts.get(&key).and_then(|text| text.as_str());
                assert!(text.is_some_and(|text| text.len() > 3), "{language}: {key}");
            }
        }
        assert_eq!(texts.len(), ErrorCode::ALL.len() * 2, "{language}: texts of codes that do not exist");
    }
}

#[test]
fn every_code_is_used() {
    let mut files = Vec::new();
    collect(&root().join("backend/src"), "rs", &mut files);
    let source: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    for code in ErrorCode::ALL {
        let name = format!("ErrorCode::{code:?}");
        assert!(source.contains(&name), "{name} is never used");
    }
}
