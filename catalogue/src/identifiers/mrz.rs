//! The machine readable zone of a passport (ICAO 9303, size TD3): two lines of 44 characters.

use chrono::{Datelike, NaiveDate};
use thiserror::Error;

/// What the two lines say. Texts are without fillers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Td3 {
    /// `P` and a second letter the state may choose.
    pub document: String,
    /// ICAO code of the issuing state: `UZB`, `D`.
    pub issuer: String,
    pub family: String,
    /// All given names, with spaces.
    pub given: String,
    pub number: String,
    /// ICAO code, see [`crate::dictionary::Country::mrz`].
    pub nationality: String,
    pub birth: NaiveDate,
    /// `M`, `F`, or `<` for unspecified.
    pub sex: char,
    pub expiry: NaiveDate,
    /// Personal number or whatever else the state puts there.
    pub optional: String,
}

/// Why two lines are not a machine readable zone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MrzError {
    /// Another length or other characters.
    #[error("line {line} is not 44 characters of A-Z, 0-9 and <")]
    Line { line: u8 },
    /// A misread or forged character in the part the digit at `column` (counted from 1) covers.
    #[error("the check digit at column {column} of line 2 does not fit")]
    CheckDigit { column: u8 },
    /// Six digits that are no day.
    #[error("the date at column {column} of line 2 is not a date")]
    Date { column: u8 },
}

impl Td3 {
    /// Reads the two lines. Years have two digits: a birth lies in the hundred years before `today`, an expiry in
    /// the fifty years around it.
    ///
    /// # Errors
    /// [`MrzError`] names the line or the column that does not fit.
    pub fn parse(line1: &str, line2: &str, today: NaiveDate) -> Result<Self, MrzError> {
        let is_zone =
            |line: &str| line.len() == 44 && line.chars().all(|c| matches!(c, 'A'..='Z' | '0'..='9' | '<'));
        for (line, number) in [(line1, 1), (line2, 2)] {
            if !is_zone(line) {
                return Err(MrzError::Line { line: number });
            }
        }
        let part = |line: &str, from: usize, to: usize| line.get(from - 1..to).unwrap_or_default().to_owned();
        let second = |from, to| part(line2, from, to);
        for (body, column) in [(second(1, 9), 10), (second(14, 19), 20), (second(22, 27), 28)] {
            verify(&body, line2, column)?;
        }
        let optional = second(29, 42);
        if !(second(43, 43) == "<" && optional.chars().all(|c| c == '<')) {
            verify(&optional, line2, 43)?;
        }
        verify(&format!("{}{}{}", second(1, 10), second(14, 20), second(22, 43)), line2, 44)?;

        let names = part(line1, 6, 44);
        let (family, given) = names.split_once("<<").unwrap_or((&names, ""));
        Ok(Self {
            document: clean(&part(line1, 1, 2)),
            issuer: clean(&part(line1, 3, 5)),
            family: clean(family),
            given: clean(given),
            number: clean(&second(1, 9)),
            nationality: clean(&second(11, 13)),
            birth: date(&second(14, 19), today, 0).ok_or(MrzError::Date { column: 14 })?,
            sex: second(21, 21).chars().next().unwrap_or('<'),
            expiry: date(&second(22, 27), today, 50).ok_or(MrzError::Date { column: 22 })?,
            optional: clean(&optional),
        })
    }
}

/// The check digit of a part of the zone: weights 7, 3, 1; `<` counts nothing, A is 10 … Z is 35.
#[must_use]
pub fn check_digit(text: &str) -> u32 {
    let weights = [7, 3, 1].into_iter().cycle();
    text.chars().zip(weights).map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight).sum::<u32>() % 10
}

fn verify(body: &str, line: &str, column: u8) -> Result<(), MrzError> {
    let given = line.chars().nth(usize::from(column) - 1).and_then(|c| c.to_digit(10));
    if given == Some(check_digit(body)) { Ok(()) } else { Err(MrzError::CheckDigit { column }) }
}

fn clean(text: &str) -> String {
    text.split('<').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `yymmdd` in the century that puts it at most `ahead` years after `today`.
fn date(text: &str, today: NaiveDate, ahead: i32) -> Option<NaiveDate> {
    let number = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
    let (year, month, day) = (i32::try_from(number(0)?).ok()?, number(2)?, number(4)?);
    let latest = NaiveDate::from_ymd_opt(today.year() + ahead, today.month(), today.day())
        .or_else(|| NaiveDate::from_ymd_opt(today.year() + ahead, today.month(), 28))?;
    let century = latest.year() / 100 * 100;
    [century, century - 100]
        .into_iter()
        .filter_map(|century| NaiveDate::from_ymd_opt(century + year, month, day))
        .find(|date| *date <= latest)
}
