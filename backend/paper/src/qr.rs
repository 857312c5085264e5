use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::Error;

/// The longest payload, in bytes: what version 25 holds at level M. A denser code printed 50 mm wide is beyond
/// the cameras of cheap phones.
pub const MAX_QR_BYTES: usize = 997;

/// The quiet zone that the standard asks for, in modules.
const QUIET_ZONE: usize = 4;

/// A QR code as SVG: error correction level M, black on white, one unit per module, quiet zone of four modules,
/// no width or height of its own. Holds nothing but shapes; naming it for screen readers is the caller's part.
///
/// # Errors
/// [`Error::Missing`] for an empty payload, [`Error::QrTooLong`] for more than [`MAX_QR_BYTES`].
pub fn qr_svg(payload: &str) -> Result<String, Error> {
    if payload.is_empty() {
        return Err(Error::Missing { field: "qr.payload" });
    }
    let too_long = Error::QrTooLong { limit: MAX_QR_BYTES };
    if payload.len() > MAX_QR_BYTES {
        return Err(too_long);
    }
    let code = QRBuilder::new(payload).ecl(ECL::M).build().map_err(|_| too_long)?;
    let side = code.size + 2 * QUIET_ZONE;
    let path = (0..code.size).fold(String::new(), |mut path, y| {
        let mut x = QUIET_ZONE;
        // Neighbouring dark modules become one bar: a tenth of the size, and no hairlines between them.
        for run in code[y].chunk_by(|a, b| a.value() == b.value()) {
            let length = run.len();
            if run.first().is_some_and(|module| module.value()) {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{x} {}h{length}v1h-{length}z", y + QUIET_ZONE);
            }
            x += length;
        }
        path
    });
    Ok(format!(
        concat!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">"##,
            r##"<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>"##
        ),
        side = side,
        path = path
    ))
}
