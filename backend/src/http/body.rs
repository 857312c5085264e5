//! Reading a body to its end, never beyond a limit.

use std::time::Duration;

use actix_web::web::Payload;
use futures_util::StreamExt;
use openapi::ErrorCode;
use tokio::time::{Instant, timeout_at};

use crate::config::Listen;
use crate::error::Result;

/// How much of a body that is too long is read on, and for how long.
const MOST_DRAINED: usize = 32 * 1024 * 1024;
const DRAIN_PATIENCE: Duration = Duration::from_secs(60);

/// The whole body, or `None` when it is longer than `limit` bytes: then nothing of it is kept.
///
/// # Errors
/// `malformed` when the body breaks off or comes too slowly.
pub async fn collect(listen: &Listen, body: Payload, limit: usize) -> Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    let keep = async |piece: &[u8]| {
        content.extend_from_slice(piece);
        Ok(())
    };
    let whole = read(listen, body, None, limit, keep).await?;
    Ok(whole.then_some(content))
}

/// Gives the body to `keep`, piece by piece as it comes. False when it is longer than `limit` bytes; what was kept is
/// to be thrown away then, as after an error. `declared` is the `Content-Length`, if there is one.
///
/// # Errors
/// `malformed` when the body breaks off or comes too slowly: what was declared did not come; those of `keep`.
pub async fn read(
    listen: &Listen,
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
    let begun = Instant::now();
    let mut length = 0;
    while let Some(piece) =
        timeout_at(begun + patience(listen, length), body.next()).await.map_err(|_| ErrorCode::Malformed)?
    {
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

/// How long a body may have taken when so much of it is there. Whoever sends slower holds a connection and sends nothing
/// (security rule 16).
fn patience(listen: &Listen, length: usize) -> Duration {
    let earned = length.checked_div(listen.slowest_body).and_then(|seconds| u64::try_from(seconds).ok());
    Duration::from_secs(listen.body_patience_seconds.saturating_add(earned.unwrap_or_default()))
}

/// Reads on and keeps nothing. A connection that is closed while bytes are still on their way is reset, and whoever
/// sends them never gets to read why; so a person with a file that is too large waits, and then hears the reason.
pub async fn drain(body: &mut Payload) {
    let mut left = MOST_DRAINED;
    let deadline = Instant::now() + DRAIN_PATIENCE;
    while let Ok(Some(Ok(chunk))) = timeout_at(deadline, body.next()).await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn time_is_earned_by_what_has_come() {
        let listen =
            Listen { body_patience_seconds: 20, slowest_body: 1_000, ..Config::load(None).unwrap().listen };
        let seconds = |length| patience(&listen, length).as_secs();
        assert_eq!((seconds(0), seconds(999), seconds(60_000)), (20, 20, 80));
    }
}
