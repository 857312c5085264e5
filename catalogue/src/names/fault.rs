//! What a person's name may be made of (DQ-01): letters of one script and the few signs that stand between them. A
//! name is written into letters and papers and read by officers, so it must not be a sentence with an address in it,
//! a name nobody can see, or one that only looks like another.

use crate::answers::{Finding, code};
use crate::text::is_forbidden;

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This character does not belong into names.
    Character(char),
    /// Nothing in it is a letter.
    NoLetter,
    /// A full stop inside a word: mail programs make a link of `example.org`. Initials (`И.П.`) are none.
    Dot,
    /// Letters of two scripts, of which some look alike.
    Scripts,
}

impl Fault {
    /// The finding for the answer at `pointer`.
    #[must_use]
    pub fn at(self, pointer: String) -> Finding {
        match self {
            Self::Character(character) => {
                Finding::new(pointer, code::NAME_CHARACTER).with("character", shown(character))
            }
            Self::NoLetter => Finding::new(pointer, code::NAME_NO_LETTER),
            Self::Dot => Finding::new(pointer, code::NAME_DOT),
            Self::Scripts => Finding::new(pointer, code::NAME_SCRIPTS),
        }
    }
}

/// Accents on one letter: more are drawn over the lines around.
const MOST_MARKS: usize = 3;

/// The first thing that is wrong with a name; `None` for a name in any one script.
#[must_use]
pub fn fault(name: &str) -> Option<Fault> {
    let mut script = None;
    let mut marks = 0;
    let mut joiner = None;
    for character in name.chars() {
        match Part::of(character) {
            Some(Part::Letter(own)) if script.is_some_and(|known| known != own) => {
                return Some(Fault::Scripts);
            }
            Some(Part::Letter(own)) => {
                (script, marks, joiner) = (Some(own), 0, None);
            }
            Some(Part::Mark) if script.is_some() && marks < MOST_MARKS => marks += 1,
            Some(Part::Joiner) if joiner.is_none() && script.is_some_and(joins) => joiner = Some(character),
            Some(Part::Between) if joiner.is_none() => marks = 0,
            _ => return Some(Fault::Character(character)),
        }
    }
    if let Some(character) = joiner {
        return Some(Fault::Character(character));
    }
    if script.is_none() {
        return Some(Fault::NoLetter);
    }
    name.split([' ', '-']).any(is_like_an_address).then_some(Fault::Dot)
}

fn is_like_an_address(word: &str) -> bool {
    let letters = |piece: &str| piece.chars().filter(|character| character.is_alphabetic()).count();
    let pieces = || word.split('.').filter(|piece| !piece.is_empty());
    pieces().count() > 1 && pieces().any(|piece| letters(piece) > 1)
}

/// A character as an error can show it: what nobody sees by its number.
fn shown(character: char) -> String {
    let seen = !(is_forbidden(character)
        || character.is_whitespace()
        || matches!(character, '\u{200C}' | '\u{200D}' | '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}'));
    if seen { character.to_string() } else { format!("U+{:04X}", u32::from(character)) }
}

enum Part {
    Letter(&'static str),
    /// Belongs to the letter before it.
    Mark,
    /// Says how the letters beside it are joined, in scripts that join.
    Joiner,
    Between,
}

impl Part {
    fn of(character: char) -> Option<Self> {
        if is_forbidden(character) {
            return None;
        }
        if is_mark(character) {
            return Some(Self::Mark);
        }
        if super::stands_between(character) || character == '\u{B7}' {
            return Some(Self::Between);
        }
        if matches!(character, '\u{200C}' | '\u{200D}') {
            return Some(Self::Joiner);
        }
        let own = script(u32::from(character))?;
        character.is_alphabetic().then_some(Self::Letter(own))
    }
}

/// Scripts whose letters change their form beside others, and say so with joiners.
fn joins(script: &str) -> bool {
    !["Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Hebrew", "East Asian"].contains(&script)
}

/// Marks that Unicode does not count among the letters.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character),
        0x300..=0x36F | 0x483..=0x487 | 0x64B..=0x65F | 0x670 | 0x93C | 0x94D | 0x9BC | 0x9CD | 0xA3C | 0xA4D | 0xABC
        | 0xACD | 0xB3C | 0xB4D | 0xBCD | 0xC4D | 0xCBC | 0xCCD | 0xD4D | 0xDCA | 0xE47..=0xE4E | 0xEC8..=0xECE | 0xF39
        | 0xF84 | 0x1037 | 0x1039 | 0x103A | 0x135D..=0x135F | 0x17C9..=0x17D3 | 0x17DD | 0x3099 | 0x309A)
}

/// The script of a code point: those that names in passports and documents are written with. The letters of China,
/// Japan and Korea stand together in one name and count as one. Letters that only look otherwise (wide, circled,
/// mathematical) belong to none.
const fn script(code: u32) -> Option<&'static str> {
    Some(match code {
        0x41..=0x2AF | 0x1E00..=0x1EFF => "Latin",
        0x370..=0x3FF | 0x1F00..=0x1FFF => "Greek",
        0x400..=0x52F | 0x1C80..=0x1C8F => "Cyrillic",
        0x531..=0x58F => "Armenian",
        0x591..=0x5F4 => "Hebrew",
        0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF => "Arabic",
        0x700..=0x74F => "Syriac",
        0x780..=0x7BF => "Thaana",
        0x7C0..=0x7FF => "N'Ko",
        0x900..=0x97F => "Devanagari",
        0x980..=0x9FF => "Bengali",
        0xA00..=0xA7F => "Gurmukhi",
        0xA80..=0xAFF => "Gujarati",
        0xB00..=0xB7F => "Oriya",
        0xB80..=0xBFF => "Tamil",
        0xC00..=0xC7F => "Telugu",
        0xC80..=0xCFF => "Kannada",
        0xD00..=0xD7F => "Malayalam",
        0xD80..=0xDFF => "Sinhala",
        0xE00..=0xE7F => "Thai",
        0xE80..=0xEFF => "Lao",
        0xF00..=0xFFF => "Tibetan",
        0x1000..=0x109F => "Myanmar",
        0x10A0..=0x10FF | 0x1C90..=0x1CBF => "Georgian",
        0x1200..=0x139F => "Ethiopic",
        0x1780..=0x17FF => "Khmer",
        0x1800..=0x18AF => "Mongolian",
        0x2D30..=0x2D7F => "Tifinagh",
        0x1100..=0x11FF
        | 0x3005..=0x3007
        | 0x3040..=0x30FF
        | 0x3130..=0x318F
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7A3
        | 0x20000..=0x323AF => "East Asian",
        _ => return None,
    })
}
