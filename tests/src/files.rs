//! Files people upload: real ones, made here.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A picture of noise, so that it has some size.
#[must_use]
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        let v = x.wrapping_mul(31).wrapping_add(y.wrapping_mul(17)) % 256;
        let byte = u8::try_from(v).unwrap();
        Rgb([byte, byte.wrapping_mul(3), 255 - byte])
    });
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// An ordinary photograph of a document.
#[must_use]
pub fn jpeg() -> Vec<u8> {
    picture(900, 1200, ImageFormat::Jpeg)
}

/// A photograph as a camera makes it: larger than the server takes.
#[must_use]
pub fn photo() -> Vec<u8> {
    let photo = picture(4_200, 3_200, ImageFormat::Jpeg);
    assert!(photo.len() > 5 * 1024 * 1024, "{} bytes are too few", photo.len());
    photo
}

/// A photograph without a clear edge, as from a camera that was not in focus.
#[must_use]
pub fn blurred(width: u32, height: u32) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        let shade = |part: u32, whole: u32| u8::try_from(part * 255 / whole).unwrap();
        Rgb([shade(x, width), shade(y, height), 120])
    });
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, ImageFormat::Jpeg).unwrap();
    out.into_inner()
}

#[must_use]
pub fn png() -> Vec<u8> {
    picture(600, 800, ImageFormat::Png)
}

/// A plain PDF of one page; `extra` goes into its catalogue (`/OpenAction …`).
#[must_use]
pub fn pdf(extra: &str) -> Vec<u8> {
    pdf_with(extra, "")
}

/// A PDF that wants a password.
#[must_use]
pub fn encrypted_pdf() -> Vec<u8> {
    let (owner, user) = ("41".repeat(32), "42".repeat(32));
    let encryption = format!("/Encrypt << /Filter /Standard /V 1 /R 2 /O <{owner}> /U <{user}> /P -4 >>");
    pdf_with("", &format!("{encryption} /ID [<{owner}> <{owner}>]"))
}

fn pdf_with(extra: &str, trailer: &str) -> Vec<u8> {
    let objects = [
        format!("<< /Type /Catalog /Pages 2 0 R {extra} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>".to_owned(),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}
