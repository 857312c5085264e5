//! Reading a body to its end, never beyond a limit.

use actix_web::web::Payload;
use futures_util::StreamExt;
use openapi::ErrorCode;

use crate::error::Result;

/// Room made at once for a body whose length is known.
const MOST_RESERVED: usize = 8 * 1024 * 1024;

/// The whole body, or `None` when it is longer than `limit` bytes: then reading stops. `declared` is the
/// `Content-Length`, if there is one.
///
/// # Errors
/// `malformed` when the body breaks off: what was declared did not come.
pub async fn collect(mut body: Payload, declared: Option<usize>, limit: usize) -> Result<Option<Vec<u8>>> {
    if declared.is_some_and(|length| length > limit) {
        return Ok(None);
    }
    let mut content = Vec::with_capacity(declared.unwrap_or_default().min(MOST_RESERVED));
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|_| ErrorCode::Malformed)?;
        if content.len() + chunk.len() > limit {
            return Ok(None);
        }
        content.extend_from_slice(&chunk);
    }
    if declared.is_some_and(|length| length != content.len()) {
        return Err(ErrorCode::Malformed.into());
    }
    Ok(Some(content))
}
