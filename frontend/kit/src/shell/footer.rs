//! The footer, with the notice that this is a study project.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::menu::MenuLink;
use crate::i18n::t;

/// A column of links.
#[derive(Debug, Clone)]
pub struct FooterColumn {
    pub title: TextProp,
    pub links: Vec<MenuLink>,
}

/// Columns of links and the notice.
#[component]
pub fn Footer(#[prop(optional)] columns: Vec<FooterColumn>) -> impl IntoView {
    let columns = columns.into_iter().map(|column| {
        let links = column.links.into_iter().map(|link| {
            view! { <li><a href=link.href>{move || link.text.get()}</a></li> }
        });
        view! {
            <div>
                <h2>{move || column.title.get()}</h2>
                <ul class="list">{links.collect_view()}</ul>
            </div>
        }
    });
    view! {
        <footer class="footer">
            <div class="wrap">
                <div class="footer__cols">{columns.collect_view()}</div>
                <div class="footer__end"><p>{t("common.study_project")}</p></div>
            </div>
        </footer>
    }
}
