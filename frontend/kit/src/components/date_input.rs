//! A date in three fields, without a calendar: birthdays and stamps are copied, not looked up.

use catalogue::form::parse_date;
use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::field::Field;
use super::input::blurred;
use crate::api::Errors;
use crate::i18n::t;
use crate::opt_text::OptText;

/// A date. `value` is ISO 8601 (`2026-11-13`) when all parts are there; unfinished or impossible dates are kept as
/// typed (`2026-2-31`, `--5`), so that nothing is lost and the rules can say what is wrong. A whole date pasted into
/// any part fills all three.
#[component]
pub fn DateInput(
    #[prop(into)] name: String,
    #[prop(into)] legend: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] optional: bool,
    /// `bday` for birthdays.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint.or(t("components.date_hint")));
    let is_birthday = autocomplete.as_deref() == Some("bday");
    // The parts as they are typed. They follow the value when it comes from elsewhere.
    let parts = RwSignal::new(split(&value.get_untracked()));
    Effect::new(move |_| {
        let text = value.get();
        if parts.with_untracked(join) != text {
            parts.set(split(&text));
        }
    });
    let bad = Signal::derive({
        let error = field.error;
        move || if error.with(Option::is_some) { parts.with(wrong_parts) } else { Vec::new() }
    });
    let input = |part: Part| {
        let id = format!("{}-{}", field.id, part.name());
        let typed = move |text: String| {
            let pasted = parse_date(&text).filter(|_| text.trim().len() > 4);
            match pasted {
                Some(date) => parts.set(split(&date.to_string())),
                None => parts.update(|parts| *part.of(parts) = text.trim().to_owned()),
            }
            value.set(parts.with_untracked(join));
        };
        view! {
            <div>
                <label class="label" for=id.clone()>{t(part.label())}</label>
                <input
                    class=part.class()
                    id=id
                    inputmode="numeric"
                    autocomplete=if is_birthday { part.autocomplete() } else { "off" }
                    aria-invalid=move || bad.with(|bad| bad.contains(&part)).then_some("true")
                    prop:value=move || parts.with(|parts| part.in_(parts).to_owned())
                    on:input=move |event| typed(event_target_value(&event))
                />
            </div>
        }
    };
    // The day is left for the month: judging waits until the focus leaves the whole group.
    let left = move |event: leptos::ev::FocusEvent| {
        use leptos::wasm_bindgen::JsCast;
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let group = event.current_target().and_then(|group| group.dyn_into::<web_sys::Node>().ok());
        if !group.is_some_and(|group| group.contains(to.as_ref())) {
            blurred(on_blur);
        }
    };
    let control = view! {
        <div class="date" on:focusout=left>
            {input(Part::Day)} {input(Part::Month)} {input(Part::Year)}
        </div>
    };
    field.grouped(legend, optional, control.into_any())
}

/// Day, month, year as typed.
type Parts = [String; 3];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Day,
    Month,
    Year,
}

impl Part {
    fn of(self, parts: &mut Parts) -> &mut String {
        let [day, month, year] = parts;
        match self {
            Self::Day => day,
            Self::Month => month,
            Self::Year => year,
        }
    }

    fn in_(self, parts: &Parts) -> &str {
        let [day, month, year] = parts;
        match self {
            Self::Day => day,
            Self::Month => month,
            Self::Year => year,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Day => "components.day",
            Self::Month => "components.month",
            Self::Year => "components.year",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Day | Self::Month => "input input--2",
            Self::Year => "input input--4",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            Self::Day => "bday-day",
            Self::Month => "bday-month",
            Self::Year => "bday-year",
        }
    }
}

fn split(value: &str) -> Parts {
    if let Some(date) = parse_date(value) {
        let iso = date.to_string();
        return parts_of(&iso);
    }
    parts_of(value)
}

fn parts_of(text: &str) -> Parts {
    let mut parts = text.splitn(3, '-');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (year, month, day) = (next(), next(), next());
    [day, month, year]
}

fn join(parts: &Parts) -> String {
    let [day, month, year] = parts;
    if parts.iter().all(String::is_empty) {
        return String::new();
    }
    let text = format!("{year}-{month}-{day}");
    parse_date(&text).map_or(text, |date| date.to_string())
}

/// Which parts are to be marked when the date is wrong: those that cannot be right alone, or all.
fn wrong_parts(parts: &Parts) -> Vec<Part> {
    let number = |part: Part| part.in_(parts).parse::<u32>().ok();
    let is_right = |part: Part| match part {
        Part::Day => number(part).is_some_and(|day| (1..=31).contains(&day)),
        Part::Month => number(part).is_some_and(|month| (1..=12).contains(&month)),
        Part::Year => number(part).is_some_and(|year| (1000..=9999).contains(&year)),
    };
    let all = [Part::Day, Part::Month, Part::Year];
    let wrong: Vec<Part> = all.into_iter().filter(|part| !is_right(*part)).collect();
    if wrong.is_empty() { all.to_vec() } else { wrong }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(day: &str, month: &str, year: &str) -> Parts {
        [day.to_owned(), month.to_owned(), year.to_owned()]
    }

    #[test]
    fn whole_dates_are_iso_and_unfinished_ones_are_kept() {
        assert_eq!(join(&parts("5", "3", "1990")), "1990-03-05");
        assert_eq!(join(&parts("31", "2", "2026")), "2026-2-31");
        assert_eq!(join(&parts("5", "", "")), "--5");
        assert_eq!(join(&parts("", "", "")), "");
    }

    #[test]
    fn what_was_kept_comes_back_into_its_parts() {
        assert_eq!(split("2026-11-13"), parts("13", "11", "2026"));
        assert_eq!(split("2026-2-31"), parts("31", "2", "2026"));
        assert_eq!(split("--5"), parts("5", "", ""));
        assert_eq!(split("13.11.2026"), parts("13", "11", "2026"));
        assert_eq!(split(""), parts("", "", ""));
    }

    #[test]
    fn only_wrong_parts_are_marked() {
        assert_eq!(wrong_parts(&parts("32", "1", "2026")), [Part::Day]);
        assert_eq!(wrong_parts(&parts("1", "", "26")), [Part::Month, Part::Year]);
        assert_eq!(wrong_parts(&parts("30", "2", "2026")), [Part::Day, Part::Month, Part::Year]);
    }
}
