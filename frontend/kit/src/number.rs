//! Numbers between Rust and JavaScript, where every number is an `f64`.

/// A whole number as JavaScript knows it; exact up to 2⁵³, which no size, sum or time here reaches.
#[must_use]
pub fn i64_as_f64(value: i64) -> f64 {
    let (high, low) = (value >> 32, value & 0xffff_ffff);
    // Both halves fit their types: an arithmetic shift leaves 32 bits, the mask the other 32.
    let high = i32::try_from(high).unwrap_or_default();
    let low = u32::try_from(low).unwrap_or_default();
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// [`i64_as_f64`] for sizes.
#[must_use]
pub fn f64_of(value: u64) -> f64 {
    i64_as_f64(i64::try_from(value).unwrap_or(i64::MAX))
}

/// The whole part of a JavaScript number that is not negative; what does not fit becomes the nearest that does.
#[must_use]
#[expect(clippy::as_conversions, reason = "the only conversion of a float that Rust has; it saturates")]
pub fn u32_of(value: f64) -> u32 {
    value as u32
}

/// Width and height in the same proportion with no side longer than `longest`.
#[must_use]
pub fn fitting(width: u32, height: u32, longest: u32) -> (u32, u32) {
    let side = u64::from(width.max(height).max(longest));
    let fit = |own: u32| {
        let own = u64::from(own) * u64::from(longest) / side.max(1);
        u32::try_from(own).unwrap_or(longest).max(1)
    };
    (fit(width), fit(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pictures_shrink_in_proportion() {
        assert_eq!(fitting(6_000, 4_000, 3_000), (3_000, 2_000));
        assert_eq!(fitting(1_500, 9_000, 3_000), (500, 3_000));
        assert_eq!(fitting(1_000, 700, 3_000), (1_000, 700));
        assert_eq!(fitting(1, 30_000, 3_000), (1, 3_000));
    }

    #[test]
    fn whole_numbers_survive() {
        for (whole, float) in
            [(0, 0.0), (-1, -1.0), (1_795_305_600_000, 1_795_305_600_000.0), (-86_400_000, -86_400_000.0)]
        {
            assert!((i64_as_f64(whole) - float).abs() < f64::EPSILON, "{whole}");
        }
    }

    #[test]
    fn floats_saturate() {
        assert_eq!((u32_of(3.9), u32_of(-1.0), u32_of(f64::NAN), u32_of(1e12)), (3, 0, 0, u32::MAX));
    }
}
