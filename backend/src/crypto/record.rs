//! Sealing what lies in a row (security rule 18): a leaked table or dump tells nobody's passport. The key of a row is
//! derived from the key-encryption key and the row's place (HKDF, RFC 5869), so that no key seals more than one row's
//! versions, and a sealed value opens in its own row only.

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};

use super::Keys;
use super::keys::Kek;
use super::seal::{broken, decrypt, encrypt};
use crate::error::{Error, Result};

impl Keys {
    /// Seals the content of the row `place` names: length and id of the key-encryption key, nonce, ciphertext, tag.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn seal_record(&self, place: &str, content: &[u8]) -> Result<Vec<u8>> {
        let id = &self.current_kek;
        let key = record_key(self.keks.get(id).ok_or_else(broken)?, place)?;
        let mut out = vec![u8::try_from(id.len()).map_err(|_| broken())?];
        out.extend_from_slice(id.as_bytes());
        out.append(&mut encrypt(&key, place, content)?);
        Ok(out)
    }

    /// Opens what [`Keys::seal_record`] made for the same place.
    ///
    /// # Errors
    /// When the key is unknown or anything has been changed.
    pub fn open_record(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (length, rest) = sealed.split_first().ok_or_else(broken)?;
        let (id, sealed) = rest.split_at_checked(usize::from(*length)).ok_or_else(broken)?;
        let kek = std::str::from_utf8(id).ok().and_then(|id| self.keks.get(id));
        let kek =
            kek.ok_or_else(|| Error::internal(anyhow::anyhow!("{place}: no such key-encryption key")))?;
        decrypt(&record_key(kek, place)?, place, sealed)
            .map_err(|_| Error::internal(anyhow::anyhow!("{place} does not open")))
    }
}

fn record_key(kek: &Kek, place: &str) -> Result<LessSafeKey> {
    let info = [b"record".as_slice(), place.as_bytes()];
    let key = kek.deriving.expand(&info, &AES_256_GCM).map_err(|_| broken())?;
    Ok(LessSafeKey::new(UnboundKey::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_opens_in_its_own_place_only_and_whole() {
        let dir = std::env::temp_dir().join(format!("prichal-record-{}", uuid::Uuid::now_v7()));
        Keys::init(&dir).unwrap();
        let keys = Keys::load(&dir).unwrap();
        let sealed = keys.seal_record("answers:a", b"FA1234567").unwrap();
        assert!(!sealed.windows(9).any(|part| part == b"FA1234567"));
        assert_eq!(keys.open_record("answers:a", &sealed).unwrap(), b"FA1234567");
        assert!(keys.open_record("answers:b", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(keys.open_record("answers:a", &changed).is_err(), "byte {at}");
            assert!(keys.open_record("answers:a", &sealed[..at]).is_err(), "{at} bytes");
        }

        // A newer key seals what is new; the older one still opens.
        std::fs::write(dir.join("kek-2.key"), [7; 32]).unwrap();
        let newer = Keys::load(&dir).unwrap();
        std::fs::remove_dir_all(&dir).unwrap();
        assert_eq!(newer.open_record("answers:a", &sealed).unwrap(), b"FA1234567");
        assert!(keys.open_record("answers:a", &newer.seal_record("answers:a", b"").unwrap()).is_err());
    }
}
