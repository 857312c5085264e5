//! Reading a body to its end, never beyond a limit.

use std::time::Duration;

use actix_web::web::Payload;
use futures_util::StreamExt;
use openapi::ErrorCode;
use tokio::time::timeout;

use crate::error::Result;

/// Room made at once for a body whose length is known.
const MOST_RESERVED: usize = 8 * 1024 * 1024;
/// How much of a body that is too long is read on, and how long the next piece is waited for.
const MOST_DRAINED: usize = 32 * 1024 * 1024;
const DRAIN_PATIENCE: Duration = Duration::from_secs(10);

/// The whole body, or `None` when it is longer than `limit` bytes: then nothing of it is kept. `declared` is the
/// `Content-Length`, if there is one.
///
/// # Errors
/// `malformed` when the body breaks off: what was declared did not come.
pub async fn collect(mut body: Payload, declared: Option<usize>, limit: usize) -> Result<Option<Vec<u8>>> {
    if declared.is_some_and(|length| length > limit) {
        if declared.is_some_and(|length| length <= MOST_DRAINED) {
            drain(&mut body).await;
        }
        return Ok(None);
    }
    let mut content = Vec::with_capacity(declared.unwrap_or_default().min(MOST_RESERVED));
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| ErrorCode::Malformed)?;
        if content.len() + chunk.len() > limit {
            drop(content);
            drain(&mut body).await;
            return Ok(None);
        }
        content.extend_from_slice(&chunk);
    }
    if declared.is_some_and(|length| length != content.len()) {
        return Err(ErrorCode::Malformed.into());
    }
    Ok(Some(content))
}

/// Reads on and keeps nothing. A connection that is closed while bytes are still on their way is reset, and whoever
/// sends them never gets to read why; so a person with a file that is too large waits, and then hears the reason.
async fn drain(body: &mut Payload) {
    let mut left = MOST_DRAINED;
    while let Ok(Some(Ok(chunk))) = timeout(DRAIN_PATIENCE, body.next()).await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
