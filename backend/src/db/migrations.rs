//! Bringing a database up to date.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Array, Bytea, Text};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use openapi::Secret;
use uuid::Uuid;

use super::schema::{accounts, officers};
use super::server::Server;
use crate::accounts::officers::seal_place;
use crate::crash::crash_point;
use crate::crypto::Keys;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Before this one, what lies open is sealed: SQL has no keys.
const DROPS_OPEN: &str = "2026-11-22-000013_sealed_only";

/// Columns that lay open before: table, column, and the place each value is sealed for, as their own modules name it.
const OPEN: [(&str, &str, &str); 3] = [
    ("applications", "answers", "'answers:' || id || ':' || account_id"),
    ("applications", "answers_before", "'answers:' || id || ':' || account_id"),
    ("idempotency_keys", "body", "'first_answer:' || actor || ':' || operation || ':' || key"),
];

/// Rows sealed at once.
const BATCH: usize = 500;

/// Brings the database up to date, with the rights of the login itself. The keys are read only where something is still
/// to be sealed with them.
///
/// # Errors
/// When the server is away or a migration fails; what was applied before stays.
pub async fn migrate(url: &Secret, keys: &Path) -> anyhow::Result<()> {
    let server = Server::at(url)?;
    let mut harness = AsyncMigrationHarness::new(server.connect().await?);
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| anyhow::anyhow!("{error}");
    let pending = tokio::task::block_in_place(|| harness.pending_migrations(MIGRATIONS)).map_err(failed)?;
    for migration in &pending {
        if migration.name().to_string() == DROPS_OPEN {
            let conn = &mut server.connect().await?;
            if let Some(keys) = keys_of(conn, keys).await? {
                seal(conn, &keys).await?;
            }
        }
        crash_point!("migration.before_step");
        tokio::task::block_in_place(|| harness.run_migration(migration)).map_err(failed)?;
        crash_point!("migration.after_step");
    }
    tracing::info!(migrations.applied = pending.len(), "migrated");
    Ok(())
}

#[derive(QueryableByName)]
struct Open {
    #[diesel(sql_type = Text)]
    at: String,
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    content: String,
}

/// The keys, where anybody has an account: those by which this installation has sealed before. With others the only copy
/// of what they seal would be lost.
async fn keys_of(conn: &mut AsyncPgConnection, dir: &Path) -> anyhow::Result<Option<Keys>> {
    if accounts::table.count().get_result::<i64>(conn).await? == 0 {
        return Ok(None);
    }
    let keys = Keys::load(dir)?;
    let sealed = officers::table.select((officers::id, officers::totp_secret));
    if let Some((id, secret)) = sealed.first::<(Uuid, Vec<u8>)>(conn).await.optional()? {
        let secret = std::str::from_utf8(&secret)?;
        let opened = keys.open_text(&seal_place(id), secret);
        anyhow::ensure!(opened.is_ok(), "{}: not the keys this database was made with", dir.display());
    }
    Ok(Some(keys))
}

/// Seals what lies open, some hundred rows at once; one that breaks off goes on where it was.
async fn seal(conn: &mut AsyncPgConnection, keys: &Keys) -> anyhow::Result<()> {
    for (table, column, place) in OPEN {
        let find = format!(
            "select ctid::text as at, {place} as place, {column}_open::text as content \
             from {table} where {column}_open is not null limit {BATCH}"
        );
        let put = format!(
            "update {table} set {column} = sealed.content, {column}_open = null \
             from unnest($1, $2, $3) sealed (at, place, content) \
             where ctid = sealed.at::tid and {place} = sealed.place and {column}_open is not null"
        );
        loop {
            let open: Vec<Open> = diesel::sql_query(&find).load(conn).await?;
            if open.is_empty() {
                break;
            }
            let sealed = open.iter().map(|row| keys.seal_record(&row.place, row.content.as_bytes()));
            let sealed: Vec<Vec<u8>> = sealed.collect::<Result<_, _>>()?;
            let at: Vec<&str> = open.iter().map(|row| row.at.as_str()).collect();
            let places: Vec<&str> = open.iter().map(|row| row.place.as_str()).collect();
            let put = diesel::sql_query(&put).bind::<Array<Text>, _>(at).bind::<Array<Text>, _>(places);
            put.bind::<Array<Bytea>, _>(sealed).execute(conn).await?;
        }
    }
    Ok(())
}
