//! The database: its pools, and the two ways to use them.
//!
//! `read` gives a connection: threads that serve requests have their own, on the same thread ([`Db::on_this_thread`]).
//! `write` runs a use case in one transaction on the main runtime, so that a client that hangs up cannot stop it half way.

mod migrations;
mod pool;
mod prepared;
pub mod schema;
mod server;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::TransactionDepthChange;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready, try_join};
use tokio::runtime::Handle;

use crate::config;
use crate::error::{Error, Result};

pub use migrations::migrate;
use pool::Pools;
pub use prepared::prepared;

/// A connection. Queries over a shared reference that are awaited together (`try_join`) travel together: the server runs
/// them one after another in the order they are named, and all answers come after one round trip.
pub type Conn = AsyncPgConnection;

#[derive(Clone)]
pub struct Db {
    /// For reads; where nothing else is said, the same as `writers`.
    readers: Pool<Conn>,
    /// For transactions, on the main runtime: a thread of the server that stops must not take them along.
    writers: Pool<Conn>,
    pools: Pools,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db")
    }
}

impl Db {
    /// A pool on the current runtime, which becomes the main one.
    ///
    /// # Errors
    /// When the address is refused or the pool cannot be made; connections are opened later.
    pub fn connect(config: &config::Database) -> anyhow::Result<Self> {
        let pools = Pools::new(config, Handle::current())?;
        let writers = pools.open(pools.main(), config.pool_size)?;
        Ok(Self { readers: writers.clone(), writers, pools })
    }

    /// The same with connections of its own for reads, on the runtime of the thread that asks. A request that reads is
    /// then served by one thread from its first byte to its last; waking another for every answer of the server was
    /// a tenth of what a list cost.
    #[must_use]
    pub fn on_this_thread(&self) -> Self {
        let readers = self.pools.open(&Handle::current(), self.pools.readers_per_thread);
        // It opens nothing yet, so it does not fail; if it did, the shared connections would do.
        Self { readers: readers.unwrap_or_else(|_| self.writers.clone()), ..self.clone() }
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// `busy` when none is free within five seconds or the server is away.
    pub async fn read(&self) -> Result<Object<Conn>> {
        pool::get(&self.readers).await
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
        self.write_after(|_| ready(Ok(())).boxed(), move |conn, ()| work(conn)).await
    }

    /// The same, with an opening that travels together with BEGIN; `work` gets what it has found.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_after<O, A, R, F>(&self, opening: A, work: F) -> Result<R>
    where
        O: Send + 'static,
        A: for<'c> FnOnce(&'c Conn) -> BoxFuture<'c, Result<O>> + Send + 'static,
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn, O) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        let writers = self.writers.clone();
        let transaction = async move {
            let mut conn = pool::get(&writers).await?;
            let done = match begin(&mut conn, opening).await {
                Ok(opened) => work(&mut conn, opened).await,
                Err(error) => Err(error),
            };
            end(&mut conn, done).await
        };
        self.pools.main().spawn(transaction).await.map_err(Error::internal)?
    }

    /// Runs a use case that changes something by one statement only, which is a transaction by itself: what it reads first
    /// has decided by the version it names, so nothing needs to be held meanwhile. Runs to its end like [`Db::write`].
    ///
    /// # Errors
    /// What `work` gives, or the database.
    pub async fn write_alone<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        let writers = self.writers.clone();
        let alone = async move { work(&mut *pool::get(&writers).await?).await };
        self.pools.main().spawn(alone).await.map_err(Error::internal)?
    }

    /// Connections in use, and callers that wait for one.
    #[must_use]
    pub fn usage(&self) -> (usize, usize) {
        self.pools.usage()
    }

    /// Refuses a server that must not be worked with: one that may lose work, unless it is a throw-away one, one that speaks
    /// another language, or one whose clock is another.
    ///
    /// # Errors
    /// Names what is wrong.
    pub async fn ensure_fit(&self, config: &config::Database) -> anyhow::Result<()> {
        if config.require_durable {
            self.ensure_durable().await?;
        }
        self.ensure_english().await?;
        self.ensure_same_time(TimeDelta::seconds(config.max_clock_skew_seconds)).await
    }

    /// Refuses servers that speak another language: a deadlock and a time-out are told to us by their message alone
    /// ([`crate::error`]).
    ///
    /// # Errors
    /// Names the setting.
    async fn ensure_english(&self) -> anyhow::Result<()> {
        let setting: Setting = diesel::sql_query("select current_setting('lc_messages') as value")
            .get_result(&mut *self.read().await?)
            .await?;
        anyhow::ensure!(
            is_english(&setting.value),
            "the database says what is wrong in the language of lc_messages = '{}'; set lc_messages = 'C'",
            setting.value
        );
        Ok(())
    }

    /// Refuses a server whose clock differs from that of this process by more than `most` (rule 15): terms are counted by
    /// the one, tokens expire by the other.
    async fn ensure_same_time(&self, most: TimeDelta) -> anyhow::Result<()> {
        let mut conn = self.read().await?;
        let asked = Utc::now();
        let Clock { at } = diesel::sql_query("select clock_timestamp() as at").get_result(&mut conn).await?;
        // The server has looked at its clock at some moment between the two.
        let skew = (asked - at).max(at - Utc::now());
        anyhow::ensure!(
            skew <= most,
            "the clocks of this machine and of the database are {} s apart, more than \
             database.max_clock_skew_seconds = {}; set both by a time server",
            skew.num_seconds(),
            most.num_seconds(),
        );
        Ok(())
    }

    /// Refuses servers that may lose what they have acknowledged (security facts 4).
    async fn ensure_durable(&self) -> anyhow::Result<()> {
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

/// Whether the messages of a server with this `lc_messages` are in English.
fn is_english(locale: &str) -> bool {
    let language = locale.split(['_', '.', '@']).next().unwrap_or_default();
    matches!(language, "C" | "POSIX" | "en" | "English")
}

/// Opens a transaction, together with the statements of `opening`.
async fn begin<O, A>(conn: &mut Conn, opening: A) -> Result<O>
where
    A: for<'c> FnOnce(&'c Conn) -> BoxFuture<'c, Result<O>>,
{
    // Entered before it is said: a connection that is dropped on the way is not given out again.
    let status = AnsiTransactionManager::transaction_manager_status_mut(conn).transaction_state()?;
    status.change_transaction_depth(TransactionDepthChange::IncreaseDepth)?;
    let mut shared: &Conn = conn;
    let begun = async { Ok(shared.batch_execute("BEGIN").await?) };
    let ((), opened) = try_join(begun, opening(conn)).await?;
    Ok(opened)
}

/// Commits what was done, and refusals that are to keep what they counted; rolls other refusals back.
async fn end<R>(conn: &mut Conn, done: Result<R>) -> Result<R> {
    match done {
        Err(refusal) if !refusal.keep => {
            // A connection that cannot roll back is not given out again, and the server does it by itself.
            let _ = AnsiTransactionManager::rollback_transaction(conn).await;
            Err(refusal)
        }
        kept => {
            AnsiTransactionManager::commit_transaction(conn).await?;
            kept
        }
    }
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

#[derive(diesel::QueryableByName)]
struct Clock {
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::is_english;

    #[test]
    fn messages_in_english_are_understood() {
        for locale in ["C", "C.UTF-8", "POSIX", "en_US.UTF-8", "en_GB", "English_United States.1252"] {
            assert!(is_english(locale), "{locale}");
        }
        for locale in ["ru_RU.UTF-8", "", "de", "ca_ES"] {
            assert!(!is_english(locale), "{locale}");
        }
    }
}
