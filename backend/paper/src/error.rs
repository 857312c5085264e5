use std::fmt;

/// Why a paper was not made. The texts are for logs and hold nothing that stands on the paper.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text is longer than [`crate::MAX_FIELD_CHARS`], or all of them together than [`crate::MAX_CHARS`].
    #[error("{field} is longer than {limit} characters")]
    TooLong {
        /// The field of [`crate::Paper`], or `paper` for the sum.
        field: &'static str,
        /// The limit, in characters.
        limit: usize,
    },
    /// The paper has more than [`crate::MAX_ROWS`] rows, sections, notes and lines together.
    #[error("the paper has more than {limit} rows")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A text that must be there is empty.
    #[error("{field} is empty")]
    Missing {
        /// The field of [`crate::Paper`].
        field: &'static str,
    },
    /// `lang` is not an ISO 639 code of two or three lower-case letters.
    #[error("lang is not an ISO 639 code")]
    Language,
    /// `issued` is outside the years 1970 to 9999.
    #[error("issued is outside the years 1970 to 9999")]
    Date,
    /// `qr.address` is not an `https://` or `http://` address.
    #[error("qr.address is not a web address")]
    Address,
    /// The payload of a QR code is longer than [`crate::MAX_QR_BYTES`].
    #[error("the QR payload is longer than {limit} bytes")]
    QrTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The laid out paper has more than [`crate::MAX_PAGES`] pages.
    #[error("the paper has more than {limit} pages")]
    TooManyPages {
        /// The limit.
        limit: usize,
    },
    /// A font or file that is built in cannot be read.
    #[error("the built-in {0} is broken")]
    BuiltIn(&'static str),
    /// The paper could not be written down as JSON.
    #[error("the paper cannot be serialised")]
    Data(#[from] serde_json::Error),
    /// The template failed, or warned: a warning such as a missing font family would spoil the paper silently.
    #[error("the template failed: {0}")]
    Layout(Diagnostics),
    /// The laid out paper cannot be written as PDF/A-2b with PDF/UA-1.
    #[error("the PDF export failed: {0}")]
    Export(Diagnostics),
}

/// What the layout engine said. It may quote the paper, so neither `Display` nor `Debug` shows it.
pub struct Diagnostics(Vec<String>);

impl Diagnostics {
    pub(crate) fn new(messages: impl IntoIterator<Item = String>) -> Self {
        Self(messages.into_iter().collect())
    }

    /// The messages, in English. They may hold personal data: for tests and for debugging, not for logs.
    pub fn reveal(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} diagnostics", self.0.len())
    }
}

impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
