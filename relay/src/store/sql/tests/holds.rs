//! What is held, and by whom.

use std::time::Duration;

use super::database;
use super::each::on_each_database;
use super::*;

on_each_database! {
    what_is_held_is_held_once_until_it_is_dropped,
    what_a_relay_held_is_free_when_the_relay_is_gone,
}

/// Two stores that share a database, where it can be shared; else one store twice.
async fn two() -> (SqlStore, SqlStore) {
    let address = database::empty().await;
    let first = SqlStore::open(&address).await.unwrap();
    let is_shared = address.starts_with("postgres");
    let second = if is_shared { SqlStore::open(&address).await.unwrap() } else { first.clone() };
    (first, second)
}

/// Waits until `name` is free: a server hears of the end of a hold a moment later.
async fn takes(store: &SqlStore, name: &str) {
    for _ in 0..500 {
        if store.hold(name).await.unwrap().is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{name} is still held");
}

async fn what_is_held_is_held_once_until_it_is_dropped() {
    let (first, second) = two().await;
    let held = first.hold("a").await.unwrap();
    assert!(held.is_some());
    for store in [&first, &second] {
        assert!(store.hold("a").await.unwrap().is_none(), "one at a time");
    }
    let other = second.hold("b").await.unwrap();
    assert!(other.is_some(), "each name for itself");
    drop(held);
    takes(&second, "a").await;
    takes(&first, "a").await;
    assert!(first.hold("b").await.unwrap().is_none());
}

async fn what_a_relay_held_is_free_when_the_relay_is_gone() {
    let address = database::empty().await;
    let relay = std::thread::spawn({
        let address = address.clone();
        move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let held = runtime.block_on(async {
                let store = SqlStore::open(&address).await.unwrap();
                store.hold("a").await.unwrap()
            });
            // Nothing is said to the server any more.
            drop(runtime);
            drop(held);
        }
    });
    relay.join().unwrap();
    takes(&SqlStore::open(&address).await.unwrap(), "a").await;
}
