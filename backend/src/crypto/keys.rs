//! The key files of one installation and what is done with them.
//!
//! `kek-<n>.key` wraps document keys and seals rows, `pepper.key` feeds MACs and password hashes, `tokens-<n>.pk8` signs access
//! tokens, `papers-<n>.pk8` signs papers. The highest number is used for new work; older ones still open and
//! verify what they made.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, ensure};
use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use aws_lc_rs::{hkdf, hmac};
use zeroize::Zeroizing;

use super::random;

/// A key-encryption key, for what is wrapped by it and for what is derived from it.
pub(super) struct Kek {
    pub(super) wrapping: LessSafeKey,
    pub(super) deriving: hkdf::Prk,
}

pub struct Keys {
    pub(super) keks: BTreeMap<String, Kek>,
    pub(super) current_kek: String,
    pepper: Zeroizing<Vec<u8>>,
    token_key: Zeroizing<Vec<u8>>,
    token_public: Vec<u8>,
    papers: BTreeMap<String, Ed25519KeyPair>,
    current_paper: String,
}

/// A signature over a paper and the key that made it.
#[derive(Debug, Clone)]
pub struct PaperSignature {
    pub signature: Vec<u8>,
    pub key_id: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys(kek {}, papers {})", self.current_kek, self.current_paper)
    }
}

impl Keys {
    /// Makes the key files that are missing; existing ones are left alone.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn init(dir: &Path) -> anyhow::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).context("key folder")?;
        let random_key = || -> anyhow::Result<Vec<u8>> { Ok(random::<32>()?.to_vec()) };
        let signing_key = || -> anyhow::Result<Vec<u8>> {
            let pair = Ed25519KeyPair::generate().map_err(|_| anyhow::anyhow!("key generation"))?;
            let der = pair.to_pkcs8v1().map_err(|_| anyhow::anyhow!("key encoding"))?;
            Ok(der.as_ref().to_vec())
        };
        create(&dir.join("kek-1.key"), random_key)?;
        create(&dir.join("pepper.key"), random_key)?;
        create(&dir.join("tokens-1.pk8"), signing_key)?;
        create(&dir.join("papers-1.pk8"), signing_key)
    }

    /// Reads the key files.
    ///
    /// # Errors
    /// Names the file that is missing or unreadable.
    pub fn load(dir: &Path) -> anyhow::Result<Self> {
        let mut keks = BTreeMap::new();
        let mut current_kek = None;
        for (id, bytes) in numbered(dir, "kek-", ".key")? {
            let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| anyhow::anyhow!("{id}: 32 bytes"))?;
            current_kek = Some(id.clone());
            let deriving = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &bytes);
            keks.insert(id, Kek { wrapping: LessSafeKey::new(key), deriving });
        }
        let mut papers = BTreeMap::new();
        let mut current_paper = None;
        for (id, bytes) in numbered(dir, "papers-", ".pk8")? {
            let pair =
                Ed25519KeyPair::from_pkcs8(&bytes).map_err(|error| anyhow::anyhow!("{id}: {error}"))?;
            current_paper = Some(id.clone());
            papers.insert(id, pair);
        }
        let (_, token_key) = numbered(dir, "tokens-", ".pk8")?.pop().context("no tokens-<n>.pk8")?;
        let token_pair =
            Ed25519KeyPair::from_pkcs8(&token_key).map_err(|error| anyhow::anyhow!("{error}"))?;
        let pepper = fs::read(dir.join("pepper.key")).context("pepper.key")?;
        ensure!(pepper.len() >= 32, "pepper.key: at least 32 bytes");
        Ok(Self {
            current_kek: current_kek.context("no kek-<n>.key; run `backend keys init`")?,
            current_paper: current_paper.context("no papers-<n>.pk8; run `backend keys init`")?,
            keks,
            papers,
            pepper: Zeroizing::new(pepper),
            token_public: token_pair.public_key().as_ref().to_vec(),
            token_key: Zeroizing::new(token_key),
        })
    }

    /// HMAC-SHA-256 under the pepper, apart for each purpose.
    #[must_use]
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.pepper);
        let mut context = hmac::Context::with_key(&key);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(data);
        let mut out = [0; 32];
        for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        out
    }

    /// PKCS #8 of the key access tokens are signed with, and its public half.
    #[must_use]
    pub fn token_pair(&self) -> (&[u8], &[u8]) {
        (&self.token_key, &self.token_public)
    }

    /// Signs a paper's canonical payload with the newest key (Ed25519).
    #[must_use]
    pub fn sign_paper(&self, payload: &[u8]) -> Option<PaperSignature> {
        let pair = self.papers.get(&self.current_paper)?;
        Some(PaperSignature {
            signature: pair.sign(payload).as_ref().to_vec(),
            key_id: self.current_paper.clone(),
        })
    }

    /// Whether a paper's signature holds.
    #[must_use]
    pub fn verify_paper(&self, key_id: &str, payload: &[u8], signature: &[u8]) -> bool {
        self.papers.get(key_id).is_some_and(|pair| {
            UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref()).verify(payload, signature).is_ok()
        })
    }

    /// Ids and public halves of the keys papers are signed with.
    #[must_use]
    pub fn paper_keys(&self) -> Vec<(String, Vec<u8>)> {
        self.papers.iter().map(|(id, pair)| (id.clone(), pair.public_key().as_ref().to_vec())).collect()
    }
}

fn create(path: &Path, make: impl Fn() -> anyhow::Result<Vec<u8>>) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&make()?)?;
    file.sync_all()?;
    Ok(())
}

/// The files `<prefix><n><suffix>` in the order of their numbers, with `<prefix><n>` as id.
fn numbered(dir: &Path, prefix: &str, suffix: &str) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("key folder {}", dir.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(id) = name.strip_suffix(suffix).filter(|id| id.starts_with(prefix)) else { continue };
        let number: u32 = id.trim_start_matches(prefix).parse().with_context(|| format!("{name}: number"))?;
        found.push((number, id.to_owned(), fs::read(&path)?));
    }
    found.sort_by_key(|(number, _, _)| *number);
    Ok(found.into_iter().map(|(_, id, bytes)| (id, bytes)).collect())
}
