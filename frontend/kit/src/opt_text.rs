//! A text that may be there.

use leptos::oco::Oco;
use leptos::text_prop::TextProp;

/// A text property of a component that may be left out: takes what [`TextProp`] takes, or an `Option` of it.
#[derive(Debug, Clone, Default)]
pub struct OptText(pub Option<TextProp>);

impl OptText {
    /// The text itself, or `other` where there is none.
    #[must_use]
    pub fn or(self, other: impl Into<TextProp>) -> Self {
        Self(Some(self.0.unwrap_or_else(|| other.into())))
    }
}

impl From<Option<TextProp>> for OptText {
    fn from(text: Option<TextProp>) -> Self {
        Self(text)
    }
}

impl From<TextProp> for OptText {
    fn from(text: TextProp) -> Self {
        Self(Some(text))
    }
}

impl From<String> for OptText {
    fn from(text: String) -> Self {
        Self(Some(text.into()))
    }
}

impl From<&'static str> for OptText {
    fn from(text: &'static str) -> Self {
        Self(Some(text.into()))
    }
}

impl<F, S> From<F> for OptText
where
    F: Fn() -> S + Send + Sync + 'static,
    S: Into<Oco<'static, str>>,
{
    fn from(text: F) -> Self {
        Self(Some(text.into()))
    }
}
