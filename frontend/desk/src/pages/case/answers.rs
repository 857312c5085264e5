//! All answers, grouped as they were asked, with a remark button on each.

use catalogue::answers::answer_pointer;
use catalogue::form;
use kit::prelude::*;

use super::field_row::FieldRow;
use super::screen::Screen;
use crate::case::{Loaded, Subject, subject};

/// The answers of one step.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    title: catalogue::text::Text,
    rows: Vec<Subject>,
}

fn groups(loaded: &Loaded, language: &str) -> Vec<Group> {
    let (service, answers) = (&loaded.service, &loaded.case.answers);
    let group = |step: &catalogue::definition::Step| Group {
        title: step.title.clone(),
        rows: step
            .fields
            .iter()
            .filter(|field| form::is_field_asked(service, &field.id, answers))
            .filter_map(|field| subject(loaded, &answer_pointer(&[&field.id]), language))
            .collect(),
    };
    form::steps(service, answers).into_iter().map(group).collect()
}

#[component]
pub fn Answers(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let all = Memo::new(move |_| {
        let language = i18n.language();
        screen.open.now.with(|loaded| groups(loaded, &language))
    });
    drawn(move || {
        let cards = all.get().into_iter().map(|Group { title, rows }| {
            let rows = rows.into_iter().map(|subject| {
                view! { <FieldRow screen=screen subject=subject register=None/> }
            });
            let (heading, caption) = (i18n.text(&title), i18n.text(&title));
            view! {
                <section class="card">
                    <h2>{heading}</h2>
                    <table class="table table--stack compare">
                        <caption class="vh">{caption}</caption>
                        <AnswerHeads/>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </section>
            }
        });
        cards.collect_view()
    })
}

/// The heads of a table without a register.
#[component]
pub fn AnswerHeads() -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th scope="col">{t("desk.field")}</th>
                <th scope="col">{t("desk.answer")}</th>
                <th scope="col">{t("desk.remark")}</th>
            </tr>
        </thead>
    }
}
