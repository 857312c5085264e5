//! Judging single texts: characters, e-mail addresses, telephone numbers.

use crate::definition::Script;
use crate::names;
pub(super) use crate::text::forbidden_character;

/// The parts of [`crate::definition::Address`], in the order they are asked.
pub(super) const ADDRESS_PARTS: [&str; 9] =
    ["region", "district", "town", "street", "house", "building", "flat", "postcode", "note"];

/// How long the parts of an address may be.
pub(super) struct AddressLimits;

impl AddressLimits {
    /// Characters `part` may have.
    pub(super) fn of(part: &str) -> usize {
        match part {
            "region" | "postcode" => 10,
            "house" | "building" | "flat" => 30,
            "note" => 500,
            _ => 120,
        }
    }
}

/// Length as a reader counts it, in characters.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}

/// The first character that does not belong into a name in `script`.
pub(super) fn foreign_letter(text: &str, script: Script) -> Option<char> {
    match script {
        Script::Any => None,
        Script::Latin => text.chars().find(|character| !names::is_latin_name_character(*character)),
        Script::Cyrillic => text.chars().find(|character| !names::is_cyrillic_name_character(*character)),
    }
}

/// What is wrong with a telephone number, given that it is normalised.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PhoneFault {
    NoCountryCode,
    Invalid,
}

/// E.164: a plus, then 8 to 15 digits of which the first is not zero. Numbers of the zone +7 have eleven.
pub(super) fn phone_fault(text: &str) -> Option<PhoneFault> {
    let Some(digits) = text.strip_prefix('+') else {
        let number = text.chars().all(|character| character.is_ascii_digit());
        return Some(if number { PhoneFault::NoCountryCode } else { PhoneFault::Invalid });
    };
    let fits = digits.chars().all(|character| character.is_ascii_digit())
        && (8..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && (!digits.starts_with('7') || digits.len() == 11);
    (!fits).then_some(PhoneFault::Invalid)
}

/// An address RFC 5321 and RFC 6531 let pass, without quoted local parts and address literals, which no mail
/// provider gives to people (C31).
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= 254 && is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    let allowed = |character: char| {
        character.is_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(character)
            || (!character.is_ascii() && !character.is_whitespace())
    };
    (1..=64).contains(&local.len())
        && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(allowed))
}

fn is_domain(domain: &str) -> bool {
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|character| character.is_alphanumeric() || is_mark(character) || character == '-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label_fits)
        && last.chars().count() >= 2
        && !last.chars().all(|character| character.is_ascii_digit())
}

/// Combining marks are part of letters in domains of many scripts.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36F | 0x900..=0xDFF)
}
