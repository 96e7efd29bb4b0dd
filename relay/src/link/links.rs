//! What all work on links shares: the sessions with their store, the platform, and what opens sealed ids. It decides
//! nothing; what is done with a link stands in the files beside this one.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use protocol::Call;
use protocol::id::{AuthorisationId, ConsentId};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::crypto::key::OpaqueId;
use crate::crypto::random::{Random, request_id};
use crate::crypto::ring::Ring;
use crate::crypto::seal::Sealed;
use crate::id::AccountId;
use crate::link::deletion::Leftovers;
use crate::link::sessions::Sessions;
use crate::metrics::Metrics;
use crate::platform::call::{Asked, Outgoing, Platform};
use crate::platform::poll::Polls;
use crate::store::Store;

/// The links of all sessions, and what it takes to go on with one. Clones share it.
#[derive(Clone)]
pub struct Links(Arc<Inner>);

struct Inner {
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    platform: Arc<Platform>,
    calls: Arc<Semaphore>,
    polls: Arc<Polls>,
    sessions: Sessions,
    ring: Arc<Ring>,
    leftovers: Leftovers,
}

impl Links {
    /// The links that `store` keeps. `calls` has a permit for each call to `platform` at one time.
    pub(crate) fn new(
        config: Arc<Config>,
        store: Arc<dyn Store>,
        platform: Arc<Platform>,
        calls: Arc<Semaphore>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let ring = Arc::new(Ring::new(config.store.keys.all(), &*random));
        let (now, chance) = (Arc::clone(&clock), Arc::clone(&random));
        let sessions =
            Sessions::new(store, now, chance, Arc::clone(&ring), Arc::clone(platform.metrics()));
        let polls = Polls::new(Arc::clone(&platform), Arc::clone(&calls), Arc::clone(&clock));
        Self(Arc::new(Inner {
            config,
            clock,
            random,
            platform,
            calls,
            polls: Arc::new(polls),
            sessions,
            ring,
            leftovers: Leftovers::default(),
        }))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn request_id(&self) -> Uuid {
        request_id(&*self.0.random)
    }

    pub(crate) fn platform(&self) -> &Platform {
        &self.0.platform
    }

    pub(crate) fn polls(&self) -> &Arc<Polls> {
        &self.0.polls
    }

    /// What the relay counts.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        self.0.platform.metrics()
    }

    /// A permit for each call to the platform at one time.
    pub(crate) fn calls(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.calls)
    }

    /// What the platform answers to a call for a browser.
    pub(crate) async fn ask(&self, call: &Call, outgoing: &Outgoing) -> Asked {
        self.0.polls.ask(call, outgoing).await
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    pub(super) fn leftovers(&self) -> &Leftovers {
        &self.0.leftovers
    }

    /// Seals what is a person's, for `consent` alone.
    pub(crate) fn seal(&self, text: &str, consent: &ConsentId) -> Option<Sealed> {
        self.0.ring.seal(text, consent.as_str(), &*self.0.random)
    }

    pub(crate) fn unseal(&self, sealed: &Sealed, consent: &ConsentId) -> Option<String> {
        self.0.ring.open(sealed, consent.as_str())
    }

    /// Seals what belongs to `owner`, which is no consent.
    pub(crate) fn seal_for(&self, text: &str, owner: &str) -> Option<Sealed> {
        self.0.ring.seal(text, owner, &*self.0.random)
    }

    pub(crate) fn unseal_for(&self, sealed: &Sealed, owner: &str) -> Option<String> {
        self.0.ring.open(sealed, owner)
    }

    /// The same for a sealed text that came back from outside.
    pub(crate) fn unseal_text(&self, text: &str, owner: &str) -> Option<String> {
        self.0.ring.open(&Sealed::kept(text.to_owned()), owner)
    }

    /// The id of an account with this number.
    pub(crate) fn account_id(&self, number: &str, currency: &str) -> AccountId {
        AccountId::of(self.0.ring.account(number, currency))
    }

    /// 22 letters for what a transaction says.
    pub(crate) fn transaction_id(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.0.ring.transaction(text))
    }

    /// The keys of the store.
    pub(crate) fn ring(&self) -> &Ring {
        &self.0.ring
    }

    /// The source of random bytes, to be kept.
    pub(crate) fn shared_random(&self) -> Arc<dyn Random> {
        Arc::clone(&self.0.random)
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    /// The state of the return from the BankID app, always the same for an authorisation.
    pub(super) fn state(&self, consent: &ConsentId, authorisation: &AuthorisationId) -> OpaqueId {
        self.0.ring.state(consent.as_str(), authorisation.as_str())
    }
}
