//! Two tabs have changed the same draft. Both versions, field by field; the person chooses, nothing is lost.

use catalogue::answers::Answers;
use catalogue::definition::Field;
use catalogue::form::display;
use kit::prelude::*;
use serde_json::Value;

use super::Desk;
use super::keeper::Conflict;

const OURS: &str = "ours";
const THEIRS: &str = "theirs";

/// One field that differs, and what is chosen for it.
#[derive(Clone, Copy)]
struct Choice {
    field: StoredValue<Field>,
    chosen: RwSignal<String>,
}

/// The screen of the choice; stands in place of the page until the person has chosen.
pub(super) fn screen(desk: Desk) -> AnyView {
    let Some(conflict) = desk.keeper.conflict.get_untracked() else { return ().into_any() };
    let service = desk.service();
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    let choices: Vec<Choice> = fields
        .filter(|field| conflict.ours.get(&field.id) != conflict.theirs.get(&field.id))
        .map(|field| Choice {
            field: StoredValue::new(field.clone()),
            chosen: RwSignal::new(preferred(&conflict, &field.id).to_owned()),
        })
        .collect();
    let rows = choices.iter().map(|choice| compare(desk, &conflict, *choice)).collect_view();
    let all = choices.clone();
    let take_all = move |side: &'static str| {
        for choice in &all {
            choice.chosen.set(side.to_owned());
        }
    };
    let take_ours = take_all.clone();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let merged = merge(&conflict, &choices);
        desk.form.answers.set(merged.clone());
        desk.keeper.resolve(merged);
    };
    request_animation_frame(|| {
        kit::dom::focus_first("h1[tabindex='-1']");
    });
    view! {
        <div class="sheet">
            <PageHead title=t("drafts.conflict_title") lead=t("drafts.conflict_lead")/>
            <form class="form" on:submit=save>
                {rows}
                <div class="row">
                    <Button kind="soft sm" on_press=Callback::new(move |()| take_ours(OURS))>
                        {t("drafts.conflict_all_ours")}
                    </Button>
                    <Button kind="soft sm" on_press=Callback::new(move |()| take_all(THEIRS))>
                        {t("drafts.conflict_all_theirs")}
                    </Button>
                </div>
                <Actions>
                    <Button kind="primary lg">{t("drafts.conflict_save")}</Button>
                </Actions>
            </form>
        </div>
    }
    .into_any()
}

/// Who alone has changed a field is right about it; where both have, what stands before the person.
fn preferred(conflict: &Conflict, field: &str) -> &'static str {
    if conflict.ours.get(field) == conflict.base.get(field) { THEIRS } else { OURS }
}

fn compare(desk: Desk, conflict: &Conflict, choice: Choice) -> AnyView {
    let i18n = use_i18n();
    let (id, label) = choice.field.with_value(|field| (field.id.clone(), i18n.prop(&field.label)));
    let side = |answers: &Answers| {
        let answer = answers.get(&id).cloned().unwrap_or(Value::Null);
        let dictionaries = desk.form.dictionaries();
        TextProp::from(move || {
            let text =
                choice.field.with_value(|field| display(field, &answer, &dictionaries, &i18n.language()));
            if text.is_empty() { i18n.t("form.no_answer") } else { text }
        })
    };
    let options = vec![
        Opt::new(OURS, side(&conflict.ours)).with_hint(t("drafts.conflict_ours")),
        Opt::new(THEIRS, side(&conflict.theirs)).with_hint(t("drafts.conflict_theirs")),
    ];
    view! { <Radios name=format!("conflict/{id}") legend=label value=choice.chosen options=options/> }
        .into_any()
}

/// The server's answers with ours where they have been chosen.
fn merge(conflict: &Conflict, choices: &[Choice]) -> Answers {
    let mut merged = conflict.theirs.clone();
    for choice in choices.iter().filter(|choice| choice.chosen.get_untracked() == OURS) {
        let id = choice.field.with_value(|field| field.id.clone());
        match conflict.ours.get(&id) {
            Some(answer) => merged.insert(id, answer.clone()),
            None => merged.remove(&id),
        };
    }
    merged
}
