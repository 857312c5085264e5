//! Something the person does that changes the server.

use std::future::Future;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::ErrorCode;
use openapi::client::{Client, Error, Result};
use uuid::Uuid;

use super::errors::{Errors, SUMMARY_ID};
use super::{Api, use_api};
use crate::dom;
use crate::session::{SessionCtx, use_session};

/// One thing a form or button does. Copy. The idempotency key is made when the form opens and stays until the
/// server has carried the request out or refused it, so a repeat after a lost answer changes nothing twice.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    /// Whether an answer is awaited; for [`crate::components::Button`].
    pub pending: RwSignal<bool>,
    /// Findings about single fields and the refusal itself, for the fields and the error summary.
    pub errors: Errors,
    key: StoredValue<Uuid>,
    api: Api,
    session: SessionCtx,
}

/// An action of this component.
#[must_use]
pub fn use_action() -> Action {
    Action {
        pending: RwSignal::new(false),
        errors: Errors::new(),
        key: StoredValue::new(Uuid::new_v4()),
        api: use_api(),
        session: use_session(),
    }
}

impl Action {
    /// Does `work(client, key)` unless it is already being done; on success `then(answer)`. A refusal goes to
    /// [`Action::errors`] and the focus to the error summary.
    pub fn run<T, F>(
        &self,
        work: impl FnOnce(Arc<Client>, Uuid) -> F + 'static,
        then: impl FnOnce(T) + 'static,
    ) where
        T: 'static,
        F: Future<Output = Result<T>> + 'static,
    {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.errors.clear();
        let action = *self;
        let working = work(self.api.client(), self.key.get_value());
        spawn_local(async move {
            let answer = working.await;
            if action.pending.try_set(false).is_some() {
                // The component has gone; so has whoever would want the answer.
                return;
            }
            match answer {
                Ok(value) => {
                    action.key.set_value(Uuid::new_v4());
                    then(value);
                }
                Err(error) => action.refused(error),
            }
        });
    }

    /// Shows a refusal: at the fields, in the summary, with the focus on it.
    pub fn refused(&self, error: Error) {
        self.session.notice(&error);
        if was_refused(&error) {
            self.key.set_value(Uuid::new_v4());
        }
        self.errors.refuse(error);
        // The summary is drawn after this; the focus follows it.
        request_animation_frame(|| {
            dom::focus(SUMMARY_ID);
        });
    }
}

/// Whether the server has certainly not carried the request out, so that a mended one needs a key of its own.
fn was_refused(error: &Error) -> bool {
    error.problem().is_some_and(|problem| problem.status < 500 && problem.code != ErrorCode::StillRunning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(code: ErrorCode) -> Error {
        Error::Problem(Box::new(openapi::Problem {
            kind: String::new(),
            title: String::new(),
            status: code.status(),
            detail: None,
            code,
            trace_id: String::new(),
            errors: Vec::new(),
            retry_after: None,
        }))
    }

    #[test]
    fn the_key_stays_while_the_outcome_is_unknown() {
        assert!(!was_refused(&Error::Network(String::new())));
        assert!(!was_refused(&Error::Unreadable(String::new())));
        assert!(!was_refused(&problem(ErrorCode::Internal)));
        assert!(!was_refused(&problem(ErrorCode::StillRunning)));
        assert!(was_refused(&problem(ErrorCode::Invalid)));
        assert!(was_refused(&problem(ErrorCode::CodeWrong)));
    }
}
