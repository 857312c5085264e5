//! Telephone numbers of all countries (AC-36: not only Russian ones).

use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, PhoneNumber, Type};

/// Why a number cannot be taken; the code of a field error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No number of any country.
    Invalid,
    /// A number that cannot get an SMS.
    NotMobile,
    /// A number with a price of its own, of a satellite, or one that leads on to others: codes to it would cost whatever
    /// its owner likes (abuse 6).
    Costly,
}

impl Refusal {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "phone_invalid",
            Self::NotMobile => "phone_not_mobile",
            Self::Costly => "phone_costly",
        }
    }
}

/// The number in E.164 (`+998901234567`). Numbers without a plus are read as Russian first, then as
/// international.
///
/// # Errors
/// [`Refusal`].
pub fn normal_phone(text: &str) -> Result<String, Refusal> {
    let number = read(text).ok_or(Refusal::Invalid)?;
    match number.number_type(&DATABASE) {
        // The codes of satellites and of services that belong to no country.
        _ if number.country().id().is_none() => Err(Refusal::Costly),
        Type::Mobile | Type::FixedLineOrMobile | Type::Unknown => {
            Ok(number.format().mode(Mode::E164).to_string())
        }
        Type::FixedLine | Type::TollFree => Err(Refusal::NotMobile),
        _ => Err(Refusal::Costly),
    }
}

fn read(text: &str) -> Option<PhoneNumber> {
    let mut digits: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '\u{a0}')).collect();
    if let Some(rest) = digits.strip_prefix("00") {
        digits = format!("+{rest}");
    }
    let (plus, bare) = digits.strip_prefix('+').map_or((false, digits.as_str()), |rest| (true, rest));
    if !(7..=15).contains(&bare.len()) || !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let parse = |country, text: &str| phonenumber::parse(country, text).ok().filter(PhoneNumber::is_valid);
    let international = || parse(None, &format!("+{bare}"));
    if plus { international() } else { parse(Some(Id::RU), bare).or_else(international) }
}

/// A number as it may be shown to whoever has not signed in yet: `+998 ••• •• 67`.
#[must_use]
pub fn masked(phone: &str) -> String {
    let digits = phone.trim_start_matches('+');
    let country = phonenumber::parse(None, phone)
        .map_or_else(|_| String::new(), |number| number.code().value().to_string());
    let end = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
    format!("+{country} ••• •• {end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_countries_become_e164() {
        for (text, kept) in [
            ("+998 90 123-45-67", "+998901234567"),
            ("8 (912) 345-67-89", "+79123456789"),
            ("79990000001", "+79990000001"),
            ("9123456789", "+79123456789"),
            ("998901234567", "+998901234567"),
            ("00996555123456", "+996555123456"),
            ("+1 650 253 0000", "+16502530000"),
        ] {
            assert_eq!(normal_phone(text).as_deref(), Ok(kept), "{text}");
        }
    }

    #[test]
    fn what_cannot_get_an_sms_is_refused() {
        for (text, refusal) in [
            ("+74951234567", Refusal::NotMobile),
            ("88005553535", Refusal::Invalid),
            ("+447012345678", Refusal::Costly),
            ("+870773111632", Refusal::Costly),
            ("+881612345678", Refusal::Costly),
            ("+882161234567", Refusal::Costly),
            ("+883510012345", Refusal::Costly),
            ("12", Refusal::Invalid),
            ("+7912345678a", Refusal::Invalid),
            ("+999123456789012", Refusal::Invalid),
            ("", Refusal::Invalid),
        ] {
            assert_eq!(normal_phone(text), Err(refusal), "{text}");
        }
    }

    #[test]
    fn a_masked_number_tells_the_country_and_two_digits() {
        assert_eq!(masked("+998901234567"), "+998 ••• •• 67");
        assert_eq!(masked("+79123456789"), "+7 ••• •• 89");
    }
}
