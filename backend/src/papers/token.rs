//! The word in a paper's address: 128 random bits in 26 letters and digits that are not mistaken for one another
//! (Crockford's alphabet), because people without a camera type them.

use crate::crypto::random;
use crate::error::Result;

const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm',
    'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];
const LETTERS: u32 = 26;

/// A token nobody can guess.
///
/// # Errors
/// When the system has no randomness to give.
pub(super) fn new() -> Result<String> {
    Ok(spell(u128::from_be_bytes(random::<16>()?)))
}

fn spell(number: u128) -> String {
    let digit = |place: u32| usize::try_from((number >> (5 * place)) & 31).unwrap_or_default();
    (0..LETTERS).rev().filter_map(|place| ALPHABET.get(digit(place))).collect()
}

/// A token as it may have been typed: in capitals, with gaps, with look-alikes. `None`: not a token at all.
pub(super) fn read(typed: &str) -> Option<String> {
    let meant = |letter: char| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    // Cut off before anything is looked at: the address is of any length.
    let token: String =
        typed.chars().take(64).filter(|letter| !matches!(letter, '-' | ' ')).map(meant).collect();
    let fits = token.len() == 26 && token.chars().all(|letter| ALPHABET.contains(&letter));
    fits.then_some(token)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn tokens_have_26_letters_and_differ() {
        let made: BTreeSet<String> = (0..1_000).map(|_| new().unwrap()).collect();
        assert_eq!(made.len(), 1_000);
        assert!(made.iter().all(|token| read(token).as_deref() == Some(token)));
        assert_eq!(spell(0), "0".repeat(26));
        assert_eq!(spell(u128::MAX), format!("7{}", "z".repeat(25)));
        assert_eq!(spell(32), format!("{}10", "0".repeat(24)));
    }

    #[test]
    fn typed_tokens_are_understood() {
        let token = "7m2k9q4vnd83hx6t10crz5wpa0";
        assert_eq!(read("7M2K 9Q4V ND83 HX6T IOCR Z5WP AO").as_deref(), Some(token));
        assert_eq!(read("7m2k-9q4v-nd83-hx6t-l0cr-z5wp-a0").as_deref(), Some(token));
        for wrong in
            ["", "7m2k", "../../etc/passwd", "7m2k9q4vnd83hx6t10crz5wpa0e", "7m2k9q4vnd83hx6t1ucrz5wpa0"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
