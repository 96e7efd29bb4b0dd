//! Limits the connections, in all and from one address. Where there is no room, the relay closes the connection that
//! has been idle longest, and never one that waits for an answer.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::config::{Access, Most, Network};
use crate::link::quota::network;

/// The places for connections. Clones share them.
#[derive(Clone)]
pub(super) struct Places {
    most: usize,
    per_address: Most,
    trusted: Arc<[Network]>,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    /// Counts events: of two idle connections, the one with the lower number has been idle longer.
    count: u64,
    all: HashMap<u64, Connection>,
}

struct Connection {
    /// The address that counts; none for a trusted proxy, which forwards many persons.
    from: Option<IpAddr>,
    /// Since when it waits for a request; `None` while one is in progress.
    idle: Option<u64>,
    close: Arc<Notify>,
}

/// A connection's place. It is free again when this is dropped.
pub(super) struct Place {
    id: u64,
    taken: Arc<Mutex<Taken>>,
    close: Arc<Notify>,
}

/// A request in progress. Until this is dropped, its connection is not idle.
pub(super) struct UnderWay(u64, Arc<Mutex<Taken>>);

impl Places {
    /// `most` places, of which an address has `per_address`.
    pub(super) fn new(most: usize, per_address: Most, access: &Access) -> Self {
        let trusted = access.trusted_proxies.as_slice().into();
        Self { most, per_address, trusted, taken: Arc::default() }
    }

    /// A place for a connection from `address`.
    ///
    /// # Errors
    /// All places of the address, or all places, have a request in progress: which of the two, in the word for metrics.
    pub(super) fn take(&self, address: IpAddr) -> Result<Place, &'static str> {
        let address = address.to_canonical();
        let is_trusted = self.trusted.iter().any(|network| network.contains(address));
        let from = (!is_trusted).then(|| network(address));
        let own_most = match self.per_address {
            Most::Number(most) if from.is_some() => {
                let share = (self.most / SHARE).max(1);
                usize::try_from(most.get()).map_or(share, |most| most.min(share))
            }
            _ => usize::MAX,
        };
        let mut taken = lock(&self.taken);
        let own = taken.all.values().filter(|one| one.from == from).count();
        if own >= own_most {
            taken.close_idlest(|one| one.from == from).ok_or("address")?;
        } else if taken.all.len() >= self.most {
            taken.close_idlest(|_| true).ok_or("full")?;
        }
        let (id, close) = (taken.next(), Arc::new(Notify::new()));
        let connection = Connection { from, idle: Some(id), close: Arc::clone(&close) };
        taken.all.insert(id, connection);
        Ok(Place { id, taken: Arc::clone(&self.taken), close })
    }

    /// Closes the connection that has been idle longest, because the process has no room for another.
    pub(super) fn make_room(&self) {
        let _ = lock(&self.taken).close_idlest(|_| true);
    }
}

impl Taken {
    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    fn close_idlest(&mut self, may_go: impl Fn(&Connection) -> bool) -> Option<()> {
        let idle = self.all.iter().filter(|(_, one)| may_go(one));
        let idle = idle.filter_map(|(id, one)| Some((one.idle?, *id)));
        let (_, id) = idle.min()?;
        self.all.remove(&id)?.close.notify_one();
        Some(())
    }
}

impl Place {
    /// Notes that a request has come.
    pub(super) fn begin(&self) -> UnderWay {
        if let Some(one) = lock(&self.taken).all.get_mut(&self.id) {
            one.idle = None;
        }
        UnderWay(self.id, Arc::clone(&self.taken))
    }

    /// Waits until another one needs the place.
    pub(super) async fn lost(&self) {
        self.close.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.taken).all.remove(&self.id);
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut taken = lock(&self.1);
        let now = taken.next();
        if let Some(one) = taken.all.get_mut(&self.0) {
            one.idle = Some(now);
        }
    }
}

/// An address with a limit never has more than this fraction of all places.
const SHARE: usize = 4;

fn lock(taken: &Mutex<Taken>) -> std::sync::MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use tokio::time::timeout;

    use super::*;

    fn places(most: usize, per_address: u32) -> Places {
        let per_address = NonZeroU32::new(per_address).map_or(Most::Any, Most::Number);
        let trusted_proxies = vec![Network::parse("10.0.0.0/8").unwrap()];
        let access = Access { trusted_proxies, ..Access::default() };
        Places::new(most, per_address, &access)
    }

    fn take(places: &Places, address: &str) -> Option<Place> {
        places.take(address.parse().unwrap()).ok()
    }

    async fn is_lost(place: &Place) -> bool {
        timeout(std::time::Duration::from_millis(1), place.lost()).await.is_ok()
    }

    #[tokio::test]
    async fn the_one_that_has_been_idle_longest_makes_room() {
        let places = places(3, 0);
        let [one, two, three] =
            ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|address| take(&places, address).unwrap());
        // The first had a request since.
        drop(one.begin());
        let four = take(&places, "192.0.2.4").unwrap();
        assert!(is_lost(&two).await && !is_lost(&one).await && !is_lost(&three).await);
        let busy = [one.begin(), three.begin(), four.begin()];
        assert!(take(&places, "192.0.2.5").is_none(), "all wait for an answer");
        drop(busy);
        assert!(take(&places, "192.0.2.5").is_some());
        assert!(is_lost(&one).await);
    }

    #[tokio::test]
    async fn an_address_has_its_share_and_takes_nobody_elses() {
        let places = places(100, 2);
        let other = take(&places, "192.0.2.9").unwrap();
        let [one, two] = ["192.0.2.1", "192.0.2.1"].map(|address| take(&places, address).unwrap());
        let three = take(&places, "::ffff:192.0.2.1").unwrap();
        assert!(is_lost(&one).await && !is_lost(&two).await && !is_lost(&other).await);
        let _busy = [two.begin(), three.begin()];
        assert!(take(&places, "192.0.2.1").is_none());
        assert!(take(&places, "192.0.2.2").is_some());
        let household = ["2001:db8::1", "2001:db8::2", "2001:db8:0:0:f::3"]
            .map(|address| take(&places, address).unwrap());
        assert!(is_lost(&household[0]).await);
    }

    #[tokio::test]
    async fn a_trusted_proxy_speaks_for_many() {
        let places = places(100, 2);
        let all: Vec<_> = (0..50).map(|_| take(&places, "10.0.0.1").unwrap()).collect();
        for place in &all {
            assert!(!is_lost(place).await);
        }
        drop(all);
        assert!(lock(&places.taken).all.is_empty());
    }
}
