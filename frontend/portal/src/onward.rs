//! Where to go on once somebody is signed in: an address of the portal that they wanted before.

use kit::dom;

use crate::path::{NEXT, Path, query};

/// Where the device keeps it between sign-up and the link of the mail, which opens a tab of its own.
const KEY: &str = "prichal.onward";
/// Seconds it is kept: as long as the link works.
const LASTS: u32 = 24 * 60 * 60;

/// What the present address asks for, if it is an address of the portal.
#[must_use]
pub fn asked() -> Option<String> {
    query(NEXT).and_then(own_address)
}

/// Keeps where to go on after the account has been opened; without an address whatever was kept goes.
pub fn keep(next: Option<&str>) {
    match next {
        Some(next) => dom::store(KEY, &format!("{} {next}", dom::now_seconds())),
        None => dom::forget(KEY),
    }
}

/// What has been kept, once; the person's own page where there is nothing.
#[must_use]
pub fn take() -> String {
    let kept = dom::stored(KEY).and_then(|kept| read(&kept, dom::now_seconds()));
    dom::forget(KEY);
    kept.unwrap_or_else(|| Path::Cabinet.href())
}

fn read(kept: &str, now: u32) -> Option<String> {
    let (at, next) = kept.split_once(' ')?;
    let age = now.checked_sub(at.parse().ok()?)?;
    own_address(next.to_owned()).filter(|_| age < LASTS)
}

/// An address of this portal, so that no link can lead from our sign-in to somebody else's page.
fn own_address(next: String) -> Option<String> {
    let path = next.split('?').next().unwrap_or_default();
    let is_own = path.starts_with('/') && !path.starts_with("//") && Path::parse(path) != Path::Unknown;
    is_own.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::{LASTS, own_address, read};

    #[test]
    fn only_addresses_of_the_portal_are_followed() {
        assert_eq!(own_address("/cabinet".to_owned()).as_deref(), Some("/cabinet"));
        assert!(own_address("/services/arrival-notice?start=1".to_owned()).is_some());
        for foreign in ["//evil.example", "https://evil.example", "/unknown", "", "/\\evil.example"] {
            assert_eq!(own_address(foreign.to_owned()), None, "{foreign}");
        }
    }

    #[test]
    fn what_is_kept_grows_old() {
        assert_eq!(read("100 /cabinet", 200).as_deref(), Some("/cabinet"));
        assert_eq!(read("100 /cabinet", 100 + LASTS), None);
        assert_eq!(read("100 /cabinet", 50), None, "a clock set back");
        assert_eq!(read("100 //evil.example", 200), None);
        assert_eq!(read("", 200), None);
    }
}
