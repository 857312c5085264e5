//! Encrypted files. A file is written beside its place, synced, renamed, and its folder synced, before `put`
//! answers; only then may a row name it. Files nobody names are collected by the sweep.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Error as StoreError, GetResult, GetResultPayload, ObjectStore, ObjectStoreExt, WriteMultipart,
};
use sealed::SEALED_PIECE;
use uuid::Uuid;

use crate::config;
use crate::error::{Error, Result};

/// Bytes that are written to the disk at once: a piece of what is sealed. Larger parts save little, and are memory for each
/// upload under way.
const PART: usize = SEALED_PIECE;

/// Where sealed content is kept, by key. Knows nothing of what it keeps.
#[derive(Debug, Clone)]
pub struct Storage {
    files: Arc<LocalFileSystem>,
}

impl Storage {
    /// Opens the folder, making it (0700) if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made or opened.
    pub fn new(config: &config::Storage) -> anyhow::Result<Self> {
        let dir = &config.dir;
        let place = || format!("storage.dir {}", dir.display());
        DirBuilder::new().recursive(true).mode(0o700).create(dir).with_context(place)?;
        let files = LocalFileSystem::new_with_prefix(dir).with_context(place)?.with_fsync(true);
        Ok(Self { files: Arc::new(files) })
    }

    /// A key nobody has: random, so that it tells nothing, and spread over 256 folders.
    #[must_use]
    pub fn new_key() -> String {
        let id = Uuid::new_v4().simple().to_string();
        let folder: String = id.chars().take(2).collect();
        format!("{folder}/{id}")
    }

    /// Begins a file under a key of [`Storage::new_key`].
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn begin(&self, key: &str) -> Result<Writing> {
        let upload = self.files.put_multipart(&path(key)?).await?;
        Ok(Writing(WriteMultipart::new_with_chunk_size(upload, PART)))
    }

    /// The sealed content to be read, or `None` when there is no such file.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn open(&self, key: &str) -> Result<Option<File>> {
        match self.files.get(&path(key)?).await {
            Ok(GetResult { payload: GetResultPayload::File(file, _), .. }) => Ok(Some(file)),
            Ok(_) => Err(Error::internal(anyhow::anyhow!("a folder that gives no files"))),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Where the sealed content lies, for a process that opens it by itself.
    ///
    /// # Errors
    /// When it is no key.
    pub fn place(&self, key: &str) -> Result<PathBuf> {
        Ok(self.files.path_to_filesystem(&path(key)?)?)
    }

    /// Removes the file. A file that is not there is removed.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn delete(&self, key: &str) -> Result<()> {
        match self.files.delete(&path(key)?).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Keys of files that were written before `moment`.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn list_older(&self, moment: DateTime<Utc>) -> Result<Vec<String>> {
        let old = |meta: object_store::ObjectMeta| async move {
            Ok((meta.last_modified < moment).then(|| meta.location.to_string()))
        };
        self.files.list(None).try_filter_map(old).try_collect().await.map_err(Error::internal)
    }
}

/// A file that is being written. There is nothing under its key until it is finished; dropped before, it is gone.
#[derive(Debug)]
pub struct Writing(WriteMultipart);

impl Writing {
    /// Adds to the file. A part is gathered when the one before is written.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn write(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.0.wait_for_capacity(1).await?;
        self.0.put(bytes.into());
        Ok(())
    }

    /// Takes away what has been written.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn discard(self) -> Result<()> {
        Ok(self.0.abort().await?)
    }

    /// Gives the file its key; it is on the disk when this returns.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn finish(self) -> Result<()> {
        self.0.finish().await?;
        Ok(())
    }
}

fn path(key: &str) -> std::result::Result<Path, StoreError> {
    Ok(Path::parse(key)?)
}

impl From<StoreError> for Error {
    fn from(cause: StoreError) -> Self {
        Self::internal(cause)
    }
}
