//! How often something may be tried: fixed windows counted in the database, so that all processes share them and
//! nobody counts alone. When the count cannot be made, the request fails.

use std::net::IpAddr;

use diesel::sql_types::{Double, Integer, Text};
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;

use crate::app::App;
use crate::crypto::hex;
use crate::db::Conn;
use crate::error::{Error, Result};

/// Seconds of an hour's window.
pub const HOUR: i32 = 3_600;

/// A count: `what` is limited, `of` whom. The person or address is in the key only as a MAC.
#[derive(Debug, Clone)]
pub struct Limit {
    key: String,
    most: i32,
    window_seconds: i32,
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = Integer)]
    count: i32,
    #[diesel(sql_type = Integer)]
    left: i32,
}

impl Limit {
    /// At most `most` per `window_seconds`.
    #[must_use]
    pub fn new(app: &App, what: &str, of: &str, most: i32, window_seconds: i32) -> Self {
        let mac = app.keys.mac("limit", of.as_bytes());
        Self { key: format!("{what}:{}", hex(&mac)), most, window_seconds }
    }

    /// The same for an address of the network; of IPv6, where everybody has many, for its /64.
    #[must_use]
    pub fn of_address(app: &App, what: &str, ip: &str, most: i32, window_seconds: i32) -> Self {
        Self::new(app, what, &network(ip), most, window_seconds)
    }

    /// Counts one more, in one statement.
    ///
    /// # Errors
    /// `too_many_requests` with the seconds until the window ends.
    pub async fn spend(&self, conn: &mut Conn) -> Result<()> {
        let counted: Counted = diesel::sql_query(
            "insert into rate_windows as w (key, window_start, count) \
             values ($1, to_timestamp(floor(extract(epoch from now()) / $2) * $2), 1) \
             on conflict (key, window_start) do update set count = least(w.count + 1, 1000000000) \
             returning count, ceil(extract(epoch from window_start) + $2 - extract(epoch from now()))::int as left",
        )
        .bind::<Text, _>(&self.key)
        .bind::<Double, _>(f64::from(self.window_seconds))
        .get_result(conn)
        .await?;
        if counted.count <= self.most {
            return Ok(());
        }
        // Not kept: the count already stands at the limit, and only what is allowed moves it there.
        Err(Error::new(ErrorCode::TooManyRequests).after(u32::try_from(counted.left).unwrap_or(1)))
    }

    /// Takes one back: the attempt was right.
    ///
    /// # Errors
    /// The database's.
    pub async fn refund(&self, conn: &mut Conn) -> Result<()> {
        diesel::sql_query(
            "update rate_windows set count = count - 1 where key = $1 and count > 0 \
             and window_start = to_timestamp(floor(extract(epoch from now()) / $2) * $2)",
        )
        .bind::<Text, _>(&self.key)
        .bind::<Double, _>(f64::from(self.window_seconds))
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// Counts in a transaction of its own, so that it is counted before anything is compared.
///
/// # Errors
/// The first limit that is reached.
pub async fn spend_all(app: &App, limits: Vec<Limit>) -> Result<()> {
    use futures_util::FutureExt;
    app.db
        .write(move |conn| {
            async move {
                for limit in &limits {
                    limit.spend(conn).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

fn network(ip: &str) -> String {
    match ip.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => v6.segments().iter().take(4).map(|segment| format!("{segment:x}:")).collect(),
        },
        Ok(IpAddr::V4(v4)) => v4.to_string(),
        Err(_) => ip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn neighbours_in_an_ipv6_network_are_one() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
    }
}
