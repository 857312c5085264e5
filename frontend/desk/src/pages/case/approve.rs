//! Approving: the one step that gives the applicant a signed document, so it is asked once more.

use kit::prelude::*;
use openapi::desk::{ApprovalIn, Outcome};

use super::screen::Screen;
use crate::case::NewsAlert;
use crate::drafts::use_draft;

#[component]
pub fn ApproveDialog(screen: Screen) -> impl IntoView {
    let (i18n, toasts) = (use_i18n(), use_toasts());
    let open = screen.open;
    let action = use_action();
    open.heed(action);
    let comment = use_draft::<String>(open.id, "approval");
    let approve = Callback::new(move |()| {
        let (id, version) = (open.id, open.version());
        let text = comment.value.get_untracked().trim().to_owned();
        let body = ApprovalIn { comment: Some(text).filter(|text| !text.is_empty()) };
        action.run(
            move |client, key| async move { client.approve_case(key, id, version, &body).await },
            move |case| {
                comment.clear();
                screen.remarks.clear();
                screen.approving.set(false);
                toasts.show(untrack(|| i18n.t_with("desk.approved", &[("number", &case.number)])));
                open.accept(case);
            },
        );
    });
    let cancel = Callback::new(move |()| screen.approving.set(false));
    let doubts = open.part(|loaded| {
        let case = &loaded.case;
        let is_doubt = |outcome| matches!(outcome, Outcome::Differs | Outcome::NotFound);
        case.check_pending || case.checks.iter().any(|check| is_doubt(check.outcome))
    });
    let replaces = open.part(|loaded| loaded.case.replaces.clone());
    let result = open.part(|loaded| loaded.service.result.title.clone());
    let title = move || i18n.text(&result.get());
    view! {
        <Dialog open=screen.approving id="approve" title=t("desk.approve_title")>
            <NewsAlert open=open/>
            <ErrorSummary errors=action.errors/>
            <p>{t("desk.approve_text")}" "<b>{title}</b></p>
            {drawn(move || doubts.get().then(|| view! {
                <p class="state" data-tone="warning"><Icon name="warn"/>{t("desk.approve_doubts")}</p>
            }))}
            {drawn(move || (screen.remarks.count() > 0).then(|| view! {
                <p class="state" data-tone="warning"><Icon name="warn"/>{t("desk.approve_remarks")}</p>
            }))}
            {drawn(move || replaces.get().map(|number| view! {
                <p class="state" data-tone="warning">
                    <Icon name="warn"/>
                    {i18n.t_with("desk.approve_replaces", &[("number", &number)])}
                </p>
            }))}
            <Textarea
                name="comment"
                label=t("desk.comment")
                hint=t("desk.comment_hint")
                value=comment.value
                errors=action.errors
                optional=true
                rows=3
                maxlength=2000
            />
            <Actions>
                <Button kind="primary" busy=action.pending on_press=approve>{t("desk.approve")}</Button>
                <Button kind="text" on_press=cancel>{t("desk.back_to_case")}</Button>
            </Actions>
        </Dialog>
    }
}
