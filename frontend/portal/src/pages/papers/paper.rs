//! One paper of the person's own: what it is, how long it holds, the file, and how others check it (CS-11).

use kit::prelude::*;
use openapi::applications::{Application, Paper, PaperKind};
use openapi::events::Subject;
use uuid::Uuid;

use super::download::DownloadPaper;
use crate::loaded::loaded;
use crate::path::Path;
use crate::words;

/// The page of a paper; until it has been made it says so and waits.
pub fn paper(id: Uuid, kind: PaperKind) -> AnyView {
    let application = use_resource(move || id, |client, id| async move { client.get_application(id).await });
    let application =
        application.follow(move |change| change.subject == Subject::Application && change.id == id);
    let view = loaded(application, move |application| {
        let paper = Memo::new(move |_| {
            application
                .with(|application| application.papers.iter().find(|paper| paper.kind == kind).cloned())
        });
        drawn(move || match paper.get() {
            Some(paper) => content(&application.get_untracked(), paper),
            None => not_made(id),
        })
    });
    view! { <div class="wrap">{view}</div> }.into_any()
}

fn not_made(id: Uuid) -> AnyView {
    view! {
        <PageHead title=t("documents.forming_title") lead=t("documents.forming_text")/>
        <p class="saved" role="status"><span class="spinner"></span>{t("documents.forming")}</p>
        <Actions>
            <ButtonLink href=Path::Application(id).href()>{t("payments.to_application")}</ButtonLink>
        </Actions>
    }
    .into_any()
}

fn content(application: &Application, paper: Paper) -> AnyView {
    let i18n = use_i18n();
    let title = i18n.prop(&paper.title);
    let crumbs = vec![(Path::Documents.href(), TextProp::from(t("documents.title")))];
    let number = application.number.clone().unwrap_or_default();
    let name = format!("{number}-{}.pdf", paper.kind.as_str());
    let (tone, icon, state) = standing(&paper);
    let here = title.clone();
    let verify = paper.verify_url.clone();
    view! {
        <Crumbs label=t("pages.you_are_here") links=crumbs here=here/>
        <PageHead title=title>
            <p class="row">
                <Tag tone=tone icon=icon text=t(state)/>
                <bdi class="muted num">{said(t_with("common.numbered", move || vec![("number", number.clone())]))}</bdi>
            </p>
        </PageHead>
        <div class="layout">
            <section class="card">
                <h2>{t("documents.facts")}</h2>
                <SummaryList rows=facts(i18n, &paper) short=true/>
            </section>
            <div class="stack">
                <section class="card card--snug">
                    {term(i18n, &paper)}
                    <DownloadPaper application=application.id kind=paper.kind name=name look="primary block"/>
                    <ButtonLink href=Path::Application(application.id).href() kind="text block">
                        {t("payments.to_application")}
                    </ButtonLink>
                </section>
                <section class="card card--snug">
                    <h2>{t("documents.check_title")}</h2>
                    <p class="small muted">{t("documents.check_text")}</p>
                    <p class="small"><a href=verify>{t("documents.open_check")}</a></p>
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn standing(paper: &Paper) -> (Tone, &'static str, &'static str) {
    let is_over = paper.valid_until.is_some_and(|until| until < words::today());
    match (paper.revoked_at.is_some(), is_over) {
        (true, _) => (Tone::Danger, "x", "documents.revoked"),
        (false, true) => (Tone::Neutral, "clock", "documents.expired"),
        (false, false) => (Tone::Success, "shield", "documents.valid"),
    }
}

fn facts(i18n: I18n, paper: &Paper) -> Vec<SummaryRow> {
    let issued = paper.issued_at;
    let mut rows =
        vec![SummaryRow::new(t("documents.issued"), TextProp::from(move || i18n.date_time(issued)))];
    if let Some(until) = paper.valid_until {
        rows.push(SummaryRow::new(t("documents.valid_until"), TextProp::from(move || i18n.full_date(until))));
    }
    if let Some(at) = paper.revoked_at {
        rows.push(SummaryRow::new(t("documents.revoked"), TextProp::from(move || i18n.date_time(at))));
    }
    rows.extend(paper.replaced_by.clone().map(|number| SummaryRow::new(t("documents.replaced_by"), number)));
    rows.push(SummaryRow::new(t("documents.sha256"), spaced(&paper.sha256)));
    rows
}

/// A hash in groups of eight, so that it can be read and wraps on a phone.
fn spaced(hash: &str) -> String {
    let letters: Vec<char> = hash.chars().collect();
    letters.chunks(8).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn term(i18n: I18n, paper: &Paper) -> Option<AnyView> {
    let until = paper.valid_until.filter(|_| paper.revoked_at.is_none())?;
    let left = until.signed_duration_since(words::today()).num_days();
    let tone = if left < 0 { "danger" } else { "success" };
    let text = move || {
        let (count, date) = (left.unsigned_abs().to_string(), i18n.full_date(until));
        let key = if left < 0 { "documents.term_passed" } else { "documents.term_left" };
        i18n.t_with(key, &[("count", &count), ("date", &date)])
    };
    Some(
        view! { <p><span class="deadline" data-tone=tone><Icon name="clock"/>{drawn(text)}</span></p> }
            .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn a_hash_is_read_in_groups() {
        assert_eq!(spaced("0123456789abcdef01"), "01234567 89abcdef 01");
    }
}
