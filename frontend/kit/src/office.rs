//! What day it is where the service works, whatever the device's clock is set to.

use catalogue::moscow;
use chrono::{DateTime, NaiveDate, Utc};

use crate::{dom, number};

/// Today in Moscow.
#[must_use]
pub fn today() -> NaiveDate {
    // Minutes are enough for a day, and fit into the number.
    let minutes = i64::from(number::u32_of(dom::now() / 60_000.0));
    DateTime::<Utc>::from_timestamp(minutes * 60, 0).map(moscow::day).unwrap_or_default()
}
