//! How the reader wants pages to look (size, colours, spacing, letters, motion): attributes of `<html>` that
//! `tokens.css` understands, remembered on the device. The same pages for everyone.

use leptos::prelude::*;

use crate::dom;

/// One setting: the attribute it sets and the values it takes. An empty value removes the attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// `data-…` of `<html>`, and the key of its words in the locale file (`components.view_<name>`).
    pub name: &'static str,
    pub values: &'static [&'static str],
}

/// All settings, in the order of the panel.
pub const SETTINGS: [Setting; 5] = [
    Setting { name: "size", values: &["", "125", "150", "200"] },
    Setting { name: "theme", values: &["", "light", "dark", "contrast", "contrast-dark"] },
    Setting { name: "spacing", values: &["", "wide"] },
    Setting { name: "face", values: &["", "serif"] },
    Setting { name: "motion", values: &["", "reduce"] },
];

/// The settings context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    values: [RwSignal<String>; 5],
}

/// The settings of this page.
///
/// # Panics
/// Outside of what [`crate::start`] has mounted.
#[must_use]
pub fn use_settings() -> Settings {
    expect_context()
}

impl Settings {
    /// Reads what the device remembers and applies it, before anything is drawn.
    pub(crate) fn load() -> Self {
        let values = SETTINGS.map(|setting| {
            let kept =
                dom::stored(&storage_key(setting)).filter(|kept| setting.values.contains(&kept.as_str()));
            let value = kept.unwrap_or_default();
            apply(setting, &value);
            RwSignal::new(value)
        });
        Self { values }
    }

    /// The value of a setting; tracks.
    #[must_use]
    pub fn get(&self, setting: Setting) -> String {
        self.signal(setting).map(|value| value.get()).unwrap_or_default()
    }

    /// Applies and remembers a value.
    pub fn set(&self, setting: Setting, value: &str) {
        apply(setting, value);
        dom::store(&storage_key(setting), value);
        if let Some(signal) = self.signal(setting) {
            signal.set(value.to_owned());
        }
    }

    /// Back to what the browser and system say.
    pub fn reset(&self) {
        SETTINGS.iter().for_each(|setting| self.set(*setting, ""));
    }

    fn signal(&self, setting: Setting) -> Option<RwSignal<String>> {
        let known = SETTINGS.iter().zip(self.values.iter());
        known.into_iter().find(|(known, _)| known.name == setting.name).map(|(_, value)| *value)
    }
}

fn storage_key(setting: Setting) -> String {
    format!("prichal.view.{}", setting.name)
}

fn apply(setting: Setting, value: &str) {
    let attribute = format!("data-{}", setting.name);
    dom::set_root_attribute(&attribute, (!value.is_empty()).then_some(value));
}
