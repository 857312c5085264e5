//! Password hashing: Argon2id with a pepper, a few at a time, in a bounded queue (security rule 10).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use openapi::{ErrorCode, Secret};
use tokio::sync::Semaphore;

use crate::config;
use crate::crypto::Keys;
use crate::error::{Error, Result};

/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Passwords {
    pepper: Arc<zeroize::Zeroizing<Vec<u8>>>,
    params: Params,
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    queue: usize,
    /// A hash of nothing: unknown logins cost as much as known ones.
    dummy: Arc<str>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords")
    }
}

impl Passwords {
    /// # Errors
    /// When the parameters are out of Argon2's range.
    pub fn new(config: &config::Auth, keys: &Keys) -> anyhow::Result<Self> {
        let params = Params::new(config.argon_memory, config.argon_passes, 1, None)
            .map_err(|error| anyhow::anyhow!("auth.argon_*: {error}"))?;
        let pepper = Arc::new(zeroize::Zeroizing::new(keys.mac("password", b"pepper").to_vec()));
        let dummy = hash(&pepper, &params, "no such account").map_err(anyhow::Error::from)?;
        Ok(Self {
            pepper,
            params,
            turns: Arc::new(Semaphore::new(config.argon_parallel)),
            waiting: Arc::new(AtomicUsize::new(0)),
            queue: config.argon_queue,
            dummy: dummy.into(),
        })
    }

    /// A hash to keep (PHC string).
    ///
    /// # Errors
    /// `busy` when the queue is full or its turn does not come in two seconds.
    pub async fn hash(&self, password: &Secret) -> Result<String> {
        let (pepper, params, password) = (Arc::clone(&self.pepper), self.params.clone(), password.clone());
        self.in_turn(move || hash(&pepper, &params, password.expose())).await?
    }

    /// Whether the password fits. `None` stands for an unknown account and takes the same time.
    ///
    /// # Errors
    /// `busy` as [`Passwords::hash`].
    pub async fn verify(&self, password: &Secret, kept: Option<&str>) -> Result<bool> {
        let known = kept.is_some();
        let (pepper, params, password) = (Arc::clone(&self.pepper), self.params.clone(), password.clone());
        let kept: String = kept.unwrap_or(&self.dummy).to_owned();
        let fits = self
            .in_turn(move || -> Result<bool> {
                let parsed = PasswordHash::new(&kept)
                    .map_err(|error| Error::internal(anyhow::anyhow!("password hash: {error}")))?;
                Ok(hasher(&pepper, &params)?.verify_password(password.expose().as_bytes(), &parsed).is_ok())
            })
            .await??;
        Ok(fits && known)
    }

    /// Another hash of a password that has just fitted, when `kept` was made with less work than is asked for now (rule
    /// 10).
    ///
    /// # Errors
    /// `busy` as [`Passwords::hash`].
    pub async fn renew(&self, password: &Secret, kept: &str) -> Result<Option<String>> {
        if is_as_strong(kept, &self.params) { Ok(None) } else { self.hash(password).await.map(Some) }
    }

    async fn in_turn<R: Send + 'static>(&self, work: impl FnOnce() -> R + Send + 'static) -> Result<R> {
        let place = Place::take(&self.waiting, self.queue)?;
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Error::new(ErrorCode::Busy).after(2)) };
        drop(place);
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(Error::internal)
    }
}

/// A place in the queue, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>, most: usize) -> Result<Self> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) >= most {
            return Err(Error::new(ErrorCode::Busy).after(2));
        }
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a hash took at least the work of `params`.
fn is_as_strong(kept: &str, params: &Params) -> bool {
    let kept = PasswordHash::new(kept).ok().and_then(|hash| Params::try_from(&hash).ok());
    kept.is_some_and(|kept| kept.m_cost() >= params.m_cost() && kept.t_cost() >= params.t_cost())
}

fn hasher<'a>(pepper: &'a [u8], params: &Params) -> Result<Argon2<'a>> {
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params.clone())
        .map_err(|error| Error::internal(anyhow::anyhow!("argon2: {error}")))
}

fn hash(pepper: &[u8], params: &Params, password: &str) -> Result<String> {
    let hash = hasher(pepper, params)?
        .hash_password(password.as_bytes())
        .map_err(|error| Error::internal(anyhow::anyhow!("argon2: {error}")))?;
    Ok(hash.to_string())
}
