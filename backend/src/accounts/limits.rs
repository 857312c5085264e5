//! How often something may be tried: fixed windows counted in the database, so that all processes share them and
//! nobody counts alone. When the count cannot be made, the request fails.

use std::net::{IpAddr, Ipv4Addr};

use diesel::OptionalExtension;
use diesel::sql_types::{Double, Integer, Text};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use futures_util::future::{ready, try_join_all, try_join4};
use openapi::ErrorCode;

use crate::app::App;
use crate::crypto::hex;
use crate::db::{Conn, prepared};
use crate::error::{Error, Result};
use crate::http::ClientInfo;

/// Seconds of an hour's window.
pub const HOUR: i32 = 3_600;
/// Seconds of a day's window.
pub const DAY: i32 = 24 * HOUR;

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

impl Counted {
    fn refusal(&self) -> Error {
        Error::new(ErrorCode::TooManyRequests).after(u32::try_from(self.left).unwrap_or(1))
    }
}

impl Limit {
    /// At most `most` per `window_seconds`.
    #[must_use]
    pub fn new(app: &App, what: &str, of: &str, most: i32, window_seconds: i32) -> Self {
        let mac = app.keys.mac("limit", of.as_bytes());
        Self { key: format!("{what}:{}", hex(&mac)), most, window_seconds }
    }

    /// The same for an address of the network; of IPv6, where one subscriber has a /64, for that.
    #[must_use]
    pub fn of_address(app: &App, what: &str, ip: &str, most: i32, window_seconds: i32) -> Self {
        Self::new(app, what, &place(ip, 32), most, window_seconds)
    }

    /// The same for the network an address belongs to: its /24, or the /48 of IPv6.
    #[must_use]
    pub fn of_network(app: &App, what: &str, ip: &str, most: i32, window_seconds: i32) -> Self {
        Self::new(app, what, &place(ip, 24), most, window_seconds)
    }

    /// Counts one more; how many there are now.
    ///
    /// # Errors
    /// `too_many_requests` with the seconds until the window ends.
    pub async fn spend(&self, conn: &Conn) -> Result<i32> {
        let counted = self.count(conn).await?;
        // Not kept: the count already stands at the limit, and only what is allowed moves it there.
        if counted.count <= self.most { Ok(counted.count) } else { Err(counted.refusal()) }
    }

    /// Counts one more; whether it is still allowed, for what is left out without a word.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn allows(&self, conn: &Conn) -> Result<bool> {
        Ok(self.count(conn).await?.count <= self.most)
    }

    /// Counts one more, in one statement, whatever the limit is.
    async fn count(&self, mut conn: &Conn) -> Result<Counted> {
        let count = diesel::sql_query(
            "insert into rate_windows as w (key, window_start, count) \
             values ($1, to_timestamp(floor(extract(epoch from now()) / $2) * $2), 1) \
             on conflict (key, window_start) do update set count = least(w.count + 1, 1000000000) \
             returning count, ceil(extract(epoch from window_start) + $2 - extract(epoch from now()))::int as left",
        )
        .bind::<Text, _>(&self.key)
        .bind::<Double, _>(f64::from(self.window_seconds));
        Ok(prepared(count).get_result(&mut conn).await?)
    }

    /// Counts one more of what is over already, whatever the limit is.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_one(&self, conn: &Conn) -> Result<()> {
        self.count(conn).await.map(drop)
    }

    /// Counts nothing; refuses when the limit is reached.
    ///
    /// # Errors
    /// `too_many_requests` with the seconds until the window ends.
    pub async fn ensure_left(&self, mut conn: &Conn) -> Result<()> {
        let counted = diesel::sql_query(
            "select count, ceil(extract(epoch from window_start) + $2 - extract(epoch from now()))::int as left \
             from rate_windows \
             where key = $1 and window_start = to_timestamp(floor(extract(epoch from now()) / $2) * $2)",
        )
        .bind::<Text, _>(&self.key)
        .bind::<Double, _>(f64::from(self.window_seconds));
        let counted: Option<Counted> = prepared(counted).get_result(&mut conn).await.optional()?;
        counted.filter(|counted| counted.count >= self.most).map_or(Ok(()), |counted| Err(counted.refusal()))
    }

    /// Takes one back: the attempt was right.
    ///
    /// # Errors
    /// The database's.
    pub async fn refund(&self, mut conn: &Conn) -> Result<()> {
        let give_back = diesel::sql_query(
            "update rate_windows set count = count - 1 where key = $1 and count > 0 \
             and window_start = to_timestamp(floor(extract(epoch from now()) / $2) * $2)",
        )
        .bind::<Text, _>(&self.key)
        .bind::<Double, _>(f64::from(self.window_seconds));
        prepared(give_back).execute(&mut conn).await?;
        Ok(())
    }
}

/// Counts in a transaction of its own, so that it is counted before anything is compared.
///
/// # Errors
/// The first limit that is reached.
pub async fn spend_all(app: &App, limits: Vec<Limit>) -> Result<()> {
    app.db
        .write_after(
            move |conn| {
                async move { try_join_all(limits.iter().map(|limit| limit.spend(conn))).await }.boxed()
            },
            |_, _| ready(Ok(())).boxed(),
        )
        .await
}

/// A password attempt that has been counted.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    limits: Vec<Limit>,
    /// Whether it is the last of the day from devices that are not known.
    pub is_last: bool,
}

impl Attempt {
    /// Takes it back: the password was right.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn refund(&self, conn: &Conn) -> Result<()> {
        try_join_all(self.limits.iter().map(|limit| limit.refund(conn))).await.map(drop)
    }
}

/// Counts a password attempt, whether the login exists or not (abuse 21). A device its owner has signed in on before has
/// a count of its own, and nothing strangers do reaches it. Everybody else is counted by login and network, and by
/// address; where a login is tried from many networks, each of them gets one try a window, and all of them together so
/// many a day for one password (`hash`): a new one begins a new count, so whoever has just chosen it is let in on all
/// devices.
///
/// # Errors
/// `too_many_requests`.
pub(super) async fn attempt(
    app: &App,
    house: &str,
    client: &ClientInfo,
    login: &str,
    hash: Option<&str>,
    device: Option<&str>,
) -> Result<Attempt> {
    let config = &app.config.auth;
    let window = config.window_minutes.saturating_mul(60);
    let own = |what: &str, of: &str, most| Limit::new(app, &format!("{house}{what}"), of, most, window);
    if let Some(device) = device {
        let own = own("_device", device, config.password_attempts);
        spend_all(app, vec![own.clone()]).await?;
        return Ok(Attempt { limits: vec![own], is_last: false });
    }
    let login = login.to_lowercase();
    let by_login = own("_login", &login, config.login_attempts);
    let by_place = own("_place", &format!("{login} {}", place(&client.ip, 24)), config.password_attempts);
    let password = format!("{login} {}", hash.unwrap_or_default());
    let by_day = Limit::new(app, &format!("{house}_day"), &password, config.login_attempts_per_day, DAY);
    let by_address = Limit::of_address(app, house, &client.ip, config.address_attempts, window);
    let limits = vec![by_day.clone(), by_login.clone(), by_place.clone()];
    let is_last = app
        .db
        .write_after(
            move |conn| {
                async move {
                    let (address, day) = (by_address.spend(conn), by_day.spend(conn));
                    let (_, day, login, place) =
                        try_join4(address, day, by_login.count(conn), by_place.count(conn)).await?;
                    let most = if login.count > by_login.most { 1 } else { by_place.most };
                    if place.count <= most { Ok(day == by_day.most) } else { Err(place.refusal()) }
                }
                .boxed()
            },
            |_, is_last| ready(Ok(is_last)).boxed(),
        )
        .await?;
    Ok(Attempt { limits, is_last })
}

/// An address (`bits` 32) or the network around it, of IPv4. One subscriber has a /64 of IPv6, so that is an address; a /48,
/// which one customer may have, is a network.
fn place(ip: &str, bits: u32) -> String {
    let segments = if bits == 32 { 4 } else { 3 };
    let of_v4 = |v4: Ipv4Addr| {
        let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or_default();
        Ipv4Addr::from_bits(v4.to_bits() & mask).to_string()
    };
    match ip.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => of_v4(v4),
            None => v6.segments().iter().take(segments).map(|segment| format!("{segment:x}:")).collect(),
        },
        Ok(IpAddr::V4(v4)) => of_v4(v4),
        Err(_) => ip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn neighbours_are_one() {
        assert_eq!(place("2001:db8:1:2:3:4:5:6", 32), place("2001:db8:1:2::1", 32));
        assert_ne!(place("2001:db8:1:2::1", 32), place("2001:db8:1:3::1", 32));
        assert_eq!(place("2001:db8:1:2::1", 24), place("2001:db8:1:ffff::1", 24));
        assert_ne!(place("2001:db8:1:2::1", 24), place("2001:db8:2:2::1", 24));
        assert_eq!(place("::ffff:192.0.2.7", 32), "192.0.2.7");
        assert_ne!(place("192.0.2.7", 32), place("192.0.2.8", 32));
        assert_eq!(place("192.0.2.7", 24), "192.0.2.0");
        assert_ne!(place("192.0.2.7", 24), place("192.0.3.7", 24));
    }
}
