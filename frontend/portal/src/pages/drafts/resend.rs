//! Sending an application again that its applicant has back: what was mended, or what was changed.

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::ResubmissionIn;

use super::Desk;
use crate::path::Path;

/// The sending, and the question whether to send what nobody has mended. Copy.
#[derive(Clone, Copy)]
pub(super) struct Resend {
    desk: Desk,
    pub action: Action,
    asks: RwSignal<bool>,
    done: Callback<()>,
}

impl Resend {
    /// The sending of this page.
    pub fn new(desk: Desk) -> Self {
        let (navigate, toasts, i18n) = (use_navigate(), use_toasts(), use_i18n());
        let done = Callback::new(move |()| {
            toasts.show(untrack(|| i18n.t("drafts.resubmitted")));
            let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
            navigate(&Path::Application(desk.id).href(), options);
        });
        let (action, asks) = (use_action(), RwSignal::new(false));
        Effect::new(move |_| {
            let refusal = action.errors.refusal();
            let problem = refusal.as_ref().and_then(|error| error.problem());
            if problem.is_some_and(|problem| problem.errors.iter().any(|one| one.code == "nothing_mended")) {
                asks.set(true);
            }
        });
        Self { desk, action, asks, done }
    }

    /// Sends, as soon as everything is saved; `unchanged`: the person knows that nothing has been mended.
    pub fn send(self, unchanged: bool) {
        let Self { desk, action, asks, done } = self;
        asks.set(false);
        action.run(
            move |client, key| async move {
                let version = desk.keeper.settled().await?;
                client.resubmit_application(key, desk.id, version, &ResubmissionIn { unchanged }).await
            },
            move |_| done.run(()),
        );
    }

    /// The question, which opens by itself.
    pub fn question(self) -> AnyView {
        let send = Callback::new(move |()| self.send(true));
        let stay = Callback::new(move |()| self.asks.set(false));
        view! {
            <Dialog open=self.asks id="unchanged" title=t("drafts.unchanged_title")>
                <p>{t("drafts.unchanged_text")}</p>
                <Actions>
                    <Button kind="primary" busy=self.action.pending on_press=send>{t("drafts.unchanged_send")}</Button>
                    <Button kind="text" on_press=stay>{t("drafts.unchanged_stay")}</Button>
                </Actions>
            </Dialog>
        }
        .into_any()
    }
}
