//! The database: a pool, and the two ways to use it.
//!
//! `read` gives a connection. `write` runs a use case in one transaction on the main runtime, so that a client
//! that hangs up cannot stop it half way.

pub mod schema;

use std::time::Duration;

use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openapi::ErrorCode;
use tokio::runtime::Handle;

use crate::config;
use crate::crash::crash_point;
use crate::error::{Error, Result};

pub type Conn = AsyncPgConnection;

/// Every connection gives up on its own: a lock after 5 s, a statement after 15 s, an idle transaction after 30 s.
const SETTINGS: &str = "set lock_timeout = '5s'; set statement_timeout = '15s'; \
    set idle_in_transaction_session_timeout = '30s'; set timezone = 'UTC'";

#[derive(Clone)]
pub struct Db {
    pool: Pool<Conn>,
    /// Connections live on the main runtime: an actix worker that stops must not take them along.
    main: Handle,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db")
    }
}

impl Db {
    /// A pool on the current runtime.
    ///
    /// # Errors
    /// When the pool cannot be made; connections are opened later.
    pub fn connect(config: &config::Database) -> anyhow::Result<Self> {
        let main = Handle::current();
        let mut setup = ManagerConfig::<Conn>::default();
        setup.recycling_method = RecyclingMethod::Fast;
        let runtime = main.clone();
        setup.custom_setup = Box::new(move |url| {
            let url = url.to_owned();
            let runtime = runtime.clone();
            async move {
                runtime
                    .spawn(establish(url))
                    .await
                    .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::<Conn>::new_with_config(config.url.expose(), setup);
        let pool = Pool::builder(manager)
            .max_size(config.pool_size)
            .wait_timeout(Some(Duration::from_secs(5)))
            .create_timeout(Some(Duration::from_secs(5)))
            .recycle_timeout(Some(Duration::from_secs(5)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()?;
        Ok(Self { pool, main })
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// `busy` when none is free within five seconds or the server is away.
    pub async fn read(&self) -> Result<Object<Conn>> {
        self.pool.get().await.map_err(|error| Error {
            cause: Some(anyhow::anyhow!("no connection: {error}")),
            ..Error::new(ErrorCode::Busy).after(2)
        })
    }

    /// Runs `work` in one transaction, to its end whatever the client does. An error rolls back, unless it is
    /// marked to keep what was counted ([`Error::keeping`]).
    ///
    /// # Errors
    /// What `work` gives, or the database.
    pub async fn write<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        let db = self.clone();
        self.main.spawn(async move { db.transaction(work).await }).await.map_err(Error::internal)?
    }

    async fn transaction<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        let mut conn = self.read().await?;
        conn.transaction::<Result<R>, Error, _>(async move |conn| match work(conn).await {
            Err(error) if error.keep => Ok(Err(error)),
            Err(error) => Err(error),
            Ok(done) => Ok(Ok(done)),
        })
        .await?
    }

    /// The runtime long tasks are put on.
    #[must_use]
    pub fn runtime(&self) -> &Handle {
        &self.main
    }

    /// Refuses servers that may lose what they have acknowledged (security facts 4).
    ///
    /// # Errors
    /// Names the setting that is off.
    pub async fn ensure_durable(&self) -> anyhow::Result<()> {
        let mut conn = self.read().await?;
        for name in ["fsync", "full_page_writes", "synchronous_commit"] {
            let setting: Setting = diesel::sql_query("select current_setting($1) as value")
                .bind::<diesel::sql_types::Text, _>(name)
                .get_result(&mut conn)
                .await?;
            anyhow::ensure!(
                setting.value != "off",
                "the database runs with {name} = off and may lose acknowledged work; turn it on, or set \
                 database.require_durable = false for a throw-away server"
            );
        }
        Ok(())
    }
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

async fn establish(url: String) -> diesel::ConnectionResult<Conn> {
    let mut conn = Conn::establish(&url).await?;
    conn.batch_execute(SETTINGS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

const MIGRATIONS: diesel_migrations::EmbeddedMigrations =
    diesel_migrations::embed_migrations!("../migrations");

/// Brings the database up to date.
///
/// # Errors
/// When the server is away or a migration fails; what was applied before stays.
pub async fn migrate(config: &config::Database) -> anyhow::Result<()> {
    use diesel_migrations::MigrationHarness;
    let conn = Conn::establish(config.url.expose()).await?;
    let mut harness = diesel_async::AsyncMigrationHarness::new(conn);
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| anyhow::anyhow!("{error}");
    let pending = tokio::task::block_in_place(|| harness.pending_migrations(MIGRATIONS)).map_err(failed)?;
    for migration in &pending {
        crash_point!("migration.before_step");
        tokio::task::block_in_place(|| harness.run_migration(migration)).map_err(failed)?;
        crash_point!("migration.after_step");
    }
    tracing::info!(migrations.applied = pending.len(), "migrated");
    Ok(())
}
