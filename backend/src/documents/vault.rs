//! Sealed files: what a row must remember to open its file again, and the check that it is the same file.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use crate::alarms;
use crate::app::App;
use crate::crypto::sha256;
use crate::error::{Error, Result};
use crate::gateways::storage::Storage;

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

/// Seals content for the place `aad` names and writes it. It is on the disk when this returns; a row may then
/// name it. Without a row it is an orphan, which the sweep collects.
///
/// # Errors
/// When the disk refuses or the system has no randomness.
pub async fn keep(app: &App, aad: String, content: Vec<u8>) -> Result<Kept> {
    let keys = Arc::clone(&app.keys);
    let size = i32::try_from(content.len()).map_err(Error::internal)?;
    let sealing = tokio::task::spawn_blocking(move || {
        let hash = sha256(&content);
        keys.seal(&aad, &content).map(|sealed| (sealed, hash))
    });
    let (sealed, hash) = sealing.await.map_err(Error::internal)??;
    let storage_key = Storage::new_key();
    app.storage.put(&storage_key, sealed.content).await?;
    Ok(Kept {
        storage_key,
        wrapped_key: sealed.wrapped_key,
        kek_id: sealed.kek_id,
        sha256: hash.to_vec(),
        size,
    })
}

/// Reads, opens and compares. A file that is gone or changed is our fault: an alarm, and `internal`.
///
/// # Errors
/// `internal`.
pub async fn fetch(app: &App, subject_id: Uuid, aad: String, kept: Kept) -> Result<Vec<u8>> {
    let Some(sealed) = app.storage.get(&kept.storage_key).await? else {
        return Err(lost(app, subject_id, "file_missing").await);
    };
    let keys = Arc::clone(&app.keys);
    let opening = tokio::task::spawn_blocking(move || {
        let content = keys.open(&aad, &kept.kek_id, &kept.wrapped_key, &sealed).ok()?;
        (sha256(&content).as_slice() == kept.sha256).then_some(content)
    });
    match opening.await.map_err(Error::internal)? {
        Some(content) => Ok(content),
        None => Err(lost(app, subject_id, "file_changed").await),
    }
}

async fn lost(app: &App, subject_id: Uuid, kind: &'static str) -> Error {
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
