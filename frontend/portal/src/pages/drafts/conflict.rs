//! Two tabs have changed the same draft. What only one of them has changed is put together by itself; of what both have
//! changed, both answers are shown and the person chooses. Nothing is lost.

use catalogue::answers::Answers;
use catalogue::definition::Field;
use catalogue::form::display;
use kit::prelude::*;
use serde_json::Value;

use super::Desk;
use super::keeper::Conflict;
use crate::merge::{Merged, merge, put};

const OURS: &str = "ours";
const THEIRS: &str = "theirs";

/// One field that both have changed, and what is chosen for it.
#[derive(Clone, Copy)]
struct Choice {
    field: StoredValue<Field>,
    chosen: RwSignal<String>,
}

/// Puts two versions together as soon as there are two. Answers whether the person has to choose.
pub(super) fn watch(desk: Desk) -> Memo<bool> {
    let (toasts, i18n) = (use_toasts(), use_i18n());
    let asks = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(conflict) = desk.keeper.conflict.get() else { return asks.set(false) };
        let merged = merged(desk, &conflict);
        if merged.disputed.is_empty() {
            settle(desk, merged.answers);
            toasts.show(untrack(|| i18n.t("drafts.merged")));
        } else {
            asks.set(true);
        }
    });
    Memo::new(move |_| asks.get())
}

fn merged(desk: Desk, conflict: &Conflict) -> Merged {
    desk.form.answers.with_untracked(|ours| merge(&conflict.base, ours, &conflict.theirs))
}

fn settle(desk: Desk, answers: Answers) {
    desk.form.answers.set(answers.clone());
    desk.keeper.resolve(answers);
}

/// The screen of the choice; stands in place of the page until the person has chosen.
pub(super) fn screen(desk: Desk) -> AnyView {
    let Some(conflict) = desk.keeper.conflict.get_untracked() else { return ().into_any() };
    let Merged { answers, disputed } = merged(desk, &conflict);
    let ours = desk.form.answers.get_untracked();
    let service = desk.service();
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    let choices: Vec<Choice> = fields
        .filter(|field| disputed.contains(&field.id))
        .map(|field| Choice {
            field: StoredValue::new(field.clone()),
            chosen: RwSignal::new(OURS.to_owned()),
        })
        .collect();
    let rows = choices.iter().map(|choice| compare(desk, &ours, &conflict.theirs, *choice)).collect_view();
    let all = choices.clone();
    let take_all = move |side: &'static str| {
        for choice in &all {
            choice.chosen.set(side.to_owned());
        }
    };
    let take_ours = take_all.clone();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let mut chosen = answers.clone();
        for choice in choices.iter().filter(|choice| choice.chosen.get_untracked() == OURS) {
            choice.field.with_value(|field| put(&mut chosen, &field.id, &ours));
        }
        settle(desk, chosen);
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

fn compare(desk: Desk, ours: &Answers, theirs: &Answers, choice: Choice) -> AnyView {
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
        Opt::new(OURS, side(ours)).with_hint(t("drafts.conflict_ours")),
        Opt::new(THEIRS, side(theirs)).with_hint(t("drafts.conflict_theirs")),
    ];
    view! { <Radios name=format!("conflict/{id}") legend=label value=choice.chosen options=options/> }
        .into_any()
}
