//! How many codes are sent (abuse 6). Every SMS costs money, and whoever signs up chooses where it goes: phones nobody
//! has confirmed get few and share a pool of their own, so that no flood of sign-ups keeps people with an account from
//! signing in or filing. What those do has a count each, and filing a pool of its own: a host who files all day can still
//! sign in, and a few dozen who ask for codes of filings keep nobody else out.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::{try_join, try_join3};
use openapi::ErrorCode;
use serde_json::json;
use uuid::Uuid;

use super::codes::Purpose;
use super::limits::{DAY, HOUR, Limit};
use crate::alarms;
use crate::app::App;
use crate::db::Conn;
use crate::db::schema::{accounts, sign_ups};
use crate::error::Result;

/// Counts one more SMS for a purpose; the phone it may go to.
///
/// # Errors
/// `factor_off` after too many wrong codes, `code_expired` for a sign-up that is over, `too_many_requests`.
pub(super) async fn spend(conn: &mut Conn, app: &App, purpose: Purpose) -> Result<String> {
    match purpose {
        Purpose::SignUp(id) => for_sign_up(conn, app, id).await,
        Purpose::SignIn(id) => {
            for_account(conn, app, id, "sms_sign_in", app.config.codes.sign_in_per_hour, "sms_pool").await
        }
        Purpose::Recovery { account_id, .. } => {
            let most = app.config.codes.sign_in_per_hour;
            for_account(conn, app, account_id, "sms_recovery", most, "sms_pool").await
        }
        Purpose::Submission { account_id, .. } => {
            let most = app.config.codes.filing_per_hour;
            for_account(conn, app, account_id, "sms_filing", most, "sms_filing_pool").await
        }
    }
}

async fn for_sign_up(conn: &mut Conn, app: &App, id: Uuid) -> Result<String> {
    let config = &app.config.codes;
    let open = sign_ups::table.find(id).filter(sign_ups::used_at.is_null()).select(sign_ups::phone);
    let phone: Option<String> = open.first(conn).await.optional()?;
    let phone = phone.ok_or(ErrorCode::CodeExpired)?;
    let hour = Limit::new(app, "sms_sign_up", &phone, config.sign_up_per_hour, HOUR);
    let day = Limit::new(app, "sms_sign_up_day", &phone, config.sign_up_per_day, DAY);
    let pool = Pool { alarm: "sms_sign_up_pool", most: config.sign_ups_in_all };
    let shared: &Conn = conn;
    let (_, _, used) = try_join3(hour.spend(shared), day.spend(shared), pool.spend(shared, app)).await?;
    pool.watch(conn, used).await?;
    Ok(phone)
}

async fn for_account(
    conn: &mut Conn,
    app: &App,
    id: Uuid,
    what: &str,
    most: i32,
    alarm: &'static str,
) -> Result<String> {
    let row = accounts::table.find(id).select((accounts::phone, accounts::code_failures));
    let (phone, failures): (String, i32) = row.first(conn).await?;
    if failures >= app.config.auth.factor_cap {
        return Err(ErrorCode::FactorOff.into());
    }
    let of_phone = Limit::new(app, what, &phone, most, HOUR);
    let pool = Pool { alarm, most: app.config.codes.accounts_in_all };
    let shared: &Conn = conn;
    let (_, used) = try_join(of_phone.spend(shared), pool.spend(shared, app)).await?;
    pool.watch(conn, used).await?;
    Ok(phone)
}

/// What many share in an hour.
struct Pool {
    /// The alarm that is raised while there is still something left.
    alarm: &'static str,
    most: i32,
}

impl Pool {
    async fn spend(&self, conn: &Conn, app: &App) -> Result<i32> {
        Limit::new(app, self.alarm, "all", self.most, HOUR).spend(conn).await
    }

    /// Whoever is on duty hears of it at four fifths.
    async fn watch(&self, conn: &mut Conn, used: i32) -> Result<()> {
        if used == self.most - self.most / 5 {
            let data = json!({ "used": used, "most_per_hour": self.most });
            alarms::raise(conn, self.alarm, Uuid::nil(), &data).await?;
        }
        Ok(())
    }
}
