//! What the applicant will read, in Russian and in English, while the officer still writes it.

use catalogue::deadline;
use catalogue::text::{Text, human_date};
use kit::i18n::fill;
use kit::office;
use kit::prelude::*;

use crate::case::OpenCase;

/// The languages letters are written in.
const LANGUAGES: [&str; 2] = ["ru", "en"];

/// What the letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    Correction,
    Refusal,
}

impl Occasion {
    /// Name of the form, and the middle of the keys of the letter's texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Refusal => "refusal",
        }
    }

    /// Key of the page's title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Correction => "desk.correction",
            Self::Refusal => "desk.refusal",
        }
    }
}

/// One point of the letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    pub title: Text,
    /// What the dictionary says: the advice for a refusal's reason, the reason for a remark.
    pub known: Option<Text>,
    /// What the officer adds, as it was written.
    pub comment: String,
}

/// The letter with a choice of its language; first the applicant's own.
#[component]
pub fn LetterPreview(
    open: OpenCase,
    occasion: Occasion,
    #[prop(into)] points: Signal<Vec<Point>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let own = open.now.with_untracked(|loaded| loaded.case.applicant.language.clone());
    let language = RwSignal::new(LANGUAGES.into_iter().find(|one| *one == own).unwrap_or("ru"));
    let choices = LANGUAGES.map(|one| {
        view! {
            <label>
                <input
                    type="radio"
                    name="letter-language"
                    prop:checked=move || language.get() == one
                    on:change=move |_| language.set(one)
                />
                <span lang=one>{move || i18n.t(&format!("common.language_{one}"))}</span>
            </label>
        }
    });
    // The letter keeps its own language, whatever the page is in: both files of texts hold both.
    let say =
        move |part: &str| i18n.t(&format!("desk.letter_{}_{part}_{}", occasion.as_str(), language.get()));
    // As if the decision were made now.
    let appeal = move || {
        let (service, references) =
            open.now.with(|loaded| (loaded.service.clone(), loaded.references.clone()));
        let (appeal, language) = (&service.appeal, language.get());
        let until = deadline::add(appeal.term, office::today(), &references.calendar);
        let values = [
            ("until", human_date(until, language)),
            ("authority", appeal.authority.get(language).to_owned()),
            ("how", appeal.how.get(language).to_owned()),
        ];
        fill(&say("appeal"), &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let service = open.part(|loaded| loaded.case.title.clone());
    let number = open.part(|loaded| loaded.case.number.clone());
    let lines = move || {
        let language = language.get();
        let lines = points.get().into_iter().map(|point| {
            let known = point.known.map(|known| known.get(language).to_owned()).unwrap_or_default();
            view! { <li><b>{point.title.get(language).to_owned()}"."</b>" "{known}" "<span class="pre">{point.comment}</span></li> }
        });
        lines.collect_view()
    };
    view! {
        <section class="stack" aria-labelledby="letter-title">
            <div class="row row--between">
                <h2 id="letter-title">{t("desk.letter_preview")}</h2>
                <div class="seg" role="group" aria-label=t("desk.letter_language")>{choices}</div>
            </div>
            <article class="letter" lang=move || language.get()>
                <h3>{move || say("title")}</h3>
                <p>{move || service.with(|service| service.get(language.get()).to_owned())}", "<bdi class="num">{number}</bdi></p>
                <p>{move || say("intro")}</p>
                <ol>{lines}</ol>
                <p>{move || say("next")}</p>
                {(occasion == Occasion::Refusal).then(|| view! { <p>{appeal}</p> })}
            </article>
            <p class="small muted">{t("desk.letter_note")}</p>
        </section>
    }
}
