//! Bringing a database up to date.

use std::path::Path;

use diesel::QueryableByName;
use diesel::sql_types::{Array, Bytea, Text};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use openapi::Secret;

use super::server::Server;
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
            seal(&mut server.connect().await?, keys).await?;
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

/// Seals what lies open, some hundred rows at once; one that breaks off goes on where it was.
async fn seal(conn: &mut AsyncPgConnection, keys: &Path) -> anyhow::Result<()> {
    for (table, column, place) in OPEN {
        let find = format!(
            "select ctid::text as at, {place} as place, {column}_open::text as content \
             from {table} where {column}_open is not null limit 500"
        );
        let put = format!(
            "update {table} set {column} = sealed.content, {column}_open = null \
             from unnest($1, $2) sealed (at, content) where ctid = sealed.at::tid"
        );
        loop {
            let open: Vec<Open> = diesel::sql_query(&find).load(conn).await?;
            if open.is_empty() {
                break;
            }
            let keys = Keys::load(keys)?;
            let sealed = open.iter().map(|row| keys.seal_record(&row.place, row.content.as_bytes()));
            let sealed: Vec<Vec<u8>> = sealed.collect::<Result<_, _>>()?;
            let at: Vec<&str> = open.iter().map(|row| row.at.as_str()).collect();
            diesel::sql_query(&put)
                .bind::<Array<Text>, _>(at)
                .bind::<Array<Bytea>, _>(sealed)
                .execute(conn)
                .await?;
        }
    }
    Ok(())
}
