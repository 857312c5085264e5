//! Sealed files: what a row must remember to open its file again, and the check that it is the same file.

use std::sync::Arc;

use aws_lc_rs::digest;
use judge::Sealed;
use sealed::{FileKey, PIECE, SEALED_PIECE};
use serde_json::json;
use uuid::Uuid;

use crate::alarms;
use crate::app::App;
use crate::crypto::WrappedKey;
use crate::error::{Error, Result};
use crate::gateways::storage::{Storage, Writing};

/// What a row remembers of its file.
#[derive(Debug, Clone)]
pub struct Kept {
    pub storage_key: String,
    pub wrapped_key: Vec<u8>,
    pub kek_id: String,
    /// SHA-256 of the content before it was sealed.
    pub sha256: Vec<u8>,
    /// Bytes before sealing.
    pub size: i32,
}

impl Kept {
    fn key(&self) -> WrappedKey {
        WrappedKey { wrapped_key: self.wrapped_key.clone(), kek_id: self.kek_id.clone() }
    }
}

/// A file on its way into the vault: hashed, sealed and written as it comes, so that however many come at once, each
/// takes a few pieces of memory. Dropped before its end, nothing is left of it.
pub struct Incoming {
    storage_key: String,
    file: Writing,
    key: FileKey,
    wrapped: WrappedKey,
    hash: digest::Context,
    size: usize,
    piece: Vec<u8>,
}

impl Incoming {
    /// Begins a file for the place `aad` names.
    ///
    /// # Errors
    /// When the disk refuses or the system has no randomness.
    pub async fn begin(app: &App, aad: String) -> Result<Self> {
        let (key, wrapped) = app.keys.new_file(aad)?;
        let storage_key = Storage::new_key();
        let file = app.storage.begin(&storage_key).await?;
        let hash = digest::Context::new(&digest::SHA256);
        Ok(Self { storage_key, file, key, wrapped, hash, size: 0, piece: Vec::new() })
    }

    /// Adds to the file.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        self.size += bytes.len();
        while !bytes.is_empty() {
            // Only when more comes is it known that a full piece is not the last.
            if self.piece.len() == PIECE {
                self.seal(false).await?;
            }
            // Room for the seal too: a piece that grows is copied.
            if self.piece.capacity() == 0 {
                self.piece.reserve_exact(SEALED_PIECE);
            }
            let (fitting, rest) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(fitting);
            bytes = rest;
        }
        Ok(())
    }

    async fn seal(&mut self, last: bool) -> Result<()> {
        let mut piece = std::mem::take(&mut self.piece);
        self.key.seal(&mut piece, last)?;
        self.file.write(piece).await
    }

    /// Takes away what has been written.
    pub async fn discard(self) {
        if let Err(error) = self.file.discard().await {
            tracing::warn!(error.cause = %error, "a file that was not finished is left");
        }
    }

    /// Ends the file: it is on the disk when this returns, and a row may name it. Without a row it is an orphan, which
    /// the sweep collects.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn finish(mut self) -> Result<Kept> {
        self.seal(true).await?;
        self.file.finish().await?;
        Ok(Kept {
            storage_key: self.storage_key,
            wrapped_key: self.wrapped.wrapped_key,
            kek_id: self.wrapped.kek_id,
            sha256: self.hash.finish().as_ref().to_vec(),
            size: i32::try_from(self.size).map_err(Error::internal)?,
        })
    }
}

/// Seals and writes content that is there already; see [`Incoming`].
///
/// # Errors
/// When the disk refuses or the system has no randomness.
pub async fn keep(app: &App, aad: String, content: &[u8]) -> Result<Kept> {
    let mut incoming = Incoming::begin(app, aad).await?;
    incoming.write(content).await?;
    incoming.finish().await
}

/// The whole content, compared with what the row remembers. A file that is gone or changed is our fault: an alarm, and
/// `internal`.
///
/// # Errors
/// `internal`.
pub async fn fetch(app: &App, subject_id: Uuid, aad: String, kept: Kept) -> Result<Vec<u8>> {
    let Some(file) = app.storage.open(&kept.storage_key).await? else {
        return Err(lost(app, subject_id, "file_missing").await);
    };
    let keys = Arc::clone(&app.keys);
    let reading = tokio::task::spawn_blocking(move || {
        let mut content = Vec::with_capacity(usize::try_from(kept.size).unwrap_or_default());
        let take = |piece: &[u8]| {
            content.extend_from_slice(piece);
            true
        };
        keys.file(aad, &kept.key()).ok()?.open(file, take).ok()?;
        (digest::digest(&digest::SHA256, &content).as_ref() == kept.sha256).then_some(content)
    });
    match reading.await.map_err(Error::internal)? {
        Some(content) => Ok(content),
        None => Err(lost(app, subject_id, "file_changed").await),
    }
}

/// What another process needs to open the file by itself.
///
/// # Errors
/// When the key-encryption key is unknown.
pub fn entrust(app: &App, aad: String, kept: &Kept) -> Result<Sealed> {
    let key = app.keys.file_key(&aad, &kept.key())?;
    Ok(Sealed { file: app.storage.place(&kept.storage_key)?, key, place: aad })
}

/// Word of a file that is not what was stored.
///
/// # Errors
/// Always: `internal`, or the database's.
pub async fn lost(app: &App, subject_id: Uuid, kind: &'static str) -> Error {
    let raised = async { alarms::raise(&mut *app.db.read().await?, kind, subject_id, &json!({})).await };
    match raised.await {
        Ok(()) => Error::internal(anyhow::anyhow!("{kind}: {subject_id}")),
        Err(error) => error,
    }
}

/// Removes a file whose row is gone or was never written. If that fails, the sweep does it later.
pub async fn discard(app: &App, storage_key: &str) {
    if let Err(error) = app.storage.delete(storage_key).await {
        tracing::warn!(error.cause = %error, "a file is left to the sweep");
    }
}

/// Files younger than this may still be waiting for their row.
const YOUNG: chrono::TimeDelta = chrono::TimeDelta::hours(1);
/// Files looked up at once.
const BATCH: usize = 500;

/// Removes files that no document or paper names: left by uploads that were refused or broke off. Walks all files
/// older than an hour: once a day is enough (invariant I10). Returns how many were removed.
///
/// # Errors
/// The database's, the disk's.
pub async fn collect_orphans(app: &App) -> Result<usize> {
    let old = app.storage.list_older(chrono::Utc::now() - YOUNG).await?;
    let mut removed = 0;
    for batch in old.chunks(BATCH) {
        let named = super::store::list_named(&mut *app.db.read().await?, batch).await?;
        for orphan in batch.iter().filter(|key| !named.contains(key)) {
            app.storage.delete(orphan).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
