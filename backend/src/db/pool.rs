//! Where connections come from, and what each of them is told first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::managed::WeakPool;
use diesel::ConnectionError;
use diesel_async::SimpleAsyncConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use futures_util::FutureExt;
use openapi::{ErrorCode, Secret};
use tokio::runtime::Handle;

use super::Conn;
use super::server::Server;
use crate::config;
use crate::error::{Error, Result};

/// Every connection gives up on its own: a lock after 5 s, a statement after 15 s, an idle transaction after 30 s.
const SETTINGS: &str = "set lock_timeout = '5s'; set statement_timeout = '15s'; \
    set idle_in_transaction_session_timeout = '30s'; set timezone = 'UTC'";

type Manager = AsyncDieselConnectionManager<Conn>;

/// Opens pools, and knows those that are open.
#[derive(Clone)]
pub(super) struct Pools {
    main: Handle,
    url: Secret,
    server: Server,
    settings: Arc<str>,
    pub readers_per_thread: usize,
    open: Arc<Mutex<Vec<WeakPool<Manager>>>>,
}

impl Pools {
    /// # Errors
    /// When the address or the role is refused.
    pub fn new(config: &config::Database, main: Handle) -> anyhow::Result<Self> {
        Ok(Self {
            main,
            url: config.url.clone(),
            server: Server::at(&config.url)?,
            settings: settings(&config.role)?.into(),
            readers_per_thread: config.read_pool_size,
            open: Arc::default(),
        })
    }

    /// The runtime transactions run on.
    pub const fn main(&self) -> &Handle {
        &self.main
    }

    /// A pool whose connections are driven by `runtime`.
    ///
    /// # Errors
    /// When it cannot be made; connections are opened later.
    pub fn open(&self, runtime: &Handle, size: usize) -> anyhow::Result<Pool<Conn>> {
        let mut setup = ManagerConfig::<Conn>::default();
        setup.recycling_method = RecyclingMethod::Fast;
        let (runtime, server, settings) = (runtime.clone(), self.server.clone(), Arc::clone(&self.settings));
        setup.custom_setup = Box::new(move |_| {
            let (runtime, server, settings) = (runtime.clone(), server.clone(), Arc::clone(&settings));
            async move {
                runtime
                    .spawn(establish(server, settings))
                    .await
                    .map_err(|error| ConnectionError::BadConnection(error.to_string()))?
            }
            .boxed()
        });
        let manager = Manager::new_with_config(self.url.expose(), setup);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(Duration::from_secs(5)))
            .create_timeout(Some(Duration::from_secs(5)))
            .recycle_timeout(Some(Duration::from_secs(5)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|pool| pool.upgrade().is_some());
        open.push(pool.weak());
        Ok(pool)
    }

    /// Connections in use, and callers that wait for one, of all pools.
    pub fn usage(&self) -> (usize, usize) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let all = open.iter().filter_map(WeakPool::upgrade).map(|pool| pool.status());
        all.fold((0, 0), |(used, waiting), status| {
            (used + status.size.saturating_sub(status.available), waiting + status.waiting)
        })
    }
}

/// A connection of a pool.
///
/// # Errors
/// `busy` when none is free within five seconds or the server is away.
pub(super) async fn get(pool: &Pool<Conn>) -> Result<Object<Conn>> {
    pool.get().await.map_err(|error| Error {
        cause: Some(anyhow::anyhow!("no connection: {error}")),
        ..Error::new(ErrorCode::Busy).after(2)
    })
}

/// What every connection is told first; `role` is the last, since it may not be allowed to set the rest.
fn settings(role: &str) -> anyhow::Result<String> {
    if role.is_empty() {
        return Ok(SETTINGS.to_owned());
    }
    let is_plain =
        role.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    anyhow::ensure!(is_plain, "database.role: small letters, digits and underscores only");
    Ok(format!("{SETTINGS}; set role {role}"))
}

async fn establish(server: Server, settings: Arc<str>) -> diesel::ConnectionResult<Conn> {
    let mut conn = server.connect().await?;
    conn.batch_execute(&settings).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}
