//! Navigation: the line under the header and, on phones, the bar at the bottom.

use leptos::prelude::*;
use leptos::text_prop::TextProp;
use leptos_router::hooks::use_location;

use super::header::Count;
use crate::i18n::t;
use crate::icon::Icon;

/// One place of the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    pub href: String,
    pub text: TextProp,
    /// Icon of the bar on phones.
    pub icon: &'static str,
    /// Number shown beside it.
    pub count: Option<Signal<i64>>,
    /// Another address whose pages belong to this place.
    pub also: Option<String>,
}

impl NavItem {
    #[must_use]
    pub fn new(href: impl Into<String>, text: impl Into<TextProp>, icon: &'static str) -> Self {
        Self { href: href.into(), text: text.into(), icon, count: None, also: None }
    }

    #[must_use]
    pub fn with_also(mut self, href: impl Into<String>) -> Self {
        self.also = Some(href.into());
        self
    }

    #[must_use]
    pub fn with_count(mut self, count: Signal<i64>) -> Self {
        self.count = Some(count);
        self
    }
}

/// The line of sections, at most six; hidden on phones. Leave it out inside forms.
#[component]
pub fn ServiceNav(items: Vec<NavItem>) -> impl IntoView {
    let items = items.into_iter().map(|NavItem { href, text, count, also, .. }| {
        let current = current(&href, also);
        view! {
            <li>
                <a href=href aria-current=current>
                    {move || text.get()}
                    {count.map(|unread| view! { <Count unread=unread/> })}
                </a>
            </li>
        }
    });
    view! {
        <nav class="nav" aria-label=t("components.nav")>
            <div class="wrap"><ul class="nav__list">{items.collect_view()}</ul></div>
        </nav>
    }
}

/// The bar of phones: exactly four places. Leave it out inside forms.
#[component]
pub fn TabBar(items: Vec<NavItem>) -> impl IntoView {
    let items = items.into_iter().map(|NavItem { href, text, icon, count, also }| {
        let current = current(&href, also);
        view! {
            <li>
                <a href=href aria-current=current>
                    <Icon name=icon/>
                    {move || text.get()}
                    {count.map(|unread| view! { <Count unread=unread/> })}
                </a>
            </li>
        }
    });
    view! {
        <nav class="tabbar" aria-label=t("components.quick_nav")>
            <ul>{items.collect_view()}</ul>
        </nav>
    }
}

/// `page` when the address is this place or inside it; the start page only by itself.
fn current(href: &str, also: Option<String>) -> impl Fn() -> Option<&'static str> + Send + Sync + use<> {
    let (location, own) = (use_location(), href.to_owned());
    let is_here =
        move |here: &String| is_at(here, &own) || also.as_ref().is_some_and(|also| is_at(here, also));
    move || location.pathname.with(&is_here).then_some("page")
}

fn is_at(here: &str, place: &str) -> bool {
    let rest = here.strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || (place != "/" && rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn a_place_is_current_with_all_that_is_inside() {
        assert!(is_at("/applications", "/applications"));
        assert!(is_at("/applications/7", "/applications"));
        assert!(!is_at("/applications-old", "/applications"));
        assert!(!is_at("/applications", "/"));
        assert!(is_at("/", "/"));
    }
}
