//! What the process says of a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Accepted, Refusal};

/// The line before the rebuilt picture. Whoever reads it believes no word of it that is not one of ours: this process has
/// read what strangers wrote.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The file may be kept.
    Accepted {
        /// One of [`crate::MEDIA_TYPES`].
        media_type: String,
        /// Whether a picture follows, to be kept in place of what was sent.
        rebuilt: bool,
        size: Option<(u32, u32)>,
        pages: Option<usize>,
        sharpness: Option<u32>,
    },
    /// It may not.
    Refused {
        /// One of [`crate::REFUSALS`].
        code: String,
        params: BTreeMap<String, String>,
    },
    /// It is not what was stored, or not there: our fault.
    Lost,
}

impl Verdict {
    /// The verdict, and the rebuilt picture.
    pub(crate) fn of(judged: Result<Accepted, Refusal>) -> (Self, Vec<u8>) {
        match judged {
            Ok(Accepted { media_type, rebuilt, size, pages, sharpness }) => {
                let media_type = media_type.to_owned();
                let said = Self::Accepted { media_type, rebuilt: rebuilt.is_some(), size, pages, sharpness };
                (said, rebuilt.unwrap_or_default())
            }
            Err(Refusal { code, params }) => (Self::Refused { code: code.to_owned(), params }, Vec::new()),
        }
    }
}
