//! The project's paper: receipts, result documents and payment slips as PDF/A-2b, tagged (PDF/UA-1),
//! with the language set and the fonts embedded (SB-01, CS-11, PY-05, DL-01).
//!
//! One data type, [`Paper`], serves all of them; [`Look`] chooses how it is laid out. Every word a person
//! reads is handed in by the caller, already in the reader's language. The words reach the layout engine as a
//! JSON file that it reads as data, so nothing a person typed is ever markup, and the engine sees no file
//! besides the ones built into this crate: no disk, no network, no packages.
//!
//! Rendering is a pure function of the value: the same [`Paper`] gives the same bytes.

mod error;
mod model;
mod press;
mod qr;
mod words;

pub use error::{Diagnostics, Error};
pub use model::{Brand, Layout, Look, Paper, Qr, Row, Section, Signature};
pub use press::MAX_PAGES;
pub use qr::{MAX_QR_BYTES, qr_svg};
pub use words::{MAX_CHARS, MAX_FIELD_CHARS, MAX_ROWS};

/// Renders a paper as a PDF file (`application/pdf`).
///
/// Takes milliseconds of one core and touches no disk, yet it is work: call it from a blocking thread, behind
/// a permit. May be called from many threads at once.
///
/// # Errors
/// [`Error::TooLong`], [`Error::TooMany`], [`Error::Missing`], [`Error::Language`], [`Error::Date`],
/// [`Error::Address`] and [`Error::QrTooLong`] name what is wrong with the paper; [`Error::TooManyPages`] says
/// it did not fit; the others mean that this crate is broken. Letters that no embedded font has are no error:
/// they print as U+FFFD.
pub fn render(paper: &Paper) -> Result<Vec<u8>, Error> {
    press::press()?.print(paper)
}
