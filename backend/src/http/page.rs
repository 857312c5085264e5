//! Pages of lists: how long one is, and where it ends: a moment and an id, or an id alone, opaque to clients.

use chrono::{DateTime, Datelike, Utc};
use openapi::page::{DEFAULT_LIMIT, MAX_LIMIT};
use openapi::{ErrorCode, FieldError};
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
        let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
        // The database knows fewer years than the clock's type.
        Some((at, Uuid::try_parse(id).ok()?)).filter(|_| (1970..10_000).contains(&at.year()))
    };
    parse().map(Some).ok_or_else(|| Error::new(ErrorCode::Malformed))
}

/// Reads a cursor that is an id alone.
///
/// # Errors
/// `malformed` for anything else.
pub fn read_id(cursor: Option<&str>) -> Result<Option<Uuid>> {
    cursor.map(Uuid::try_parse).transpose().map_err(|_| Error::new(ErrorCode::Malformed))
}

/// The rows of a page.
///
/// # Errors
/// `range` at `/limit` outside 1 to [`MAX_LIMIT`].
pub fn limit(wanted: Option<u32>) -> Result<usize> {
    let limit = wanted.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let params = [("min", 1), ("max", MAX_LIMIT)];
        let params = params.map(|(name, value)| (name.to_owned(), value.to_string())).into();
        let error = FieldError { pointer: "/limit".to_owned(), code: "range".to_owned(), params };
        return Err(Error::invalid(vec![error]));
    }
    usize::try_from(limit).map_err(Error::internal)
}

/// How many rows to read for a page: one more than it holds tells whether there is a next one.
///
/// # Errors
/// Never for what [`limit`] gives.
pub fn rows(limit: usize) -> Result<i64> {
    i64::try_from(limit.saturating_add(1)).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is() {
        let place = (DateTime::from_timestamp_micros(1_795_341_600_000_001).unwrap(), Uuid::now_v7());
        assert_eq!(read(Some(&write(place.0, place.1))).unwrap(), Some(place));
        assert_eq!(read(None).unwrap(), None);
        let nil = Uuid::nil().simple();
        let far = [format!("99999999999999999999-{nil}"), format!("-8334601228800000000-{nil}")];
        for wrong in ["", "1", "-", "a-b"].into_iter().chain(far.iter().map(String::as_str)) {
            assert_eq!(read(Some(wrong)).unwrap_err().code, ErrorCode::Malformed, "{wrong}");
        }
        assert_eq!(limit(None).unwrap(), 20);
        assert!(limit(Some(0)).is_err() && limit(Some(101)).is_err());
    }
}
