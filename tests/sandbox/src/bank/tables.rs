//! `data/bank.json`: limits, test cards and the provider's wording.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::model::{MethodKind, Money};

/// The bank's tables.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Tables {
    limits_kopecks: Limits,
    /// What the bank keeps, in thousandths.
    pub(crate) fee_per_mille: i64,
    /// The bank's 12-digit number in SBP links.
    pub(crate) sbp_bank: String,
    pub(crate) cards: Vec<TestCard>,
    systems: Vec<System>,
    titles: HashMap<String, String>,
    descriptions: HashMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Limits {
    bank_card: i64,
    sbp: i64,
    least: i64,
}

/// A card number with a known fate.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct TestCard {
    pub(crate) number: String,
    /// Why it is declined; none: it pays.
    pub(crate) reason: Option<String>,
    /// Who declines; by default `payment_network`.
    pub(crate) party: Option<String>,
    #[serde(default)]
    pub(crate) three_d_secure: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct System {
    prefixes: Vec<String>,
    name: String,
}

impl Tables {
    pub(crate) fn load() -> serde_json::Result<Self> {
        serde_json::from_str(include_str!("../../data/bank.json"))
    }

    pub(crate) fn least(&self) -> Money {
        Money(self.limits_kopecks.least)
    }

    /// The most a payment may be; without a method, the larger of both.
    pub(crate) fn most(&self, method: Option<MethodKind>) -> Money {
        match method {
            Some(MethodKind::BankCard) => Money(self.limits_kopecks.bank_card),
            Some(MethodKind::Sbp) => Money(self.limits_kopecks.sbp),
            None => Money(self.limits_kopecks.sbp.max(self.limits_kopecks.bank_card)),
        }
    }

    /// The payment system whose longest prefix fits.
    pub(crate) fn system(&self, number: &str) -> &str {
        let longest = |system: &System| {
            let fitting = system.prefixes.iter().filter(|prefix| number.starts_with(prefix.as_str()));
            fitting.map(String::len).max()
        };
        let best = self
            .systems
            .iter()
            .filter_map(|system| Some((longest(system)?, system)))
            .max_by_key(|found| found.0);
        best.map_or("Unknown", |(_, system)| system.name.as_str())
    }

    /// The title of a payment method as the provider words it.
    pub(crate) fn title(&self, method: &str, last4: &str) -> Option<String> {
        self.titles.get(method).map(|title| title.replace("{last4}", last4))
    }

    pub(crate) fn description(&self, why: &str) -> String {
        self.descriptions.get(why).cloned().unwrap_or_else(|| why.to_owned())
    }
}
