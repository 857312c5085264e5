//! Names of the hashed files beside the application, told by the page it stands in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dom;

/// The content of `<meta name="prichal-assets">`, written by the build.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// Language → address of its texts.
    pub locales: BTreeMap<String, String>,
}

impl Assets {
    /// Reads the page; `None` when the page was not made by our build.
    #[must_use]
    pub fn of_page() -> Option<Self> {
        let Value::Object(mut members) =
            serde_json::from_slice(dom::meta("prichal-assets")?.as_bytes()).ok()?
        else {
            return None;
        };
        let Some(Value::Object(locales)) = members.remove("locales") else { return None };
        let locales = locales.into_iter().filter_map(|(language, address)| Some((language, text(address)?)));
        Some(Self { locales: locales.collect() })
    }
}

fn text(value: Value) -> Option<String> {
    if let Value::String(text) = value { Some(text) } else { None }
}
