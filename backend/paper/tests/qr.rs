//! The QR codes as a phone's camera reads them.

#![cfg(test)]

use paper::{Error, MAX_QR_BYTES, qr_svg};

/// Draws the SVG, four pixels per module. Understands what the library writes, and fails on all else.
fn pixels(svg: &str) -> (usize, Vec<bool>) {
    const SCALE: usize = 4;
    let between = |text: &str, start: &str, end: &str| -> String {
        text.split_once(start).unwrap().1.split_once(end).unwrap().0.to_owned()
    };
    let side = between(svg, r#"viewBox="0 0 "#, " ").parse::<usize>().unwrap() * SCALE;
    let path = between(svg, r##"fill="#000" d="M"##, "z\"");
    let mut dark = vec![false; side * side];
    for bar in path.split("zM") {
        let (x, rest) = bar.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (length, back) = rest.split_once("v1h-").unwrap();
        assert_eq!(length, back);
        let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap() * SCALE);
        for row in y..y + SCALE {
            dark[row * side + x..][..length].fill(true);
        }
    }
    (side, dark)
}

fn read(svg: &str) -> String {
    let (side, dark) = pixels(svg);
    let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, |x, y| dark[y * side + x]);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    let (meta, content) = grids[0].decode().unwrap();
    // The format bits of level M.
    assert_eq!(meta.ecc_level, 0);
    content
}

#[test]
fn codes_are_read_back() {
    let slip: paper::Paper = serde_json::from_str(include_str!("../samples/slip.json")).unwrap();
    for payload in
        ["https://prichal.example/verify/7m2k9q4vnd83hx6t1crz5wpa0e", "0", &slip.qr.unwrap().payload]
    {
        assert_eq!(read(&qr_svg(payload).unwrap()), payload);
    }
    let longest = "Щ".repeat(MAX_QR_BYTES / 2);
    assert_eq!(read(&qr_svg(&longest).unwrap()), longest);
}

#[test]
fn the_quiet_zone_is_four_modules() {
    let (side, dark) = pixels(&qr_svg("prichal").unwrap());
    let zone = 16;
    for (place, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
        let inside = zone..side - zone;
        assert!(inside.contains(&(place % side)) && inside.contains(&(place / side)));
    }
    assert!(dark[zone * side + zone], "the corner pattern begins right after it");
}

#[test]
fn the_svg_is_shapes_alone() {
    let svg = qr_svg(r#"</svg><script>alert("x")</script>"#).unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    assert_eq!(svg.matches('<').count(), 4, "{svg}");
    assert!(!svg.contains("script") && !svg.contains("style"));
}

#[test]
fn empty_and_too_long_are_refused() {
    assert!(matches!(qr_svg(""), Err(Error::Missing { field: "qr.payload" })));
    assert!(matches!(qr_svg(&"x".repeat(MAX_QR_BYTES + 1)), Err(Error::QrTooLong { limit: MAX_QR_BYTES })));
}
