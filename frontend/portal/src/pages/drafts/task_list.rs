//! The parts of a draft and how far each is; where every visit to a draft begins.

use catalogue::answers::code;
use catalogue::definition::Step;
use catalogue::text::Text;
use kit::prelude::*;
use leptos_router::hooks::use_navigate;

use super::Desk;
use super::area::{refusal, save_state};
use crate::path::Path;
use crate::words;

/// The task list page.
pub(super) fn page(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    let (back, back_text) = if desk.is_filed() {
        (Path::Application(desk.id), t("drafts.to_application"))
    } else {
        (Path::Cabinet, t("drafts.leave"))
    };
    view! {
        <BackLink href=back.href() text=back_text/>
        <div class="layout">
            <div class="sheet">
                {refusal(desk)}
                <div class="stack">
                    <PageHead title=t("drafts.title") caption=desk.caption(&i18n)/>
                    <p class="row">
                        <SavedMark state=save_state(desk)/>
                        {term(desk)}
                    </p>
                </div>
                {progress(desk)}
                {groups(desk)}
                {tail(desk)}
                {next_button(desk)}
            </div>
            <div class="stack">{if desk.is_filed() { about_change() } else { about(desk) }}</div>
        </div>
    }
    .into_any()
}

/// The day by which to file, counted anew as the date it runs from is answered (C2); or to send again.
pub(super) fn term(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    if desk.is_filed() {
        let clock = desk.loaded.with_value(|loaded| {
            words::own_clock(&loaded.application.clock, Some(&loaded.references.calendar))
        });
        return view! { <DeadlineChip clock=Signal::stored(clock)/> }.into_any();
    }
    drawn(move || {
        let loaded = desk.loaded.get_value();
        let calendar = &loaded.references.calendar;
        let by = desk
            .form
            .answers
            .with(|answers| catalogue::deadline::filing_limit(&loaded.service, answers, calendar))?;
        let left = i64::from(catalogue::deadline::working_days_left(words::today(), by, calendar));
        let tone = deadline_tone(Some(left), false);
        let key = match left {
            ..0 => "components.deadline_passed",
            0 => "components.deadline_today",
            _ => "components.deadline_left",
        };
        let count = left.unsigned_abs().to_string();
        let text = i18n.t_with(key, &[("count", &count), ("date", &i18n.date(by))]);
        Some(view! { <span class="deadline" data-tone=tone.as_str()><Icon name="clock"/>{text}</span> })
    })
}

/// How many parts are done: the steps, and the documents as one part.
fn progress(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    let counted = Memo::new(move |_| {
        let steps = desk.form.steps();
        let done = steps.iter().filter(|step| desk.form.step_state(step) == TaskState::Done).count();
        let documents = usize::from(!desk.form.documents().is_empty());
        let attached = usize::from(documents == 1 && documents_state(desk) == TaskState::Done);
        (done + attached, steps.len() + documents)
    });
    let words = move || {
        let (done, all) = counted.get();
        i18n.t_with("drafts.progress", &[("done", &done.to_string()), ("all", &all.to_string())])
    };
    view! {
        <div class="stack gap-2">
            <p><b>{drawn(words)}</b></p>
            <progress
                class="meter bar-success"
                max=move || counted.get().1.to_string()
                value=move || counted.get().0.to_string()
                aria-label=words
            ></progress>
        </div>
    }
    .into_any()
}

fn groups(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    drawn(move || {
        let mut groups: Vec<(Text, Vec<Task>)> = Vec::new();
        for step in desk.form.steps() {
            let task = task(desk, &i18n, &step);
            match groups.last_mut() {
                Some((group, tasks)) if *group == step.group => tasks.push(task),
                _ => groups.push((step.group.clone(), vec![task])),
            }
        }
        let sections = groups.into_iter().map(|(group, tasks)| section(i18n.prop(&group), tasks));
        sections.collect_view()
    })
}

fn section(title: TextProp, tasks: Vec<Task>) -> AnyView {
    view! {
        <section>
            <h2 class="mb-3">{said(title)}</h2>
            <TaskList tasks=tasks/>
        </section>
    }
    .into_any()
}

fn task(desk: Desk, i18n: &I18n, step: &Step) -> Task {
    let state = desk.form.step_state(step);
    Task {
        title: i18n.prop(&step.title),
        note: note(desk, i18n, step, state),
        href: Path::Step(desk.id, step.id.clone()).href(),
        state,
    }
}

/// What is wrong first, or what has been answered first.
fn note(desk: Desk, i18n: &I18n, step: &Step, state: TaskState) -> Option<TextProp> {
    let concerns =
        |pointer: &str| step.fields.iter().any(|field| pointer.contains(&format!("/answers/{}", field.id)));
    match state {
        TaskState::Error => {
            let wrong = desk.findings().into_iter().find(|finding| {
                concerns(&finding.pointer) && !code::MISSING.contains(&finding.code.as_str())
            })?;
            Some(i18n.finding(&wrong.into()).into())
        }
        TaskState::Done => {
            let dictionaries = desk.form.dictionaries();
            let language = i18n.language();
            let service = desk.service();
            let asked = step.fields.iter().filter(|field| {
                desk.form
                    .answers
                    .with(|answers| catalogue::form::is_field_asked(&service, &field.id, answers))
            });
            let answered = asked.filter_map(|field| {
                let answer = desk.form.answer(&field.id)?;
                let text = catalogue::form::display(field, &answer, &dictionaries, &language);
                (!text.is_empty()).then_some(text)
            });
            let text = answered.take(2).collect::<Vec<_>>().join(", ");
            (!text.is_empty()).then(|| text.into())
        }
        _ => None,
    }
}

fn documents_state(desk: Desk) -> TaskState {
    let attached = desk.attached();
    let missing = desk.form.documents().iter().any(|item| item.required && !attached.contains(&item.id));
    match (missing, attached.is_empty()) {
        (false, _) => TaskState::Done,
        (true, true) => TaskState::ToDo,
        (true, false) => TaskState::InWork,
    }
}

/// The documents and the filing, which opens when everything is right.
fn tail(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    drawn(move || {
        let attached = desk.attached();
        let asked = desk.form.documents();
        let required = asked.iter().filter(|item| item.required);
        let (all, have) = required.fold((0_usize, 0_usize), |(all, have), item| {
            (all + 1, have + usize::from(attached.contains(&item.id)))
        });
        let count =
            i18n.t_with("drafts.documents_count", &[("have", &have.to_string()), ("all", &all.to_string())]);
        let documents = Task {
            title: t("drafts.documents_task").into(),
            note: Some(count.into()),
            href: Path::DraftDocuments(desk.id).href(),
            state: documents_state(desk),
        };
        let is_ready = desk.findings().is_empty();
        let check = Task {
            title: t("drafts.check_task").into(),
            note: (!is_ready).then(|| t("drafts.check_locked").into()),
            href: Path::Check(desk.id).href(),
            state: if is_ready { TaskState::ToDo } else { TaskState::Locked },
        };
        view! {
            {(!asked.is_empty()).then(|| section(t("drafts.documents_group").into(), vec![documents]))}
            {section(t("drafts.check_group").into(), vec![check])}
        }
    })
}

/// The one thing to do next.
fn next_button(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    let next = move || {
        let steps = desk.form.steps();
        let open = steps.iter().find(|step| desk.form.step_state(step) != TaskState::Done);
        match open {
            Some(step) => {
                let key = if desk.form.step_state(step) == TaskState::Error {
                    "drafts.mend"
                } else {
                    "drafts.go_on"
                };
                let title = i18n.text(&step.title);
                (Path::Step(desk.id, step.id.clone()), i18n.t_with(key, &[("step", &title)]))
            }
            None if documents_state(desk) != TaskState::Done => {
                (Path::DraftDocuments(desk.id), i18n.t("drafts.to_documents"))
            }
            None => (Path::Check(desk.id), i18n.t("drafts.to_check")),
        }
    };
    let next = Memo::new(move |_| next());
    view! {
        <Actions>
            <ButtonLink href=Signal::derive(move || next.get().0.href()) kind="primary lg">
                {drawn(move || next.get().1)}
            </ButtonLink>
        </Actions>
    }
    .into_any()
}

/// What changing an application means for it.
fn about_change() -> AnyView {
    view! {
        <section class="card card--sand card--snug">
            <h2>{t("drafts.change_title")}</h2>
            <p class="small">{t("drafts.change_text")}</p>
        </section>
    }
    .into_any()
}

/// Whose the draft is, and how to be rid of it.
fn about(desk: Desk) -> AnyView {
    let (action, navigate, open) = (use_action(), use_navigate(), RwSignal::new(false));
    let delete = Callback::new(move |()| {
        let navigate = navigate.clone();
        action.run(
            move |client, _| async move { client.delete_draft(desk.id).await },
            move |()| {
                super::unsaved::forget(desk.id);
                navigate(&Path::Drafts.href(), leptos_router::NavigateOptions::default());
            },
        );
    });
    let ask = Callback::new(move |()| open.set(true));
    let keep = Callback::new(move |()| open.set(false));
    view! {
        <section class="card card--snug">
            <h2>{t("drafts.own_title")}</h2>
            <p class="small muted">{t("drafts.own_text")}</p>
            <Button kind="text sm" on_press=ask>{t("drafts.delete")}</Button>
        </section>
        <Dialog open=open id="delete-draft" title=t("drafts.delete_title")>
            <p>{t("drafts.delete_text")}</p>
            <ErrorSummary errors=action.errors/>
            <Actions>
                <Button kind="danger" busy=action.pending on_press=delete>{t("drafts.delete")}</Button>
                <Button kind="text" on_press=keep>{t("drafts.keep")}</Button>
            </Actions>
        </Dialog>
    }
    .into_any()
}
