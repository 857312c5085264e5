//! Photos of a camera are often larger than the server takes (DC-02): they are made smaller on the device.

use js_sys::Promise;
use openapi::documents::MAX_BYTES;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap, Window};

use crate::number::{f64_of, fitting};

/// Pixels of the longer side: a page of a passport stays readable to its smallest letters.
const LONGEST: u32 = 3_000;
/// Qualities of JPEG, tried until the picture is small enough.
const QUALITIES: [f64; 3] = [0.85, 0.7, 0.5];

/// The picture as a JPEG the server takes; `None` when the browser cannot read it or it stays too large.
pub(super) async fn shrink(file: &File) -> Option<Blob> {
    let window = web_sys::window()?;
    let reading = window.create_image_bitmap_with_blob(file).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(reading).await.ok()?.dyn_into().ok()?;
    let canvas = painted(&window, &bitmap);
    bitmap.close();
    let canvas = canvas?;
    for quality in QUALITIES {
        let picture = encoded(&canvas, quality).await?;
        if picture.size() <= f64_of(MAX_BYTES) {
            return Some(picture);
        }
    }
    None
}

fn painted(window: &Window, bitmap: &ImageBitmap) -> Option<HtmlCanvasElement> {
    let (width, height) = fitting(bitmap.width(), bitmap.height(), LONGEST);
    let canvas: HtmlCanvasElement = window.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let brush: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let (width, height) = (f64::from(width), f64::from(height));
    // JPEG has no transparency: what shows through is paper.
    brush.set_fill_style_str("white");
    brush.fill_rect(0.0, 0.0, width, height);
    brush.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height).ok()?;
    Some(canvas)
}

async fn encoded(canvas: &HtmlCanvasElement, quality: f64) -> Option<Blob> {
    let quality = JsValue::from_f64(quality);
    let promise = Promise::new(&mut |resolve, reject| {
        let begun = canvas.to_blob_with_type_and_encoder_options(&resolve, "image/jpeg", &quality);
        if let Err(error) = begun {
            // Nobody waits for what a rejection answers.
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
