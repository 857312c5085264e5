//! The card of a service: what it costs and promises, who may apply, what is needed, what comes next (SC-03).

use catalogue::definition::{DocumentItem, Service, TextBlock};
use catalogue::text::DEFAULT_LANGUAGE;
use kit::prelude::*;
use openapi::documents::MAX_BYTES;

use crate::library::use_library;
use crate::loaded::loaded;
use crate::path::Path;
use crate::piece::{State, use_piece};
use crate::words;

/// The page of the service with this code.
pub fn card(code: String) -> AnyView {
    let library = use_library();
    let service = use_resource(move || code.clone(), move |client, code| library.service(client, code, None));
    let view = loaded(service, |service| service.with_untracked(|service| page(service)));
    view! { <div class="wrap">{view}</div> }.into_any()
}

fn page(service: &Service) -> AnyView {
    let i18n = use_i18n();
    let section = service.section.clone();
    let crumbs = vec![(Path::Services.href(), TextProp::from(t("services.title")))];
    let is_translation = move || i18n.language() != DEFAULT_LANGUAGE;
    view! {
        <Crumbs
            label=t("pages.you_are_here")
            links=crumbs
            here=TextProp::from(move || words::section_title(&i18n, &section))
        />
        <div class="layout">
            <div class="stack gap-5">
                <PageHead title=i18n.prop(&service.title) lead=i18n.prop(&service.summary)/>
                {facts(service)}
            </div>
            <div class="stack">
                {start(service.code.clone())}
            </div>
            <div class="stack gap-5">
                {applicants(service)} {documents(service)} {next(&service.next)} {questions(service)}
            </div>
            <div class="stack">
                {drawn(move || is_translation().then(|| view! {
                    <section class="card card--sand card--snug"><p class="small">{t("services.translation")}</p></section>
                }))}
            </div>
        </div>
    }
    .into_any()
}

/// The way into the form: by the sign-in and back for a stranger.
fn start(service: String) -> AnyView {
    let (session, piece) = (use_session(), use_piece());
    let is_authorized = Memo::new(move |_| session.is_authorized());
    let code = StoredValue::new(service);
    drawn(move || match (is_authorized.get(), piece.state()) {
        (false, _) => {
            let href = code.with_value(|code| Path::sign_in_then(&Path::start(code)));
            view! {
                <section class="card card--snug" aria-label=t("services.start")>
                    <ButtonLink href=href kind="primary lg block">{t("services.start")}</ButtonLink>
                    <p class="small muted">{t("services.start_sign_in")}</p>
                </section>
            }
            .into_any()
        }
        (true, State::Here(inside)) => (inside.start)(code.get_value()),
        (true, State::Failed) => piece.failure(),
        (true, State::Absent | State::Coming) => view! { <Skeleton/> }.into_any(),
    })
}

fn facts(service: &Service) -> AnyView {
    let i18n = use_i18n();
    let (fee, review, minutes) =
        (service.fee.as_ref().map(|fee| fee.amount), service.review, service.minutes);
    let filing = service.filing.as_ref().and_then(|rule| {
        let span = rule.variants.get(&rule.active).copied()?;
        let labels = rule.start.iter().rev().filter_map(|field| service.field(field));
        let labels: Vec<_> = labels.map(|field| i18n.prop(&field.label)).collect();
        let note = move || {
            let labels: Vec<_> = labels.iter().map(|label| label.get()).collect();
            i18n.t_with("services.file_from", &[("field", &labels.join(" / "))])
        };
        Some(view! {
            <div>
                <dt>{t("services.file_within")}</dt>
                <dd>{drawn(move || words::span(&i18n, span))}" "<small>{drawn(note)}</small></dd>
            </div>
        })
    });
    let fill = move || i18n.t_with("terms.minutes", &[("count", &minutes.to_string())]);
    view! {
        <dl class="card card--snug facts">
            <div>
                <dt>{t("services.price")}</dt>
                <dd>{drawn(move || words::fee(&i18n, fee))}</dd>
            </div>
            {filing}
            <div>
                <dt>{t("services.answer")}</dt>
                <dd>{drawn(move || words::term(&i18n, review))}</dd>
            </div>
            <div>
                <dt>{t("services.fill_in")}</dt>
                <dd>{drawn(fill)}" "<small>{t("services.fill_in_note")}</small></dd>
            </div>
        </dl>
    }
    .into_any()
}

fn applicants(service: &Service) -> AnyView {
    let i18n = use_i18n();
    let lines = service.applicants.iter().map(|applicant| {
        let text = i18n.prop(applicant);
        view! { <li><Icon name="ok"/><span>{said(text)}</span></li> }
    });
    view! {
        <section class="card">
            <h2>{t("services.who")}</h2>
            <ul class="checklist" data-tone="success">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn documents(service: &Service) -> AnyView {
    let i18n = use_i18n();
    let note = move || i18n.t_with("services.documents_note", &[("most", &i18n.file_size(MAX_BYTES))]);
    let lines = service.documents.iter().map(document).collect_view();
    let print = Callback::new(|()| {
        // A browser without printing has no such menu either.
        let _ = window().print();
    });
    view! {
        <section class="card">
            <h2>{t("services.documents")}</h2>
            <p class="muted">{note}</p>
            <ul class="checklist">{lines}</ul>
            <Actions>
                <Button kind="text" on_press=print>
                    <Icon name="print"/>
                    {t("services.print")}
                </Button>
            </Actions>
        </section>
    }
    .into_any()
}

fn document(item: &DocumentItem) -> AnyView {
    let i18n = use_i18n();
    let title = i18n.prop(&item.title);
    let hint = item.hint.as_ref().map(|hint| i18n.prop(hint));
    let condition = match (item.required, item.when.is_some()) {
        (false, _) => Some("services.if_any"),
        (true, true) => Some("services.in_some_cases"),
        (true, false) => None,
    };
    let icon = if item.id.contains("passport") { "passport" } else { "file" };
    view! {
        <li>
            <Icon name=icon/>
            <span>
                <b>{said(title)}</b>
                {condition.map(|key| view! { " "<span class="muted">{t(key)}</span> })}
                {hint.map(|hint| view! { <br/><span class="small muted">{said(hint)}</span> })}
            </span>
        </li>
    }
    .into_any()
}

/// What happens after sending, as the service tells it.
fn next(blocks: &[TextBlock]) -> AnyView {
    const ICONS: [&str; 4] = ["send", "loader", "hour", "shield"];
    let i18n = use_i18n();
    let last = blocks.len().saturating_sub(1);
    let items: Vec<TimelineItem> = blocks
        .iter()
        .enumerate()
        .map(|(place, block)| TimelineItem {
            title: i18n.prop(&block.title),
            text: Some(i18n.prop(&block.body)),
            time: None,
            icon: if place == last { "shield" } else { ICONS.get(place).copied().unwrap_or("hour") },
            is_done: false,
            current: None,
        })
        .collect();
    view! {
        <section class="card">
            <h2>{t("services.next")}</h2>
            <Timeline items=items/>
        </section>
    }
    .into_any()
}

fn questions(service: &Service) -> AnyView {
    let i18n = use_i18n();
    let asked = service.questions.iter().map(|block| {
        let body = i18n.prop(&block.body);
        view! { <Details summary=i18n.prop(&block.title)><p>{said(body)}</p></Details> }
    });
    let acts = service.legal_basis.iter().map(|act| {
        let (title, verified) = (i18n.prop(&act.title), act.verified);
        let mark = (!verified).then(|| view! { <p class="small muted">{t("services.law_unverified")}</p> });
        view! { <p>{said(title)}</p>{mark} }
    });
    let (asked, acts) = (asked.collect_view(), acts.collect_view());
    view! {
        <section class="card">
            <h2>{t("services.questions")}</h2>
            <div>
                {asked}
                <Details summary=t("services.law")>{acts}</Details>
            </div>
        </section>
    }
    .into_any()
}
