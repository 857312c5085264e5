//! What a screen reader hears of a page that changes without loading: its title, where the focus goes, and short
//! news in a polite live region.

use leptos::prelude::*;

use crate::dom;
use crate::i18n::use_i18n;

/// The announcer context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Announcer {
    /// Text of the polite live region.
    pub(crate) news: RwSignal<String>,
    /// Set by a change of route, taken by the heading of the new page.
    focus_due: StoredValue<bool>,
}

/// The announcer of this page.
///
/// # Panics
/// Outside of what [`crate::start`] has mounted.
#[must_use]
pub fn use_announcer() -> Announcer {
    expect_context()
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self { news: RwSignal::new(String::new()), focus_due: StoredValue::new(false) }
    }

    /// Has a sentence read out when the reader pauses.
    pub fn say(&self, text: String) {
        // The same words twice are only heard twice when the region has been empty between.
        let news = self.news;
        news.set(String::new());
        request_animation_frame(move || {
            news.try_set(text);
        });
    }

    /// The route has changed: the next heading takes the focus.
    pub fn route_changed(&self) {
        self.focus_due.set_value(true);
    }

    fn take_focus(&self) -> bool {
        let due = self.focus_due.get_value();
        self.focus_due.set_value(false);
        due
    }
}

/// Keeps `<title>` equal to the heading of the page (with "Error:" first while `has_errors`), and moves the focus to
/// the heading when the page has been reached by a link. Called by [`crate::components::PageHead`].
pub(crate) fn announce_title(title: impl Fn() -> String + 'static, has_errors: impl Fn() -> bool + 'static) {
    let (i18n, announcer) = (use_i18n(), use_announcer());
    Effect::new(move |_| {
        let title = title();
        let key = if has_errors() { "common.title_error" } else { "common.title" };
        dom::set_title(&i18n.t_with(key, &[("title", &title)]));
    });
    if announcer.take_focus() {
        // The heading is in the document after this frame.
        request_animation_frame(|| {
            scroll_to_top();
            dom::focus_first("h1[tabindex='-1']");
        });
    }
}

fn scroll_to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}
