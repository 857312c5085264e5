//! The facts beside the documents, in four tabs.

use kit::components::panel_id;
use kit::prelude::*;

use super::answers::Answers;
use super::checks::{Checks, Comparison};
use super::documents::Documents;
use super::history::History;
use super::messages::Messages;
use super::papers::Papers;
use super::screen::Screen;
use crate::case::Hold;

/// Unique on the page.
const ID: &str = "facts";

/// Checks, answers, messages, history.
#[component]
pub fn Facts(screen: Screen) -> impl IntoView {
    let tab = RwSignal::new(0_usize);
    let names = ["desk.tab_checks", "desk.tab_answers", "components.messages", "desk.tab_history"];
    let names = names.map(|name| TextProp::from(t(name))).into();
    let is_mine = Memo::new(move |_| screen.hold.get() == Hold::Mine);
    let panel = move || {
        match (tab.get(), is_mine.get()) {
        (0, true) => view! { <Checks screen=screen/><Comparison screen=screen/><Papers screen=screen/> }.into_any(),
        (0, false) => view! { <Checks screen=screen/> }.into_any(),
        (1, true) => view! { <Answers screen=screen/><Documents screen=screen/> }.into_any(),
        (1, false) => view! {
            <div class="card"><Empty icon="lock" title=t("desk.answers_hidden")><p>{t("desk.answers_hidden_text")}</p></Empty></div>
        }
        .into_any(),
        (2, true) => view! { <Messages screen=screen/> }.into_any(),
        (2, false) => view! {
            <div class="card"><Empty icon="lock" title=t("desk.messages_hidden")><p>{t("desk.answers_hidden_text")}</p></Empty></div>
        }
        .into_any(),
        _ => view! { <History screen=screen/> }.into_any(),
    }
    };
    view! {
        <div class="stack">
            <Tabs id=ID label=t("desk.parts") names=names chosen=tab/>
            <div class="stack" role="tabpanel" id=panel_id(ID) tabindex="0">{panel}</div>
        </div>
    }
}
