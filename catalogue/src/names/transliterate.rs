//! Cyrillic to Latin. A proposal only: the Latin name printed in a foreigner's passport always wins (C8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How Cyrillic letters are written in Latin ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// The table of the requirements (DQ-02), with Е as E, Ъ and Ь dropped, which it leaves out.
    #[default]
    Table,
    /// ICAO 9303, as in Russian passports since 2014: Ц is TS, Ъ is IE, Ю is IU.
    Icao,
    /// As in Russian passports from 2010 to 2013: like [`Scheme::Icao`], but Ц is TC and Ъ is dropped. Only to
    /// recognise names in older documents.
    Icao2010,
    /// GOST 7.79-2000, system B: reversible; for addresses of pages and for search only.
    Gost,
}

/// A letter and how the schemes write it: table, ICAO, GOST.
type Row = (char, &'static str, &'static str, &'static str);

const LETTERS: [Row; 33] = [
    ('а', "a", "a", "a"),
    ('б', "b", "b", "b"),
    ('в', "v", "v", "v"),
    ('г', "g", "g", "g"),
    ('д', "d", "d", "d"),
    ('е', "e", "e", "e"),
    ('ё', "yo", "e", "yo"),
    ('ж', "zh", "zh", "zh"),
    ('з', "z", "z", "z"),
    ('и', "i", "i", "i"),
    ('й', "y", "i", "j"),
    ('к', "k", "k", "k"),
    ('л', "l", "l", "l"),
    ('м', "m", "m", "m"),
    ('н', "n", "n", "n"),
    ('о', "o", "o", "o"),
    ('п', "p", "p", "p"),
    ('р', "r", "r", "r"),
    ('с', "s", "s", "s"),
    ('т', "t", "t", "t"),
    ('у', "u", "u", "u"),
    ('ф', "f", "f", "f"),
    ('х', "kh", "kh", "x"),
    ('ц', "ts", "ts", "cz"),
    ('ч', "ch", "ch", "ch"),
    ('ш', "sh", "sh", "sh"),
    ('щ', "shch", "shch", "shh"),
    ('ъ', "", "ie", "``"),
    ('ы', "y", "y", "y`"),
    ('ь', "", "", "`"),
    ('э', "e", "e", "e`"),
    ('ю', "yu", "iu", "yu"),
    ('я', "ya", "ia", "ya"),
];

/// The text in Latin letters. Case is kept: a capital becomes `Shch` before a small letter and `SHCH` in a word
/// of capitals. Characters the scheme does not know stay.
#[must_use]
pub fn transliterate(text: &str, scheme: Scheme) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut latin = String::with_capacity(text.len() * 2);
    for (index, &character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| characters.get(index)).copied();
        let after = characters.get(index + 1).copied();
        let Some(written) = letter(character, after, scheme) else {
            latin.push(character);
            continue;
        };
        if !character.is_uppercase() {
            latin.push_str(written);
        } else if among_capitals(before, after) {
            latin.push_str(&written.to_uppercase());
        } else {
            let mut rest = written.chars();
            latin.extend(rest.next().map(|first| first.to_ascii_uppercase()));
            latin.push_str(rest.as_str());
        }
    }
    latin
}

fn letter(character: char, after: Option<char>, scheme: Scheme) -> Option<&'static str> {
    let small = character.to_lowercase().next()?;
    let (_, table, icao, gost) = LETTERS.iter().find(|row| row.0 == small)?;
    Some(match (scheme, small) {
        (Scheme::Icao2010, 'ц') => "tc",
        (Scheme::Icao2010, 'ъ') => "",
        (Scheme::Gost, 'ц') if after.is_some_and(|after| "иеыйёэюяИЕЫЙЁЭЮЯ".contains(after)) => {
            "c"
        }
        (Scheme::Table, _) => table,
        (Scheme::Icao | Scheme::Icao2010, _) => icao,
        (Scheme::Gost, _) => gost,
    })
}

/// Whether a capital stands in a word of capitals: judged by the letter after it, at the end by the one before.
fn among_capitals(before: Option<char>, after: Option<char>) -> bool {
    match after.filter(|after| after.is_alphabetic()) {
        Some(after) => after.is_uppercase(),
        None => before.is_some_and(|before| before.is_alphabetic() && before.is_uppercase()),
    }
}

/// A Latin name as the machine readable zone would write it (DQ-03): upper-case base letters, without accents
/// and apostrophes, single hyphens and spaces. The legal name stays as it is; this form is for comparing.
#[must_use]
pub fn machine_form(latin: &str) -> String {
    let mut form = String::with_capacity(latin.len());
    for character in latin.chars().flat_map(char::to_uppercase) {
        match character {
            'A'..='Z' | '0'..='9' => form.push(character),
            '-' | ' ' if !form.is_empty() && !form.ends_with(['-', ' ']) => form.push(character),
            other => form.push_str(base_letters(other)),
        }
    }
    form.truncate(form.trim_end_matches(['-', ' ']).len());
    form
}

/// Base letters of an accented capital, by the recommendations of ICAO 9303 part 3, section 6; empty for signs.
fn base_letters(character: char) -> &'static str {
    match character {
        'À'..='Ã'
        | 'Ā'
        | 'Ă'
        | 'Ą'
        | 'Ǎ'
        | 'Ạ'
        | 'Ả'
        | 'Ấ'
        | 'Ầ'
        | 'Ẩ'
        | 'Ẫ'
        | 'Ậ'
        | 'Ắ'
        | 'Ằ'
        | 'Ẳ'
        | 'Ẵ'
        | 'Ặ' => "A",
        'Ä' | 'Æ' | 'Ǽ' => "AE",
        'Å' => "AA",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'Ď' | 'Đ' | 'Ð' => "D",
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' | 'Ə' | 'Ẹ' | 'Ẻ' | 'Ẽ' | 'Ế' | 'Ề' | 'Ể' | 'Ễ' | 'Ệ' => {
            "E"
        }
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'Ĥ' | 'Ħ' => "H",
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' | 'Ị' | 'Ỉ' => "I",
        'Ĵ' => "J",
        'Ķ' => "K",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ŀ' | 'Ł' => "L",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' | 'Ŋ' => "N",
        'Ò'..='Õ'
        | 'Ō'
        | 'Ŏ'
        | 'Ő'
        | 'Ơ'
        | 'Ọ'
        | 'Ỏ'
        | 'Ố'
        | 'Ồ'
        | 'Ổ'
        | 'Ỗ'
        | 'Ộ'
        | 'Ớ'
        | 'Ờ'
        | 'Ở'
        | 'Ỡ'
        | 'Ợ' => "O",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ŕ' | 'Ŗ' | 'Ř' => "R",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => "S",
        'ẞ' => "SS",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' => "T",
        'Þ' => "TH",
        'Ù'..='Û' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' | 'Ư' | 'Ụ' | 'Ủ' | 'Ứ' | 'Ừ' | 'Ử' | 'Ữ' | 'Ự' => {
            "U"
        }
        'Ü' => "UE",
        'Ŵ' => "W",
        'Ý' | 'Ŷ' | 'Ÿ' | 'Ỳ' | 'Ỵ' | 'Ỷ' | 'Ỹ' => "Y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        _ => "",
    }
}
