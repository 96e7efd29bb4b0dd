//! What this process knows of the store without asking it: the links and sessions that it has read or written, as
//! the store has them. Each write goes through to the store first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::id::ConsentId;

use crate::clock::Timestamp;
use crate::crypto::key::SessionKey;
use crate::link::state::Link;

/// The links and sessions that are known.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Tables>);

#[derive(Debug, Default)]
struct Tables {
    /// How often something was written. What was read before a write may be older than it.
    writes: u64,
    /// The turns of transactions: how many were given, and the newest of which what it wrote was taken.
    turns: u64,
    newest: Turn,
    links: HashMap<ConsentId, Arc<Link>>,
    sessions: HashMap<SessionKey, Timestamp>,
}

/// What a write means for what is known.
#[derive(Debug)]
pub(super) enum News {
    /// Nothing.
    None,
    /// This is what a link is now.
    Link(Arc<Link>),
    /// This is a new link, and the end of its session.
    Made(Arc<Link>, Timestamp),
    /// A link is gone.
    Gone(ConsentId),
    /// Many things are different.
    Many,
}

impl News {
    /// What a write of `link` at `now` means: with a new consent of a connection, the one before was ended.
    pub(super) fn of(link: Arc<Link>, now: Timestamp) -> Self {
        match &link.hosted {
            Some(hosted) if hosted.linked == Some(now) => Self::Many,
            _ => Self::Link(link),
        }
    }
}

/// The place of a transaction in the order in which they are committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn(u64);

/// How much was written when a read began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(u64);

impl Known {
    /// A link whose session lasts at `now`; an error where that is not known.
    pub(super) fn get(&self, id: &ConsentId, now: Timestamp) -> Result<Option<Arc<Link>>, Mark> {
        let tables = self.tables();
        let mark = Mark(tables.writes);
        let link = tables.links.get(id).ok_or(mark)?;
        let expires = tables.sessions.get(&link.session).ok_or(mark)?;
        Ok((*expires > now).then(|| Arc::clone(link)))
    }

    /// Takes what was read since `mark`, unless something was written meanwhile.
    pub(super) fn read(&self, link: &Arc<Link>, expires: Timestamp, mark: Mark) {
        let mut tables = self.tables();
        if tables.writes == mark.0 {
            tables.keep(link, expires);
        }
    }

    /// The turn of a transaction that is about to be committed, and before whose end no other one begins.
    pub(super) fn turn(&self) -> Turn {
        let mut tables = self.tables();
        tables.turns += 1;
        Turn(tables.turns)
    }

    /// Takes what the transaction of `turn` has written. Its task may get here after the task of a newer one, of the same
    /// link perhaps: then what it says is old.
    pub(super) fn wrote(&self, turn: Turn, news: News) {
        let mut tables = self.tables();
        tables.writes += 1;
        let is_late = turn < tables.newest;
        tables.newest = tables.newest.max(turn);
        match news {
            News::None => {}
            _ if is_late => tables.clear(),
            News::Link(link) => {
                if let Some(known) = tables.links.get_mut(&link.id) {
                    *known = link;
                }
            }
            News::Made(link, expires) => tables.keep(&link, expires),
            News::Gone(id) => drop(tables.links.remove(&id)),
            News::Many => tables.clear(),
        }
    }

    /// Forgets all: it is not known what was written.
    pub(super) fn forget(&self) {
        let mut tables = self.tables();
        tables.writes += 1;
        tables.clear();
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn keep(&mut self, link: &Arc<Link>, expires: Timestamp) {
        if self.links.len() >= MOST {
            self.clear();
        }
        self.sessions.insert(link.session, expires);
        self.links.insert(link.id.clone(), Arc::clone(link));
    }

    fn clear(&mut self) {
        self.links.clear();
        self.sessions.clear();
    }
}

/// Links of a kilobyte or two.
const MOST: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::tests::link;

    const NOW: Timestamp = Timestamp::from_millis(1000);
    const LATER: Timestamp = Timestamp::from_millis(2000);

    fn wrote(known: &Known, news: News) {
        known.wrote(known.turn(), news);
    }

    fn mark(known: &Known) -> Mark {
        known.get(&"unknown".parse().unwrap(), NOW).unwrap_err()
    }

    #[test]
    fn a_read_that_a_write_overtook_is_not_kept() {
        let known = Known::default();
        let (old, id) = (Arc::new(link()), link().id);
        let before = mark(&known);
        wrote(&known, News::Gone(id.clone()));
        known.read(&old, LATER, before);
        assert!(known.get(&id, NOW).is_err());
        known.read(&old, LATER, mark(&known));
        assert_eq!(known.get(&id, NOW).unwrap(), Some(Arc::clone(&old)));
        assert_eq!(known.get(&id, LATER).unwrap(), None, "its session has ended");
    }

    #[test]
    fn each_write_is_known_at_once_and_what_is_gone_is_not() {
        let known = Known::default();
        let (made, id) = (Arc::new(link()), link().id);
        wrote(&known, News::Link(Arc::clone(&made)));
        assert!(known.get(&id, NOW).is_err(), "the end of its session is not known");
        wrote(&known, News::Made(Arc::clone(&made), LATER));
        let mut changed = link();
        changed.listed = crate::link::Listed::Once;
        let changed = Arc::new(changed);
        wrote(&known, News::Link(Arc::clone(&changed)));
        assert_eq!(known.get(&id, NOW).unwrap(), Some(changed));
        wrote(&known, News::None);
        assert!(known.get(&id, NOW).is_ok());
        wrote(&known, News::Many);
        assert!(known.get(&id, NOW).is_err());
    }

    #[test]
    fn what_a_task_says_after_that_of_a_newer_transaction_is_not_kept() {
        let known = Known::default();
        let (old, id) = (Arc::new(link()), link().id);
        wrote(&known, News::Made(Arc::clone(&old), LATER));
        let mut new = link();
        new.listed = crate::link::Listed::Once;
        let (first, second) = (known.turn(), known.turn());
        known.wrote(second, News::Link(Arc::new(new)));
        known.wrote(first, News::Link(old));
        assert!(known.get(&id, NOW).is_err(), "the store is asked");
    }
}
