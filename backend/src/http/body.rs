//! Reading a body to its end, never beyond a limit.

use std::time::Duration;

use actix_web::web::Payload;
use futures_util::StreamExt;
use openapi::ErrorCode;
use tokio::time::{Instant, timeout_at};

use crate::error::Result;

/// How much of a body that is too long is read on, and for how long.
const MOST_DRAINED: usize = 32 * 1024 * 1024;
const DRAIN_PATIENCE: Duration = Duration::from_secs(60);

/// Whoever sends slower than this holds a connection and sends nothing (security rule 16): bytes a second, and a time
/// to begin with.
const SLOWEST: usize = 4 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

/// The whole body, or `None` when it is longer than `limit` bytes: then nothing of it is kept. `declared` is the
/// `Content-Length`, if there is one.
///
/// # Errors
/// `malformed` when the body breaks off or does not come in a reasonable time: what was declared did not come.
pub async fn collect(body: Payload, declared: Option<usize>, limit: usize) -> Result<Option<Vec<u8>>> {
    let mut content = Vec::with_capacity(declared.unwrap_or_default().min(limit));
    let keep = async |piece: &[u8]| {
        content.extend_from_slice(piece);
        Ok(())
    };
    let whole = read(body, declared, limit, keep).await?;
    Ok(whole.then_some(content))
}

/// Gives the body to `keep`, piece by piece as it comes. False when it is longer than `limit` bytes; what was kept is
/// to be thrown away then, as after an error.
///
/// # Errors
/// `malformed` when the body breaks off or does not come in a reasonable time: what was declared did not come; those of
/// `keep`.
pub async fn read(
    mut body: Payload,
    declared: Option<usize>,
    limit: usize,
    mut keep: impl AsyncFnMut(&[u8]) -> Result<()>,
) -> Result<bool> {
    if let Some(length) = declared.filter(|length| *length > limit) {
        if length <= MOST_DRAINED {
            drain(&mut body).await;
        }
        return Ok(false);
    }
    let seconds = u64::try_from(limit / SLOWEST).unwrap_or_default();
    let deadline = Instant::now() + PATIENCE + Duration::from_secs(seconds);
    let mut length = 0;
    while let Some(piece) = timeout_at(deadline, body.next()).await.map_err(|_| ErrorCode::Malformed)? {
        let piece = piece.map_err(|_| ErrorCode::Malformed)?;
        length += piece.len();
        if length > limit {
            drain(&mut body).await;
            return Ok(false);
        }
        keep(&piece).await?;
    }
    if declared.is_some_and(|declared| declared != length) {
        return Err(ErrorCode::Malformed.into());
    }
    Ok(true)
}

/// Reads on and keeps nothing. A connection that is closed while bytes are still on their way is reset, and whoever
/// sends them never gets to read why; so a person with a file that is too large waits, and then hears the reason.
async fn drain(body: &mut Payload) {
    let mut left = MOST_DRAINED;
    let deadline = Instant::now() + DRAIN_PATIENCE;
    while let Ok(Some(Ok(chunk))) = timeout_at(deadline, body.next()).await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
