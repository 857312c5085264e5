//! What a payer types on the hosted page, and what becomes of it.

use chrono::{DateTime, Datelike, Utc};

use super::model::{Cancellation, Card};
use super::tables::Tables;

/// Card data that can be charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CardInput {
    pub(crate) number: String,
    pub(crate) month: u32,
    pub(crate) year: i32,
}

/// The issuer's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Paid { three_d_secure: bool },
    Declined(Cancellation),
}

impl CardInput {
    /// Reads the form; the error lists `(field, code)`, codes as in the locale files.
    pub(crate) fn read(
        number: &str,
        expiry: &str,
        cvc: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, Vec<(&'static str, &'static str)>> {
        let mut errors = Vec::new();
        let digits: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if !(13..=19).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            errors.push(("number", "number_length"));
        } else if !passes_luhn(&digits) {
            errors.push(("number", "number_check"));
        }
        let date = read_expiry(expiry);
        match date {
            None => errors.push(("expiry", "expiry_format")),
            Some((month, year)) if (year, month) < (now.year(), now.month()) => {
                errors.push(("expiry", "expiry_past"))
            }
            Some(_) => {}
        }
        let cvc = cvc.trim();
        if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
            errors.push(("cvc", "cvc_format"));
        }
        match date {
            Some((month, year)) if errors.is_empty() => Ok(Self { number: digits, month, year }),
            _ => Err(errors),
        }
    }

    /// What the table says of this number; numbers it does not list pay.
    pub(crate) fn verdict(&self, tables: &Tables) -> Verdict {
        let Some(listed) = tables.cards.iter().find(|card| card.number == self.number) else {
            return Verdict::Paid { three_d_secure: false };
        };
        match &listed.reason {
            None => Verdict::Paid { three_d_secure: listed.three_d_secure },
            Some(reason) => Verdict::Declined(Cancellation {
                party: listed.party.clone().unwrap_or_else(|| "payment_network".into()),
                reason: reason.clone(),
            }),
        }
    }

    /// The part of the card the merchant may see.
    pub(crate) fn shown(&self, tables: &Tables) -> Card {
        let skipped = self.number.len().saturating_sub(4);
        Card {
            first6: self.number.chars().take(6).collect(),
            last4: self.number.chars().skip(skipped).collect(),
            expiry_month: format!("{:02}", self.month),
            expiry_year: self.year.to_string(),
            card_type: tables.system(&self.number).to_owned(),
            issuer_country: "RU",
        }
    }
}

fn read_expiry(text: &str) -> Option<(u32, i32)> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '/' && *c != '-').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let month: u32 = digits.get(..2)?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year = digits.get(2..)?;
    let year: i32 = match year.len() {
        2 => format!("20{year}").parse().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    Some((month, year))
}

fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_card_is_read_with_spaces_and_both_year_forms() {
        let card = CardInput::read("5555 5555 5555 4477", "12/30", "123", now()).unwrap();
        assert_eq!(card, CardInput { number: "5555555555554477".into(), month: 12, year: 2030 });
        assert_eq!(CardInput::read("4111-1111-1111-1111", "11 / 2026", "1234", now()).unwrap().year, 2026);
    }

    #[test]
    fn each_wrong_field_is_named() {
        let wrong = |number, expiry, cvc| CardInput::read(number, expiry, cvc, now()).unwrap_err();
        assert_eq!(wrong("5555555555554478", "12/30", "123"), [("number", "number_check")]);
        assert_eq!(
            wrong("1", "13/30", "12"),
            [("number", "number_length"), ("expiry", "expiry_format"), ("cvc", "cvc_format")]
        );
        assert_eq!(wrong("4111111111111111", "10/26", "123"), [("expiry", "expiry_past")]);
        assert_eq!(wrong("4111111111111111", "1½/26", "123"), [("expiry", "expiry_format")]);
    }

    #[test]
    fn every_listed_card_has_a_right_check_digit_and_its_own_fate() {
        let tables = Tables::load().unwrap();
        for listed in &tables.cards {
            let card = CardInput::read(&listed.number, "12/30", "123", now()).unwrap();
            let declined = match card.verdict(&tables) {
                Verdict::Paid { three_d_secure } => {
                    assert_eq!(three_d_secure, listed.three_d_secure);
                    None
                }
                Verdict::Declined(details) => Some(details.reason),
            };
            assert_eq!(declined, listed.reason, "{}", listed.number);
        }
        let card = CardInput::read("2200000000000004", "12/30", "123", now()).unwrap().shown(&tables);
        assert_eq!(
            (card.first6.as_str(), card.last4.as_str(), card.card_type.as_str()),
            ("220000", "0004", "Mir")
        );
    }
}
