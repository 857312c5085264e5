//! Uploaded documents (A7).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::FieldError;

/// Largest file (DC-02).
pub const MAX_BYTES: u64 = 5 * 1024 * 1024;

/// The bytes of a file, as they are: not JSON, not base64, not a form.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct File(pub Vec<u8>);

/// An accepted file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    pub id: Uuid,
    /// Item of the service's list of documents.
    #[schema(example = "passport")]
    pub item: String,
    #[schema(example = "passport.jpg")]
    pub name: String,
    /// `application/pdf`, `image/jpeg`, `image/png`, by content.
    pub media_type: String,
    /// Bytes as stored (images are re-encoded without metadata).
    pub size: i32,
    /// Hex SHA-256 of what is stored.
    pub sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<i32>,
    /// What may be wrong with the picture (DC-03, DC-05). It is taken all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Advice>,
    pub created_at: DateTime<Utc>,
}

/// What to look at in a picture before it is sent, and what an officer looks at in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Advice {
    /// `low_resolution`: the paper has about `dpi` dots per inch, fewer than `min`. `blurred`: nothing in the picture
    /// has clear edges.
    #[schema(example = "low_resolution")]
    pub code: String,
    /// Values for the placeholders of the code's text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl Advice {
    /// In the form findings have, for whoever shows both.
    #[must_use]
    pub fn finding(&self) -> FieldError {
        FieldError { pointer: String::new(), code: self.code.clone(), params: self.params.clone() }
    }
}

/// A file has been attached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Uploaded {
    pub document: Document,
    /// The application's from now on: documents count as a part of it.
    pub version: i32,
}

/// What the file in the body is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// Item of the service's list of documents.
    #[param(example = "passport")]
    pub item: String,
    /// The file's own name; shown, never used as a path. What is before the last slash, and what is beyond 200
    /// characters, is dropped.
    #[param(example = "passport.jpg")]
    pub name: String,
    /// The document this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Uuid>,
}
