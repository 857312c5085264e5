//! Keys, plural forms and placeholders: pure.

use std::collections::BTreeMap;

use serde_json::Value;

/// Puts the texts of nested groups under dotted keys: `{"common": {"save": "…"}}` gives `common.save`.
pub(super) fn flatten(prefix: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            into.insert(prefix.to_owned(), text.clone());
        }
        Value::Object(group) => {
            for (name, inner) in group {
                let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flatten(&key, inner, into);
            }
        }
        _ => {}
    }
}

/// The text of `key` for a plural category: `key.few` or `key_few`, else its `other`, else `key` itself.
pub(super) fn choose<'a>(
    key: &str,
    category: Option<&str>,
    text: impl Fn(&str) -> Option<&'a String>,
) -> Option<&'a str> {
    let form =
        |category: &str| text(&format!("{key}.{category}")).or_else(|| text(&format!("{key}_{category}")));
    let plural = category.and_then(|category| form(category).or_else(|| form("other")));
    plural.or_else(|| text(key)).map(String::as_str)
}

/// `template` with every `{name}` replaced by its value; unknown placeholders stay, so they are seen.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| {
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, tail))
        });
        if let Some((value, tail)) = known {
            filled.push_str(value);
            rest = tail;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(value: &Value) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        flatten("", value, &mut texts);
        texts
    }

    #[test]
    fn groups_become_dotted_keys() {
        let texts = texts(&json!({"common": {"save": "a", "group": {"deep": "b"}}}));
        assert_eq!(texts.get("common.save").map(String::as_str), Some("a"));
        assert_eq!(texts.get("common.group.deep").map(String::as_str), Some("b"));
        assert_eq!(texts.len(), 2);
    }

    #[test]
    fn plural_forms_are_found_nested_or_with_an_underscore() {
        let texts = texts(&json!({
            "nested": {"one": "1", "few": "2", "other": "9"},
            "flat_one": "1",
            "flat_other": "9",
            "plain": "p",
        }));
        let choose = |key, category| choose(key, category, |key| texts.get(key));
        assert_eq!(choose("nested", Some("few")), Some("2"));
        assert_eq!(choose("nested", Some("many")), Some("9"));
        assert_eq!(choose("flat", Some("one")), Some("1"));
        assert_eq!(choose("flat", Some("few")), Some("9"));
        assert_eq!(choose("plain", Some("few")), Some("p"));
        assert_eq!(choose("plain", None), Some("p"));
        assert_eq!(choose("absent", None), None);
    }

    #[test]
    fn placeholders_are_replaced_once_and_unknown_ones_stay() {
        assert_eq!(fill("{n} of {all}", &[("n", "2"), ("all", "{n}")]), "2 of {n}");
        assert_eq!(fill("{who} {n}", &[("n", "1")]), "{who} 1");
        assert_eq!(fill("a { b", &[]), "a { b");
        assert_eq!(fill("{", &[]), "{");
    }
}
