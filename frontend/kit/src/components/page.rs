//! What stands on top of a page: its heading, and the way back or the crumbs.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use crate::announcer::announce_title;
use crate::api::Errors;
use crate::icon::Icon;
use crate::opt_text::OptText;

/// The heading of a page; every page has exactly one. It is also the title of the window, and takes the focus when
/// the page has been reached by a link.
#[component]
pub fn PageHead(
    #[prop(into)] title: TextProp,
    /// Small line above: the service or case the page belongs to.
    #[prop(optional, into)]
    caption: OptText,
    #[prop(optional, into)] lead: OptText,
    /// While there are errors that have been told, the title says so first.
    #[prop(optional)]
    errors: Option<Errors>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let spoken = title.clone();
    announce_title(
        move || spoken.get().to_string(),
        move || errors.is_some_and(|errors| errors.is_told() && !errors.is_empty()),
    );
    view! {
        <div class="page-head">
            {caption.0.map(|caption| view! { <p class="caption">{move || caption.get()}</p> })}
            <h1 tabindex="-1">{move || title.get()}</h1>
            {lead.0.map(|lead| view! { <p class="lead">{move || lead.get()}</p> })}
            {children.map(|children| children())}
        </div>
    }
}

/// The way back, inside forms. Crumbs elsewhere; never both.
#[component]
pub fn BackLink(#[prop(into)] href: Signal<String>, #[prop(into)] text: TextProp) -> impl IntoView {
    view! {
        <a class="back" href=move || href.get()>
            <Icon name="back" flip=true/>
            {move || text.get()}
        </a>
    }
}

/// Where the page stands: address and words of the pages above it.
#[component]
pub fn Crumbs(
    #[prop(into)] label: TextProp,
    links: Vec<(String, TextProp)>,
    #[prop(into)] here: TextProp,
) -> impl IntoView {
    let links = links.into_iter().map(|(href, text)| {
        view! {
            <li>
                <a href=href>{move || text.get()}</a>
                <Icon name="next" flip=true/>
            </li>
        }
    });
    view! {
        <nav class="crumbs" aria-label=move || label.get()>
            <ol>
                {links.collect_view()}
                <li aria-current="page">{move || here.get()}</li>
            </ol>
        </nav>
    }
}
