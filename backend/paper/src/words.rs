//! From the caller's texts to texts that can be printed: limits, and letters every one of which has a glyph.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::press::Coverage;
use crate::{Error, Paper, Row};

/// The longest single text, in characters.
pub const MAX_FIELD_CHARS: usize = 2_000;
/// All texts of a paper together, in characters.
pub const MAX_CHARS: usize = 20_000;
/// Rows, sections, notes and lines of a paper together.
pub const MAX_ROWS: usize = 300;

/// A word without a place to break is given one after this many characters, so that it stays on the page.
const LONGEST_WORD: usize = 32;
const BREAK: char = '\u{200B}';
/// Stands for a letter that no font has.
const UNKNOWN: char = '\u{FFFD}';

/// A copy of the paper with its texts made printable.
///
/// # Errors
/// See [`crate::render`]; the checks come before any work on the texts.
pub(crate) fn prepare(paper: &Paper, coverage: &Coverage) -> Result<Paper, Error> {
    check(paper)?;
    let mut paper = paper.clone();
    for_each_text(&mut paper, |text| *text = printable(text, coverage));
    Ok(paper)
}

fn check(paper: &Paper) -> Result<(), Error> {
    if !matches!(paper.lang.len(), 2..=3) || !paper.lang.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(Error::Language);
    }
    for (field, text) in [
        ("ident", &paper.ident),
        ("brand.name", &paper.brand.name),
        ("title", &paper.title),
        ("subtitle", &paper.subtitle),
    ] {
        if text.trim().is_empty() {
            return Err(Error::Missing { field });
        }
    }
    if let Some(qr) = &paper.qr {
        if qr.alt.trim().is_empty() {
            return Err(Error::Missing { field: "qr.alt" });
        }
        if qr.address.as_deref().is_some_and(|address| !is_web_address(address)) {
            return Err(Error::Address);
        }
    }
    let rows = paper.sections.iter().map(|section| section.rows.len() + 1).sum::<usize>()
        + paper.highlight.len()
        + paper.notes.len()
        + paper.footer.len()
        + paper.signature.as_ref().map_or(0, |signature| signature.lines.len());
    if rows > MAX_ROWS {
        return Err(Error::TooMany { limit: MAX_ROWS });
    }
    check_lengths(paper)
}

fn check_lengths(paper: &Paper) -> Result<(), Error> {
    let mut sum = 0;
    for (field, text) in texts(paper) {
        // Bytes first: counting the characters of a hundred megabytes would be work done for an attacker.
        if text.len() > MAX_FIELD_CHARS * 4 || text.chars().count() > MAX_FIELD_CHARS {
            return Err(Error::TooLong { field, limit: MAX_FIELD_CHARS });
        }
        sum += text.chars().count();
    }
    if sum > MAX_CHARS {
        return Err(Error::TooLong { field: "paper", limit: MAX_CHARS });
    }
    Ok(())
}

fn is_web_address(address: &str) -> bool {
    (address.starts_with("https://") || address.starts_with("http://"))
        && address.chars().all(|letter| letter.is_ascii_graphic())
}

/// Every text of a paper, with the name of its field. The QR payload is limited by its own rule.
fn texts(paper: &Paper) -> impl Iterator<Item = (&'static str, &str)> {
    fn row(row: &Row) -> impl Iterator<Item = &str> {
        [row.label.as_str(), row.value.as_str()].into_iter().chain(row.detail.as_deref())
    }
    let one = [
        ("ident", Some(paper.ident.as_str())),
        ("brand.name", Some(paper.brand.name.as_str())),
        ("brand.tagline", Some(paper.brand.tagline.as_str())),
        ("issuer", paper.issuer.as_deref()),
        ("title", Some(paper.title.as_str())),
        ("subtitle", Some(paper.subtitle.as_str())),
        ("lead", paper.lead.as_deref()),
        ("mark", paper.mark.as_deref()),
        ("qr.caption", paper.qr.as_ref().map(|qr| qr.caption.as_str())),
        ("qr.alt", paper.qr.as_ref().map(|qr| qr.alt.as_str())),
        ("qr.address", paper.qr.as_ref().and_then(|qr| qr.address.as_deref())),
        ("signature.title", paper.signature.as_ref().map(|signature| signature.title.as_str())),
    ];
    let lines = paper.signature.iter().flat_map(|signature| &signature.lines);
    one.into_iter()
        .filter_map(|(field, text)| text.map(|text| (field, text)))
        .chain(paper.highlight.iter().flat_map(row).map(|text| ("highlight", text)))
        .chain(paper.sections.iter().flat_map(|section| {
            section
                .title
                .as_deref()
                .into_iter()
                .chain(section.rows.iter().flat_map(row))
                .map(|text| ("sections", text))
        }))
        .chain(paper.notes.iter().map(|text| ("notes", text.as_str())))
        .chain(lines.map(|text| ("signature.lines", text.as_str())))
        .chain(paper.footer.iter().map(|text| ("footer", text.as_str())))
}

/// Visits the texts that are printed; the identifier and the address go as they are.
fn for_each_text(paper: &mut Paper, mut visit: impl FnMut(&mut String)) {
    let Paper {
        brand,
        issuer,
        title,
        subtitle,
        lead,
        highlight,
        sections,
        notes,
        qr,
        signature,
        mark,
        footer,
        ..
    } = paper;
    let rows = sections.iter_mut().flat_map(|section| section.rows.iter_mut());
    for row in highlight.iter_mut().chain(rows) {
        visit(&mut row.label);
        visit(&mut row.value);
        row.detail.iter_mut().for_each(&mut visit);
    }
    sections.iter_mut().filter_map(|section| section.title.as_mut()).for_each(&mut visit);
    [&mut brand.name, &mut brand.tagline, title, subtitle].into_iter().for_each(&mut visit);
    issuer.iter_mut().chain(lead).chain(mark).chain(notes).chain(footer).for_each(&mut visit);
    if let Some(qr) = qr {
        visit(&mut qr.caption);
        visit(&mut qr.alt);
    }
    if let Some(signature) = signature {
        visit(&mut signature.title);
        signature.lines.iter_mut().for_each(&mut visit);
    }
}

/// Composed form, without invisible and direction-changing characters, every letter one that some font has.
///
/// PDF/A forbids a missing glyph, and the engine looks for one font per letter with its marks. So a letter that
/// no font has becomes U+FFFD, and a mark that no font has together with its letter goes.
fn printable(text: &str, coverage: &Coverage) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut word = 0;
    let mut fonts_of_letter = 0;
    for letter in text.trim().nfc().filter_map(visible) {
        let fonts = coverage.fonts(letter);
        let is_mark = is_combining_mark(letter);
        if is_mark && fonts & fonts_of_letter == 0 {
            continue;
        }
        let is_break = letter.is_whitespace() && !matches!(letter, '\u{A0}' | '\u{2007}' | '\u{202F}');
        word = if is_break { 0 } else { word + 1 };
        if word > LONGEST_WORD && !is_mark {
            clean.push(BREAK);
            word = 1;
        }
        let is_known = fonts != 0 || letter == '\n';
        fonts_of_letter = if is_mark { fonts & fonts_of_letter } else { fonts };
        clean.push(if is_known { letter } else { UNKNOWN });
    }
    clean
}

/// `None` for what has no shape: control characters, bidirectional overrides, joiners, variation selectors, tags.
fn visible(letter: char) -> Option<char> {
    match letter {
        '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' => None,
        '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => None,
        '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' => None,
        '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' => None,
        '\u{E0000}'..='\u{E0FFF}' => None,
        letter if letter.is_control() => None,
        letter => Some(letter),
    }
}
