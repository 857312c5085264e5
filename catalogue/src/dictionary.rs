//! Dictionaries the forms refer to: countries, regions, refusal reasons, requisites. Their data stand in
//! `dictionaries/*.yaml`; the browser gets them as JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::names::compose;
use crate::text::Text;

/// All dictionaries together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dictionaries {
    /// In the order a list shows them: today's states by Russian name, then the rest.
    pub countries: Vec<Country>,
    /// By the word people look for.
    pub regions: Vec<Region>,
    pub refusal_reasons: Vec<RefusalReason>,
    /// Where fees are paid to, by name.
    pub requisites: BTreeMap<String, Requisites>,
    /// Short words answers are shown with: `yes`, `no`, and patterns such as `flat` with `{value}`.
    pub words: BTreeMap<String, Text>,
    /// Letters every application number begins with (SB-01).
    #[schema(example = "ПР")]
    pub number_prefix: String,
}

/// A citizenship: a state of today, a state of the past, or none (DQ-07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// ISO 3166-1 alpha-2 for states of today; alpha-3 or the ICAO 9303 code for the others. This is what an
    /// answer holds.
    #[schema(example = "UZ")]
    pub code: String,
    /// ISO 3166-1 alpha-3, or the code itself.
    #[schema(example = "UZB")]
    pub alpha3: String,
    /// Code in the machine readable zone (ICAO 9303 part 3), where it differs in use: `D` for Germany.
    #[schema(example = "UZB")]
    pub mrz: String,
    pub name: Text,
    /// Other names and short forms people look for it by, in any language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether the state exists today.
    pub current: bool,
}

/// A federal subject (DQ-11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Two digits.
    #[schema(example = "77")]
    pub code: String,
    pub name: Text,
    /// Other names and short forms people look for it by, in any language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// Why an officer may refuse, and how the applicant mends it (CS-09, CS-10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalReason {
    /// `O-` and two digits.
    #[schema(example = "O-03")]
    pub code: String,
    /// What is wrong, in a few words.
    pub title: Text,
    /// What to do to get a positive answer.
    pub cure: Text,
    /// The act the reason rests on; unverified until a lawyer has looked (C35).
    pub basis: Text,
}

/// Whom and where a fee is paid (PY-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requisites {
    /// The payee, at most 160 characters.
    pub name: String,
    /// Ten digits.
    pub inn: String,
    /// Nine symbols.
    pub kpp: String,
    /// БИК of the bank, nine digits.
    pub bic: String,
    /// Twenty digits.
    pub account: String,
    /// Correspondent account of the bank, twenty digits, or `0`.
    pub corr_account: String,
    /// At most 45 characters.
    pub bank_name: String,
    /// Eight or eleven digits of the municipality.
    pub oktmo: String,
    /// The accruer's part of every УИН: the first digits, to which serial and check digit are added.
    pub uin_prefix: String,
    /// Invented for demonstration; never to be paid to (C34).
    pub sample: bool,
}

/// The federal subject that is meant by its code, or by its name as people write and paste it: «Московская обл.»,
/// «Респ. Татарстан», «Удмуртия». A part of a name is enough where only one has it.
#[must_use]
pub fn find_region<'a>(regions: &'a [Region], text: &str) -> Option<&'a Region> {
    if let Some(known) = regions.iter().find(|region| region.code == text.trim()) {
        return Some(known);
    }
    let meant = words(text);
    if meant.is_empty() {
        return None;
    }
    let fits = |region: &&Region, is: fn(&BTreeSet<String>, &BTreeSet<String>) -> bool| {
        let mut names = region.name.in_all().chain(region.aliases.iter().map(String::as_str));
        names.any(|name| is(&meant, &words(name)))
    };
    let whole = regions.iter().find(|region| fits(region, BTreeSet::eq));
    whole.or_else(|| {
        let mut partly = regions.iter().filter(|region| fits(region, BTreeSet::is_subset));
        partly.next().filter(|_| partly.next().is_none())
    })
}

/// Short words in names of places, and what they stand for.
const SHORT: [(&str, &str); 6] = [
    ("обл", "область"),
    ("респ", "республика"),
    ("ао", "автономный округ"),
    ("аобл", "автономная область"),
    ("г", ""),
    ("город", ""),
];

/// The words of a place's name in small letters, in any order, the short ones written out.
fn words(name: &str) -> BTreeSet<String> {
    let name = compose(name).to_lowercase().replace('ё', "е");
    let written = name.split(|character: char| !character.is_alphanumeric());
    written.flat_map(|word| whole(word).split_whitespace()).map(str::to_owned).collect()
}

fn whole(word: &str) -> &str {
    SHORT.iter().find(|(short, _)| *short == word).map_or(word, |(_, whole)| whole)
}

impl Dictionaries {
    /// The country an answer names, by [`Country::code`].
    #[must_use]
    pub fn country(&self, code: &str) -> Option<&Country> {
        self.countries.iter().find(|country| country.code == code)
    }

    /// The country a machine readable zone or a register names: alpha-3, ICAO or alpha-2 code.
    #[must_use]
    pub fn country_by_any(&self, code: &str) -> Option<&Country> {
        self.countries
            .iter()
            .find(|country| country.code == code || country.alpha3 == code || country.mrz == code)
    }

    /// The federal subject with this code.
    #[must_use]
    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.code == code)
    }

    /// The federal subject a town is by itself: «Москва», «г. Севастополь».
    #[must_use]
    pub fn region_of_town(&self, town: &str) -> Option<&Region> {
        let town = words(town);
        self.regions.iter().find(|region| region.name.in_all().any(|name| words(name) == town))
    }

    /// The reason with this code.
    #[must_use]
    pub fn refusal_reason(&self, code: &str) -> Option<&RefusalReason> {
        self.refusal_reasons.iter().find(|reason| reason.code == code)
    }

    /// A short word in `language`, with `value` in place of `{value}`; the bare value if the word is unknown.
    #[must_use]
    pub fn word(&self, key: &str, value: &str, language: &str) -> String {
        match self.words.get(key) {
            Some(text) => text.get(language).replace("{value}", value),
            None => value.to_owned(),
        }
    }
}
