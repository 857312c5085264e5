//! Phones, lengths and sums as the gateway reads and writes them.

/// Digits with the country code; without a plus, a Russian 8 becomes 7.
pub(super) fn normal_phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, '+' | ' ' | '-' | '(' | ')')).collect();
    let well_formed = (10..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    match digits.strip_prefix('8') {
        Some(rest) if well_formed && digits.len() == 11 && !text.starts_with('+') => Some(format!("7{rest}")),
        _ => well_formed.then_some(digits),
    }
}

/// How many SMS a text takes: 160 or 153 characters each in Latin, 70 or 67 otherwise.
pub(super) fn parts(text: &str) -> usize {
    let (single, joined) = if text.is_ascii() { (160, 153) } else { (70, 67) };
    let length = text.encode_utf16().count();
    if length <= single { 1 } else { length.div_ceil(joined) }
}

/// Words of nothing but five to eight digits: no year, and no part of a number with letters.
pub(super) fn codes(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()))
        .filter(|word| (5..=8).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

pub(super) fn rubles(kopecks: i64) -> String {
    format!("{}.{:02}", kopecks / 100, kopecks % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_normalised_or_refused() {
        for (text, phone) in [
            ("+7 (999) 000-00-01", Some("79990000001")),
            ("89990000001", Some("79990000001")),
            ("998901234567", Some("998901234567")),
            ("+84912345678", Some("84912345678")),
            ("12345", None),
            ("0999000000", None),
            ("7999000000a", None),
        ] {
            assert_eq!(normal_phone(text).as_deref(), phone, "{text}");
        }
    }

    #[test]
    fn a_long_text_takes_several_messages_and_codes_are_found() {
        assert_eq!((parts("code"), parts(&"я".repeat(70)), parts(&"я".repeat(71))), (1, 1, 2));
        assert_eq!(codes("Код 123456, дело 77, номер 123456789"), ["123456"]);
        assert_eq!(codes("Code: 123456. Case ПР-2026-B9ZAEV-42 of 2026, +79990000001"), ["123456"]);
    }
}
