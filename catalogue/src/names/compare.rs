//! Whether two names are the same person's, as far as letters can tell (DQ-04). Only a hint for the officer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Scheme, compose_compatible, machine_form, transliterate};

/// How alike two names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Similarity {
    /// The same letters.
    Equal,
    /// A slip or another spelling: a person should look.
    Close,
    /// Other letters.
    Different,
}

/// A name in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonName<'a> {
    pub family: &'a str,
    pub given: &'a str,
    /// Empty where there is none.
    pub patronymic: &'a str,
}

/// From this share of common trigrams on, a person should look.
const CLOSE_FROM_PERCENT: usize = 60;

/// Compares two names of any script: case, hyphens, apostrophes, spaces and Ё/Е do not matter. A Cyrillic name is
/// compared with a Latin one in every passport transliteration.
#[must_use]
pub fn compare(a: &str, b: &str) -> Similarity {
    let mut best = Similarity::Different;
    for a in spellings(a) {
        for b in spellings(b) {
            best = best.min(compare_folded(&a, &b));
        }
    }
    best
}

/// The least alike of the parts decides; the patronymic counts only where both have one.
#[must_use]
pub fn compare_people(a: PersonName<'_>, b: PersonName<'_>) -> Similarity {
    let names = compare(a.family, b.family).max(compare(a.given, b.given));
    if a.patronymic.trim().is_empty() || b.patronymic.trim().is_empty() {
        return names;
    }
    names.max(compare(a.patronymic, b.patronymic))
}

/// The name itself, folded; for a Cyrillic name also its Latin spellings, for an accented one its plain form.
fn spellings(name: &str) -> BTreeSet<String> {
    let name = compose_compatible(name);
    let cyrillic = name.chars().any(super::is_cyrillic_letter);
    let latin = [Scheme::Icao, Scheme::Icao2010, Scheme::Table].map(|scheme| transliterate(&name, scheme));
    let variants = if cyrillic { latin.to_vec() } else { vec![machine_form(&name)] };
    let own = std::iter::once(fold(&name));
    own.chain(variants.iter().map(|variant| fold(variant))).collect()
}

fn fold(name: &str) -> String {
    let letters = name.chars().flat_map(char::to_uppercase).filter(|character| character.is_alphanumeric());
    letters.map(|letter| if letter == 'Ё' { 'Е' } else { letter }).collect()
}

fn compare_folded(a: &str, b: &str) -> Similarity {
    if a == b {
        return if a.is_empty() { Similarity::Different } else { Similarity::Equal };
    }
    let (a, b) = (trigrams(a), trigrams(b));
    let common = a.intersection(&b).count();
    let all = a.union(&b).count();
    if common * 100 >= all * CLOSE_FROM_PERCENT { Similarity::Close } else { Similarity::Different }
}

/// Runs of three letters, the edges padded as PostgreSQL's `pg_trgm` does: two blanks before, one after.
fn trigrams(word: &str) -> BTreeSet<[char; 3]> {
    let padded: Vec<char> = "  ".chars().chain(word.chars()).chain(" ".chars()).collect();
    padded.windows(3).filter_map(|window| window.try_into().ok()).collect()
}
