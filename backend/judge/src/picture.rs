//! Pictures: measured before they are decoded, then rebuilt from their pixels, so that nothing that came with
//! them is kept: no place, no time, no camera, no hidden second file.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult};

use crate::inspect::{Accepted, Refusal};
use crate::{Limits, sharpness};

/// The shorter side of the smallest picture any of the sources takes (DC-11), pixels.
const SHORTEST_SIDE: u32 = 300;
/// Bytes a decoded pixel may take; sixteen-bit pictures of the largest size are too large.
const PIXEL: u64 = 4;
const JPEG_QUALITY: u8 = 85;
/// What is given up before a picture is refused because it has grown.
const JPEG_ROUGH: u8 = 60;

/// Decodes within the limits, makes smaller than `keep_side`, measures, turns upright, encodes anew in the same format; as
/// JPEG where a PNG would be larger than a file may be.
///
/// # Errors
/// `picture_too_large`, `picture_too_small`, `file_broken`, `file_too_large`.
pub(crate) fn rebuild(content: &[u8], format: ImageFormat, limits: &Limits) -> Result<Accepted, Refusal> {
    let (mut picture, upright) = match format {
        ImageFormat::Png => {
            let plain = without_extras(content).ok_or_else(broken)?;
            decode(&plain, format, limits)?
        }
        _ if is_whole_jpeg(content) => decode(content, format, limits)?,
        _ => return Err(broken()),
    };
    let (width, height) = (picture.width(), picture.height());
    if width.max(height) > limits.keep_side {
        // Whole-number averaging: as sharp as scans need, and no copy in floating point.
        picture = picture.thumbnail(limits.keep_side, limits.keep_side);
    }
    let sharpness = sharpness::of(&picture);
    // Turned when it is small: turning takes a second picture.
    picture.apply_orientation(upright);
    let size = (picture.width(), picture.height());
    let (media_type, rebuilt) = match format {
        ImageFormat::Png => match png(&picture).map_err(|_| broken())? {
            content if limits.fits(&content) => ("image/png", content),
            _ => ("image/jpeg", jpeg(&picture, limits).map_err(|_| broken())?),
        },
        _ => ("image/jpeg", jpeg(&picture, limits).map_err(|_| broken())?),
    };
    if !limits.fits(&rebuilt) {
        return Err(limits.too_large());
    }
    Ok(Accepted {
        media_type,
        rebuilt: Some(rebuilt),
        size: Some(size),
        pages: None,
        sharpness: Some(sharpness),
    })
}

fn broken() -> Refusal {
    Refusal::new("file_broken")
}

/// The picture as it lies, and how it is to be turned.
fn decode(
    content: &[u8],
    format: ImageFormat,
    limits: &Limits,
) -> Result<(DynamicImage, Orientation), Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    let mut bounds = image::Limits::no_limits();
    // Working memory beside the picture itself, for rows and tables.
    bounds.max_alloc = Some(limits.max_pixels.saturating_mul(PIXEL).saturating_mul(2));
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(|_| broken())?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let bytes = decoder.total_bytes();
    if width.max(height) > limits.max_side || pixels > limits.max_pixels || bytes > limits.max_pixels * PIXEL
    {
        let refusal = Refusal::new("picture_too_large").with("width", width).with("height", height);
        let most = (limits.max_pixels * PIXEL).saturating_mul(pixels) / bytes.max(1);
        return Err(refusal.with("limit", longest(width, height, most, limits)));
    }
    if width.min(height) < SHORTEST_SIDE {
        let refusal = Refusal::new("picture_too_small").with("width", width).with("height", height);
        return Err(refusal.with("limit", SHORTEST_SIDE));
    }
    let upright = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| broken())?;
    Ok((picture, upright))
}

/// The longest side a picture of this shape may have; of its kind there may be `most` pixels.
fn longest(width: u32, height: u32, most: u64, limits: &Limits) -> u32 {
    let (long, short) = (u64::from(width.max(height)), u64::from(width.min(height).max(1)));
    let by_pixels = (most.min(limits.max_pixels).saturating_mul(long) / short).isqrt();
    u32::try_from(by_pixels).map_or(limits.max_side, |side| side.min(limits.max_side))
}

/// A PNG without what the picture can be drawn without. Colour profiles and texts are packed and unpack to hundreds of
/// megabytes; only how the picture is to be turned is of use. `None` when it breaks off.
fn without_extras(content: &[u8]) -> Option<Vec<u8>> {
    const NEEDED: [&[u8; 4]; 6] = [b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"];
    let (signature, mut rest) = content.split_at_checked(8)?;
    let mut plain = Vec::with_capacity(content.len());
    plain.extend_from_slice(signature);
    loop {
        let (length, kind) = (rest.first_chunk::<4>()?, rest.get(4..8)?);
        // Length, kind, content, checksum.
        let size = usize::try_from(u32::from_be_bytes(*length)).ok()?.checked_add(12)?;
        let (chunk, after) = rest.split_at_checked(size)?;
        if NEEDED.iter().any(|needed| *needed == kind) {
            plain.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Some(plain);
        }
        rest = after;
    }
}

fn jpeg(picture: &DynamicImage, limits: &Limits) -> ImageResult<Vec<u8>> {
    let content = jpeg_of(picture, JPEG_QUALITY)?;
    if limits.fits(&content) { Ok(content) } else { jpeg_of(picture, JPEG_ROUGH) }
}

fn jpeg_of(picture: &DynamicImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut content = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut content, quality);
    match picture.color() {
        ColorType::L8 | ColorType::Rgb8 => picture.write_with_encoder(encoder)?,
        _ => DynamicImage::from(picture.to_rgb8()).write_with_encoder(encoder)?,
    }
    Ok(content)
}

fn png(picture: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut content = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut content, CompressionType::Fast, FilterType::Adaptive);
    match picture.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => {
            picture.write_with_encoder(encoder)?
        }
        ColorType::L16 => DynamicImage::from(picture.to_luma8()).write_with_encoder(encoder)?,
        ColorType::La16 => DynamicImage::from(picture.to_luma_alpha8()).write_with_encoder(encoder)?,
        ColorType::Rgb16 => DynamicImage::from(picture.to_rgb8()).write_with_encoder(encoder)?,
        _ => DynamicImage::from(picture.to_rgba8()).write_with_encoder(encoder)?,
    }
    Ok(content)
}

/// Whether the picture's own end marker is reached. The decoder would fill what is missing with grey, and a
/// search for the marker would find that of the preview inside.
fn is_whole_jpeg(content: &[u8]) -> bool {
    let Some(mut rest) = content.strip_prefix(&[0xFF, 0xD8]) else { return false };
    loop {
        // Between segments: fill bytes, then the marker.
        let Some(start) = rest.iter().position(|byte| *byte != 0xFF) else { return false };
        let Some((marker, after)) = rest.get(start..).and_then(<[u8]>::split_first) else { return false };
        match marker {
            0xD9 => return true,
            // Restart markers and TEM stand alone.
            0x01 | 0xD0..=0xD7 => rest = after,
            _ => {
                let [high, low, ..] = after else { return false };
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let Some(data) = after.get(length..) else { return false };
                rest = if *marker == 0xDA { after_scan(data) } else { data };
            }
        }
    }
}

/// Skips entropy-coded data: up to the next marker that is neither a stuffed byte nor a restart.
fn after_scan(data: &[u8]) -> &[u8] {
    let is_marker = |pair: &[u8]| matches!(pair, [0xFF, next] if !matches!(next, 0x00 | 0xFF | 0xD0..=0xD7));
    data.windows(2).position(is_marker).and_then(|at| data.get(at..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use image::RgbImage;

    use super::*;
    use crate::inspect::inspect;

    fn limits() -> Limits {
        Limits { max_side: 5_000, max_pixels: 10_000_000, keep_side: 1_000, ..Limits::usual() }
    }

    fn scan(width: u32, height: u32) -> DynamicImage {
        let colour = |part: u32, whole: u32| u8::try_from(part * 255 / whole).unwrap();
        RgbImage::from_fn(width, height, |x, y| image::Rgb([colour(x, width), colour(y, height), 120])).into()
    }

    /// An APP1 segment with EXIF that says "turn by 90 degrees" and has a text that must not survive.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"SECRET-PLACE");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
    }

    #[test]
    fn pictures_are_turned_made_smaller_and_lose_their_metadata() {
        let sent = with_exif(&jpeg(&scan(2_000, 600), &limits()).unwrap());
        assert!(sent.windows(6).any(|window| window == b"SECRET"));
        let kept = inspect(&sent, &limits()).unwrap();
        assert_eq!((kept.media_type, kept.size), ("image/jpeg", Some((300, 1_000))));
        let rebuilt = kept.rebuilt.unwrap();
        assert!(!rebuilt.windows(6).any(|window| window == b"SECRET"));
        assert!(!rebuilt.windows(4).any(|window| window == b"Exif"));
    }

    #[test]
    fn png_stays_png() {
        let kept = inspect(&png(&scan(400, 500)).unwrap(), &limits()).unwrap();
        assert_eq!((kept.media_type, kept.size), ("image/png", Some((400, 500))));
        assert_eq!(
            image::load_from_memory(&kept.rebuilt.unwrap()).unwrap().to_rgb8(),
            scan(400, 500).to_rgb8()
        );
    }

    /// A palette packs three bytes into one; rebuilt without it, the picture is larger than a file may be.
    #[test]
    fn a_png_that_grows_becomes_a_jpeg() {
        const SIDE: u32 = 1_400;
        let mut noise = 1_u32;
        let mut next = || {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            noise.to_be_bytes()[0]
        };
        let palette: Vec<u8> = (0..768).map(|_| next()).collect();
        let mut rows = ZlibEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..SIDE {
            let row: Vec<u8> = std::iter::once(0).chain((0..SIDE).map(|_| next())).collect();
            rows.write_all(&row).unwrap();
        }
        let header = [&SIDE.to_be_bytes()[..], &SIDE.to_be_bytes(), &[8, 3, 0, 0, 0]].concat();
        let mut sent = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, content) in
            [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", rows.finish().unwrap()), (b"IEND", Vec::new())]
        {
            let named = [&kind[..], &content].concat();
            sent.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
            sent.extend_from_slice(&named);
            sent.extend_from_slice(&crc32(&named).to_be_bytes());
        }
        assert!(limits().fits(&sent));
        let kept = inspect(&sent, &Limits { keep_side: SIDE, ..limits() }).unwrap();
        assert_eq!((kept.media_type, kept.size), ("image/jpeg", Some((SIDE, SIDE))));
        assert!(limits().fits(&kept.rebuilt.unwrap()));
    }

    #[test]
    fn huge_pictures_are_refused_by_their_header() {
        // A header of 30,000 by 30,000 pixels; there is no picture behind it.
        let mut huge = png(&scan(400, 400)).unwrap();
        huge[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
        huge[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
        let crc = crc32(&huge[12..29]);
        huge[29..33].copy_from_slice(&crc.to_be_bytes());
        let refusal = inspect(&huge, &limits()).unwrap_err();
        assert_eq!((refusal.code, refusal.params["width"].as_str()), ("picture_too_large", "30000"));
        // A limit that, once kept, is enough.
        let side: u64 = refusal.params["limit"].parse().unwrap();
        assert!(side * side <= limits().max_pixels && (side + 1) * (side + 1) > limits().max_pixels);
        assert_eq!(longest(30_000, 400, u64::MAX, &limits()), limits().max_side);
    }

    #[test]
    fn stamps_are_too_small() {
        assert_eq!(inspect(&png(&scan(299, 900)).unwrap(), &limits()).unwrap_err().code, "picture_too_small");
    }

    #[test]
    fn pictures_that_break_off_are_refused() {
        for whole in [jpeg(&scan(800, 800), &limits()).unwrap(), png(&scan(800, 800)).unwrap()] {
            for part in [2, 3, 10] {
                let cut = whole[..whole.len() - whole.len() / part].to_vec();
                assert_eq!(inspect(&cut, &limits()).unwrap_err().code, "file_broken");
            }
        }
    }

    #[test]
    fn bytes_after_the_end_are_forgiven_and_dropped() {
        let mut sent = jpeg(&scan(400, 400), &limits()).unwrap();
        sent.extend_from_slice(b"PK\x03\x04 a second file");
        let kept = inspect(&sent, &limits()).unwrap();
        assert!(!kept.rebuilt.unwrap().windows(4).any(|window| window == b"PK\x03\x04"));
    }

    #[test]
    fn what_is_packed_beside_a_picture_is_not_unpacked() {
        let sent = png(&scan(400, 400)).unwrap();
        // Behind the header: a text that says it is compressed, and is not.
        let mut text = b"zTXtname\0\0not a zlib stream, which a decoder would refuse".to_vec();
        let (length, sum) = (u32::try_from(text.len() - 4).unwrap(), crc32(&text));
        text.splice(0..0, length.to_be_bytes());
        text.extend_from_slice(&sum.to_be_bytes());
        let with = [&sent[..33], &text, &sent[33..]].concat();
        assert_eq!(without_extras(&with), without_extras(&sent));
        assert_eq!(inspect(&with, &limits()).unwrap().size, Some((400, 400)));
    }

    fn crc32(data: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for byte in data {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
            }
        }
        !crc
    }
}
