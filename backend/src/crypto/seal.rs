//! Envelope encryption: every file has a random key of its own (AES-256-GCM), wrapped by the key-encryption key.
//! What the file is and whose stands in the associated data, so that rows cannot be swapped.
//!
//! A file is sealed in pieces as it comes, each with a tag. The nonce of a piece is its number and whether it is the last
//! (STREAM, Hoang and others 2015): a piece that is changed, moved, left out or added does not open, nor does a file
//! that is cut short. Numbers can be nonces because no key seals two files.

use std::io::Read;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::{Keys, random};
use crate::error::{Error, Result};

const KEY: usize = 32;
const TAG: usize = 16;
/// Bytes of every piece of a file but the last, which may have fewer.
pub const PIECE: usize = 64 * 1024;
/// Bytes of such a piece when it is sealed.
pub const SEALED_PIECE: usize = PIECE + TAG;

/// What the row of a sealed file remembers of its key.
#[derive(Debug, Clone)]
pub struct WrappedKey {
    /// The file's key under the key-encryption key: nonce, ciphertext, tag.
    pub wrapped_key: Vec<u8>,
    pub kek_id: String,
}

/// The key of one file, and which piece is next.
pub struct FileKey {
    key: LessSafeKey,
    aad: String,
    next: u32,
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileKey({})", self.aad)
    }
}

impl FileKey {
    /// Seals the next piece where it is; the tag is added at its end. All pieces but the last have [`PIECE`] bytes.
    ///
    /// # Errors
    /// Only beyond 2³² pieces.
    pub fn seal(&mut self, piece: &mut Vec<u8>, last: bool) -> Result<()> {
        let nonce = self.nonce(last)?;
        let aad = Aad::from(self.aad.as_bytes());
        self.key.seal_in_place_append_tag(nonce, aad, piece).map_err(|_| broken())
    }

    /// Opens a whole file as it is read. `take` gets one piece after another and says whether it wants more.
    ///
    /// # Errors
    /// When the file cannot be read, or anything of it has been changed, is missing or too much: the pieces given out
    /// before are then its beginning, and no more is known of them.
    pub fn open(mut self, mut sealed: impl Read, mut take: impl FnMut(&[u8]) -> bool) -> Result<()> {
        let (mut piece, mut next) = (Vec::with_capacity(SEALED_PIECE), Vec::with_capacity(SEALED_PIECE));
        read_piece(&mut sealed, &mut piece)?;
        loop {
            // Only when nothing more comes is it known that a piece is the last.
            read_piece(&mut sealed, &mut next)?;
            let last = next.is_empty();
            let nonce = self.nonce(last)?;
            let aad = Aad::from(self.aad.as_bytes());
            let opened = self.key.open_in_place(nonce, aad, &mut piece).map_err(|_| broken())?;
            if !take(opened) || last {
                return Ok(());
            }
            std::mem::swap(&mut piece, &mut next);
        }
    }

    fn nonce(&mut self, last: bool) -> Result<Nonce> {
        let mut nonce = [0; NONCE_LEN];
        let [.., a, b, c, d, end] = &mut nonce;
        [*a, *b, *c, *d] = self.next.to_be_bytes();
        *end = u8::from(last);
        self.next = self.next.checked_add(1).ok_or_else(broken)?;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

impl Keys {
    /// A new key for the file of the place `aad` names.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn new_file(&self, aad: String) -> Result<(FileKey, WrappedKey)> {
        let key = random::<KEY>()?;
        let kek = self.keks.get(&self.current_kek).ok_or_else(broken)?;
        let wrapped =
            WrappedKey { wrapped_key: encrypt(&kek.wrapping, &aad, &key)?, kek_id: self.current_kek.clone() };
        Ok((FileKey { key: data_key(&key)?, aad, next: 0 }, wrapped))
    }

    /// The key of a file that was sealed for the same place.
    ///
    /// # Errors
    /// When the key-encryption key is unknown or anything has been changed.
    pub fn file(&self, aad: String, wrapped: &WrappedKey) -> Result<FileKey> {
        let kek = self.keks.get(&wrapped.kek_id).ok_or_else(broken)?;
        let key = decrypt(&kek.wrapping, &aad, &wrapped.wrapped_key)?;
        Ok(FileKey { key: data_key(&key)?, aad, next: 0 })
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

fn read_piece(from: &mut impl Read, piece: &mut Vec<u8>) -> Result<()> {
    piece.clear();
    let most = u64::try_from(SEALED_PIECE).map_err(Error::internal)?;
    from.take(most).read_to_end(piece).map_err(Error::internal)?;
    Ok(())
}

fn data_key(bytes: &[u8]) -> Result<LessSafeKey> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| broken())?))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        let dir = std::env::temp_dir().join(format!("prichal-seal-{}", uuid::Uuid::now_v7()));
        Keys::init(&dir).unwrap();
        let keys = Keys::load(&dir).unwrap();
        std::fs::remove_dir_all(dir).unwrap();
        keys
    }

    /// A file as it lies on the disk, piece by piece.
    fn sealed(keys: &Keys, aad: &str, content: &[u8]) -> (Vec<Vec<u8>>, WrappedKey) {
        let (mut key, wrapped) = keys.new_file(aad.to_owned()).unwrap();
        let mut pieces: Vec<Vec<u8>> = content.chunks(PIECE).map(<[u8]>::to_vec).collect();
        if pieces.is_empty() {
            pieces.push(Vec::new());
        }
        let last = pieces.len() - 1;
        for (at, piece) in pieces.iter_mut().enumerate() {
            key.seal(piece, at == last).unwrap();
        }
        (pieces, wrapped)
    }

    fn opened(keys: &Keys, aad: &str, wrapped: &WrappedKey, pieces: &[Vec<u8>]) -> Option<Vec<u8>> {
        let (sealed, mut content) = (pieces.concat(), Vec::new());
        let take = |piece: &[u8]| {
            content.extend_from_slice(piece);
            true
        };
        keys.file(aad.to_owned(), wrapped).ok()?.open(sealed.as_slice(), take).ok()?;
        Some(content)
    }

    #[test]
    fn files_of_any_length_come_back() {
        let keys = keys();
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let content: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let (pieces, wrapped) = sealed(&keys, "place", &content);
            assert_eq!(opened(&keys, "place", &wrapped, &pieces), Some(content), "{length} bytes");
        }
    }

    #[test]
    fn what_is_moved_cut_added_or_swapped_does_not_open() {
        let keys = keys();
        let (pieces, wrapped) = sealed(&keys, "place", &vec![7; 3 * PIECE + 5]);
        let (others, other_key) = sealed(&keys, "place", &vec![7; 3 * PIECE + 5]);
        let [a, b, c, d] = pieces.as_slice() else { panic!("four pieces") };
        let open = |aad, pieces: &[&Vec<u8>]| {
            let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| (*piece).clone()).collect();
            opened(&keys, aad, &wrapped, &pieces)
        };
        assert!(open("place", &[a, b, c, d]).is_some());
        for wrong in
            [vec![a, c, b, d], vec![a, b, d], vec![a, b, c], vec![a, b, c, d, d], vec![a], Vec::new()]
        {
            assert_eq!(open("place", &wrong), None);
        }
        assert_eq!(open("elsewhere", &[a, b, c, d]), None);
        assert_eq!(open("place", &[a, &others[1], c, d]), None, "a piece of another file");
        assert_eq!(opened(&keys, "place", &other_key, &pieces), None, "the key of another file");
        let mut changed = a.clone();
        changed[9] ^= 1;
        assert_eq!(open("place", &[&changed, b, c, d]), None);
    }
}
