//! Texts for people, from the locale files of the catalogue room; never from code.

use std::collections::BTreeMap;

use catalogue::load::Catalogue;
use catalogue::text::DEFAULT_LANGUAGE;
use serde_json::Value;

/// Namespace → key → text, per language. Keys are flat inside a namespace.
#[derive(Debug)]
pub struct Texts(BTreeMap<String, BTreeMap<String, Value>>);

impl Texts {
    #[must_use]
    pub fn new(catalogue: &Catalogue) -> Self {
        Self(catalogue.locales.clone())
    }

    /// The text in `language`, else in Russian, else nothing.
    #[must_use]
    pub fn get(&self, language: &str, namespace: &str, key: &str) -> Option<&str> {
        let find = |language: &str| self.0.get(language)?.get(namespace)?.get(key)?.as_str();
        find(language).or_else(|| find(DEFAULT_LANGUAGE))
    }

    /// Whether there are texts in this language.
    #[must_use]
    pub fn has(&self, language: &str) -> bool {
        self.0.contains_key(language)
    }

    /// The first language of an `Accept-Language` header that there are texts in; Russian otherwise.
    #[must_use]
    pub fn negotiate(&self, accept_language: &str) -> &str {
        let mut wanted: Vec<(f32, &str)> = accept_language
            .split(',')
            .filter_map(|part| {
                let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
                let primary = tag.trim().split('-').next()?;
                Some((weight.trim().parse().unwrap_or(0.0), primary))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted
            .into_iter()
            .find_map(|(_, tag)| self.0.keys().find(|language| language.eq_ignore_ascii_case(tag)))
            .map_or(DEFAULT_LANGUAGE, String::as_str)
    }
}
