//! Every object that stands in a PDF file, whether or not a table of the file leads to it.
//!
//! Readers differ in what they see. One trusts the cross-reference table, one its hybrid or older parts, and each,
//! when a table does not please it, collects whatever follows the word `obj`. A file can be made whose scripts one of
//! them finds and another does not. So nothing is looked up here: all objects are taken, also replaced ones. Where
//! another reader might read more than this one, the file is refused as unusual.

use std::collections::HashMap;

use flate2::{Decompress, FlushDecompress, Status};
use lopdf::{Dictionary, Object, ObjectStream, Stream, dictionary};
use memchr::memmem;

use crate::inspect::Refusal;
use crate::pdf_tokens::has_doubtful;

/// Bytes all object streams of a file may unpack to. Scans have kilobytes, books a few million.
const UNPACKED: usize = 16 * 1024 * 1024;
/// Objects of a file. A long text with a structure tree has tens of thousands.
const MOST: usize = 250_000;
/// Bytes within which the dictionary of a stream usually ends.
const HEAD: usize = 4 * 1024;
/// Objects of one number: a file that is changed and saved again keeps the one before.
const VERSIONS: usize = 100;

pub(crate) fn unusual() -> Refusal {
    Refusal::new("file_unusual")
}

/// The objects, in no order; of one number there may be several.
#[derive(Default)]
pub(crate) struct Objects {
    all: Vec<Object>,
    numbered: HashMap<u32, Vec<usize>>,
}

impl Objects {
    /// Reads the whole file.
    ///
    /// # Errors
    /// `pdf_encrypted`; `file_unusual`.
    pub fn read(content: &[u8]) -> Result<Self, Refusal> {
        let mut objects = Self::default();
        let mut packed = Vec::new();
        objects.trailers(content)?;
        let marks = marks(content)?;
        let ends = marks.iter().skip(1).map(|(_, at)| *at).chain([content.len()]);
        for ((number, at), end) in marks.iter().zip(ends) {
            let text = content.get(*at..end).unwrap_or_default();
            let object = parse(text)?;
            if let Object::Dictionary(fields) = &object
                && fields.has(b"N")
                && fields.has(b"First")
            {
                packed.push((text, fields.clone()));
            }
            objects.add(Some(*number), object)?;
        }
        // What is encrypted cannot be unpacked, and should hear why.
        let encrypted = |object: &Object| object.as_dict().is_ok_and(|fields| fields.has(b"Encrypt"));
        if objects.all.iter().any(encrypted) {
            return Err(Refusal::new("pdf_encrypted"));
        }
        let mut left = UNPACKED;
        for (text, fields) in packed {
            objects.unpack(text, &fields, &mut left)?;
        }
        Ok(objects)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Object> {
        self.all.iter()
    }

    /// What a value may stand for: itself, or whatever has the number it refers to.
    pub fn meanings<'a>(&'a self, value: &'a Object) -> impl Iterator<Item = &'a Object> {
        let (itself, numbers) = match value {
            Object::Reference((number, _)) => (None, self.numbered.get(number)),
            _ => (Some(value), None),
        };
        itself.into_iter().chain(numbers.into_iter().flatten().filter_map(|at| self.all.get(*at)))
    }

    fn add(&mut self, number: Option<u32>, object: Object) -> Result<(), Refusal> {
        // A reference to a reference: readers follow it or not.
        if self.all.len() >= MOST || matches!(object, Object::Reference(_)) {
            return Err(unusual());
        }
        if let Some(number) = number {
            let versions = self.numbered.entry(number).or_default();
            if versions.len() >= VERSIONS {
                return Err(unusual());
            }
            versions.push(self.all.len());
        }
        self.all.push(object);
        Ok(())
    }

    fn trailers(&mut self, content: &[u8]) -> Result<(), Refusal> {
        const WORD: &[u8] = b"trailer";
        let starts: Vec<usize> = memmem::find_iter(content, WORD).collect();
        let ends = starts.iter().skip(1).copied().chain([content.len()]);
        for (start, end) in starts.iter().zip(ends) {
            let text = space_less(content.get(start + WORD.len()..end).unwrap_or_default());
            if text.starts_with(b"<<") {
                let end = memmem::find(text, b"startxref").unwrap_or(text.len());
                self.add(None, parse(text.get(..end).unwrap_or_default())?)?;
            }
        }
        Ok(())
    }

    /// Adds what is in an object stream. `text` begins with its dictionary.
    fn unpack(&mut self, text: &[u8], fields: &Dictionary, left: &mut usize) -> Result<(), Refusal> {
        let content = contents(text, fields, *left).ok_or_else(unusual)?;
        *left = left.saturating_sub(content.len());
        let places = places(&content, fields).ok_or_else(unusual)?;
        let mut starts: Vec<usize> = places.iter().map(|(_, at)| *at).collect();
        starts.sort_unstable();
        // Of two in one place each would be as long as what follows.
        if starts.iter().zip(starts.iter().skip(1)).any(|(one, next)| one == next) {
            return Err(unusual());
        }
        for (number, at) in places {
            let next = starts.get(starts.partition_point(|start| *start <= at));
            let text = content.get(at..next.copied().unwrap_or(content.len())).unwrap_or_default();
            self.add(Some(number), parse(text)?)?;
        }
        Ok(())
    }
}

/// The object at the beginning of `text`; of a stream, its dictionary.
///
/// # Errors
/// `file_unusual` when there is none, or when it has bytes that are blank to some readers and letters to others.
fn parse(text: &[u8]) -> Result<Object, Refusal> {
    if has_doubtful(text) {
        return Err(unusual());
    }
    parse_plain(text).ok_or_else(unusual)
}

fn parse_plain(text: &[u8]) -> Option<Object> {
    // A dictionary that has ended does not depend on what follows, and behind most there is a picture: it is not copied.
    match text.get(..HEAD).and_then(parse_copy) {
        Some(ended @ Object::Dictionary(_)) => Some(ended),
        _ => parse_copy(text),
    }
}

/// The library gives its parser out for object streams only, so the text becomes one.
fn parse_copy(text: &[u8]) -> Option<Object> {
    const INDEX: &[u8] = b"0 0 ";
    let stream = Stream::new(dictionary! { "N" => 1, "First" => 4 }, [INDEX, text].concat());
    ObjectStream::new(&stream).ok()?.objects.into_values().next()
}

/// Where objects begin: their number, and the place after `obj`.
fn marks(content: &[u8]) -> Result<Vec<(u32, usize)>, Refusal> {
    const WORD: &[u8] = b"obj";
    let mut found = Vec::new();
    for at in memmem::find_iter(content, WORD) {
        let (before, after) = (content.get(..at).unwrap_or_default(), at + WORD.len());
        let rest = content.get(after..).unwrap_or_default();
        if rest.first().copied().is_some_and(is_regular) {
            continue;
        }
        match header(before) {
            Header::Object(number) => found.push((number, after)),
            // Chance makes such bytes in pictures, but not with a dictionary behind them.
            Header::Odd if matches!(space_less(rest).first(), Some(b'<' | b'[' | b'%')) => {
                return Err(unusual());
            }
            Header::Odd | Header::Other => {}
        }
        if found.len() > MOST {
            return Err(unusual());
        }
    }
    Ok(found)
}

/// What stands before the word `obj`.
enum Header {
    /// Number and generation, as everybody writes them.
    Object(u32),
    /// Something only some readers take for a number and a generation: with comments, signs or fractions.
    Odd,
    Other,
}

fn header(before: &[u8]) -> Header {
    let (rest, generation) = digits(space_less_end(before));
    if generation.is_empty() {
        let ends_line = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let blank = before.get(rest.len()..).unwrap_or_default();
        // Only where a line has ended is there one to be looked at, so that every byte is looked at once.
        let commented =
            blank.iter().any(ends_line) && rest.rsplit(ends_line).next().unwrap_or_default().contains(&b'%');
        return if commented || rest.ends_with(b".") { Header::Odd } else { Header::Other };
    }
    let number = space_less_end(rest);
    if number.len() == rest.len() {
        return Header::Odd;
    }
    let number = str::from_utf8(digits(number).1).unwrap_or_default();
    number.parse().map_or(Header::Odd, Header::Object)
}

/// The number and the place of each object of an object stream, by its index.
fn places(content: &[u8], fields: &Dictionary) -> Option<Vec<(u32, usize)>> {
    let number = |key: &[u8]| usize::try_from(fields.get(key).ok()?.as_i64().ok()?).ok();
    let first = number(b"First")?;
    let index = str::from_utf8(content.get(..first)?).ok()?;
    let index: Vec<u32> = index.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let (pairs, rest) = index.as_chunks::<2>();
    let place = |[number, offset]: &[u32; 2]| {
        let at = first.checked_add(usize::try_from(*offset).ok()?)?;
        (at < content.len()).then_some((*number, at))
    };
    let places: Vec<_> = pairs.iter().map(place).collect::<Option<_>>()?;
    (rest.is_empty() && places.len() == number(b"N")?).then_some(places)
}

/// The content of an object stream, at most `limit` bytes; `None` where readers could find another content.
fn contents(text: &[u8], fields: &Dictionary, limit: usize) -> Option<Vec<u8>> {
    let word = memmem::find(text, b"stream")?;
    let (head, data) = (text.get(..word)?, text.get(word + b"stream".len()..)?);
    // In strings and comments the word may stand too; escaped or repeated keys have two readings.
    let plain = !head.iter().any(|byte| matches!(byte, b'(' | b'%' | b'#'));
    let once = memmem::find_iter(head, b"/First").count() == 1
        && memmem::find_iter(head, b"/Filter").count() <= 1
        && ["DecodeParms", "DP", "F", "FFilter"].iter().all(|key| !fields.has(key.as_bytes()));
    if !plain || !once || !space_less_end(head).ends_with(b">>") {
        return None;
    }
    let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n"))?;
    let filter = match fields.get(b"Filter") {
        Ok(Object::Array(filters)) if filters.len() < 2 => filters.first(),
        Ok(filter) => Some(filter),
        Err(_) => None,
    };
    match filter {
        None => as_it_is(data, fields, limit),
        Some(Object::Name(name)) if name == b"FlateDecode" => inflate(data, limit),
        Some(_) => None,
    }
}

fn as_it_is(data: &[u8], fields: &Dictionary, limit: usize) -> Option<Vec<u8>> {
    let length = usize::try_from(fields.get(b"Length").ok()?.as_i64().ok()?).ok()?;
    let (content, rest) = data.split_at_checked(length)?;
    let ends = space_less(rest).starts_with(b"endstream") && memmem::find(content, b"endstream").is_none();
    (ends && length <= limit).then(|| content.to_vec())
}

/// Unpacks what says itself where it ends, whatever the length in the dictionary.
fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    const STEP: usize = 64 * 1024;
    let mut inflate = Decompress::new(true);
    let mut content = Vec::new();
    loop {
        content.reserve(STEP);
        let rest = data.get(usize::try_from(inflate.total_in()).ok()?..)?;
        let (before, read) = (content.len(), inflate.total_in());
        let status = inflate.decompress_vec(rest, &mut content, FlushDecompress::None).ok()?;
        if content.len() > limit {
            return None;
        }
        match status {
            Status::StreamEnd => return Some(content),
            // It breaks off.
            _ if content.len() == before && inflate.total_in() == read => return None,
            _ => {}
        }
    }
}

/// To any reader: PDFium takes 0x80 and 0xFF for blanks too.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\0' | 0x0C | 0x80 | 0xFF)
}

pub(crate) fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

fn space_less(text: &[u8]) -> &[u8] {
    text.iter().position(|byte| !is_space(*byte)).and_then(|at| text.get(at..)).unwrap_or_default()
}

pub(crate) fn space_less_end(text: &[u8]) -> &[u8] {
    text.iter().rposition(|byte| !is_space(*byte)).and_then(|at| text.get(..=at)).unwrap_or_default()
}

/// Splits the digits off the end.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let start = text.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    text.split_at_checked(start).unwrap_or_default()
}
