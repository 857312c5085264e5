//! Numbers that carry their own check: of persons, organisations, accounts, charges, documents, applications.
//! Every function takes the number without spaces and answers whether it can exist, never whether it does.

mod bank;
mod mrz;
pub mod number;
mod registration;
mod uin;

pub use bank::{is_account, is_bik, is_kbk, is_oktmo};
pub use mrz::{MrzError, Td3, check_digit as mrz_check_digit};
pub use registration::{is_inn, is_inn_organisation, is_inn_person, is_kpp, is_ogrn, is_ogrnip, is_snils};
pub use uin::{is_uin, make_uin, uin_check_digit};

/// The digits of a text that has nothing else and exactly `n` of them.
fn digits(text: &str, n: usize) -> Option<Vec<u32>> {
    if text.len() != n {
        return None;
    }
    text.chars().map(|character| character.to_digit(10)).collect()
}

fn weighted_sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}
