//! Changing places of a page. Every `move || …` in a view is a type of its own, and each costs some two kilobytes of
//! the bundle; these are one type for all.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

/// What the closure draws, drawn anew whenever something it reads changes.
pub fn drawn<V: IntoView + 'static>(view: impl Fn() -> V + Send + 'static) -> AnyView {
    redrawn(Box::new(move || view().into_any()))
}

fn redrawn(view: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || view()).into_any()
}

/// A text that follows the language and whatever else it is made of.
pub fn said(text: impl Into<TextProp>) -> AnyView {
    spoken(text.into())
}

fn spoken(text: TextProp) -> AnyView {
    (move || text.get()).into_any()
}
