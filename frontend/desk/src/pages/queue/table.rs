//! The table of cases, with its keys: J and K move, Enter opens (the focus is on the link).

use kit::dom;
use kit::prelude::*;
use openapi::desk::CaseSummary;
use uuid::Uuid;

use super::row::{Row, link_id};
use crate::keys::{KeysHint, use_keys};
use crate::path::Place;

const HINT: &[(&[&str], &str)] = &[
    (&["J", "K"], "desk.key_move"),
    (&["Enter"], "desk.key_open"),
    (&["N"], "desk.key_next"),
    (&["?"], "desk.key_help"),
];

/// The rows of a list, or why there are none.
#[component]
pub fn CaseTable(place: Place, pages: Pages<CaseSummary>, searching: Signal<bool>) -> impl IntoView {
    // What decides between skeleton, failure, emptiness and rows; the rows redraw themselves.
    let stage = Memo::new(move |_| {
        let rows = pages.items.with(|items| items.as_ref().map(Vec::is_empty));
        (rows, pages.failure.get().filter(|_| rows.is_none()))
    });
    let retry = Callback::new(move |()| pages.reload());
    drawn(move || match stage.get() {
        (None, Some(error)) => view! { <LoadFailed error=error retry=retry/> }.into_any(),
        (None, None) => view! { <Skeleton/> }.into_any(),
        (Some(true), _) if searching.get() => not_found(),
        (Some(true), _) => nothing(place),
        (Some(false), _) => view! { <Rows place=place pages=pages/> }.into_any(),
    })
}

fn not_found() -> AnyView {
    empty("desk.search_empty", "desk.search_empty_text")
}

fn nothing(place: Place) -> AnyView {
    let (title, text) = match place {
        Place::Queue => ("desk.empty_queue", "desk.empty_queue_text"),
        Place::Mine => ("desk.empty_mine", "desk.empty_mine_text"),
        Place::Waiting => ("desk.empty_waiting", "desk.empty_waiting_text"),
        Place::Decided => ("desk.empty_decided", "desk.empty_decided_text"),
    };
    empty(title, text)
}

fn empty(title: &'static str, text: &'static str) -> AnyView {
    view! {
        <div class="card">
            <h2 class="vh">{t("desk.cases")}</h2>
            <Empty title=t(title)><p>{t(text)}</p></Empty>
        </div>
    }
    .into_any()
}

#[component]
fn Rows(place: Place, pages: Pages<CaseSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let active = RwSignal::new(None::<Uuid>);
    let ids = Memo::new(move |_| {
        pages.items.with(|items| items.iter().flatten().map(|row| row.id).collect::<Vec<_>>())
    });
    use_keys(move |letter| match letter {
        'J' => step(ids, active, 1),
        'K' => step(ids, active, -1),
        _ => false,
    });
    let row = move |id: Uuid| {
        let newest =
            move || pages.items.with(|items| items.iter().flatten().find(|row| row.id == id).cloned());
        // A row that has just left the list stays as it was until it is taken out.
        newest().map(|first| {
            let row = Memo::new(move |before: Option<&CaseSummary>| {
                newest().or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
            });
            view! { <Row id=id row=row active=active/> }
        })
    };
    let caption = move || i18n.t_with("desk.table_caption", &[("view", &i18n.t(place.title()))]);
    view! {
        <div class="queue">
            <div class="table-wrap" tabindex="0" role="group" aria-label=caption>
                <table class="table table--stack">
                    <caption class="vh">{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t("desk.case")}</th>
                            <th scope="col">{t("desk.applicant")}</th>
                            <th scope="col">{t("desk.status")}</th>
                            <th scope="col" aria-sort=(place != Place::Decided).then_some("ascending")>
                                {t("desk.term")}
                            </th>
                            <th scope="col">{t("desk.checks")}</th>
                            <th scope="col">{t("desk.officer")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || ids.get() key=|id| *id children=row/>
                    </tbody>
                </table>
            </div>
        </div>
        <ShowMore pages=pages/>
        <KeysHint keys=HINT/>
    }
}

/// Moves the active row and the focus with it. Always answers that the key was meant.
fn step(ids: Memo<Vec<Uuid>>, active: RwSignal<Option<Uuid>>, by: isize) -> bool {
    let next = ids.with_untracked(|ids| {
        let here = active.get_untracked().and_then(|id| ids.iter().position(|one| *one == id));
        let place = here.map_or(Some(0), |here| here.checked_add_signed(by));
        place.and_then(|place| ids.get(place).copied())
    });
    if let Some(id) = next {
        active.set(Some(id));
        dom::focus(&link_id(id));
    }
    true
}
