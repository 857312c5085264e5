//! What a file is, by its content; whatever it was called and declared as.

use std::collections::BTreeMap;

use image::ImageFormat;

use crate::{Limits, pdf, picture};

/// What is taken.
pub const MEDIA_TYPES: [&str; 3] = ["application/pdf", "image/jpeg", "image/png"];

/// The codes of a [`Refusal`] by content.
pub const REFUSALS: [&str; 10] = [
    "file_empty",
    "file_kind",
    "file_unknown",
    "file_broken",
    "file_unusual",
    "file_too_large",
    "picture_too_large",
    "picture_too_small",
    "pdf_encrypted",
    "pdf_active",
];

/// Why a file is not accepted: a key of the locale namespace `files`, and the values of its placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One of [`REFUSALS`], or a code of whoever else refuses.
    pub code: &'static str,
    pub params: BTreeMap<String, String>,
}

impl Refusal {
    /// A refusal without values.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Self { code, params: BTreeMap::new() }
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

/// A file that may be kept.
#[derive(Debug)]
pub struct Accepted {
    /// One of [`MEDIA_TYPES`].
    pub media_type: &'static str,
    /// A picture as it will be kept; `None`: as it was sent.
    pub rebuilt: Option<Vec<u8>>,
    /// Width and height of a picture, after it has been turned upright and made smaller.
    pub size: Option<(u32, u32)>,
    pub pages: Option<usize>,
    /// The variance of the Laplacian, of pictures.
    pub sharpness: Option<u32>,
}

/// Judges a file, and rebuilds it if it is a picture. Nothing bounds what a file of a stranger costs here: call it
/// where [`crate::run`] has set bounds.
///
/// # Errors
/// [`Refusal`], with a cure in the locale files.
pub(crate) fn inspect(content: &[u8], limits: &Limits) -> Result<Accepted, Refusal> {
    if content.is_empty() {
        return Err(Refusal::new("file_empty"));
    }
    if !limits.fits(content) {
        return Err(limits.too_large());
    }
    let Some(kind) = infer::get(content) else { return Err(Refusal::new("file_unknown")) };
    match kind.mime_type() {
        "image/jpeg" => picture::rebuild(content, ImageFormat::Jpeg, limits),
        "image/png" => picture::rebuild(content, ImageFormat::Png, limits),
        "application/pdf" => {
            let pages = pdf::judge(content)?;
            let (rebuilt, size, sharpness) = (None, None, None);
            Ok(Accepted { media_type: "application/pdf", rebuilt, size, pages: Some(pages), sharpness })
        }
        _ => Err(Refusal::new("file_kind").with("found", found(kind.extension()))),
    }
}

impl Limits {
    pub(crate) fn fits(&self, content: &[u8]) -> bool {
        u64::try_from(content.len()).is_ok_and(|size| size <= self.max_bytes)
    }

    pub(crate) fn too_large(&self) -> Refusal {
        too_large(self.max_bytes)
    }
}

/// A file of more than so many bytes (DC-02).
#[must_use]
pub fn too_large(max_bytes: u64) -> Refusal {
    Refusal::new("file_too_large").with("limit", max_bytes / 1024 / 1024)
}

/// The format as people know it.
fn found(extension: &str) -> String {
    match extension {
        "heif" => "HEIC".to_owned(),
        "tif" => "TIFF".to_owned(),
        other => other.to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_kinds_are_named() {
        let limits = Limits::usual();
        let zip = *b"PK\x03\x04\x14\0\0\0\0\0\0\0";
        for (content, code, name) in [
            (b"II*\0\x08\0\0\0\x01\0\0\x01\x04\0".to_vec(), "file_kind", Some("TIFF")),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), "file_kind", Some("HEIC")),
            (b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), "file_kind", Some("HTML")),
            (b"GIF89a\x01\0\x01\0".to_vec(), "file_kind", Some("GIF")),
            (zip.to_vec(), "file_kind", Some("ZIP")),
            (b"just words".to_vec(), "file_unknown", None),
            (Vec::new(), "file_empty", None),
        ] {
            let refusal = inspect(&content, &limits).unwrap_err();
            assert_eq!((refusal.code, refusal.params.get("found").map(String::as_str)), (code, name));
        }
    }
}
