//! The four numbers over a list.

use kit::prelude::*;
use openapi::desk::Counts;

/// Overdue first: it is the number that hurts.
#[component]
pub fn Stats(counts: RwSignal<Option<Counts>>) -> impl IntoView {
    let number = move |read: fn(&Counts) -> i64| counts.with(|counts| counts.as_ref().map(read));
    let plain = move |read: fn(&Counts) -> i64| {
        move || number(read).map_or_else(|| "…".to_owned(), |n| n.to_string())
    };
    let overdue = move || match number(|counts| counts.overdue) {
        Some(late) if late > 0 => view! {
            <span class="state" data-tone="danger"><Icon name="alert"/>{late}</span>
        }
        .into_any(),
        Some(_) => "0".into_any(),
        None => "…".into_any(),
    };
    view! {
        <dl class="stats">
            <div class="stat"><dt>{t("desk.stat_overdue")}</dt><dd>{overdue}</dd></div>
            <div class="stat"><dt>{t("desk.stat_queue")}</dt><dd>{plain(|counts| counts.queue)}</dd></div>
            <div class="stat"><dt>{t("desk.stat_mine")}</dt><dd>{plain(|counts| counts.mine)}</dd></div>
            <div class="stat"><dt>{t("desk.stat_waiting")}</dt><dd>{plain(|counts| counts.waiting)}</dd></div>
        </dl>
    }
}
