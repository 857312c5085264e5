//! Sessions and their refresh tokens. A token is used once and followed by a successor that is computed from it,
//! so that a repeat within the grace (two tabs, a lost answer) gets the same one; a later repeat is theft and ends
//! the session.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use openapi::accounts::SessionInfo;
use openapi::{ErrorCode, Secret};
use uuid::Uuid;

use crate::app::App;
use crate::auth::tokens::Audience;
use crate::crash::crash_point;
use crate::crypto::{random_token, sha256};
use crate::db::Conn;
use crate::db::schema::{refresh_tokens, sessions};
use crate::error::{Error, Result};
use crate::http::ClientInfo;

/// Successors that may follow each other within the grace.
const CHAIN: usize = 32;
/// Sessions that are listed.
const LISTED: i64 = 100;

/// A session that has begun or goes on.
#[derive(Debug, Clone)]
pub struct Begun {
    pub session_id: Uuid,
    /// The account or officer.
    pub owner_id: Uuid,
    /// For the cookie.
    pub refresh: Secret,
}

/// Begins a session of an account or officer.
///
/// # Errors
/// The database's.
pub async fn begin(
    conn: &mut Conn,
    app: &App,
    audience: Audience,
    owner_id: Uuid,
    client: &ClientInfo,
) -> Result<Begun> {
    let session_id = Uuid::now_v7();
    let owner = |wanted: Audience| (audience == wanted).then_some(owner_id);
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session_id),
            sessions::account_id.eq(owner(Audience::Citizen)),
            sessions::officer_id.eq(owner(Audience::Officer)),
            sessions::user_agent.eq(&client.user_agent),
            sessions::ip.eq(&client.ip),
            sessions::expires_at.eq(end(app, "now()")),
        ))
        .execute(conn)
        .await?;
    let refresh = Secret(random_token()?);
    insert_token(conn, session_id, &refresh).await?;
    Ok(Begun { session_id, owner_id, refresh })
}

/// What a refresh token is worth just now.
#[derive(QueryableByName)]
struct Standing {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    owner_id: Option<Uuid>,
    #[diesel(sql_type = Bool)]
    live: bool,
    #[diesel(sql_type = Bool)]
    used: bool,
    #[diesel(sql_type = Bool)]
    in_grace: bool,
}

/// Uses a refresh token up and gives its successor.
///
/// # Errors
/// `unauthenticated` for a token that is unknown, of another audience or of an ended session; and for one that
/// comes again after the grace, which ends the session for good.
pub async fn rotate(conn: &mut Conn, app: &App, audience: Audience, token: &Secret) -> Result<Begun> {
    let unknown = || Error::new(ErrorCode::Unauthenticated);
    let session_id = lock_session(conn, token).await?.ok_or_else(unknown)?;
    let standing = find_standing(conn, app, audience, token).await?;
    let owner_id = standing.owner_id.filter(|_| standing.live).ok_or_else(unknown)?;
    let refresh = match (standing.used, standing.in_grace) {
        (false, _) => use_up(conn, app, session_id, token).await?,
        (true, true) => newest(conn, app, token).await?,
        (true, false) => {
            diesel::update(sessions::table.find(session_id))
                .set(sessions::revoked_at.eq(diesel::dsl::now))
                .execute(conn)
                .await?;
            tracing::warn!(session.id = %session_id, "a used refresh token came again: session ended");
            return Err(unknown().keeping());
        }
    };
    diesel::update(sessions::table.find(session_id))
        .set((sessions::last_seen_at.eq(diesel::dsl::now), sessions::expires_at.eq(end(app, "created_at"))))
        .execute(conn)
        .await?;
    Ok(Begun { session_id, owner_id, refresh })
}

/// Ends the session a refresh token belongs to, if there is one.
///
/// # Errors
/// The database's.
pub async fn end_by_token(conn: &mut Conn, token: &Secret) -> Result<()> {
    let of_token = refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(hash(token)))
        .select(refresh_tokens::session_id);
    diesel::update(
        sessions::table.filter(sessions::id.eq_any(of_token)).filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(diesel::dsl::now))
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends a session of an account.
///
/// # Errors
/// `not_found` when it is not a living session of this account.
pub(super) async fn revoke(conn: &mut Conn, account_id: Uuid, id: Uuid) -> Result<()> {
    let ended = diesel::update(sessions::table.find(id))
        .filter(sessions::account_id.eq(account_id))
        .filter(sessions::revoked_at.is_null())
        .set(sessions::revoked_at.eq(diesel::dsl::now))
        .execute(conn)
        .await?;
    if ended == 0 { Err(Error::not_found()) } else { Ok(()) }
}

/// Ends every session of an account.
///
/// # Errors
/// The database's.
pub(super) async fn end_all_of_account(conn: &mut Conn, account_id: Uuid) -> Result<()> {
    let living =
        sessions::table.filter(sessions::account_id.eq(account_id)).filter(sessions::revoked_at.is_null());
    diesel::update(living).set(sessions::revoked_at.eq(diesel::dsl::now)).execute(conn).await?;
    Ok(())
}

/// Ends every session of an officer.
///
/// # Errors
/// The database's.
pub(super) async fn end_all_of_officer(conn: &mut Conn, officer_id: Uuid) -> Result<()> {
    let living =
        sessions::table.filter(sessions::officer_id.eq(officer_id)).filter(sessions::revoked_at.is_null());
    diesel::update(living).set(sessions::revoked_at.eq(diesel::dsl::now)).execute(conn).await?;
    Ok(())
}

#[derive(Queryable)]
struct Row {
    id: Uuid,
    user_agent: String,
    ip: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
}

/// The living sessions of an account, the one seen last first.
pub(super) async fn list_for(mut conn: &Conn, account_id: Uuid, current: Uuid) -> Result<Vec<SessionInfo>> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::account_id.eq(account_id))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(diesel::dsl::now))
        .order(sessions::last_seen_at.desc())
        .limit(LISTED)
        .select((
            sessions::id,
            sessions::user_agent,
            sessions::ip,
            sessions::created_at,
            sessions::last_seen_at,
        ))
        .load(&mut conn)
        .await?;
    let info = |row: Row| SessionInfo {
        current: row.id == current,
        id: row.id,
        user_agent: row.user_agent,
        ip: row.ip,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    };
    Ok(rows.into_iter().map(info).collect())
}

/// Requests with tokens of one session go one after another.
async fn lock_session(conn: &mut Conn, token: &Secret) -> Result<Option<Uuid>> {
    let of_token = refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(hash(token)))
        .select(refresh_tokens::session_id);
    Ok(sessions::table
        .filter(sessions::id.eq_any(of_token))
        .select(sessions::id)
        .for_update()
        .first(conn)
        .await
        .optional()?)
}

/// Read after the lock, in a statement of its own: it sees what the request before has done.
async fn find_standing(conn: &mut Conn, app: &App, audience: Audience, token: &Secret) -> Result<Standing> {
    Ok(diesel::sql_query(
        "select case when $3 = 'citizen' then s.account_id else s.officer_id end as owner_id, \
           s.revoked_at is null and s.expires_at > now() as live, t.used_at is not null as used, \
           coalesce(t.used_at > now() - make_interval(secs => $2), false) as in_grace \
         from refresh_tokens t join sessions s on s.id = t.session_id where t.token_hash = $1",
    )
    .bind::<diesel::sql_types::Binary, _>(hash(token))
    .bind::<Integer, _>(app.config.auth.refresh_grace_seconds)
    .bind::<Text, _>(audience.as_str())
    .get_result(conn)
    .await?)
}

async fn use_up(conn: &mut Conn, app: &App, session_id: Uuid, token: &Secret) -> Result<Secret> {
    diesel::update(refresh_tokens::table.find(hash(token)))
        .set(refresh_tokens::used_at.eq(diesel::dsl::now))
        .execute(conn)
        .await?;
    crash_point!("refresh.after_consume");
    let next = successor(app, token);
    insert_token(conn, session_id, &next).await?;
    Ok(next)
}

/// The last of the successors: a slow tab must not put an already used token back into the cookie.
async fn newest(conn: &mut Conn, app: &App, token: &Secret) -> Result<Secret> {
    let mut newest = successor(app, token);
    for _ in 0..CHAIN {
        let used: Option<DateTime<Utc>> = refresh_tokens::table
            .find(hash(&newest))
            .select(refresh_tokens::used_at)
            .first(conn)
            .await
            .optional()?
            .flatten();
        if used.is_none() {
            return Ok(newest);
        }
        newest = successor(app, &newest);
    }
    Err(Error::new(ErrorCode::Unauthenticated))
}

async fn insert_token(conn: &mut Conn, session_id: Uuid, token: &Secret) -> Result<()> {
    diesel::insert_into(refresh_tokens::table)
        .values((refresh_tokens::token_hash.eq(hash(token)), refresh_tokens::session_id.eq(session_id)))
        .execute(conn)
        .await?;
    Ok(())
}

fn successor(app: &App, token: &Secret) -> Secret {
    Secret(URL_SAFE_NO_PAD.encode(app.keys.mac("refresh", token.expose().as_bytes())))
}

fn hash(token: &Secret) -> Vec<u8> {
    sha256(token.expose().as_bytes()).to_vec()
}

/// When a session ends: unused for a while, or at the latest some time after `begin`.
fn end(app: &App, begin: &str) -> diesel::expression::SqlLiteral<Timestamptz> {
    let (idle, whole) = (app.config.auth.idle_minutes, app.config.auth.session_hours);
    sql(&format!("least({begin} + interval '{whole} hours', now() + interval '{idle} minutes')"))
}
