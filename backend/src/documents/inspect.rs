//! What a file is, by its content; whatever it was called and declared as.

use image::ImageFormat;
use openapi::documents::MAX_BYTES;

use super::{Refusal, pdf, picture, too_large};
use crate::config::Uploads;

/// What is taken.
pub(super) const MEDIA_TYPES: [&str; 3] = ["application/pdf", "image/jpeg", "image/png"];

/// A file that may be kept.
#[derive(Debug)]
pub(super) struct Accepted {
    pub media_type: &'static str,
    /// A picture as it will be kept; `None`: as it was sent.
    pub rebuilt: Option<Vec<u8>>,
    /// Width and height of a picture, after it has been turned upright and made smaller.
    pub size: Option<(u32, u32)>,
    pub pages: Option<usize>,
    /// See [`super::sharpness`]; of pictures.
    pub sharpness: Option<u32>,
}

/// Judges a file, and rebuilds it if it is a picture. Nothing bounds what a file of a stranger costs here: call it
/// where [`super::judge`] has set bounds.
///
/// # Errors
/// [`Refusal`], with a cure in the locale files.
pub(super) fn inspect(content: &[u8], limits: &Uploads) -> Result<Accepted, Refusal> {
    if content.is_empty() {
        return Err(Refusal::new("file_empty"));
    }
    if u64::try_from(content.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(too_large());
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
    use std::path::PathBuf;

    use super::*;
    use crate::config::Config;
    use crate::documents::{REFUSALS, advice};

    #[test]
    fn other_kinds_are_named() {
        let limits = Config::load(None).unwrap().uploads;
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

    #[test]
    fn every_refusal_and_every_advice_has_a_text_in_every_language() {
        for language in ["ru", "en"] {
            let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join(format!("../catalogue/locales/{language}/files.json"));
            let texts: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
            for code in REFUSALS.into_iter().chain(advice::CODES) {
                let params = [("count".to_owned(), "5".to_owned())].into();
                assert_ne!(
                    catalogue::answers::fill(&texts, code, &params, language),
                    code,
                    "{language} {code}"
                );
            }
        }
    }
}
