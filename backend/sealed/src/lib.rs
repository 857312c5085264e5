//! How a file lies sealed on the disk (AES-256-GCM): in pieces, sealed as they come, each with a tag. The nonce of a piece is
//! its number and whether it is the last (STREAM, Hoang and others 2015): a piece that is changed, moved, left out or added
//! does not open, nor does a file that is cut short. Numbers can be nonces because no key seals two files.
//!
//! The backend seals files and opens them for those they belong to; [`judge`](../judge) opens the one it judges by itself.

use std::io::{ErrorKind, Read};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Bytes of the key of a file.
pub const KEY: usize = 32;
const TAG: usize = 16;
/// Bytes of every piece of a file but the last, which may have fewer.
pub const PIECE: usize = 64 * 1024;
/// Bytes of such a piece when it is sealed.
pub const SEALED_PIECE: usize = PIECE + TAG;

/// What was sealed does not open.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("sealed content does not open")]
    Broken,
    #[error("sealed content cannot be read")]
    Unread(#[from] std::io::Error),
}

/// The key of one file, and which piece is next.
pub struct FileKey {
    key: LessSafeKey,
    place: String,
    next: u32,
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FileKey({})", self.place)
    }
}

impl FileKey {
    /// Of [`KEY`] bytes. `place` says what the file is and whose: the same words are needed to open it, so that files cannot
    /// be put in each other's place.
    ///
    /// # Errors
    /// [`Fault::Broken`] when it has another length.
    pub fn new(key: &[u8], place: String) -> Result<Self, Fault> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Fault::Broken)?;
        Ok(Self { key: LessSafeKey::new(key), place, next: 0 })
    }

    /// Seals the next piece where it is; the tag is added at its end. All pieces but the last have [`PIECE`] bytes.
    ///
    /// # Errors
    /// [`Fault::Broken`], only beyond 2³² pieces.
    pub fn seal(&mut self, piece: &mut Vec<u8>, last: bool) -> Result<(), Fault> {
        let nonce = self.nonce(last)?;
        let place = Aad::from(self.place.as_bytes());
        self.key.seal_in_place_append_tag(nonce, place, piece).map_err(|_| Fault::Broken)
    }

    /// Opens a whole file as it is read. `take` gets one piece after another and says whether it wants more.
    ///
    /// # Errors
    /// When the file cannot be read, or anything of it has been changed, is missing or too much: the pieces given out
    /// before are then its beginning, and no more is known of them.
    pub fn open(mut self, mut sealed: impl Read, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), Fault> {
        let (mut piece, mut next) = (Vec::with_capacity(SEALED_PIECE), Vec::with_capacity(SEALED_PIECE));
        read_piece(&mut sealed, &mut piece)?;
        loop {
            // Only when nothing more comes is it known that a piece is the last.
            read_piece(&mut sealed, &mut next)?;
            let last = next.is_empty();
            let nonce = self.nonce(last)?;
            let place = Aad::from(self.place.as_bytes());
            let opened = self.key.open_in_place(nonce, place, &mut piece).map_err(|_| Fault::Broken)?;
            if !take(opened) || last {
                return Ok(());
            }
            std::mem::swap(&mut piece, &mut next);
        }
    }

    fn nonce(&mut self, last: bool) -> Result<Nonce, Fault> {
        let mut nonce = [0; NONCE_LEN];
        let [.., a, b, c, d, end] = &mut nonce;
        [*a, *b, *c, *d] = self.next.to_be_bytes();
        *end = u8::from(last);
        self.next = self.next.checked_add(1).ok_or(Fault::Broken)?;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

/// Fills `piece` in as few reads as there can be; at the end of the file it is shorter, then empty.
fn read_piece(from: &mut impl Read, piece: &mut Vec<u8>) -> std::io::Result<()> {
    piece.resize(SEALED_PIECE, 0);
    let mut length = 0;
    while let Some(room) = piece.get_mut(length..).filter(|room| !room.is_empty()) {
        match from.read(room) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    piece.truncate(length);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8, place: &str) -> FileKey {
        FileKey::new(&[seed; KEY], place.to_owned()).unwrap()
    }

    /// A file as it lies on the disk, piece by piece.
    fn sealed(seed: u8, content: &[u8]) -> Vec<Vec<u8>> {
        let mut key = key(seed, "place");
        let mut pieces: Vec<Vec<u8>> = content.chunks(PIECE).map(<[u8]>::to_vec).collect();
        if pieces.is_empty() {
            pieces.push(Vec::new());
        }
        let last = pieces.len() - 1;
        for (at, piece) in pieces.iter_mut().enumerate() {
            key.seal(piece, at == last).unwrap();
        }
        pieces
    }

    fn opened(key: FileKey, pieces: &[Vec<u8>]) -> Option<Vec<u8>> {
        let (sealed, mut content) = (pieces.concat(), Vec::new());
        let take = |piece: &[u8]| {
            content.extend_from_slice(piece);
            true
        };
        key.open(sealed.as_slice(), take).ok()?;
        Some(content)
    }

    /// Gives a few bytes at a time, and is interrupted between them, as the system may.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            let most = room.len().min(1_000);
            self.0.read(&mut room[..most])
        }
    }

    #[test]
    fn files_of_any_length_come_back() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let content: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let pieces = sealed(1, &content);
            assert_eq!(opened(key(1, "place"), &pieces).as_ref(), Some(&content), "{length} bytes");
            let (whole, mut slowly) = (pieces.concat(), Vec::new());
            let take = |piece: &[u8]| {
                slowly.extend_from_slice(piece);
                true
            };
            key(1, "place").open(Slow(&whole, false), take).unwrap();
            assert_eq!(slowly, content, "{length} bytes, slowly");
        }
    }

    #[test]
    fn what_is_moved_cut_added_or_swapped_does_not_open() {
        let content = vec![7; 3 * PIECE + 5];
        let (pieces, others) = (sealed(1, &content), sealed(2, &content));
        let [a, b, c, d] = pieces.as_slice() else { panic!("four pieces") };
        let open = |place, pieces: &[&Vec<u8>]| {
            let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| (*piece).clone()).collect();
            opened(key(1, place), &pieces)
        };
        assert!(open("place", &[a, b, c, d]).is_some());
        for wrong in
            [vec![a, c, b, d], vec![a, b, d], vec![a, b, c], vec![a, b, c, d, d], vec![a], Vec::new()]
        {
            assert_eq!(open("place", &wrong), None);
        }
        assert_eq!(open("elsewhere", &[a, b, c, d]), None);
        assert_eq!(open("place", &[a, &others[1], c, d]), None, "a piece of another file");
        assert_eq!(opened(key(2, "place"), &pieces), None, "the key of another file");
        let mut changed = a.clone();
        changed[9] ^= 1;
        assert_eq!(open("place", &[&changed, b, c, d]), None);
    }
}
