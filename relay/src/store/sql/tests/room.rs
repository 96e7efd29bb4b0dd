//! A store that is full: what goes, and what stays.

use super::*;

on_each_database! {
    a_store_that_is_full_forgets_what_nobody_misses_and_nothing_else,
}

const HOUR: Duration = Duration::from_hours(1);

async fn a_store_that_is_full_forgets_what_nobody_misses_and_nothing_else() {
    let store = store().await;
    let now = START + 2 * HOUR;
    let room = |most| store.make_room(most, now);
    let bind = async |name: &str, session, created, status| {
        let mut link = link(name, session, created);
        link.apply(Event::Status(status), created);
        store.keep(link, created + DAY).await;
    };
    bind("gone", 1, START, ConsentStatus::Received).await;
    store.remove(&"gone".parse().unwrap()).await.unwrap();
    bind("rejected", 2, START, ConsentStatus::Rejected).await;
    bind("linked", 3, START, ConsentStatus::Valid).await;
    bind("old", 4, START, ConsentStatus::Received).await;
    bind("under-way", 5, START + HOUR + Duration::from_mins(1), ConsentStatus::Received).await;
    assert!(room(6).await.unwrap(), "there is room without that");
    assert!(found(&store, "rejected", now).await.is_some());

    // Each time the oldest of each kind.
    assert!(room(5).await.unwrap());
    assert!(found(&store, "rejected", now).await.is_none());
    let old = found(&store, "old", now).await.unwrap();
    assert!(matches!(old.state, State::AwaitDeletion { .. }));
    assert!(room(4).await.unwrap(), "the session of what was rejected goes too");
    assert!(!room(3).await.unwrap(), "what is to be deleted at the platform is still there");
    store.remove(&"old".parse().unwrap()).await.unwrap();
    assert!(room(3).await.unwrap());
    for most in [2, 1] {
        assert!(!room(most).await.unwrap());
    }
    for (name, session) in [("linked", 3), ("under-way", 5)] {
        let [kept] = &store.of_session(key(session), now).await.unwrap()[..] else { panic!() };
        assert_eq!((kept.id.as_str(), kept.ended()), (name, None));
    }
}
