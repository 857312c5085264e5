//! What a password must be (AC-09): its composition, and that it is neither common nor the person's own data.

use std::collections::HashSet;
use std::sync::LazyLock;

use openapi::accounts::{PASSWORD_MAX, PASSWORD_MIN};
use openapi::{FieldError, Secret};

use crate::error::{Error, Result, field_error};

/// Words people choose; one a line, in lower case, without the digits and signs that are added to them.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/common-passwords.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
});

/// Pieces of a person's own data shorter than this are not looked for.
const OWN: usize = 4;
/// A password with fewer different characters is a pattern.
const DIFFERENT: usize = 5;

/// Everything that is wrong with a password, as errors of the field `pointer`. `own` is the person's data:
/// names, address, phone.
#[must_use]
pub fn findings(pointer: &str, password: &str, own: &[&str]) -> Vec<FieldError> {
    let length = password.chars().count();
    let has = |test: fn(char) -> bool| password.chars().any(test);
    [
        (length < PASSWORD_MIN, "password_too_short"),
        (length > PASSWORD_MAX, "password_too_long"),
        (!has(char::is_uppercase), "password_needs_upper"),
        (!has(char::is_lowercase), "password_needs_lower"),
        (!has(|c| c.is_ascii_digit()), "password_needs_digit"),
        (!has(|c| !c.is_alphanumeric() && !c.is_whitespace()), "password_needs_special"),
        (length >= PASSWORD_MIN && is_common(password), "password_common"),
        (holds_own(password, own), "password_personal"),
    ]
    .into_iter()
    .filter(|(wrong, _)| *wrong)
    .map(|(_, code)| field_error(pointer, code))
    .collect()
}

/// Whether somebody with this data of their own may have this password.
///
/// # Errors
/// Everything that is wrong with it, as errors of the field `/password`.
pub fn check(password: &Secret, own: &[&str]) -> Result<()> {
    let wrong = findings("/password", password.expose(), own);
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid(wrong)) }
}

/// `P@ssw0rd1!` is `password` with decoration.
fn is_common(password: &str) -> bool {
    let different: HashSet<char> = password.chars().collect();
    if different.len() < DIFFERENT {
        return true;
    }
    let lower = password.to_lowercase();
    let trim = |text: &str| text.trim_matches(|c: char| !c.is_alphabetic()).to_owned();
    let plain: String = lower.chars().map(undisguised).collect();
    let bare: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    [trim(&lower), trim(&plain), undisguise_inside(&lower), bare]
        .iter()
        .any(|word| COMMON.contains(word.as_str()))
}

/// Decoration cut off first, so that its digits are not taken for letters.
fn undisguise_inside(lower: &str) -> String {
    lower
        .trim_end_matches(|c: char| !c.is_alphabetic())
        .chars()
        .map(undisguised)
        .filter(|c| c.is_alphabetic())
        .collect()
}

fn undisguised(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' | '+' => 't',
        other => other,
    }
}

fn holds_own(password: &str, own: &[&str]) -> bool {
    let lower = password.to_lowercase();
    own.iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter(|piece| piece.chars().count() >= OWN)
        .any(|piece| lower.contains(&piece.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(password: &str) -> Vec<String> {
        let own = ["Демов", "Aziz", "aziz.demov@example.org", "+998901234567"];
        findings("/password", password, &own).into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn each_missing_kind_is_named() {
        assert_eq!(
            codes("abc"),
            ["password_too_short", "password_needs_upper", "password_needs_digit", "password_needs_special"]
        );
        assert_eq!(codes("SHOUTED-LOUD7"), ["password_needs_lower"]);
        assert_eq!(codes("Spring rain 7"), ["password_needs_special"]);
        assert_eq!(codes(&format!("Ab1-{}", "xyz".repeat(50))), ["password_too_long"]);
        assert!(codes("Тихая-Гавань-7").is_empty());
        assert!(codes("Kx7!vmQ2").is_empty());
    }

    #[test]
    fn decorated_common_words_are_common() {
        for password in
            ["Password1!", "P@ssw0rd", "P@$$w0rd1!", "Qwerty123!", "Пароль-2026", "!!Admin2024", "Aa1!Aa1!"]
        {
            assert!(codes(password).contains(&"password_common".to_owned()), "{password}");
        }
        assert!(!codes("Harbour-Pass-7").contains(&"password_common".to_owned()));
    }

    #[test]
    fn own_data_is_not_a_password() {
        for password in ["Demov-2026-x", "Азиз-ДЕМОВ-1", "Tel.998901234567", "xx-AZIZ-xx-1"] {
            assert!(codes(password).contains(&"password_personal".to_owned()), "{password}");
        }
    }
}
