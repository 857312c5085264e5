//! Where a page of a list ends: a moment and an id, opaque to clients.

use chrono::{DateTime, Utc};
use openapi::ErrorCode;
use openapi::page::{DEFAULT_LIMIT, MAX_LIMIT};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The cursor after a row.
#[must_use]
pub fn write(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}-{}", at.timestamp_micros(), id.simple())
}

/// Reads what [`write`] wrote.
///
/// # Errors
/// `malformed` for anything else.
pub fn read(cursor: Option<&str>) -> Result<Option<(DateTime<Utc>, Uuid)>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let parse = || {
        let (at, id) = cursor.rsplit_once('-')?;
        Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, Uuid::try_parse(id).ok()?))
    };
    parse().map(Some).ok_or_else(|| Error::new(ErrorCode::Malformed))
}

/// The rows of a page.
///
/// # Errors
/// `malformed` outside 1 to [`MAX_LIMIT`].
pub fn limit(wanted: Option<u32>) -> Result<usize> {
    let limit = wanted.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ErrorCode::Malformed.into());
    }
    usize::try_from(limit).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is() {
        let place = (DateTime::from_timestamp_micros(1_795_341_600_000_001).unwrap(), Uuid::now_v7());
        assert_eq!(read(Some(&write(place.0, place.1))).unwrap(), Some(place));
        assert_eq!(read(None).unwrap(), None);
        for wrong in ["", "1", "-", "a-b", "99999999999999999999-00000000000000000000000000000000"] {
            assert_eq!(read(Some(wrong)).unwrap_err().code, ErrorCode::Malformed, "{wrong}");
        }
        assert_eq!(limit(None).unwrap(), 20);
        assert!(limit(Some(0)).is_err() && limit(Some(101)).is_err());
    }
}
