//! The number of an application (SB-01): short enough to dictate, not to be guessed, with check digits.
//!
//! `ПР-2026-4K7M9Q-83`: a prefix from the data, the year, six symbols of 32 without look-alikes (2³⁰ numbers a
//! year and prefix), two check digits by ISO 7064 MOD 97-10. Every symbol enters the sum as two digits, so every
//! single wrong symbol and every swap of two is found; letters beside plain digits would let some pass.

use crate::names::latin_lookalike;

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];
const SYMBOLS: usize = 6;

/// A number of `year`, from the lower thirty bits of `random`. Uniqueness is the caller's to keep; on a clash it
/// draws again.
#[must_use]
pub fn make(prefix: &str, year: i32, random: u32) -> String {
    let code: String = (0..SYMBOLS)
        .rev()
        .filter_map(|place| {
            let index = (random >> (place * 5)) & 31;
            usize::try_from(index).ok().and_then(|index| ALPHABET.get(index))
        })
        .collect();
    let body = format!("{prefix}{year:04}{code}");
    let check = check_digits(&body).unwrap_or(0);
    format!("{prefix}-{year:04}-{code}-{check:02}")
}

/// Whether the text is a number exactly as [`make`] writes it; see [`read`] for what people type.
#[must_use]
pub fn is_valid(text: &str) -> bool {
    read(text).is_some_and(|number| number == text)
}

/// A number as people type and dictate it, in its written form: any case, with or without dashes and spaces, O
/// for 0, I and L for 1, Cyrillic letters for the Latin ones they look like. `None` if it is not a number or its
/// check digits do not fit.
#[must_use]
pub fn read(text: &str) -> Option<String> {
    let bare: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let digits_from = bare.iter().position(char::is_ascii_digit)?;
    let (prefix, rest) = bare.split_at_checked(digits_from)?;
    let (year, rest) = rest.split_at_checked(4)?;
    let (code, check) = rest.split_at_checked(SYMBOLS)?;
    let code: String = code.iter().map(|symbol| forgive(*symbol)).collect::<Option<_>>()?;
    let year: String = year.iter().map(|symbol| forgive(*symbol)).collect::<Option<_>>()?;
    let prefix: String = prefix.iter().collect();
    let check: String = check.iter().map(|symbol| forgive(*symbol)).collect::<Option<_>>()?;
    let body = format!("{prefix}{year}{code}");
    let fits = year.chars().all(|c| c.is_ascii_digit())
        && check.len() == 2
        && check.parse::<u32>().ok() == check_digits(&body);
    fits.then(|| format!("{prefix}-{year}-{code}-{check}"))
}

/// The symbol of the alphabet a typed one stands for.
fn forgive(symbol: char) -> Option<char> {
    let symbol = match latin_lookalike(symbol) {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.contains(&symbol).then_some(symbol)
}

/// ISO 7064 MOD 97-10: the digits that make the whole number leave 1. Latin letters count as in base 36, Cyrillic
/// capitals 10 to 41 in alphabetical order.
fn check_digits(body: &str) -> Option<u32> {
    let remainder = body.chars().try_fold(0_u32, |remainder, symbol| {
        let value = match symbol {
            'А'..='Я' => 10 + u32::from(symbol) - u32::from('А'),
            other => other.to_digit(36)?,
        };
        Some((remainder * 100 + value) % 97)
    })?;
    Some((98 - remainder * 100 % 97) % 97)
}
