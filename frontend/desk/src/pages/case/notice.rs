//! What stands in the way of deciding, or that it is decided: said on top of the case.

use kit::prelude::*;
use openapi::applications::{PaperKind, State};

use super::screen::Screen;
use crate::case::{Hold, subject};
use crate::path::Path;

/// One alert at most; nothing for a case that is being decided here.
#[component]
pub fn Notice(screen: Screen) -> impl IntoView {
    let state = screen.open.part(|loaded| loaded.case.state);
    let is_revoked = screen.open.part(|loaded| {
        loaded.case.papers.iter().any(|paper| paper.kind == PaperKind::Result && paper.revoked_at.is_some())
    });
    let is_unanswered = screen.open.part(|loaded| {
        let mut events = loaded.case.timeline.iter().rev().map(|event| event.kind.as_str());
        events.find(|kind| ["reply_expired", "resubmitted"].contains(kind)) == Some("reply_expired")
    });
    drawn(move || match (state.get(), screen.hold.get()) {
        (State::InReview, Hold::Mine) if is_unanswered.get() => {
            waiting(screen, "desk.notice_unanswered", "desk.notice_unanswered_text")
        }
        (State::InReview, Hold::Mine) => ().into_any(),
        (State::InReview, Hold::Free) => {
            plain(Tone::Info, "desk.notice_free", "desk.notice_free_text").into_any()
        }
        (State::InReview, Hold::Other(name)) => view! {
            <Alert tone=Tone::Info title=t_with("desk.notice_other", move || vec![("name", name.clone())])>
                <p>{t("desk.notice_other_text")}</p>
            </Alert>
        }
        .into_any(),
        (State::ReturnedForFix, _) => waiting(screen, "desk.notice_waiting", "desk.notice_waiting_text"),
        (State::Amending, _) => waiting(screen, "desk.notice_amending", "desk.notice_amending_text"),
        (State::AutoChecking, _) => {
            plain(Tone::Info, "desk.notice_checking", "desk.notice_checking_text").into_any()
        }
        (State::AwaitingPayment, _) => {
            plain(Tone::Info, "desk.notice_unpaid", "desk.notice_unpaid_text").into_any()
        }
        (State::Approved | State::Completed, _) if is_revoked.get() => {
            plain(Tone::Danger, "desk.notice_revoked", "desk.notice_revoked_text").into_any()
        }
        (State::Approved | State::Completed, _) => {
            plain(Tone::Success, "desk.notice_approved", "desk.notice_approved_text").into_any()
        }
        (State::Refused, _) => {
            plain(Tone::Neutral, "desk.notice_refused", "desk.notice_refused_text").into_any()
        }
        (State::Withdrawn | State::Draft, _) => {
            plain(Tone::Neutral, "desk.notice_withdrawn", "desk.notice_withdrawn_text").into_any()
        }
    })
}

/// Other cases about the same person and event, for the officer to look at before deciding.
#[component]
pub fn RelatedCases(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let related = screen.open.part(|loaded| loaded.case.related.clone());
    drawn(move || {
        let related = related.get();
        (!related.is_empty()).then(|| {
            let lines = related.into_iter().map(|other| {
                let words = [Some(i18n.text(&other.label)), other.submitted_at.map(|at| i18n.day(at))];
                let words = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
                view! { <li><a class="num" href=Path::Case(other.id).href()><bdi>{other.number}</bdi></a>" "{words}</li> }
            });
            let lines = lines.collect_view();
            view! {
                <Alert tone=Tone::Warning title=t("desk.related")>
                    <p>{t("desk.related_text")}</p>
                    <ul class="list">{lines}</ul>
                </Alert>
            }
        })
    })
}

fn plain(tone: Tone, title: &'static str, text: &'static str) -> impl IntoView {
    view! { <Alert tone=tone title=t(title)><p>{t(text)}</p></Alert> }
}

/// That the applicant has the case back, or has not sent it in time; and what they were asked to mend, if anything.
fn waiting(screen: Screen, title: &'static str, text: &'static str) -> AnyView {
    let i18n = use_i18n();
    let open = screen.open;
    let lines = move || {
        let language = i18n.language();
        open.now.with(|loaded| {
            let lines = loaded.case.remarks.iter().map(|remark| {
                let title =
                    subject(loaded, &remark.pointer, &language).map(|subject| i18n.text(&subject.title));
                let reason = remark.reason.as_deref().and_then(|code| loaded.reason(code));
                let reason = reason.map(|reason| format!("{}. ", i18n.text(&reason.title)));
                view! { <li><b>{title.unwrap_or_default()}": "</b>{reason}{remark.comment.clone()}</li> }
            });
            lines.collect_view()
        })
    };
    let due = open.part(|loaded| loaded.case.clock.due_at.filter(|_| loaded.case.clock.paused));
    let until =
        move || due.get().map(|due| i18n.t_with("desk.notice_waiting_until", &[("date", &i18n.day(due))]));
    view! {
        <Alert tone=Tone::Warning title=t(title)>
            <p>{until}" "{t(text)}</p>
            <ul class="list">{lines}</ul>
        </Alert>
    }
    .into_any()
}
