//! An application in a list.

use kit::prelude::*;
use openapi::applications::{ApplicationSummary, State};

use crate::path::Path;
use crate::words;

/// Name, number, state and whose turn it is.
#[component]
pub fn Row(application: ApplicationSummary) -> impl IntoView {
    let i18n = use_i18n();
    let is_draft = application.state == State::Draft;
    let href = if is_draft { Path::Draft(application.id) } else { Path::Application(application.id) };
    let title = i18n.prop(&application.title);
    let label = i18n.prop(&application.label);
    let (number, filed) = (application.number.clone(), application.submitted_at);
    let changed = application.updated_at;
    let facts = move || match (&number, filed) {
        (Some(number), Some(at)) => {
            i18n.t_with("applications.number_filed", &[("number", number), ("date", &i18n.day(at))])
        }
        _ => i18n.t_with("applications.changed", &[("time", &words::moment(&i18n, changed))]),
    };
    let clock = application.clock.clone();
    let turn = move || (!is_draft).then(|| words::turn(&i18n, &clock));
    view! {
        <li class="app-card">
            <div>
                <h3><a href=href.href()>{said(title)}</a></h3>
                <p>{drawn(facts)}</p>
            </div>
            <StatusTag state=application.state label=label/>
            <div class="stack gap-1">
                {drawn(move || turn().map(|text| view! { <p>{text}</p> }))}
                <p><DeadlineChip clock=Signal::stored(words::own_clock(&application.clock, None))/></p>
            </div>
        </li>
    }
}
