//! The first answer to a creating request is given again to whoever repeats it (security rule 6).

use aws_lc_rs::digest;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use serde_json::Value;

use crate::crypto::Keys;
use crate::db::schema::idempotency_keys as keys;
use crate::db::{Conn, prepared};
use crate::error::{Error, Result};

/// Who asks for what with which key.
#[derive(Debug, Clone)]
pub struct Claim {
    /// `citizen:<id>`, `officer:<id>` or `anonymous`.
    pub actor: String,
    /// The operation id, with the object it works on.
    pub operation: String,
    pub key: String,
    /// SHA-256 of what is asked for.
    pub hash: Vec<u8>,
}

impl Claim {
    /// A claim over the request's body (already in canonical JSON or bytes).
    #[must_use]
    pub fn new(actor: String, operation: String, key: String, body: &[u8]) -> Self {
        Self { actor, operation, key, hash: digest::digest(&digest::SHA256, body).as_ref().to_vec() }
    }

    /// The place the answer is sealed for.
    fn place(&self) -> String {
        format!("first_answer:{}:{}:{}", self.actor, self.operation, self.key)
    }
}

/// Takes the key. `Some` is the answer given before. A request that runs at the same time is waited for (the
/// unique index does that), up to the connection's lock time-out.
///
/// # Errors
/// `idempotency_key_reused` for another body, `still_running` when the first takes too long.
pub async fn begin(mut conn: &Conn, sealing: &Keys, claim: &Claim) -> Result<Option<(u16, Value)>> {
    let taken = diesel::insert_into(keys::table)
        .values((
            keys::actor.eq(&claim.actor),
            keys::operation.eq(&claim.operation),
            keys::key.eq(&claim.key),
            keys::request_hash.eq(&claim.hash),
            keys::status.eq(0_i16),
            keys::body.eq(Vec::new()),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await
        .map_err(|error| match Error::from(error) {
            busy if busy.code == ErrorCode::Busy => Error::new(ErrorCode::StillRunning).after(2),
            other => other,
        })?;
    if taken == 1 {
        return Ok(None);
    }
    let (hash, status, sealed): (Vec<u8>, i16, Vec<u8>) = keys::table
        .find((&claim.actor, &claim.operation, &claim.key))
        .select((keys::request_hash, keys::status, keys::body))
        .first(&mut conn)
        .await?;
    if hash != claim.hash {
        return Err(ErrorCode::IdempotencyKeyReused.into());
    }
    let body = serde_json::from_slice(&sealing.open_record(&claim.place(), &sealed)?)?;
    Ok(Some((u16::try_from(status).unwrap_or_default(), body)))
}

/// Keeps the answer beside the work, in the same transaction; sealed, since it tells what the work is about.
///
/// # Errors
/// The database's.
pub async fn finish(conn: &mut Conn, sealing: &Keys, claim: &Claim, status: u16, body: &Value) -> Result<()> {
    let sealed = sealing.seal_record(&claim.place(), &serde_json::to_vec(body)?)?;
    let answer = diesel::update(keys::table.find((&claim.actor, &claim.operation, &claim.key)))
        .set((keys::status.eq(i16::try_from(status).unwrap_or_default()), keys::body.eq(sealed)));
    prepared(answer).execute(conn).await?;
    Ok(())
}

/// Gives the key back: the request was refused, but what it counted stays.
///
/// # Errors
/// The database's.
pub async fn forget(conn: &mut Conn, claim: &Claim) -> Result<()> {
    diesel::delete(keys::table.find((&claim.actor, &claim.operation, &claim.key))).execute(conn).await?;
    Ok(())
}

/// Forgets answers older than two days.
///
/// # Errors
/// The database's.
pub async fn sweep(conn: &mut Conn) -> Result<usize> {
    let old = diesel::dsl::sql::<diesel::sql_types::Bool>("created_at < now() - interval '48 hours'");
    Ok(diesel::delete(keys::table.filter(old)).execute(conn).await?)
}
