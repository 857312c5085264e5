//! The link behind an SBP QR code.

use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::{QRBuilder, QRCodeError};
use uuid::Uuid;

use super::model::Money;

/// A dynamic (one payment) link with the sum in kopecks and its checksum.
pub(crate) fn link(bank: &str, amount: Money) -> String {
    let id: String =
        format!("AD{}", Uuid::new_v4().simple().to_string().to_uppercase()).chars().take(32).collect();
    signed(&format!("https://qr.nspk.ru/{id}?type=02&bank={bank}&sum={}&cur=RUB", amount.0))
}

fn signed(url: &str) -> String {
    format!("{url}&crc={:04X}", crc16(url.as_bytes()))
}

/// CRC-16/CCITT-FALSE over everything before `&crc=`.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| match crc & 0x8000 {
            0 => crc << 1,
            _ => (crc << 1) ^ 0x1021,
        })
    })
}

/// The QR code of a link, as an SVG document.
pub(crate) fn qr_svg(link: &str) -> Result<String, QRCodeError> {
    Ok(SvgBuilder::default().to_str(&QRBuilder::new(link).build()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_real_links() {
        for (url, crc) in [
            (
                "https://qr.nspk.ru/AD10004F7SM1QOR38T1RNP592HT1U2MC?type=02&bank=100000000054&sum=4000&cur=RUB",
                "0B61",
            ),
            ("https://qr.nspk.ru/AS1A005HCS949R4298Q9Q6UM6NJREQK6?type=01&bank=100000000008", "8435"),
        ] {
            assert_eq!(signed(url), format!("{url}&crc={crc}"));
        }
    }

    #[test]
    fn a_link_has_32_characters_of_id_and_the_sum_in_kopecks() {
        let link = link("100000000054", Money(160_000));
        let (id, rest) = link.strip_prefix("https://qr.nspk.ru/").unwrap().split_once('?').unwrap();
        assert_eq!(id.len(), 32);
        assert!(rest.starts_with("type=02&bank=100000000054&sum=160000&cur=RUB&crc="), "{rest}");
        assert!(qr_svg(&link).unwrap().starts_with("<svg"));
    }
}
