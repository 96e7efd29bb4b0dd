//! The relay itself: the links, and what its other routes share. It decides nothing.

use std::ops::Deref;
use std::sync::Arc;

use thiserror::Error;
use tokio::sync::Semaphore;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Reloads, Secrets};
use crate::crypto::random::{Random, SystemRandom};
use crate::link::links::Links;
use crate::link::quota::Quota;
use crate::platform::call::Platform;
use crate::platform::client::{ClientError, Upstream};
use crate::platform::lists::Lists;
use crate::platform::logos::Logos;
use crate::platform::token::Tokens;
use crate::store::{OpenError, SqlStore, Store};

/// The relay: its links and its other state. Clones share it: each request takes some.
///
/// Nearly every route is about a link, so that a relay is used as its [`Links`] are.
#[derive(Clone)]
pub struct Relay(Arc<Inner>);

struct Inner {
    links: Links,
    quota: Quota,
    logos: Logos,
    lists: Arc<Lists>,
    reloads: Reloads,
}

/// Why a relay cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Its store cannot be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// Its client cannot be made.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// Why a relay cannot use other secrets.
#[derive(Debug, Error)]
pub enum RenewError {
    /// Accounts would get other ids.
    #[error(
        "the last key in AIS_RELAY_STORE_KEY_FILE, which makes the ids of accounts, is another one: put new keys in front \
         of it; for other ids, restart the relay"
    )]
    OtherIds,
    /// Its client cannot be made.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Relay {
    /// A relay with the store that its configuration names, and the machine's clock.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let store = SqlStore::open(config.store.address.expose()).await?;
        tracing::info!("{}", if config.store.is_shared() { SHARED } else { ALONE });
        Ok(Self::new(config, Arc::new(store), Arc::new(SystemClock), Arc::new(SystemRandom))?)
    }

    /// A relay that keeps its sessions and links in `store`.
    pub fn new(
        config: Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, ClientError> {
        let config = Arc::new(config);
        let reloads = Reloads::new(&config, clock.now());
        let upstream = Upstream::new(&config, Arc::clone(&random))?;
        let tokens = Tokens::new(Arc::clone(&config), upstream.clone(), Arc::clone(&clock));
        let platform = Arc::new(Platform::new(
            Arc::clone(&config),
            upstream.clone(),
            tokens,
            Arc::clone(&random),
        ));
        let logos = Logos::new(
            Arc::clone(&platform),
            upstream,
            Arc::clone(&config),
            Arc::clone(&clock),
            Arc::clone(&random),
        );
        let calls = Arc::new(Semaphore::new(config.limits.calls));
        let quota = Quota::new(config.quota, Arc::clone(&clock), &*random);
        let links = Links::new(
            Arc::clone(&config),
            store,
            platform,
            calls,
            Arc::clone(&clock),
            Arc::clone(&random),
        );
        let lists = Arc::new(Lists::new(Arc::clone(links.polls()), config, clock, random));
        Ok(Self(Arc::new(Inner { links, quota, logos, lists, reloads })))
    }

    /// Uses `secrets` from now on. Where that cannot be, all that is in use stays in use.
    pub fn renew(&self, secrets: &Secrets) -> Result<(), RenewError> {
        let keys = secrets.store_keys.all();
        if !self.ring().makes_ids_like(keys) {
            return Err(RenewError::OtherIds);
        }
        self.platform().renew(secrets)?;
        self.ring().replace(keys);
        self.0.reloads.note_success(&secrets.tls, self.now());
        Ok(())
    }

    /// How the last reading of files that may change ended.
    pub fn reloads(&self) -> &Reloads {
        &self.0.reloads
    }

    /// Its links.
    pub fn links(&self) -> Links {
        self.0.links.clone()
    }

    pub(crate) fn quota(&self) -> &Quota {
        &self.0.quota
    }

    pub(crate) fn lists(&self) -> &Arc<Lists> {
        &self.0.lists
    }

    pub(crate) fn logos(&self) -> &Logos {
        &self.0.logos
    }
}

impl Deref for Relay {
    type Target = Links;

    fn deref(&self) -> &Links {
        &self.0.links
    }
}

const SHARED: &str = "the store is PostgreSQL, for all relays that use the same database and key";
const ALONE: &str = "the store is SQLite, for this relay alone";
