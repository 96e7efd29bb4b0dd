//! Consents that the relay ended: those that the platform does not delete do not delay the others.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use protocol::profile::Context;
use protocol::wire::ConsentStatus;
use relay::store::{SqlStore, Store as _};
use relay::{
    Cause, Clock as _, Link, ManualClock, Relay, SessionKey, State, SystemRandom, Terms, Timestamp,
};

use crate::database;
use crate::each::on_each_database;
use crate::support::{Platform, config, json, store};

on_each_database! {
    deletions_that_fail_do_not_hold_up_the_others,
    what_fails_again_and_again_is_tried_more_and_more_seldom_until_it_works,
    some_are_deleted_at_one_time_and_no_more,
}

const MINUTE: Duration = Duration::from_mins(1);

/// A relay whose background work a test triggers, its store, its clock and the platform.
struct Tended {
    relay: Relay,
    store: SqlStore,
    clock: Arc<ManualClock>,
    platform: Platform,
}

impl Tended {
    async fn new() -> Self {
        let platform = Platform::start().await;
        // Each name begins with what the platform says to its deletion.
        platform.script(|received| match received.target.rsplit('/').next() {
            Some(name) if name.starts_with("bad") => Some(json(500, "{}")),
            Some(name) if name.starts_with("gone") => Some(json(404, "{}")),
            _ => None,
        });
        let store = store().await;
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_700_000_000_000)));
        let (now, random) = (Arc::clone(&clock) as _, Arc::new(SystemRandom));
        let kept = Arc::new(store.clone());
        let relay = Relay::new(config(&platform.url), kept, now, random).unwrap();
        Self { relay, store, clock, platform }
    }

    /// Keeps `count` consents that are ended, with these names, the later the younger.
    async fn end(&self, name: &str, count: u64) {
        for number in 0..count {
            let id = format!("{name}{number}").parse().unwrap();
            let created = self.clock.now() + Duration::from_millis(number);
            let terms = Terms {
                bank: "ESSESESS".parse().unwrap(),
                affiliated: None,
                entry: None,
                context: Context::Private,
                redirect_preferred: None,
                valid_until: "2027-01-31".to_owned(),
                return_page: None,
            };
            let link = Link {
                state: State::to_delete(Cause::Person, ConsentStatus::Received),
                ..Link::new(id, SessionKey::from_bytes([1; 32]), terms, created)
            };
            let expires = created + Duration::from_hours(24 * 30);
            self.store.insert(link, expires, None).await.unwrap();
        }
    }

    /// How often each consent's deletion was asked for so far.
    fn tries(&self) -> HashMap<String, usize> {
        let mut tries = HashMap::new();
        for call in self.platform.calls() {
            let name = call.target.rsplit('/').next().unwrap().to_owned();
            *tries.entry(name).or_default() += 1;
        }
        tries
    }
}

async fn deletions_that_fail_do_not_hold_up_the_others() {
    let tended = Tended::new().await;
    tended.end("bad", 120).await;
    tended.clock.advance(MINUTE);
    for name in ["good", "gone"] {
        tended.end(name, 20).await;
    }
    for _ in 0..2 {
        tended.relay.tend_once().await;
    }
    let tries = tended.tries();
    assert_eq!(tries.len(), 160, "the second round reaches all");
    assert!(tries.values().all(|times| *times == 1), "{tries:?}");
    let after = tended.clock.now() + Duration::from_hours(2);
    let left = tended.store.due(after).await.unwrap();
    assert!(left.iter().all(|it| it.id.as_str().starts_with("bad")));
}

async fn what_fails_again_and_again_is_tried_more_and_more_seldom_until_it_works() {
    let tended = Tended::new().await;
    tended.end("bad", 1).await;
    let mut at = Vec::new();
    for minute in 0..24 * 60 {
        let before = tended.platform.calls().len();
        tended.relay.tend_once().await;
        if tended.platform.calls().len() > before {
            at.push(minute);
        }
        tended.clock.advance(MINUTE);
    }
    assert_eq!(at[..8], [0, 1, 3, 7, 15, 31, 63, 123]);
    assert!(at[6..].windows(2).all(|pair| pair[1] - pair[0] == 60), "{at:?}");
    tended.platform.script(|_| None);
    tended.clock.advance(Duration::from_hours(1));
    tended.relay.tend_once().await;
    let after = tended.clock.now() + Duration::from_hours(2);
    assert_eq!(tended.store.due(after).await.unwrap(), []);
}

async fn some_are_deleted_at_one_time_and_no_more() {
    let tended = Tended::new().await;
    tended.end("good", 40).await;
    tended.platform.delay(Duration::from_millis(50));
    tended.relay.tend_once().await;
    assert_eq!(tended.tries().len(), 40);
    assert_eq!(tended.platform.most_at_once(), 8);
}
