//! What waits for the person, the most urgent first: drafts, payments, corrections.

use kit::prelude::*;
use openapi::applications::{ApplicationSummary, State};

use crate::path::Path;
use crate::words;

/// The list of cards; `None` when nothing waits. Only the first has the primary button.
pub fn attention(applications: &[ApplicationSummary]) -> Option<AnyView> {
    let mut waiting: Vec<ApplicationSummary> =
        applications.iter().filter(|application| words_of(application.state).is_some()).cloned().collect();
    // Terms by their day; without one, what has been filed before what has not.
    waiting.sort_by_key(|application| {
        let file_by =
            application.clock.file_by.and_then(|day| day.and_hms_opt(23, 59, 59)).map(|day| day.and_utc());
        let due = application.clock.due_at.or(file_by);
        (due.is_none(), due, application.state == State::Draft, application.created_at)
    });
    if waiting.is_empty() {
        return None;
    }
    let cards = waiting.into_iter().enumerate().map(|(place, application)| card(application, place == 0));
    Some(view! { <ul class="stack gap-3">{cards.collect_view()}</ul> }.into_any())
}

/// What a state that waits for the person is called here: heading, explanation, button, icon.
struct Words {
    title: &'static str,
    text: &'static str,
    button: &'static str,
    icon: &'static str,
    tone: Tone,
}

const fn words_of(state: State) -> Option<Words> {
    match state {
        State::Draft => Some(Words {
            title: "applications.attn_draft",
            text: "applications.attn_draft_text",
            button: "applications.attn_draft_go",
            icon: "edit",
            tone: Tone::Warning,
        }),
        State::AwaitingPayment => Some(Words {
            title: "applications.attn_pay",
            text: "applications.attn_pay_text",
            button: "applications.attn_pay_go",
            icon: "pay",
            tone: Tone::Info,
        }),
        State::ReturnedForFix => Some(Words {
            title: "applications.attn_fix",
            text: "applications.attn_fix_text",
            button: "applications.attn_fix_go",
            icon: "undo",
            tone: Tone::Warning,
        }),
        State::Amending => Some(Words {
            title: "applications.attn_amend",
            text: "applications.attn_amend_text",
            button: "applications.attn_draft_go",
            icon: "edit",
            tone: Tone::Warning,
        }),
        _ => None,
    }
}

fn card(application: ApplicationSummary, is_first: bool) -> AnyView {
    let i18n = use_i18n();
    let Some(words) = words_of(application.state) else { return ().into_any() };
    let href = match application.state {
        State::Draft | State::Amending => Path::Draft(application.id),
        _ => Path::Application(application.id),
    };
    let service = i18n.prop(&application.title);
    let title = move || i18n.t_with(words.title, &[("service", &service.get())]);
    let clock = words::own_clock(&application.clock, None);
    let changed = application.updated_at;
    let has_term = clock.due_at.is_some() || clock.file_by.is_some();
    let when = if has_term {
        view! { <DeadlineChip clock=Signal::stored(clock)/> }.into_any()
    } else {
        let text = move || i18n.t_with("applications.changed", &[("time", &words::moment(&i18n, changed))]);
        view! { <span class="deadline" data-tone="neutral"><Icon name="info"/>{drawn(text)}</span> }
            .into_any()
    };
    let class = if is_first { "attn attn--first" } else { "attn" };
    let kind = if is_first { "primary" } else { "secondary" };
    view! {
        <li class=class data-tone=words.tone.as_str()>
            <span class="badge" data-tone=words.tone.as_str() aria-hidden="true"><Icon name=words.icon/></span>
            <div>
                {when}
                <h3>{drawn(title)}</h3>
                <p>{t(words.text)}</p>
            </div>
            <ButtonLink href=href.href() kind=kind>{t(words.button)}</ButtonLink>
        </li>
    }
    .into_any()
}
