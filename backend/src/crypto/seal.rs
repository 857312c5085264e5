//! Envelope encryption: every file has a random key of its own ([`sealed`]), wrapped by the key-encryption key. What the file
//! is and whose stands in the associated data, so that rows cannot be swapped.

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sealed::{FileKey, KEY};
use zeroize::Zeroizing;

use super::{Keys, random};
use crate::error::{Error, Result};

/// What the row of a sealed file remembers of its key.
#[derive(Debug, Clone)]
pub struct WrappedKey {
    /// The file's key under the key-encryption key: nonce, ciphertext, tag.
    pub wrapped_key: Vec<u8>,
    pub kek_id: String,
}

impl Keys {
    /// A new key for the file of the place `aad` names.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn new_file(&self, aad: String) -> Result<(FileKey, WrappedKey)> {
        let key = Zeroizing::new(random::<KEY>()?);
        let kek = self.keks.get(&self.current_kek).ok_or_else(broken)?;
        let wrapped = WrappedKey {
            wrapped_key: encrypt(&kek.wrapping, &aad, key.as_slice())?,
            kek_id: self.current_kek.clone(),
        };
        Ok((FileKey::new(key.as_slice(), aad)?, wrapped))
    }

    /// The key of a file that was sealed for the same place.
    ///
    /// # Errors
    /// When the key-encryption key is unknown or anything has been changed.
    pub fn file(&self, aad: String, wrapped: &WrappedKey) -> Result<FileKey> {
        Ok(FileKey::new(&self.file_key(&aad, wrapped)?, aad)?)
    }

    /// Its bytes, for the process that opens this one file and no other.
    ///
    /// # Errors
    /// As [`Keys::file`].
    pub fn file_key(&self, aad: &str, wrapped: &WrappedKey) -> Result<Zeroizing<Vec<u8>>> {
        let kek = self.keks.get(&wrapped.kek_id).ok_or_else(broken)?;
        decrypt(&kek.wrapping, aad, &wrapped.wrapped_key).map(Zeroizing::new)
    }

    /// Encrypts a short secret (a code on its way to the mail or SMS job) as text.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn seal_text(&self, aad: &str, secret: &str) -> Result<String> {
        let kek = self.keks.get(&self.current_kek).ok_or_else(broken)?;
        let sealed = encrypt(&kek.wrapping, aad, secret.as_bytes())?;
        Ok(format!("{}:{}", self.current_kek, STANDARD_NO_PAD.encode(sealed)))
    }

    /// Decrypts what [`Keys::seal_text`] made.
    ///
    /// # Errors
    /// When the key is unknown or anything has been changed.
    pub fn open_text(&self, aad: &str, sealed: &str) -> Result<String> {
        let (kek_id, text) = sealed.split_once(':').ok_or_else(broken)?;
        let kek = self.keks.get(kek_id).ok_or_else(broken)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| broken())?;
        String::from_utf8(decrypt(&kek.wrapping, aad, &bytes)?).map_err(|_| broken())
    }
}

pub(super) fn encrypt(key: &LessSafeKey, aad: &str, content: &[u8]) -> Result<Vec<u8>> {
    let nonce = random::<NONCE_LEN>()?;
    let mut sealed = content.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad.as_bytes()), &mut sealed)
        .map_err(|_| broken())?;
    let mut out = nonce.to_vec();
    out.append(&mut sealed);
    Ok(out)
}

pub(super) fn decrypt(key: &LessSafeKey, aad: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
    let mut content = rest.to_vec();
    let length =
        key.open_in_place(nonce, Aad::from(aad.as_bytes()), &mut content).map_err(|_| broken())?.len();
    content.truncate(length);
    Ok(content)
}

pub(super) fn broken() -> Error {
    Error::internal(anyhow::anyhow!("sealed content does not open"))
}

impl From<sealed::Fault> for Error {
    fn from(cause: sealed::Fault) -> Self {
        Self::internal(cause)
    }
}
