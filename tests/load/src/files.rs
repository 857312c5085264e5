//! Files of nearly 5 MB, as people send them.

use anyhow::{Result, ensure};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use lopdf::{Document, Object, Stream, dictionary};
use openapi::documents::MAX_BYTES;

/// Pages of the scan.
const PAGES: usize = 8;
/// Twelve megapixels, as telephones make them.
const PHOTO: (u32, u32) = (4_000, 3_000);

fn limit() -> Result<usize> {
    Ok(usize::try_from(MAX_BYTES)?)
}

/// Numbers without a pattern, the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let [byte, ..] = self.0.to_be_bytes();
        byte
    }
}

/// A scan: pages with one picture each, in object streams as new programs write them.
pub fn pdf() -> Result<Vec<u8>> {
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let of_page = (limit()? - 64 * 1024) / PAGES;
    let mut document = Document::with_version("1.5");
    let pages = document.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for _ in 0..PAGES {
        let picture = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 1654, "Height" => 2339,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            },
            (0..of_page).map(|_| noise.next()).collect(),
        );
        let picture = document.add_object(picture);
        let content = Stream::new(dictionary! {}, b"q 595 0 0 842 0 0 cm /Scan Do Q".to_vec());
        let content = document.add_object(content);
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "XObject" => dictionary! { "Scan" => picture } },
        });
        kids.push(page.into());
    }
    let count = i64::try_from(PAGES)?;
    document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", root);
    let mut content = Vec::new();
    document.save_modern(&mut content)?;
    ensure!(content.len() <= limit()?, "the scan has {} bytes", content.len());
    Ok(content)
}

/// A photograph: soft shapes, and as much grain as 5 MB can hold.
pub fn jpeg() -> Result<Vec<u8>> {
    let mut best = Vec::new();
    for grain in (4..64).step_by(4) {
        let mut content = Vec::new();
        photo(grain).write_with_encoder(JpegEncoder::new_with_quality(&mut content, 90))?;
        if content.len() > limit()? {
            break;
        }
        best = content;
    }
    ensure!(best.len() > limit()? / 2, "the photograph has {} bytes", best.len());
    Ok(best)
}

fn photo(grain: u8) -> RgbImage {
    let mut noise = Noise(0x2545_f491_4f6c_dd1d);
    RgbImage::from_fn(PHOTO.0, PHOTO.1, |x, y| {
        let shade = |value: u32| u8::try_from(value / 16 % 192).unwrap_or_default();
        let grain = noise.next() % grain;
        Rgb([shade(x) + grain, shade(y) + grain, shade((x + y) / 2) + grain])
    })
}
