//! The frame of the two letters an officer writes to an applicant: what is asked for on one side, how it will read on
//! the other, and the bar that sends it.

use kit::prelude::*;

use super::letter::{LetterPreview, Occasion, Point};
use crate::case::{CaseHead, NewsAlert, OpenCase};
use crate::path::Path;

/// The form of a letter; `children` are its questions. An officer who may not decide (any more) sees why instead.
#[component]
pub fn LetterForm(
    open: OpenCase,
    occasion: Occasion,
    action: Action,
    send: Callback<()>,
    #[prop(into)] points: Signal<Vec<Point>>,
    children: ChildrenFn,
) -> impl IntoView {
    let can_decide = open.can_decide();
    let body = move || {
        if !can_decide.get() {
            return view! { <Barred open=open/> }.into_any();
        }
        view! {
            <div class="panes">
                <form
                    class="stack gap-5"
                    id=occasion.as_str()
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        send.run(());
                    }
                >
                    {children()}
                </form>
                <LetterPreview open=open occasion=occasion points=points/>
            </div>
        }
        .into_any()
    };
    view! {
        <CaseHead open=open title=t(occasion.title()) errors=action.errors/>
        <div class="wrap pb-6">
            <div class="stack">
                <NewsAlert open=open/>
                <ErrorSummary errors=action.errors/>
                {body}
            </div>
        </div>
        {drawn(move || can_decide.get().then(|| view! { <Dock open=open occasion=occasion action=action send=send/> }))}
    }
}

/// The bar at the bottom, always in reach.
#[component]
fn Dock(open: OpenCase, occasion: Occasion, action: Action, send: Callback<()>) -> impl IntoView {
    let (kind, icon, label) = match occasion {
        Occasion::Correction => ("primary", "send", "desk.correction_send"),
        Occasion::Refusal => ("danger", "x", "desk.refuse"),
    };
    view! {
        <div class="dock" role="region" aria-label=t("desk.sending")>
            <div class="wrap">
                <Button kind=kind busy=action.pending on_press=send>
                    <Icon name=icon/>
                    {t(label)}
                </Button>
                <ButtonLink href=Path::Case(open.id).href()>{t("desk.back_to_case")}</ButtonLink>
                <span class="push saved"><Icon name="save"/>{t("desk.kept")}</span>
            </div>
        </div>
    }
}

/// The case is not this officer's to decide (any more). What was written is still kept.
#[component]
fn Barred(open: OpenCase) -> impl IntoView {
    view! {
        <Alert tone=Tone::Warning title=t("desk.barred")>
            <p>{t("desk.barred_text")}</p>
            <Actions>
                <ButtonLink kind="primary" href=Path::Case(open.id).href()>{t("desk.back_to_case")}</ButtonLink>
            </Actions>
        </Alert>
    }
}
