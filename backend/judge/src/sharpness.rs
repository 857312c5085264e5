//! How sharp a picture is (DC-03): the variance of the Laplacian, in the part of a small grey copy where it is largest.
//! Letters in focus make it large, out of focus nothing does, and an empty margin is not held against a page.

use image::DynamicImage;

/// The longer side of the copy has at least so many pixels, and less than twice as many where it is a copy at all:
/// the letters of a page are still letters in it.
const COPY: usize = 800;
/// Parts of the copy, each way.
const PARTS: usize = 8;

/// Differences of brightness between neighbours in one part of the copy.
#[derive(Clone, Copy, Default)]
struct Part {
    count: i64,
    sum: i64,
    squares: i64,
}

impl Part {
    fn variance(&self) -> i64 {
        let count = self.count.max(1);
        (self.squares - self.sum * self.sum / count) / count
    }
}

/// The measure of a picture; `blurred` is advised below the configured one.
pub(crate) fn of(picture: &DynamicImage) -> u32 {
    let width = usize::try_from(picture.width()).unwrap_or_default();
    let (columns, pixels) = match picture.as_flat_samples_u8() {
        Some(flat) => copy(flat.samples, usize::from(flat.layout.channels), width),
        // Sixteen bits for each colour, which hardly anybody sends.
        None => copy(&picture.to_luma8(), 1, width),
    };
    let mut parts = [[Part::default(); PARTS]; PARTS];
    let rows: Vec<&[i32]> = pixels.chunks_exact(columns.max(1)).collect();
    let high = rows.len().div_ceil(PARTS).max(1);
    for (strip, rows) in parts.iter_mut().zip(strips(&rows, high)) {
        for three in rows.windows(3) {
            if let [above, row, below] = three {
                add(strip, above, row, below);
            }
        }
    }
    let most = parts.as_flattened().iter().map(Part::variance).max();
    u32::try_from(most.unwrap_or_default()).unwrap_or_default()
}

/// Rows by parts; each part begins with the last two of the one before, so that every row is looked at.
fn strips<'r, 'p>(rows: &'r [&'p [i32]], high: usize) -> impl Iterator<Item = &'r [&'p [i32]]> {
    let from = (0..PARTS).map(move |part| part * high);
    from.map(move |from| {
        let (from, to) = (from.saturating_sub(2), (from + high).min(rows.len()));
        rows.get(from..to).unwrap_or_default()
    })
}

/// Every `step`-th row, each `step` pixels of it as one: columns and brightness, row by row.
fn copy(samples: &[u8], channels: usize, width: usize) -> (usize, Vec<i32>) {
    let line = (width * channels).max(1);
    let height = samples.len() / line;
    let step = (width.max(height) / COPY).max(1);
    // Of colours the green: most of the brightness is in it.
    let colour = usize::from(channels > 2);
    let share = i32::try_from(step).unwrap_or(1);
    let grey = |block: &[u8]| -> i32 {
        block.iter().skip(colour).step_by(channels).map(|value| i32::from(*value)).sum::<i32>() / share
    };
    let rows = samples.chunks_exact(line).step_by(step);
    let pixels = rows.flat_map(|row| row.chunks_exact(step * channels).map(grey)).collect();
    (width / step, pixels)
}

/// Adds a row of the copy to the parts it runs through.
fn add(strip: &mut [Part; PARTS], above: &[i32], row: &[i32], below: &[i32]) {
    let wide = row.len().saturating_sub(2).div_ceil(PARTS).max(1);
    let mut places = row.windows(3).zip(above.iter().zip(below).skip(1));
    for part in strip {
        for (own, (up, down)) in places.by_ref().take(wide) {
            if let [left, here, right] = own {
                let difference = i64::from(4 * here - left - right - up - down);
                part.count += 1;
                part.sum += difference;
                part.squares += difference * difference;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use image::imageops::blur;
    use image::{GrayImage, Luma};

    use super::*;

    /// A white page with a few lines of "letters" in its upper third, as large as the page is.
    fn page(width: u32, height: u32) -> GrayImage {
        let unit = (height / 600).max(1);
        GrayImage::from_fn(width, height, |x, y| {
            let (x, y) = (x / unit, y / unit);
            let is_stroke = y < 200 && y % 20 < 8 && x % 4 == 0 && x % 30 > 5;
            Luma([if is_stroke { 40 } else { 235 }])
        })
    }

    /// `uploads.min_sharpness`, as it is configured by default.
    fn threshold() -> u32 {
        let defaults = include_str!("../../config.default.toml");
        let line = defaults.lines().find_map(|line| line.strip_prefix("min_sharpness = ")).unwrap();
        line.trim().parse().unwrap()
    }

    #[test]
    fn a_page_in_focus_is_above_the_threshold_and_one_out_of_focus_below() {
        for (width, height, radius) in [(900, 1_200, 6.0), (1_476, 1_039, 3.0), (1_200, 1_700, 6.0)] {
            let sharp = page(width, height);
            let blurred = blur(&sharp, radius);
            assert!(of(&sharp.into()) > 2 * threshold(), "{width} × {height}");
            assert!(of(&blurred.into()) < threshold() / 2, "{width} × {height}");
        }
    }

    #[test]
    fn colours_and_depth_make_no_difference() {
        let grey = DynamicImage::from(page(900, 1_200));
        let measure = of(&grey);
        assert_eq!(of(&grey.to_rgb8().into()), measure);
        assert_eq!(of(&grey.to_rgba8().into()), measure);
        assert_eq!(of(&grey.to_luma_alpha8().into()), measure);
        assert_eq!(of(&grey.to_rgb16().into()), measure);
    }

    #[test]
    fn an_empty_page_and_a_narrow_strip_have_a_measure_too() {
        assert_eq!(of(&GrayImage::from_pixel(500, 700, Luma([255])).into()), 0);
        assert_eq!(of(&GrayImage::from_pixel(2, 3_500, Luma([0])).into()), 0);
        assert!(of(&page(90, 3_500).into()) > threshold());
    }
}
