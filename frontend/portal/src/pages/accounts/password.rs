//! A new password with its rules, judged as one types (AC-09).

use kit::prelude::*;
use openapi::accounts::{PASSWORD_MAX, PASSWORD_MIN};

/// The rules: what must hold, the key of its text, the finding when it does not. The server has the same and two more
/// that need its knowledge (common passwords, the person's own data).
const RULES: [Rule; 5] = [
    (is_long_enough, "accounts.password_length", "password_too_short"),
    (has_upper, "accounts.password_upper", "password_needs_upper"),
    (has_lower, "accounts.password_lower", "password_needs_lower"),
    (has_digit, "accounts.password_digit", "password_needs_digit"),
    (has_special, "accounts.password_special", "password_needs_special"),
];

type Rule = (fn(&str) -> bool, &'static str, &'static str);

/// Codes of what the password lacks.
pub fn lacking(password: &str) -> impl Iterator<Item = &'static str> {
    let broken = RULES.iter().filter(move |(holds, _, _)| !holds(password));
    broken.map(|(_, _, code)| *code).collect::<Vec<_>>().into_iter()
}

/// The field and its rules. Rules that hold are ticked at once.
#[component]
pub fn NewPassword(value: RwSignal<String>, errors: Errors) -> impl IntoView {
    let i18n = use_i18n();
    let rules = RULES.map(|(holds, key, _)| {
        let fulfilled = Memo::new(move |_| value.with(|password| holds(password)));
        let tone = move || if fulfilled.get() { "success" } else { "neutral" };
        let icon = Signal::derive(move || if fulfilled.get() { "ok" } else { "circle" });
        let text = move || i18n.t_with(key, &[("count", &PASSWORD_MIN.to_string())]);
        let heard = move || i18n.t(if fulfilled.get() { "accounts.rule_done" } else { "accounts.rule_open" });
        view! {
            <li data-tone=tone>
                <Icon name=icon/>
                <span>{drawn(text)}<span class="vh">" "{drawn(heard)}</span></span>
            </li>
        }
    });
    view! {
        <PasswordInput
            name="password"
            label=t("accounts.password_new")
            hint=t("accounts.password_hint")
            value=value
            errors=errors
            autocomplete="new-password"
        />
        <ul class="checklist small" aria-label=t("accounts.password_rules")>{rules.collect_view()}</ul>
    }
}

fn is_long_enough(password: &str) -> bool {
    (PASSWORD_MIN..=PASSWORD_MAX).contains(&password.chars().count())
}

fn has_upper(password: &str) -> bool {
    password.chars().any(char::is_uppercase)
}

fn has_lower(password: &str) -> bool {
    password.chars().any(char::is_lowercase)
}

fn has_digit(password: &str) -> bool {
    password.chars().any(|character| character.is_ascii_digit())
}

fn has_special(password: &str) -> bool {
    password.chars().any(|character| !character.is_alphanumeric() && !character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::lacking;

    #[test]
    fn each_rule_is_named_when_it_is_broken() {
        let codes = |password| lacking(password).collect::<Vec<_>>();
        assert!(codes("Тихая-гавань7").is_empty());
        assert_eq!(codes("Aa1!"), ["password_too_short"]);
        assert_eq!(codes("aaaaaaa1!"), ["password_needs_upper"]);
        assert_eq!(codes("AAAAAAA1!"), ["password_needs_lower"]);
        assert_eq!(codes("Aaaaaaaa!"), ["password_needs_digit"]);
        assert_eq!(codes("Spring rain 7"), ["password_needs_special"]);
    }
}
