//! Everything a use case may need, as one value passed in; never a static.

use std::sync::Arc;

use catalogue::load::Catalogue;

use crate::auth::passwords::Passwords;
use crate::auth::tokens::Tokens;
use crate::changes::Relay;
use crate::config::Config;
use crate::crypto::Keys;
use crate::db::Db;
use crate::gateways::bank::Bank;
use crate::gateways::mail::Mail;
use crate::gateways::registries::Registries;
use crate::gateways::sms::Sms;
use crate::gateways::storage::Storage;
use crate::metrics::Metrics;
use crate::texts::Texts;

#[derive(Clone, Debug)]
pub struct App {
    pub config: Arc<Config>,
    pub db: Db,
    pub keys: Arc<Keys>,
    pub tokens: Arc<Tokens>,
    pub passwords: Passwords,
    pub catalogue: Arc<Catalogue>,
    pub texts: Arc<Texts>,
    pub mail: Mail,
    pub sms: Sms,
    pub bank: Bank,
    pub registries: Registries,
    pub storage: Storage,
    pub uploads: crate::documents::Gate,
    pub relay: Relay,
    pub metrics: Metrics,
}

impl App {
    /// Opens everything the configuration names. Nothing outside is called yet.
    ///
    /// # Errors
    /// Names the key, file or setting that is wrong.
    pub fn open(config: Config) -> anyhow::Result<Self> {
        let keys = Keys::load(&config.keys.dir)?;
        let catalogue = Catalogue::read(&config.catalogue.dir)?;
        Ok(Self {
            db: Db::connect(&config.database)?,
            tokens: Arc::new(Tokens::new(&keys, &config.auth.issuer, config.auth.access_seconds)),
            passwords: Passwords::new(&config.auth, &keys)?,
            texts: Arc::new(Texts::new(&catalogue)),
            mail: Mail::new(&config.mail)?,
            sms: Sms::new(&config.sms, &config.egress)?,
            bank: Bank::new(&config.bank, &config.egress)?,
            registries: Registries::new(&config.registries, &config.egress)?,
            storage: Storage::new(&config.storage)?,
            uploads: crate::documents::Gate::new(&config.uploads),
            relay: Relay::new(),
            metrics: Metrics::new(),
            keys: Arc::new(keys),
            catalogue: Arc::new(catalogue),
            config: Arc::new(config),
        })
    }

    /// The same for a thread of the server: what it reads from the database does not leave it.
    #[must_use]
    pub fn on_this_thread(&self) -> Self {
        Self { db: self.db.on_this_thread(), ..self.clone() }
    }
}
