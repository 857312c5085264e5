//! Names of the hashed files beside the application, told by the page it stands in.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::dom;

/// The content of `<meta name="prichal-assets">`, written by the build.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Assets {
    /// Language → address of its texts.
    #[serde(default)]
    pub locales: BTreeMap<String, String>,
    /// Address of the icon sprite.
    #[serde(default)]
    pub icons: String,
}

impl Assets {
    /// Reads the page; `None` when the page was not made by our build.
    #[must_use]
    pub fn of_page() -> Option<Self> {
        serde_json::from_str(&dom::meta("prichal-assets")?).ok()
    }
}
