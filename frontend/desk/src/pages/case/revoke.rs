//! Taking an issued result back; everyone who checks its QR code learns so at once.

use kit::api::SUMMARY_ID;
use kit::prelude::*;
use openapi::desk::RevocationIn;

use super::screen::Screen;
use crate::case::NewsAlert;
use crate::drafts::use_draft;

/// The shortest comment the server takes.
const SHORTEST: usize = 3;

#[component]
pub fn RevokeDialog(screen: Screen) -> impl IntoView {
    let (i18n, toasts) = (use_i18n(), use_toasts());
    let open = screen.open;
    let action = use_action();
    open.heed(action);
    let comment = use_draft::<String>(open.id, "revocation");
    let revoke = Callback::new(move |()| {
        let text = comment.value.get_untracked().trim().to_owned();
        if text.chars().count() < SHORTEST {
            action.errors.clear();
            action.errors.add("/comment", "too_short", &[("count", "3")]);
            request_animation_frame(|| {
                kit::dom::focus(SUMMARY_ID);
            });
            return;
        }
        let (id, version) = (open.id, open.version());
        let body = RevocationIn { comment: text };
        action.run(
            move |client, key| async move { client.revoke_result(key, id, version, &body).await },
            move |case| {
                comment.clear();
                screen.revoking.set(false);
                toasts.show(untrack(|| i18n.t("desk.revoked")));
                open.accept(case);
            },
        );
    });
    let cancel = Callback::new(move |()| screen.revoking.set(false));
    view! {
        <Dialog open=screen.revoking id="revoke" title=t("desk.revoke_title")>
            <NewsAlert open=open/>
            <ErrorSummary errors=action.errors/>
            <p>{t("desk.revoke_text")}</p>
            <Textarea
                name="comment"
                label=t("desk.revoke_comment")
                hint=t("desk.revoke_hint")
                value=comment.value
                errors=action.errors
                rows=3
                maxlength=2000
            />
            <Actions>
                <Button kind="danger" busy=action.pending on_press=revoke>{t("desk.revoke")}</Button>
                <Button kind="text" on_press=cancel>{t("desk.back_to_case")}</Button>
            </Actions>
        </Dialog>
    }
}
