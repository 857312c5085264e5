//! Bank details: БИК, account key (Bank of Russia, 515 of 1997), budget codes.

use super::digits;

/// БИК: nine digits; 04 for banks, 00 to 02 for bodies of the Treasury and the Bank of Russia.
#[must_use]
pub fn is_bik(text: &str) -> bool {
    digits(text, 9).is_some_and(|digits| matches!(digits.as_slice(), [0, 0..=4, ..]))
}

/// Whether a twenty-digit account may stand beside the БИК: its key digit fits. Treasury accounts (they begin with
/// 0) have no key that can be checked; their shape alone is judged.
#[must_use]
pub fn is_account(account: &str, bik: &str) -> bool {
    let (Some(bank), Some(account)) = (digits(bik, 9).filter(|_| is_bik(bik)), account_digits(account))
    else {
        return false;
    };
    if account.first() == Some(&0) {
        return true;
    }
    let prefix = match account.as_slice() {
        // Correspondent accounts at the Bank of Russia and the single treasury account are kept by the office
        // that digits 5 and 6 of the БИК name.
        [3, 0, 1, ..] | [4, 0, 1, 0, 2, ..] => [0, at(&bank, 4), at(&bank, 5)],
        _ => [at(&bank, 6), at(&bank, 7), at(&bank, 8)],
    };
    let weights = [7, 1, 3].into_iter().cycle();
    let sum: u32 =
        prefix.iter().chain(&account).zip(weights).map(|(digit, weight)| digit * weight % 10).sum();
    sum.is_multiple_of(10)
}

fn at(digits: &[u32], index: usize) -> u32 {
    digits.get(index).copied().unwrap_or_default()
}

/// The twenty digits of an account; the sixth may be a letter of a clearing currency.
fn account_digits(text: &str) -> Option<Vec<u32>> {
    const CLEARING: &str = "ABCEHKMPTX";
    if text.chars().count() != 20 {
        return None;
    }
    let digit = |(index, character): (usize, char)| match index {
        5 => character
            .to_digit(10)
            .or_else(|| CLEARING.find(character).and_then(|position| u32::try_from(position).ok())),
        _ => character.to_digit(10),
    };
    text.chars().enumerate().map(digit).collect()
}

/// КБК: twenty digits (administrator, kind of income, subtype, analytic group). The last groups may have capital
/// letters in codes of expenses, never in those of income.
#[must_use]
pub fn is_kbk(text: &str) -> bool {
    digits(text, 20).is_some()
}

/// ОКТМО: eight digits of a municipality or eleven of a settlement.
#[must_use]
pub fn is_oktmo(text: &str) -> bool {
    digits(text, 8).or_else(|| digits(text, 11)).is_some()
}
