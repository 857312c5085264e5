//! Envelope encryption: every object has a random key of its own (AES-256-GCM), wrapped by the key-encryption key.
//! What the object is and whose stands in the associated data, so that rows cannot be swapped.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::{Keys, random};
use crate::error::{Error, Result};

const NONCE: usize = 12;
const KEY: usize = 32;

/// An encrypted object: what goes to the file and what goes to its row.
#[derive(Debug)]
pub struct Sealed {
    /// Nonce, ciphertext, tag.
    pub content: Vec<u8>,
    /// The object's key under the key-encryption key: nonce, ciphertext, tag.
    pub wrapped_key: Vec<u8>,
    pub kek_id: String,
}

impl Keys {
    /// Encrypts an object for the place `aad` names.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn seal(&self, aad: &str, content: &[u8]) -> Result<Sealed> {
        let key = random::<KEY>()?;
        let content = encrypt(&data_key(&key)?, aad, content)?;
        let kek = self.keks.get(&self.current_kek).ok_or_else(broken)?;
        Ok(Sealed { content, wrapped_key: encrypt(kek, aad, &key)?, kek_id: self.current_kek.clone() })
    }

    /// Decrypts what [`Keys::seal`] made for the same place.
    ///
    /// # Errors
    /// When the key is unknown or anything has been changed.
    pub fn open(&self, aad: &str, kek_id: &str, wrapped_key: &[u8], content: &[u8]) -> Result<Vec<u8>> {
        let kek = self.keks.get(kek_id).ok_or_else(broken)?;
        let key = decrypt(kek, aad, wrapped_key)?;
        decrypt(&data_key(&key)?, aad, content)
    }

    /// Encrypts a short secret (a code on its way to the mail or SMS job) as text.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn seal_text(&self, aad: &str, secret: &str) -> Result<String> {
        let kek = self.keks.get(&self.current_kek).ok_or_else(broken)?;
        let sealed = encrypt(kek, aad, secret.as_bytes())?;
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
        String::from_utf8(decrypt(kek, aad, &bytes)?).map_err(|_| broken())
    }
}

fn data_key(bytes: &[u8]) -> Result<LessSafeKey> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| broken())?))
}

fn encrypt(key: &LessSafeKey, aad: &str, content: &[u8]) -> Result<Vec<u8>> {
    let nonce = random::<NONCE>()?;
    let mut sealed = content.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad.as_bytes()), &mut sealed)
        .map_err(|_| broken())?;
    let mut out = nonce.to_vec();
    out.append(&mut sealed);
    Ok(out)
}

fn decrypt(key: &LessSafeKey, aad: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE).ok_or_else(broken)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
    let mut content = rest.to_vec();
    let length =
        key.open_in_place(nonce, Aad::from(aad.as_bytes()), &mut content).map_err(|_| broken())?.len();
    content.truncate(length);
    Ok(content)
}

fn broken() -> Error {
    Error::internal(anyhow::anyhow!("sealed content does not open"))
}
