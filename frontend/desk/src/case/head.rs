//! What stands over every page about a case: what it is, in which state, until when, and whose.

use catalogue::deadline::Filing;
use kit::prelude::*;

use super::OpenCase;
use crate::path::{Path, Place};

/// The head. `title` instead of the service's name where the page is about a decision; `back` to the case itself.
#[component]
pub fn CaseHead(
    open: OpenCase,
    #[prop(optional, into)] title: Option<TextProp>,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let inner = title.is_some();
    let (href, back) = if inner {
        (Path::Case(open.id), "desk.back_to_case")
    } else {
        (Path::List(Place::Queue), "desk.back_to_queue")
    };
    let name = open.part(|loaded| loaded.case.title.clone());
    let title = title.unwrap_or_else(|| TextProp::from(move || name.with(|name| i18n.text(name))));
    let state = open.part(|loaded| (loaded.case.state, loaded.case.label.clone()));
    let clock = open.part(|loaded| loaded.case.clock.clone());
    let unanswered = open.part(|loaded| loaded.case.unanswered);
    let tag = move || {
        let (state, label) = state.get();
        view! { <StatusTag state=state label=i18n.prop(&label)/> }
    };
    view! {
        <div class="case-head">
            <div class="wrap">
                <BackLink href=href.href() text=t(back)/>
                <div class="row">
                    {page_head(title, errors)}
                    {tag}
                    <DeadlineChip clock=clock/>
                    {drawn(move || unanswered.get().then(unanswered_tag))}
                    {children.map(|children| view! { <div class="push row gap-2">{children()}</div> })}
                </div>
                <Facts open=open/>
            </div>
        </div>
    }
}

/// That the applicant has written and waits for an answer.
pub fn unanswered_tag() -> impl IntoView {
    view! { <Tag tone=Tone::Warning icon="msg" text=t("desk.unanswered")/> }
}

fn page_head(title: TextProp, errors: Option<Errors>) -> AnyView {
    match errors {
        Some(errors) => view! { <PageHead title=title errors=errors/> }.into_any(),
        None => view! { <PageHead title=title/> }.into_any(),
    }
}

/// Whether it was filed in time (SV4-03), in one line.
fn kept(i18n: I18n, filing: &Filing) -> String {
    let (count, last) = (filing.days_late.to_string(), i18n.date(filing.last_day));
    let values = [("count", count.as_str()), ("last", &last), ("filed", &i18n.date(filing.filed_on))];
    i18n.t_with(if filing.days_late == 0 { "desk.filing_in_time" } else { "desk.filing_late" }, &values)
}

#[component]
fn Facts(open: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let number = open.part(|loaded| loaded.case.number.clone());
    let applicant = open.part(|loaded| loaded.case.applicant.clone());
    let submitted = open.part(|loaded| loaded.case.submitted_at);
    let officer = open.part(|loaded| loaded.case.officer.as_ref().map(|officer| officer.name.clone()));
    let filing = open.part(|loaded| loaded.case.filing);
    let late = move || {
        filing.get().map(|filing| {
            let kept = move || kept(i18n, &filing);
            view! { <div><dt>{t("desk.filing")}</dt><dd>{kept}</dd></div> }
        })
    };
    let language = move || {
        let code = applicant.with(|applicant| applicant.language.clone());
        let key = format!("desk.reads_{code}");
        if i18n.has(&key) { i18n.t(&key) } else { code }
    };
    view! {
        <dl>
            <div><dt>{t("desk.case")}</dt><dd class="num"><bdi>{number}</bdi></dd></div>
            <div>
                <dt>{t("desk.applicant")}</dt>
                <dd><bdi>{move || applicant.with(|applicant| applicant.name.clone())}</bdi></dd>
            </div>
            <div><dt>{t("desk.language")}</dt><dd>{language}</dd></div>
            <div><dt>{t("desk.submitted")}</dt><dd class="num">{move || i18n.date_time(submitted.get())}</dd></div>
            {late}
            <div>
                <dt>{t("desk.officer")}</dt>
                <dd>{move || officer.get().unwrap_or_else(|| i18n.t("desk.nobody"))}</dd>
            </div>
        </dl>
    }
}
