//! The public check of a paper: genuine, revoked or unknown, with the least data. Needs no account and no more than a
//! phone's camera.

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::PaperKind;
use openapi::verification::{Verdict, Verification, VerifiedPaper};

use super::compare::CompareFile;
use crate::loaded::loaded;
use crate::path::Path;

/// The check of the paper with this token, or the page that asks for one: also where something stands in the place of
/// the token that can be none, which says nothing about any paper.
pub fn verify(token: Option<String>) -> AnyView {
    let content = match token.as_deref().and_then(token_of) {
        Some(token) => {
            let answer = use_resource(
                move || token.clone(),
                |client, token| async move { client.verify_paper(&token).await },
            );
            loaded(answer, |answer| verdict(&answer.get_untracked()))
        }
        None => ask(token),
    };
    view! { <div class="wrap"><div class="narrow stack gap-5">{content}</div></div> }.into_any()
}

fn ask(wrong: Option<String>) -> AnyView {
    let (navigate, errors) = (use_navigate(), Errors::new());
    if wrong.is_some() {
        errors.add("/link", NO_TOKEN, &[]);
    }
    let link = RwSignal::new(wrong.unwrap_or_default());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        errors.clear();
        let given = link.get_untracked();
        match token_of(&given) {
            Some(token) => navigate(&Path::VerifyPaper(token).href(), NavigateOptions::default()),
            None if given.trim().is_empty() => errors.add("/link", "required", &[]),
            None => errors.add("/link", NO_TOKEN, &[]),
        }
    };
    view! {
        <PageHead title=t("documents.verify_title") lead=t("documents.verify_lead") errors=errors/>
        <section class="card">
            <h2>{t("documents.verify_camera_title")}</h2>
            <p>{t("documents.verify_camera")}</p>
        </section>
        <form class="card form" novalidate=true on:submit=send>
            <TextInput
                name="link"
                label=t("documents.verify_link")
                hint=t("documents.verify_link_hint")
                value=link
                errors=errors
                width=""
                inputmode="url"
            />
            <Actions>
                <Button kind="primary lg">{t("documents.verify_go")}</Button>
            </Actions>
        </form>
    }
    .into_any()
}

/// What has been given is neither the address of a paper nor its last part: the number of an application, a control
/// code. That is said, and no paper is called false for it.
const NO_TOKEN: &str = "verify_no_token";
/// Letters and digits of a token.
const LETTERS: usize = 26;

/// The token at the end of a link as the QR code has it, or alone, typed with gaps or without.
fn token_of(link: &str) -> Option<String> {
    let path = link.trim().split(['?', '#']).next().unwrap_or_default();
    let token = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let token: String = token.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    (token.len() == LETTERS && token.chars().all(|c| c.is_ascii_alphanumeric())).then_some(token)
}

fn verdict(answer: &Verification) -> AnyView {
    let i18n = use_i18n();
    let (tone, icon, title, text) = match answer.verdict {
        Verdict::Genuine => ("success", "ok", "documents.genuine_title", "documents.genuine_text"),
        Verdict::Revoked => ("danger", "x", "documents.revoked_title", "documents.revoked_text"),
        Verdict::Unknown => ("warning", "warn", "documents.unknown_title", "documents.unknown_text"),
    };
    let checked = answer.checked_at;
    let when = move || i18n.t_with("documents.checked_at", &[("time", &i18n.date_time(checked))]);
    view! {
        <p class="caption">{t("documents.verify_title")}</p>
        <div class="verify" data-tone=tone>
            <span class="done__icon"><Icon name=icon/></span>
            <div>
                <PageHead title=t(title)/>
                <p>{t(text)}</p>
                <p class="small">{drawn(when)}</p>
            </div>
        </div>
        {answer.paper.clone().map(paper)}
        {doubt()}
    }
    .into_any()
}

fn paper(paper: VerifiedPaper) -> AnyView {
    let i18n = use_i18n();
    let issued = paper.issued_at;
    let kind = match paper.kind {
        PaperKind::Receipt => "documents.kind_receipt",
        PaperKind::Payment => "documents.kind_payment",
        PaperKind::Result => "documents.kind_result",
    };
    let mut rows = vec![
        SummaryRow::new(t("documents.kind"), t(kind)),
        SummaryRow::new(t("documents.name"), i18n.prop(&paper.title)),
        SummaryRow::new(t("documents.number"), paper.number.clone()),
        SummaryRow::new(t("documents.issued"), TextProp::from(move || i18n.date_time(issued))),
    ];
    if let Some(until) = paper.valid_until {
        rows.push(SummaryRow::new(t("documents.valid_until"), TextProp::from(move || i18n.full_date(until))));
    }
    if let Some(at) = paper.revoked_at {
        rows.push(SummaryRow::new(t("documents.revoked"), TextProp::from(move || i18n.date_time(at))));
    }
    rows.extend(paper.replaced_by.clone().map(|number| SummaryRow::new(t("documents.replaced_by"), number)));
    let hash = paper.sha256.clone();
    view! {
        <section class="card">
            <h2>{t("documents.says")}</h2>
            <SummaryList rows=rows short=true/>
            <p class="small muted">{t("documents.compare_number")}</p>
        </section>
        <section class="card">
            <h2>{t("documents.file_title")}</h2>
            <p class="muted">{t("documents.file_text")}</p>
            <CompareFile sha256=paper.sha256/>
            <Details summary=t("documents.for_experts")>
                <dl class="summary">
                    {long_line("documents.sha256", &hash)}
                    {long_line("documents.signature", &paper.signature)}
                    {long_line("documents.key", &paper.key_id)}
                </dl>
            </Details>
        </section>
    }
    .into_any()
}

/// A value without spaces that may wrap anywhere and is copied as it is.
fn long_line(key: &'static str, value: &str) -> AnyView {
    let letters: Vec<char> = value.chars().collect();
    let pieces =
        letters.chunks(16).map(|piece| view! { {piece.iter().collect::<String>()}<wbr/> }.into_any());
    view! {
        <div>
            <dt>{t(key)}</dt>
            <dd class="num">{pieces.collect_view()}</dd>
        </div>
    }
    .into_any()
}

fn doubt() -> AnyView {
    view! {
        <section class="card card--flat">
            <h2>{t("documents.doubt_title")}</h2>
            <p class="small">{t("documents.doubt_text")}</p>
            <Actions>
                <ButtonLink href=Path::Verify.href()>{t("documents.verify_other")}</ButtonLink>
            </Actions>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::token_of;

    #[test]
    fn a_token_is_taken_from_a_link() {
        const TOKEN: &str = "7m2k9q4vnd83hx6t10crz5wpa0";
        for link in [
            format!("https://portal.example/verify/{TOKEN}"),
            format!(" {TOKEN} "),
            format!("/verify/{TOKEN}/"),
            format!("x/{TOKEN}?a=b#c"),
            "7m2k9q 4vnd83 hx6t10 crz5wp a0".to_owned(),
        ] {
            assert_eq!(token_of(&link).as_deref(), Some(TOKEN), "{link}");
        }
    }

    #[test]
    fn what_else_is_printed_on_a_paper_is_no_token() {
        for other in ["", "два слова", "ПР-2026-4K7M9Q-83", "PR-2026-4K7M9Q-83", "4K7M-9QXZ", "/verify/"]
        {
            assert_eq!(token_of(other), None, "{other}");
        }
    }
}
