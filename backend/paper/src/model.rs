//! What stands on a paper. All texts come from the caller, ready for the reader: localised, dates and sums
//! written out. Texts are plain: nothing in them is markup.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a paper is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A plain letter with a panel for the key facts: the receipt of a submission (SB-01).
    Receipt,
    /// A framed page: the result of a case, such as a confirmation or an invitation (CS-11, SV8-05, DL-01).
    Certificate,
    /// A plain letter with a large QR code and the sum: requisites for paying (PY-05).
    Slip,
}

/// One paper. `Debug` shows no texts: they are personal data.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// How it is laid out.
    pub look: Look,
    /// Language of the texts, ISO 639, such as `ru`; read out by screen readers and used for hyphenation.
    pub lang: String,
    /// What identifies this paper for ever, such as the id of the document; only a hash of it is written.
    pub ident: String,
    /// When it was issued; the file's creation date, to the second. Not printed.
    pub issued: DateTime<Utc>,
    /// Who runs the portal; printed beside the mark.
    pub brand: Brand,
    /// The body that issued the paper; top right.
    pub issuer: Option<String>,
    /// What the paper is. The first heading, and the title of the file.
    pub title: String,
    /// Number and date, under the title.
    pub subtitle: String,
    /// One or two sentences that say what the paper means.
    pub lead: Option<String>,
    /// The facts people look for first, set large: the number and the control code, or the sum and the УИН.
    #[serde(default)]
    pub highlight: Vec<Row>,
    /// The body, in this order.
    #[serde(default)]
    pub sections: Vec<Section>,
    /// What must not be overlooked; one panel after the sections.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Beside the highlights, on the first page.
    pub qr: Option<Qr>,
    /// What the electronic signature is and where it is checked; the cryptographic one is kept apart from the paper.
    /// Beside the QR code.
    pub signature: Option<Signature>,
    /// A word such as "sample", printed in the header and, large and pale, across every page.
    pub mark: Option<String>,
    /// Lines at the foot of every page, before the page number.
    #[serde(default)]
    pub footer: Vec<String>,
}

impl fmt::Debug for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paper")
            .field("look", &self.look)
            .field("lang", &self.lang)
            .field("issued", &self.issued)
            .finish_non_exhaustive()
    }
}

/// The name beside the mark.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// The portal's name.
    pub name: String,
    /// What it is, in a few words.
    pub tagline: String,
}

/// A part of the body.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// A heading, if the part needs one.
    pub title: Option<String>,
    /// How the rows are laid out.
    pub layout: Layout,
    /// The rows.
    pub rows: Vec<Row>,
}

/// How the rows of a section are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Label above value, two columns: names, dates.
    Fields,
    /// Label left, value right, a hairline between rows: requisites.
    Table,
    /// What was handed in: the name of the paper, then its file and hash.
    Files,
    /// Numbered, one after the other: what happens next.
    Steps,
}

/// One fact.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// The fact itself.
    pub value: String,
    /// A remark, set small under the value.
    pub detail: Option<String>,
    /// Takes the whole line where a line has two columns.
    #[serde(default)]
    pub wide: bool,
}

/// A QR code, error correction level M, with a quiet zone of four modules.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qr {
    /// What the code holds, up to [`crate::MAX_QR_BYTES`]; not printed as text.
    pub payload: String,
    /// What it is for, under the code.
    pub caption: String,
    /// What a screen reader says in place of the code.
    pub alt: String,
    /// The address to type where there is no camera; printed as a link.
    pub address: Option<String>,
}

/// What is said of the electronic signature.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// That there is one.
    pub title: String,
    /// Key, time and who signed, one line each.
    pub lines: Vec<String>,
}
