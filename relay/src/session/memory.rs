//! Sessions in this process's memory: enough for one relay, and gone when it stops.
//!
//! It holds a bounded number of sessions. When it is full, the oldest session without a consent goes
//! first: it costs its browser nothing but a new cookie. So a flood of cookie-less calls cannot
//! push out people who are linking an account.

use std::collections::{BTreeSet, HashMap};
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocol::id::{AuthorisationId, ConsentId};

use super::{ABSOLUTE_LIFE, IDLE_LIFE, Later, Owned, SessionKey, Store};
use crate::clock::Timestamp;

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    capacity: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    sessions: HashMap<SessionKey, Record>,
    consents: HashMap<ConsentId, Owned>,
    /// The sessions without a consent, and those with one, each by age.
    idle: BTreeSet<(Timestamp, SessionKey)>,
    linked: BTreeSet<(Timestamp, SessionKey)>,
    swept: Timestamp,
}

#[derive(Debug)]
struct Record {
    created: Timestamp,
    used: Timestamp,
    consents: Vec<ConsentId>,
}

impl MemoryStore {
    /// A store of at most `capacity` sessions.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, table: Mutex::default() }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl Store for MemoryStore {
    fn create_session(&self, key: SessionKey, now: Timestamp) -> Later<'_, ()> {
        let mut table = self.table();
        if now.since(table.swept) >= SWEEP {
            table.sweep(now);
        }
        table.create(key, now, self.capacity);
        Box::pin(ready(Ok(())))
    }

    fn find_session(&self, key: SessionKey, now: Timestamp) -> Later<'_, bool> {
        Box::pin(ready(Ok(self.table().touch(key, now))))
    }

    fn bind_consent(&self, consent: ConsentId, owned: Owned, now: Timestamp) -> Later<'_, ()> {
        self.table().bind(consent, owned, now, self.capacity);
        Box::pin(ready(Ok(())))
    }

    fn find_consent<'a>(
        &'a self,
        consent: &'a ConsentId,
        now: Timestamp,
    ) -> Later<'a, Option<Owned>> {
        let table = self.table();
        let owned = table.consents.get(consent);
        let alive = owned.filter(|owned| table.is_alive(owned.session, now));
        Box::pin(ready(Ok(alive.cloned())))
    }

    fn add_authorisation<'a>(
        &'a self,
        consent: &'a ConsentId,
        authorisation: AuthorisationId,
    ) -> Later<'a, ()> {
        if let Some(owned) = self.table().consents.get_mut(consent)
            && !owned.authorisations.contains(&authorisation)
        {
            owned.authorisations.push(authorisation);
            if owned.authorisations.len() > MAX_AUTHORISATIONS {
                owned.authorisations.remove(0);
            }
        }
        Box::pin(ready(Ok(())))
    }

    fn forget_expired(&self, now: Timestamp) -> Later<'_, ()> {
        self.table().sweep(now);
        Box::pin(ready(Ok(())))
    }
}

impl Table {
    fn create(&mut self, key: SessionKey, now: Timestamp, capacity: usize) {
        while self.sessions.len() >= capacity {
            let Some((_, oldest)) = self.idle.first().or_else(|| self.linked.first()).copied()
            else {
                break;
            };
            self.remove(oldest);
        }
        self.sessions.insert(key, Record { created: now, used: now, consents: Vec::new() });
        self.idle.insert((now, key));
    }

    fn touch(&mut self, key: SessionKey, now: Timestamp) -> bool {
        if !self.is_alive(key, now) {
            self.remove(key);
            return false;
        }
        if let Some(record) = self.sessions.get_mut(&key) {
            record.used = now;
        }
        true
    }

    fn bind(&mut self, consent: ConsentId, owned: Owned, now: Timestamp, capacity: usize) {
        if self.consents.contains_key(&consent) {
            return;
        }
        let key = owned.session;
        if !self.sessions.contains_key(&key) {
            self.create(key, now, capacity);
        }
        let Some(record) = self.sessions.get_mut(&key) else {
            return;
        };
        self.idle.remove(&(record.created, key));
        self.linked.insert((record.created, key));
        record.consents.push(consent.clone());
        if record.consents.len() > MAX_CONSENTS {
            let oldest = record.consents.remove(0);
            self.consents.remove(&oldest);
        }
        self.consents.insert(consent, owned);
    }

    fn is_alive(&self, key: SessionKey, now: Timestamp) -> bool {
        self.sessions.get(&key).is_some_and(|record| record.is_alive(now))
    }

    fn sweep(&mut self, now: Timestamp) {
        self.swept = now;
        let expired = self.sessions.iter().filter(|(_, record)| !record.is_alive(now));
        for key in expired.map(|(key, _)| *key).collect::<Vec<_>>() {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: SessionKey) {
        let Some(record) = self.sessions.remove(&key) else {
            return;
        };
        self.idle.remove(&(record.created, key));
        self.linked.remove(&(record.created, key));
        for consent in &record.consents {
            self.consents.remove(consent);
        }
    }
}

impl Record {
    fn is_alive(&self, now: Timestamp) -> bool {
        let idle = self.consents.is_empty() && now.since(self.used) >= IDLE_LIFE;
        !idle && now.since(self.created) < ABSOLUTE_LIFE
    }
}

/// Sessions kept: some hundred bytes each, so about 20 MB at most.
const CAPACITY: usize = 100_000;
/// Consents of a session that are remembered, the newest ones: a person links a few banks a day.
const MAX_CONSENTS: usize = 50;
/// Authorisations of a consent that are remembered, the newest ones: each is one try to sign.
const MAX_AUTHORISATIONS: usize = 50;
/// How often expired sessions are swept out, while new ones come.
const SWEEP: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests;
