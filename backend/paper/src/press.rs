//! The layout engine with everything it may see: one template, one mark, ten fonts, and the paper at hand.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::{Diagnostics, Error, Paper, qr, words};

/// The longest paper.
pub const MAX_PAGES: usize = 20;

/// How many papers a cached piece of layout outlives unused. The pieces hold what stood on the papers, so they go
/// soon; what all papers share is used by each and stays.
const CACHE_AGE: usize = 4;

/// Families in the order of preference, each regular and bold; the template names the same ones.
const FONTS: [(&str, [&[u8]; 2]); 5] = [
    (
        "Golos Text",
        [include_bytes!("../fonts/GolosText-Regular.ttf"), include_bytes!("../fonts/GolosText-Bold.ttf")],
    ),
    (
        "Noto Sans",
        [include_bytes!("../fonts/NotoSans-Regular.ttf"), include_bytes!("../fonts/NotoSans-Bold.ttf")],
    ),
    (
        "Noto Sans Arabic",
        [
            include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
            include_bytes!("../fonts/NotoSansArabic-Bold.ttf"),
        ],
    ),
    (
        "Noto Sans Armenian",
        [
            include_bytes!("../fonts/NotoSansArmenian-Regular.ttf"),
            include_bytes!("../fonts/NotoSansArmenian-Bold.ttf"),
        ],
    ),
    (
        "Noto Sans Georgian",
        [
            include_bytes!("../fonts/NotoSansGeorgian-Regular.ttf"),
            include_bytes!("../fonts/NotoSansGeorgian-Bold.ttf"),
        ],
    ),
];

/// Which letters the fonts have.
pub(crate) struct Coverage(Vec<[Font; 2]>);

impl Coverage {
    /// One bit per family that has the letter in both weights; zero if none has.
    pub(crate) fn fonts(&self, letter: char) -> u32 {
        let code = u32::from(letter);
        self.0.iter().rev().fold(0, |bits, family| {
            bits << 1 | u32::from(family.iter().all(|font| font.info().coverage.contains(code)))
        })
    }
}

/// What all papers share; loaded once per process.
pub(crate) struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    coverage: Coverage,
    template: Source,
    mark: Bytes,
    /// The virtual files, which are all the files there are.
    data: FileId,
    mark_file: FileId,
    qr_file: FileId,
    standards: PdfStandards,
}

/// The press, loaded at the first call.
///
/// # Errors
/// [`Error::BuiltIn`] if a font or a file is broken; the same at every call.
pub(crate) fn press() -> Result<&'static Press, Error> {
    static PRESS: LazyLock<Result<Press, &'static str>> = LazyLock::new(Press::load);
    PRESS.as_ref().map_err(|name| Error::BuiltIn(name))
}

impl Press {
    fn load() -> Result<Self, &'static str> {
        let families = FONTS
            .into_iter()
            .map(|(name, [regular, bold])| {
                let load = |bytes| Font::new(Bytes::new(bytes), 0).filter(|font| font.info().family == name);
                load(regular).zip(load(bold)).map(|(regular, bold)| [regular, bold]).ok_or(name)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let fonts = families.as_flattened().to_vec();
        let file = |path: &'static str| -> Result<FileId, &'static str> {
            let path = VirtualPath::new(path).map_err(|_| path)?;
            Ok(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            coverage: Coverage(families),
            template: Source::new(file("paper.typ")?, include_str!("../template/paper.typ").to_owned()),
            mark: Bytes::new(include_bytes!("../template/mark.svg").as_slice()),
            data: file("data.json")?,
            mark_file: file("mark.svg")?,
            qr_file: file("qr.svg")?,
            standards: PdfStandards::new(&[PdfStandard::A_2b, PdfStandard::Ua_1]).map_err(|_| "standards")?,
        })
    }

    /// See [`crate::render`].
    pub(crate) fn print(&self, paper: &Paper) -> Result<Vec<u8>, Error> {
        let timestamp = timestamp(paper.issued)?;
        let paper = words::prepare(paper, &self.coverage)?;
        let sheet = Sheet {
            press: self,
            data: Bytes::new(serde_json::to_vec(&paper)?),
            qr: paper.qr.as_ref().map(|qr| qr::qr_svg(&qr.payload)).transpose()?.map(Bytes::from_string),
        };
        let printed = sheet.lay_out().and_then(|document| {
            let options = PdfOptions {
                ident: Smart::Custom(paper.ident.clone()),
                creator: Smart::Custom(Some(paper.brand.name.clone())),
                timestamp: Some(timestamp),
                standards: self.standards.clone(),
                ..PdfOptions::default()
            };
            typst_pdf::pdf(&document, &options).map_err(|errors| Error::Export(diagnostics(errors)))
        });
        typst::comemo::evict(CACHE_AGE);
        printed
    }
}

fn timestamp(issued: DateTime<Utc>) -> Result<Timestamp, Error> {
    let part = |number: u32| u8::try_from(number).map_err(|_| Error::Date);
    if !(1970..=9999).contains(&issued.year()) {
        return Err(Error::Date);
    }
    Datetime::from_ymd_hms(
        issued.year(),
        part(issued.month())?,
        part(issued.day())?,
        part(issued.hour())?,
        part(issued.minute())?,
        part(issued.second())?,
    )
    .map(Timestamp::new_utc)
    .ok_or(Error::Date)
}

fn diagnostics(found: impl IntoIterator<Item = SourceDiagnostic>) -> Diagnostics {
    Diagnostics::new(found.into_iter().map(|one| one.message.to_string()))
}

/// One paper on the press: the world as the template sees it.
struct Sheet<'a> {
    press: &'a Press,
    data: Bytes,
    qr: Option<Bytes>,
}

impl Sheet<'_> {
    fn lay_out(&self) -> Result<PagedDocument, Error> {
        let result = typst::compile::<PagedDocument>(self);
        let document = result.output.map_err(|errors| Error::Layout(diagnostics(errors)))?;
        if !result.warnings.is_empty() {
            return Err(Error::Layout(diagnostics(result.warnings)));
        }
        if document.pages().len() > MAX_PAGES {
            return Err(Error::TooManyPages { limit: MAX_PAGES });
        }
        Ok(document)
    }
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        self.press.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.press.template.id() {
            Ok(self.press.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id {
            id if id == self.press.data => Ok(self.data.clone()),
            id if id == self.press.mark_file => Ok(self.press.mark.clone()),
            id if id == self.press.qr_file => self.qr.clone().ok_or(FileError::AccessDenied),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    /// A paper does not know the clock: the same value gives the same bytes on any day.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
