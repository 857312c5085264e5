//! What may be wrong with a picture (DC-03, DC-05, PF-08). Whoever attached it is told how to mend it, the officer what
//! to look at; nothing is refused for it.

use std::collections::BTreeMap;

use catalogue::definition::Format;
use openapi::documents::Advice;

use super::store::DocumentRow;
use crate::config::Uploads;

/// The codes of [`Advice`]; their texts stand beside those of refusals, in the locale namespace `files`.
pub(super) const CODES: [&str; 2] = ["low_resolution", "blurred"];

/// Tenths of a millimetre in an inch.
const INCH: i64 = 254;

/// The advice on a stored file. `format` is the size of the paper, where the service knows it; files that are no
/// pictures have no pixels to count.
pub(super) fn of(row: &DocumentRow, format: Option<Format>, limits: &Uploads) -> Vec<Advice> {
    let [low_resolution, blurred] = CODES;
    let pixels = row.width.zip(row.height);
    let dpi = pixels.zip(format).map(|(pixels, format)| dpi(pixels, format));
    let low = dpi.filter(|dpi| *dpi < i64::from(limits.min_dpi)).map(|dpi| {
        let params = [("dpi", dpi.to_string()), ("min", limits.min_dpi.to_string())];
        let params = params.map(|(name, value)| (name.to_owned(), value)).into();
        Advice { code: low_resolution.to_owned(), params }
    });
    let soft = row.sharpness.filter(|measure| i64::from(*measure) < i64::from(limits.min_sharpness));
    let soft = soft.map(|_| Advice { code: blurred.to_owned(), params: BTreeMap::new() });
    [low, soft].into_iter().flatten().collect()
}

/// Dots per inch if the paper fills the picture; a margin around it makes them fewer. It may lie either way.
fn dpi((width, height): (i32, i32), format: Format) -> i64 {
    let per_inch = |pixels: i32, mm: u32| i64::from(pixels) * INCH / (i64::from(mm.max(1)) * 10);
    let short = per_inch(width.min(height), format.width_mm.min(format.height_mm));
    short.min(per_inch(width.max(height), format.width_mm.max(format.height_mm)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page of a passport (ISO/IEC 7810, ID-3).
    const PAGE: Format = Format { width_mm: 125, height_mm: 88 };

    #[test]
    fn dots_are_counted_along_the_side_that_has_fewer() {
        assert_eq!(dpi((1_477, 1_040), PAGE), 300);
        assert_eq!(dpi((1_040, 1_477), PAGE), 300, "lying and standing");
        assert_eq!(dpi((1_477, 1_039), PAGE), 299);
        assert_eq!(dpi((1_476, 3_000), PAGE), 426);
        assert_eq!(dpi((1_000, 3_000), PAGE), 288);
    }
}
