//! Money, always in whole kopecks, and the payment code ST00012 (GOST R 56042-2014).

use thiserror::Error;

use crate::{dictionary::Requisites, identifiers::is_uin};

/// `1 600,00 ₽` as `language` writes it; English: `₽1,600.00`. Groups are kept together by no-break spaces.
#[must_use]
pub fn format_money(kopecks: i64, language: &str) -> String {
    let sign = if kopecks < 0 { "\u{2212}" } else { "" };
    let (rubles, rest) = (kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100);
    if language == "en" {
        format!("{sign}\u{20BD}{}.{rest:02}", grouped(rubles, ','))
    } else {
        format!("{sign}{},{rest:02}\u{A0}\u{20BD}", grouped(rubles, '\u{A0}'))
    }
}

fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// `1600.00`: the amount as banks write it.
#[must_use]
pub fn format_decimal(kopecks: i64) -> String {
    let sign = if kopecks < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100)
}

/// Reads what a bank writes: digits, a point, two digits; nothing else, so that no rounding ever happens.
#[must_use]
pub fn parse_decimal(text: &str) -> Option<i64> {
    let (rubles, kopecks) = text.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !is_number(rubles) || !is_number(kopecks) || kopecks.len() != 2 {
        return None;
    }
    rubles.parse::<i64>().ok()?.checked_mul(100)?.checked_add(kopecks.parse().ok()?)
}

/// What is paid, besides whom to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentOrder<'a> {
    /// Kopecks, at least one.
    pub amount: i64,
    /// At most 210 characters.
    pub purpose: &'a str,
    /// УИН of the charge, see [`crate::identifiers::make_uin`].
    pub uin: &'a str,
    /// Budget classification code.
    pub kbk: &'a str,
}

/// Why a payment code cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PaymentCodeError {
    /// The standard would not take the field.
    #[error("{field} is empty, too long or of another form")]
    Field { field: &'static str },
    /// Payee and bank have names too long together.
    #[error("the mandatory fields take {bytes} bytes, more than 300")]
    TooLong { bytes: usize },
    /// The purpose uses up all separators.
    #[error("no separator is free: every permitted one stands in a value")]
    Separator,
}

/// Payments for services of the migration authority (table of technical codes of the standard).
const TECH_CODE: &str = "05";
/// Separators the standard permits, the usual one first.
const SEPARATORS: [char; 12] = ['|', '~', '_', '#', '$', '^', '&', '*', '/', '`', '@', '%'];
/// Bytes of the service part and the mandatory fields.
const MANDATORY_BYTES: usize = 300;

/// The text of the payment code: UTF-8, mandatory fields first and in order.
///
/// # Errors
/// A field that the standard would not accept, or no separator that is free.
pub fn st00012(payee: &Requisites, order: &PaymentOrder<'_>) -> Result<String, PaymentCodeError> {
    let sum = order.amount.to_string();
    let mandatory = [
        ("Name", payee.name.as_str(), fits(&payee.name, 160)),
        ("PersonalAcc", &payee.account, is_personal_account(&payee.account)),
        ("BankName", &payee.bank_name, fits(&payee.bank_name, 45)),
        ("BIC", &payee.bic, is_digits(&payee.bic, &[9])),
        (
            "CorrespAcc",
            &payee.corr_account,
            payee.corr_account == "0" || is_digits(&payee.corr_account, &[20]),
        ),
    ];
    let optional = [
        ("Sum", sum.as_str(), order.amount > 0 && sum.len() <= 18),
        ("Purpose", order.purpose, fits(order.purpose, 210)),
        ("PayeeINN", &payee.inn, is_digits(&payee.inn, &[10, 12])),
        ("KPP", &payee.kpp, payee.kpp.len() == 9),
        ("CBC", order.kbk, is_digits(order.kbk, &[20])),
        ("OKTMO", &payee.oktmo, is_digits(&payee.oktmo, &[8, 11])),
        ("UIN", order.uin, is_uin(order.uin)),
        ("TechCode", TECH_CODE, true),
    ];
    let fields = || mandatory.iter().chain(&optional);
    if let Some((field, ..)) = fields().find(|(.., good)| !good) {
        return Err(PaymentCodeError::Field { field });
    }
    let is_free = |separator: &char| fields().all(|(_, value, _)| !value.contains(*separator));
    let separator = SEPARATORS.into_iter().find(is_free).ok_or(PaymentCodeError::Separator)?;
    let mut code = String::from("ST00012");
    for (index, (key, value, _)) in fields().enumerate() {
        code.push(separator);
        code.push_str(key);
        code.push('=');
        code.push_str(value);
        if index + 1 == mandatory.len() && code.len() > MANDATORY_BYTES {
            return Err(PaymentCodeError::TooLong { bytes: code.len() });
        }
    }
    Ok(code)
}

/// Not empty, at most `most` characters, nothing a terminal or a bank's parser would trip over.
fn fits(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

fn is_digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}

/// Twenty digits, the sixth possibly a letter. The standard's pattern refuses a leading zero; accounts of the
/// Treasury begin with one, and banks take them.
fn is_personal_account(text: &str) -> bool {
    text.len() == 20
        && text
            .chars()
            .enumerate()
            .all(|(index, c)| c.is_ascii_digit() || (index == 5 && "ABCEHKMPTX".contains(c)))
}
