//! The relay itself: its configuration and all that its routes share. It decides nothing.

use std::sync::Arc;

use protocol::Call;
use protocol::id::ConsentId;
use thiserror::Error;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::Config;
use crate::crypto::random::{self, Random, SystemRandom};
use crate::crypto::seal::{Sealed, Sealer};
use crate::http::error::RouteError;
use crate::link::deletion::Leftovers;
use crate::link::proof::Exchanges;
use crate::link::quota::Quota;
use crate::link::sessions::Sessions;
use crate::platform::call::{Cargo, Platform};
use crate::platform::client::{Answer, ClientError, Upstream};
use crate::platform::lists::Lists;
use crate::platform::logos::Logos;
use crate::platform::poll::Polls;
use crate::platform::token::Tokens;
use crate::store::{OpenError, SqliteStore, Store};

/// The relay: its configuration and all that it keeps. Clones share it.
#[derive(Clone)]
pub struct Relay(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) config: Arc<Config>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) platform: Arc<Platform>,
    pub(crate) sessions: Sessions,
    pub(crate) quota: Quota,
    pub(crate) polls: Arc<Polls>,
    pub(crate) exchanges: Exchanges,
    pub(crate) leftovers: Leftovers,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) logos: Logos,
    pub(crate) lists: Arc<Lists>,
    pub(crate) calls: Arc<Semaphore>,
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

impl Relay {
    /// A relay with the store that its configuration names, at the time of the machine.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let store = SqliteStore::open(&config.store.address).await?;
        Ok(Self::new(config, Arc::new(store), Arc::new(SystemClock), Arc::new(SystemRandom))?)
    }

    /// A relay that keeps in `store` whose consents are.
    pub fn new(
        config: Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, ClientError> {
        let config = Arc::new(config);
        let upstream = Upstream::new(&config)?;
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
        let sealer = Arc::new(match &config.store.key {
            Some(key) => Sealer::new(key),
            None => Sealer::random(&*random),
        });
        let (now, chance) = (Arc::clone(&clock), Arc::clone(&random));
        let sessions = Sessions::new(store, now, chance, Arc::clone(&sealer));
        let quota = Quota::new(config.quota, Arc::clone(&clock), &*random);
        let calls = Arc::new(Semaphore::new(config.limits.calls));
        let polls =
            Arc::new(Polls::new(Arc::clone(&platform), Arc::clone(&calls), Arc::clone(&clock)));
        let lists = Arc::new(Lists::new(
            Arc::clone(&polls),
            Arc::clone(&config),
            Arc::clone(&clock),
            Arc::clone(&random),
        ));
        let exchanges = Exchanges::default();
        let inner = Inner {
            config,
            clock,
            random,
            platform,
            sessions,
            quota,
            polls,
            exchanges,
            leftovers: Leftovers::default(),
            sealer,
            logos,
            lists,
            calls,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn request_id(&self) -> Uuid {
        random::request_id(&*self.0.random)
    }

    pub(crate) fn platform(&self) -> &Platform {
        &self.0.platform
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(crate) fn exchanges(&self) -> &Exchanges {
        &self.0.exchanges
    }

    pub(crate) fn leftovers(&self) -> &Leftovers {
        &self.0.leftovers
    }

    pub(crate) fn quota(&self) -> &Quota {
        &self.0.quota
    }

    /// Seals what is a person's, for `consent` alone.
    pub(crate) fn seal(&self, text: &str, consent: &ConsentId) -> Option<Sealed> {
        self.0.sealer.seal(text, consent.as_str(), &*self.0.random)
    }

    pub(crate) fn unseal(&self, sealed: &Sealed, consent: &ConsentId) -> Option<String> {
        self.0.sealer.open(sealed, consent.as_str())
    }

    /// The platform's answer to a call for a browser.
    pub(crate) async fn ask(
        &self,
        call: &Call,
        cargo: &Cargo,
        id: &mut Uuid,
    ) -> Result<Answer, RouteError> {
        self.0.polls.ask(call, cargo, id).await
    }

    pub(crate) fn lists(&self) -> &Arc<Lists> {
        &self.0.lists
    }

    pub(crate) fn logos(&self) -> &Logos {
        &self.0.logos
    }

    pub(crate) fn calls(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.calls)
    }
}
