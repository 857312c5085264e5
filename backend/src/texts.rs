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

    /// Whom to ask, for texts that say so: `{support_phone}`, `{support_email}`.
    #[must_use]
    pub fn support(&self, language: &str) -> BTreeMap<&'static str, String> {
        [("support_phone", "phone"), ("support_email", "email")]
            .into_iter()
            .filter_map(|(name, key)| Some((name, self.get(language, "support", key)?.to_owned())))
            .collect()
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

/// Puts values into the `{places}` of a text.
///
/// # Errors
/// The name of a place that has no value: a gap must not reach people.
pub fn fill<'t>(text: &'t str, values: &BTreeMap<&str, String>) -> Result<String, &'t str> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or(after)?;
        filled.push_str(before);
        filled.push_str(values.get(name).ok_or(name)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_without_a_value_is_named() {
        let values = BTreeMap::from([("number", "77".to_owned())]);
        assert_eq!(fill("No. {number}.", &values).as_deref(), Ok("No. 77."));
        assert_eq!(fill("Due {due}.", &values), Err("due"));
        assert_eq!(fill("Broken {number", &values), Err("number"));
    }
}
