//! "Take the next": the first free case by deadline becomes the officer's. Two officers at the same moment get two
//! cases: whoever comes second is given the one after.

use std::sync::Arc;

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::ErrorCode;
use openapi::applications::State;
use openapi::client::{Client, Result};
use openapi::desk::{CasesQuery, View};
use uuid::Uuid;

use crate::keys::use_keys;
use crate::path::Path;

/// What came of it.
struct Taken {
    /// Nothing when no case is free.
    case: Option<Uuid>,
    /// Cases that others took in the same moment.
    passed_over: u32,
}

/// Taking the next case. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Next {
    action: Action,
    press: Callback<()>,
}

impl Next {
    /// Why it did not work.
    pub fn errors(&self) -> Errors {
        self.action.errors
    }

    /// Takes the next case and opens it.
    pub fn take(&self) {
        self.press.run(());
    }
}

/// The next case of a service, or of all; also on the key N.
pub fn use_next(service: Signal<Option<String>>) -> Next {
    let (i18n, toasts, navigate) = (use_i18n(), use_toasts(), use_navigate());
    let action = use_action();
    let opened = move |taken: Taken| {
        if taken.passed_over > 0 {
            toasts.show(untrack(|| {
                i18n.t_with("desk.next_passed_over", &[("count", &taken.passed_over.to_string())])
            }));
        }
        match taken.case {
            Some(id) => navigate(&Path::Case(id).href(), NavigateOptions::default()),
            None => toasts.show(untrack(|| i18n.t("desk.next_none"))),
        }
    };
    let opened = StoredValue::new_local(opened);
    let press = Callback::new(move |()| {
        let service = service.get_untracked();
        action.run(
            move |client, _| take_next(client, service),
            move |taken| opened.with_value(|opened| untrack(|| opened(taken))),
        );
    });
    let next = Next { action, press };
    use_keys(move |letter| {
        let asked = letter == 'N';
        if asked {
            next.take();
        }
        asked
    });
    next
}

async fn take_next(client: Arc<Client>, service: Option<String>) -> Result<Taken> {
    let mut passed_over = 0;
    let mut cursor = None;
    loop {
        let query =
            CasesQuery { view: View::Queue, service: service.clone(), cursor, ..CasesQuery::default() };
        let queue = client.list_cases(&query).await?;
        for case in queue.items.iter().filter(|case| case.officer.is_none() && case.state == State::InReview)
        {
            match client.take_case(case.id).await {
                Ok(case) => return Ok(Taken { case: Some(case.id), passed_over }),
                Err(error)
                    if matches!(error.code(), Some(ErrorCode::AlreadyTaken | ErrorCode::WrongState)) =>
                {
                    passed_over += 1;
                }
                Err(error) => return Err(error),
            }
        }
        cursor = queue.next;
        if cursor.is_none() {
            return Ok(Taken { case: None, passed_over });
        }
    }
}

/// The button.
#[component]
pub fn NextButton(next: Next) -> impl IntoView {
    view! {
        <Button kind="primary" busy=next.action.pending on_press=next.press>
            {t("desk.take_next")}
            <kbd aria-hidden="true">"N"</kbd>
        </Button>
    }
}
