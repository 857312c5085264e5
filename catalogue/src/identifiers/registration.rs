//! Taxpayer, registration and insurance numbers.

use super::{digits, weighted_sum};

/// ИНН of a person (12 digits) or an organisation (10 digits).
#[must_use]
pub fn is_inn(text: &str) -> bool {
    is_inn_organisation(text) || is_inn_person(text)
}

/// ИНН of an organisation: ten digits, the last a check digit. Foreign organisations begin with 9909.
#[must_use]
pub fn is_inn_organisation(text: &str) -> bool {
    digits(text, 10).is_some_and(|digits| {
        let check = weighted_sum(&digits, &[2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        digits.last() == Some(&check) && any_but_zero(&digits)
    })
}

/// ИНН of a person: twelve digits, the last two check digits.
#[must_use]
pub fn is_inn_person(text: &str) -> bool {
    digits(text, 12).is_some_and(|digits| {
        let first = weighted_sum(&digits, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        let second = weighted_sum(&digits, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
        digits.ends_with(&[first, second]) && any_but_zero(&digits)
    })
}

/// КПП: four digits of the tax office, two digits or letters of the reason, three digits.
#[must_use]
pub fn is_kpp(text: &str) -> bool {
    text.len() == 9
        && text.chars().enumerate().all(|(index, character)| {
            character.is_ascii_digit() || (matches!(index, 4 | 5) && character.is_ascii_uppercase())
        })
}

/// ОГРН of an organisation: thirteen digits.
#[must_use]
pub fn is_ogrn(text: &str) -> bool {
    has_remainder_check(text, 13, 11)
}

/// ОГРНИП of an entrepreneur: fifteen digits.
#[must_use]
pub fn is_ogrnip(text: &str) -> bool {
    has_remainder_check(text, 15, 13)
}

/// The last digit is the remainder of the number before it by `divisor`, modulo 10.
fn has_remainder_check(text: &str, n: usize, divisor: u64) -> bool {
    let Some(digits) = digits(text, n) else { return false };
    let Some((check, body)) = digits.split_last() else { return false };
    let number = body.iter().fold(0_u64, |number, digit| number * 10 + u64::from(*digit));
    number % divisor % 10 == u64::from(*check) && any_but_zero(&digits)
}

/// СНИЛС: nine digits and two check digits, dashes and spaces already removed. Numbers up to 001-001-998 were
/// given out before the check existed.
#[must_use]
pub fn is_snils(text: &str) -> bool {
    const LAST_UNCHECKED: u32 = 1_001_998;
    let Some(digits) = digits(text, 11) else { return false };
    let (Some(body), Some(check)) = (digits.get(..9), digits.get(9..)) else { return false };
    let number = body.iter().fold(0_u32, |number, digit| number * 10 + digit);
    let sum = weighted_sum(body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    let given = check.iter().fold(0_u32, |check, digit| check * 10 + digit);
    number > 0 && (number <= LAST_UNCHECKED || sum == given)
}

/// Nothing but zeros passes every sum and is nobody's number.
fn any_but_zero(digits: &[u32]) -> bool {
    digits.iter().any(|digit| *digit != 0)
}
