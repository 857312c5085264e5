//! Lists of facts and steps: summary, task list, timeline, steps.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::status::{Tag, Tone};
use crate::i18n::{t, use_i18n};
use crate::icon::Icon;

/// One line of a summary: what, the answer, and where it can be changed.
#[derive(Debug, Clone)]
pub struct SummaryRow {
    pub term: TextProp,
    pub value: TextProp,
    /// Address of the page that changes the answer.
    pub change: Option<String>,
}

impl SummaryRow {
    #[must_use]
    pub fn new(term: impl Into<TextProp>, value: impl Into<TextProp>) -> Self {
        Self { term: term.into(), value: value.into(), change: None }
    }

    #[must_use]
    pub fn with_change(mut self, href: impl Into<String>) -> Self {
        self.change = Some(href.into());
        self
    }
}

/// Terms and values. `short`: two columns without links, for cards and receipts.
#[component]
pub fn SummaryList(rows: Vec<SummaryRow>, #[prop(optional)] short: bool) -> impl IntoView {
    let class = if short { "summary summary--short" } else { "summary" };
    let rows = rows.into_iter().map(|SummaryRow { term, value, change }| {
        let about = term.clone();
        let change = change.map(|href| {
            view! {
                <dd>
                    <a href=href>{t("common.change")}<span class="vh">" "{move || about.get()}</span></a>
                </dd>
            }
        });
        view! {
            <div>
                <dt>{move || term.get()}</dt>
                <dd class="pre">{move || value.get()}</dd>
                {change}
            </div>
        }
    });
    view! { <dl class=class>{rows.collect_view()}</dl> }
}

/// How far a part of the form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    Done,
    InWork,
    ToDo,
    Locked,
    Error,
}

impl From<catalogue::form::StepState> for TaskState {
    fn from(state: catalogue::form::StepState) -> Self {
        use catalogue::form::StepState;
        match state {
            StepState::NotStarted => Self::ToDo,
            StepState::Started => Self::InWork,
            StepState::Done => Self::Done,
            StepState::Error => Self::Error,
        }
    }
}

impl TaskState {
    const fn look(self) -> (Tone, &'static str, &'static str) {
        match self {
            Self::Done => (Tone::Success, "ok", "components.task_done"),
            Self::InWork => (Tone::Info, "edit", "components.task_in_work"),
            Self::ToDo => (Tone::Neutral, "circle", "components.task_to_do"),
            Self::Locked => (Tone::Neutral, "lock", "components.task_locked"),
            Self::Error => (Tone::Danger, "warn", "components.task_error"),
        }
    }
}

/// One part of the form in the task list.
#[derive(Debug, Clone)]
pub struct Task {
    pub title: TextProp,
    pub note: Option<TextProp>,
    pub href: String,
    pub state: TaskState,
}

/// The parts of a form and how far each is. Shown at the start of each visit.
#[component]
pub fn TaskList(tasks: Vec<Task>) -> impl IntoView {
    let rows = tasks.into_iter().map(|Task { title, note, href, state }| {
        let (tone, icon, word) = state.look();
        let title = move || title.get();
        let head = if state == TaskState::Locked {
            view! { <span><b>{title}</b></span> }.into_any()
        } else {
            view! { <a href=href>{title}</a> }.into_any()
        };
        view! {
            <li class="task">
                {head}
                {note.map(|note| view! { <p>{move || note.get()}</p> })}
                <Tag tone=tone icon=icon text=t(word)/>
            </li>
        }
    });
    view! { <ul class="tasks">{rows.collect_view()}</ul> }
}

/// One event of a history.
#[derive(Debug, Clone)]
pub struct TimelineItem {
    pub title: TextProp,
    pub text: Option<TextProp>,
    pub time: Option<TextProp>,
    pub icon: &'static str,
    pub is_done: bool,
    /// Set for the present step: its colour.
    pub current: Option<Tone>,
}

/// A history, the first event on top.
#[component]
pub fn Timeline(items: Vec<TimelineItem>) -> impl IntoView {
    let rows = items.into_iter().map(|item| {
        view! {
            <li
                class=if item.is_done { "is-done" } else { "" }
                aria-current=item.current.map(|_| "step")
                data-tone=item.current.map(Tone::as_str)
            >
                <span class="timeline__dot" aria-hidden="true"><Icon name=item.icon/></span>
                <div>
                    <h3>{move || item.title.get()}</h3>
                    {item.text.map(|text| view! { <p class="pre">{move || text.get()}</p> })}
                    {item.time.map(|time| view! { <time>{move || time.get()}</time> })}
                </div>
            </li>
        }
    });
    view! { <ol class="timeline">{rows.collect_view()}</ol> }
}

/// "Step 5 of 7 · Details" with a bar of steps.
#[component]
pub fn Steps(current: usize, total: usize, #[prop(into)] title: TextProp) -> impl IntoView {
    let i18n = use_i18n();
    let bars = (1..=total).map(|step| {
        let key = match step.cmp(&current) {
            std::cmp::Ordering::Less => "components.step_done",
            std::cmp::Ordering::Equal => "components.step_now",
            std::cmp::Ordering::Greater => "components.step_ahead",
        };
        let hidden = move || i18n.t_with(key, &[("n", &step.to_string())]);
        view! {
            <li class=if step < current { "is-done" } else { "" } aria-current=(step == current).then_some("step")>
                <span class="vh">{hidden}</span>
            </li>
        }
    });
    let words = move || {
        i18n.t_with("components.step_of", &[("step", &current.to_string()), ("total", &total.to_string())])
    };
    view! {
        <div class="steps">
            <p><b>{words}</b>" · "{move || title.get()}</p>
            <ol>{bars.collect_view()}</ol>
        </div>
    }
}
