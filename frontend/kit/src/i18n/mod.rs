//! The language of the page: texts from `locales/`, plurals, dates, numbers and money by the browser's `Intl`.
//!
//! Texts are read by key: `t("common.save")`. A switch of language replaces the whole [`Locale`] in one signal, so
//! everything on the page that reads it changes at once and nothing else is touched: answers stay where they are.

mod format;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::text::Text;
use leptos::prelude::*;
use leptos::text_prop::TextProp;

use crate::assets::Assets;
use crate::number::i64_as_f64;
use crate::{dom, fetch};

pub use template::fill;

/// Where the chosen language is kept on the device.
const STORAGE_KEY: &str = "prichal.language";
/// Languages written from right to left.
const RTL: &[&str] = &["ar", "fa", "he", "ur"];

/// One language with all its texts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Locale {
    /// BCP 47 primary tag: `ru`, `en`.
    pub language: String,
    messages: BTreeMap<String, String>,
}

impl Locale {
    /// The text of `key`, or the key itself, so that a missing text shows.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.messages.get(key).map_or(key, String::as_str)
    }

    /// Whether there is a text under `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }
}

/// The language context. Copy: take it once at the top of a component with [`use_i18n`].
#[derive(Debug, Clone, Copy)]
pub struct I18n {
    locale: RwSignal<Arc<Locale>>,
    assets: StoredValue<Assets>,
}

/// The language context of this page.
///
/// # Panics
/// Outside of what [`crate::start`] has mounted.
#[must_use]
pub fn use_i18n() -> I18n {
    expect_context()
}

/// A text that follows the language: for the view and for the text properties of components.
/// All calls share one type, so a text costs a key and no code.
pub fn t(key: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let i18n = use_i18n();
    move || i18n.t(key)
}

/// [`t`] with values for its placeholders, read anew whenever something they read changes.
pub fn t_with<F>(key: &'static str, values: F) -> TextProp
where
    F: Fn() -> Vec<(&'static str, String)> + Send + Sync + 'static,
{
    let i18n = use_i18n();
    TextProp::from(move || {
        let values = values();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        i18n.t_with(key, &values)
    })
}

impl I18n {
    /// Loads the language of the first page: what the device remembers, else what the browser prefers, else
    /// Russian. `None` when no locale file could be fetched.
    pub(crate) async fn load(assets: Assets) -> Option<Self> {
        let language = first_language(&assets);
        let locale = fetch_locale(&assets, &language).await?;
        mark_document(&locale.language);
        Some(Self { locale: RwSignal::new(Arc::new(locale)), assets: StoredValue::new(assets) })
    }

    /// The current locale; tracks.
    #[must_use]
    pub fn locale(&self) -> Arc<Locale> {
        self.locale.get()
    }

    /// The current language (`ru`, `en`); tracks.
    #[must_use]
    pub fn language(&self) -> String {
        self.locale.with(|locale| locale.language.clone())
    }

    /// The languages there are locale files for.
    #[must_use]
    pub fn languages(&self) -> Vec<String> {
        self.assets.with_value(|assets| assets.locales.keys().cloned().collect())
    }

    /// The text of `namespace.key`; tracks the language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.locale.with(|locale| locale.get(key).to_owned())
    }

    /// Whether there is a text under `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.locale.with(|locale| locale.has(key))
    }

    /// The text of `key` with `{name}` replaced. A value named `count` or `n` picks the plural form (`one`, `few`,
    /// `many`, `other`) where the text has forms.
    #[must_use]
    pub fn t_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.locale.with(|locale| {
            let count = values
                .iter()
                .find(|(name, _)| matches!(*name, "count" | "n"))
                .and_then(|(_, value)| value.parse::<i64>().ok());
            let category = count.map(|count| format::plural(&locale.language, i64_as_f64(count)));
            let template = template::choose(key, category.as_deref(), |key| locale.messages.get(key));
            fill(template.unwrap_or(key), values)
        })
    }

    /// The text of a data file in the current language; Russian where there is none.
    #[must_use]
    pub fn text(&self, text: &Text) -> String {
        self.locale.with(|locale| text.get(&locale.language).to_owned())
    }

    /// [`I18n::text`] as a text property that follows the language.
    #[must_use]
    pub fn prop(&self, text: &Text) -> TextProp {
        let (i18n, text) = (*self, text.clone());
        TextProp::from(move || i18n.text(&text))
    }

    /// Fetches another language and shows the page in it; remembers it on the device. Answers whether it worked;
    /// when it did not, nothing has changed.
    pub async fn switch(&self, language: &str) -> bool {
        let Some(assets) = self.assets.try_get_value() else { return false };
        if self.locale.with_untracked(|locale| locale.language == language) {
            return true;
        }
        let Some(locale) = fetch_locale(&assets, language).await else { return false };
        mark_document(&locale.language);
        dom::store(STORAGE_KEY, language);
        self.locale.set(Arc::new(locale));
        true
    }
}

/// The language this device has chosen, if it has.
pub(crate) fn remembered() -> Option<String> {
    dom::stored(STORAGE_KEY)
}

fn first_language(assets: &Assets) -> String {
    let known = |language: &String| assets.locales.contains_key(language);
    remembered()
        .filter(known)
        .or_else(|| dom::browser_languages().into_iter().find(known))
        .unwrap_or_else(|| catalogue::text::DEFAULT_LANGUAGE.to_owned())
}

async fn fetch_locale(assets: &Assets, language: &str) -> Option<Locale> {
    let text = fetch::text(assets.locales.get(language)?).await?;
    let mut messages = BTreeMap::new();
    template::flatten("", &serde_json::from_slice(text.as_bytes()).ok()?, &mut messages);
    Some(Locale { language: language.to_owned(), messages })
}

fn mark_document(language: &str) {
    let direction = if RTL.contains(&language) { "rtl" } else { "ltr" };
    dom::set_root_attribute("lang", Some(language));
    dom::set_root_attribute("dir", Some(direction));
}
