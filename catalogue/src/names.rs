//! Names in two scripts: which letters they may have, transliteration, comparison (DQ-01 to DQ-04, C7, C8).

mod compare;
mod fault;
mod transliterate;

pub use compare::{PersonName, Similarity, compare, compare_people};
pub use fault::{Fault, fault};
pub use transliterate::{Scheme, machine_form, transliterate};

/// Canonical composition (NFC), so that a letter typed as base and accent equals the letter. In the browser this
/// does nothing: keyboards compose already, and the server composes again.
#[must_use]
pub fn compose(text: &str) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    return unicode_normalization::UnicodeNormalization::nfc(text).collect();
    #[cfg(target_arch = "wasm32")]
    return text.to_owned();
}

/// Compatibility composition (NFKC) for comparison: wide letters and ligatures become plain ones.
#[must_use]
fn compose_compatible(text: &str) -> String {
    #[cfg(not(target_arch = "wasm32"))]
    return unicode_normalization::UnicodeNormalization::nfkc(text).collect();
    #[cfg(target_arch = "wasm32")]
    return text.to_owned();
}

/// Whether the text is a name in Latin letters, diacritics included.
#[must_use]
pub fn is_latin(text: &str) -> bool {
    text.chars().all(is_latin_name_character)
}

/// Whether the text is a name in Cyrillic letters, those of all languages written with them.
#[must_use]
pub fn is_cyrillic(text: &str) -> bool {
    text.chars().all(is_cyrillic_name_character)
}

/// A Latin letter, or what may stand between letters of a name.
#[must_use]
pub fn is_latin_name_character(character: char) -> bool {
    is_latin_letter(character) || stands_between(character)
}

/// A Cyrillic letter, or what may stand between letters of a name.
#[must_use]
pub fn is_cyrillic_name_character(character: char) -> bool {
    is_cyrillic_letter(character) || stands_between(character)
}

fn is_latin_letter(character: char) -> bool {
    character.is_ascii_alphabetic()
        || matches!(character, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') && character.is_alphabetic()
}

fn is_cyrillic_letter(character: char) -> bool {
    matches!(character, '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}') && character.is_alphabetic()
}

/// Space, hyphen, full stop, the apostrophes of names (typed and typographic, the Uzbek letters ʻ ʼ), and
/// combining accents.
fn stands_between(character: char) -> bool {
    matches!(
        character,
        ' ' | '-' | '.' | '\'' | '`' | '\u{2BB}' | '\u{2BC}' | '\u{2018}' | '\u{2019}' | '\u{300}'
            ..='\u{36F}'
    )
}

/// The Latin capital that a Cyrillic capital looks like; any other character as it is.
#[must_use]
pub fn latin_lookalike(character: char) -> char {
    match character {
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        other => other,
    }
}
