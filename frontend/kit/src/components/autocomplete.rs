//! A list too long to open: type a few letters, choose with the arrows (ARIA combobox with a list box).

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::choice::Opt;
use super::field::Field;
use super::input::blurred;
use crate::announcer::use_announcer;
use crate::api::Errors;
use crate::dom;
use crate::i18n::use_i18n;
use crate::opt_text::OptText;

/// How many suggestions are shown at once.
const SHOWN: usize = 8;

/// One of many options by typing. `value` is the chosen option's value; words that fit no option stay in the value
/// as typed, so that nothing is lost and the rules can say what is wrong.
#[component]
pub fn Autocomplete(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<Opt>>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint);
    let (i18n, announcer) = (use_i18n(), use_announcer());
    let id = StoredValue::new(field.id.clone());
    let combo = Combo {
        value,
        options,
        text: RwSignal::new(String::new()),
        open: RwSignal::new(false),
        active: RwSignal::new(0),
    };
    // What stands in the field follows the value and the language, except while the person types.
    Effect::new(move |_| {
        let label = combo.label_of_value();
        if !combo.open.get_untracked() {
            combo.text.set(label);
        }
    });
    let found = Memo::new(move |_| combo.found());
    Effect::new(move |_| {
        if combo.open.get() {
            let count = found.with(Vec::len).to_string();
            announcer.say(i18n.t_with("components.results", &[("count", &count)]));
        }
    });
    let option_id = move |place: usize| id.with_value(|id| format!("{id}-o{place}"));
    let is_open = move || combo.open.get() && found.with(|found| !found.is_empty());
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        if combo.key(&event.key(), &found.get_untracked()) {
            event.prevent_default();
        }
    };
    let list = move || {
        is_open().then(|| {
            let rows = found.get().into_iter().enumerate().map(|(place, (own, label))| {
                let chosen = own.clone();
                view! {
                    <li
                        role="option"
                        id=option_id(place)
                        aria-selected=move || if combo.active.get() == place { "true" } else { "false" }
                        // The field keeps the focus. Chosen with the click: the list would be gone before the finger is
                        // lifted, and what lies under it be pressed.
                        on:pointerdown=move |event| event.prevent_default()
                        on:click=move |_| combo.choose(&chosen)
                    >
                        <span>{label}</span>
                    </li>
                }
            });
            view! {
                <ul
                    class="combo__list combo__list--over"
                    id=id.with_value(|id| format!("{id}-l"))
                    role="listbox"
                    aria-label=i18n.t("components.suggestions")
                >
                    {rows.collect_view()}
                </ul>
            }
        })
    };
    let control = view! {
        <div class="combo">
            <input
                class="input"
                id=field.id.clone()
                role="combobox"
                autocomplete=autocomplete.unwrap_or_else(|| "off".to_owned())
                aria-autocomplete="list"
                aria-expanded=move || if is_open() { "true" } else { "false" }
                aria-controls=id.with_value(|id| format!("{id}-l"))
                aria-activedescendant=move || is_open().then(|| option_id(combo.active.get()))
                aria-describedby=field.described_by()
                aria-invalid=field.invalid()
                prop:value=move || combo.text.get()
                on:input=move |event| combo.typed(event_target_value(&event))
                on:keydown=keydown
                on:blur=move |_| {
                    combo.leave();
                    blurred(on_blur);
                }
            />
            {list}
        </div>
    };
    field.labelled(label, optional, control.into_any())
}

#[derive(Clone, Copy)]
struct Combo {
    value: RwSignal<String>,
    options: Signal<Vec<Opt>>,
    /// What stands in the field.
    text: RwSignal<String>,
    open: RwSignal<bool>,
    active: RwSignal<usize>,
}

impl Combo {
    fn label_of_value(self) -> String {
        let value = self.value.get();
        let label = self.options.with(|options| {
            options.iter().find(|option| option.value == value).map(|option| option.label.get().to_string())
        });
        label.unwrap_or(value)
    }

    /// Values and labels that fit what is typed, best first.
    fn found(self) -> Vec<(String, String)> {
        let query = dom::lowercase(&self.text.get());
        if query.trim().is_empty() {
            return Vec::new();
        }
        self.options.with(|options| {
            let fit = |option: &Opt| {
                let label = option.label.get().to_string();
                let rank = rank(&dom::lowercase(&label), &option.value, &option.terms, query.trim())?;
                Some(((option.seldom, rank), (option.value.clone(), label)))
            };
            let mut ranked: Vec<((bool, u8), (String, String))> = options.iter().filter_map(fit).collect();
            // In the order of the reader's alphabet, whatever the list was made for.
            ranked.sort_by(|(rank, (_, label)), (other, (_, than))| (rank, label).cmp(&(other, than)));
            ranked.into_iter().take(SHOWN).map(|(_, option)| option).collect()
        })
    }

    fn typed(self, text: String) {
        // Until an option is chosen the words themselves are the answer.
        let exact = self.options.with_untracked(|options| {
            let written = dom::lowercase(text.trim());
            // Two letters may be a code by accident.
            let is_term = |option: &Opt| written.chars().count() > 2 && option.terms.contains(&written);
            let is = |option: &&Opt| dom::lowercase(&option.label.get()) == written || is_term(option);
            options.iter().find(is).map(|option| option.value.clone())
        });
        self.text.set(text.clone());
        self.active.set(0);
        self.open.set(true);
        self.value.set(exact.unwrap_or(text));
    }

    fn choose(self, value: &str) {
        self.open.set(false);
        self.value.set(value.to_owned());
        self.text.set(untrack(|| self.label_of_value()));
    }

    fn leave(self) {
        // Taken away with the focus inside.
        if self.open.is_disposed() {
            return;
        }
        self.open.set(false);
        self.text.set(untrack(|| self.label_of_value()));
    }

    /// Answers whether the key has been used.
    fn key(self, key: &str, found: &[(String, String)]) -> bool {
        let last = found.len().saturating_sub(1);
        let is_open = self.open.get_untracked() && !found.is_empty();
        match key {
            "ArrowDown" if !is_open => self.open.set(true),
            "ArrowDown" => {
                self.active.update(|active| *active = if *active >= last { 0 } else { *active + 1 })
            }
            "ArrowUp" if is_open => {
                self.active.update(|active| *active = active.checked_sub(1).unwrap_or(last));
            }
            "Home" if is_open => self.active.set(0),
            "End" if is_open => self.active.set(last),
            "Escape" if is_open => self.open.set(false),
            "Enter" if is_open => {
                if let Some((value, _)) = found.get(self.active.get_untracked()) {
                    self.choose(value);
                }
            }
            _ => return false,
        }
        true
    }
}

/// How well an option fits: wholly, at the beginning of its label, of another of its words, of a word inside the
/// label or the others, anywhere in the label; `None`: not at all. All in small letters but `value`, a code.
fn rank(label: &str, value: &str, terms: &[String], query: &str) -> Option<u8> {
    let inside = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(query));
    let fits = [
        label == query || terms.iter().any(|term| term == query) || value.eq_ignore_ascii_case(query),
        label.starts_with(query),
        terms.iter().any(|term| term.starts_with(query)),
        inside(label),
        terms.iter().any(|term| inside(term)),
        label.contains(query),
    ];
    fits.iter().position(|fits| *fits).and_then(|rank| u8::try_from(rank).ok())
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn beginnings_come_first() {
        let rank = |label, query| rank(label, "", &[], query);
        assert_eq!(rank("узбекистан", "узбекистан"), Some(0));
        assert_eq!(rank("узбекистан", "узб"), Some(1));
        assert_eq!(rank("южная корея", "кор"), Some(3));
        assert_eq!(rank("узбекистан", "стан"), Some(5));
        assert_eq!(rank("узбекистан", "x"), None);
    }

    #[test]
    fn codes_and_other_names_find_as_well() {
        let terms = ["соединённые штаты", "united states", "usa", "сша"].map(str::to_owned);
        let rank = |query| rank("соединённые штаты", "US", &terms, query);
        assert_eq!(rank("us"), Some(0));
        assert_eq!(rank("usa"), Some(0));
        assert_eq!(rank("сша"), Some(0));
        assert_eq!(rank("unit"), Some(2));
        assert_eq!(rank("states"), Some(4));
        assert_eq!(super::rank("внешние малые острова сша", "UM", &[], "сша"), Some(3), "islands come after");
    }
}
