//! Judging single texts: characters, telephone numbers.

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
            "postcode" => 10,
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
        Script::Any | Script::Name => None,
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

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    use super::*;
    use crate::definition::Address;

    #[test]
    fn the_contract_says_which_parts_an_address_has_and_how_long_they_may_be() {
        let schema = serde_json::to_value(Address::schema()).unwrap();
        let said = schema["properties"].as_object().unwrap();
        assert_eq!(said.len(), ADDRESS_PARTS.len());
        for part in ADDRESS_PARTS {
            assert_eq!(said[part]["maxLength"], AddressLimits::of(part), "{part}");
        }
    }
}
