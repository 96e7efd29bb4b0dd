//! What is known in memory is what the file has, whatever happens to a link.

use tokio::time::sleep;

use super::super::sqlite::CONNECTIONS;
use super::*;

/// How often the file was asked: each read takes a connection of the pool.
async fn without_the_file<T>(store: &SqlStore, call: impl Future<Output = T>) -> T {
    let mut taken = Vec::new();
    for _ in 0..CONNECTIONS {
        taken.push(store.pool.acquire().await.unwrap());
    }
    call.await
}

async fn file() -> (SqlStore, std::path::PathBuf) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(format!("ais-relay-memory-{process}-{number}"));
    std::fs::create_dir_all(&folder).unwrap();
    let address = format!("sqlite://{}/relay.sqlite", folder.display());
    (SqlStore::open(&address).await.unwrap(), folder)
}

#[tokio::test]
async fn a_call_of_a_known_link_asks_the_file_for_nothing() {
    let (store, folder) = file().await;
    let id: ConsentId = "c1".parse().unwrap();
    store.keep(link("c1", 1, START), START + DAY).await;
    let known = without_the_file(&store, store.get(&id, START)).await.unwrap();
    assert_eq!(known.as_deref(), Some(&link("c1", 1, START)));
    store.add(&id, authorisation("a1", START)).await;
    let known = without_the_file(&store, store.get(&id, START)).await.unwrap().unwrap();
    assert_eq!(known.authorisations.len(), 1, "what was written is known");
    let after = without_the_file(&store, store.get(&id, START + DAY)).await.unwrap();
    assert_eq!(after, None, "its session has ended");

    // What was not made here is read once.
    store.known.forget();
    assert!(without_the_file(&store, store.get(&id, START)).await.is_err(), "it must be asked");
    assert!(found(&store, "c1", START).await.is_some());
    assert!(without_the_file(&store, store.get(&id, START)).await.unwrap().is_some());
    store.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn what_is_known_is_what_the_file_has_after_each_operation() {
    let (store, folder) = file().await;
    let (id, a1): (ConsentId, AuthorisationId) = ("c1".parse().unwrap(), "a1".parse().unwrap());
    let key_of = |number| StateKey::from_bytes([number; 32]);
    let same = async |when: &str| {
        let known = found(&store, "c1", START).await;
        assert_eq!(store.kept("c1", START).await, known, "{when}");
        assert_eq!(found(&store, "c1", START).await, known, "{when}");
    };
    store.keep(link("c1", 1, START), START + DAY).await;
    same("made").await;
    store.add(&id, authorisation("a1", START)).await;
    same("authorisation").await;
    store.insert_return(key_of(1), state("c1", 1), START).await.unwrap();
    same("awaited").await;
    assert!(store.take(key_of(1), Use::Own(Some(Back::Declined))).await);
    same("came back").await;
    store.learn(&id, Event::Sca(a1, ScaStatus::Finalised), START).await;
    same("approved").await;
    store.keep(link("c1", 2, START), START + DAY).await;
    same("another with its id").await;
    store.sweep(START + Duration::from_hours(2)).await.unwrap();
    same("swept").await;
    assert!(store.take(key_of(1), Use::Foreign).await);
    same("foreign").await;
    assert!(store.make_room(1, START).await.is_ok());
    same("full").await;
    store.remove(&id).await.unwrap();
    same("removed").await;
    assert_eq!(found(&store, "c1", START).await, None);
    store.keep(link("c1", 1, START), START + DAY).await;
    store.remove_session(key(1), START).await.unwrap();
    same("its session is gone").await;
    assert_eq!(found(&store, "c1", START).await, None);
    store.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_caller_went_away_is_known_all_the_same() {
    let (store, folder) = file().await;
    let id: ConsentId = "c1".parse().unwrap();
    store.keep(link("c1", 1, START), START + DAY).await;
    for round in 0..200_u64 {
        let (here, id) = (store.clone(), id.clone());
        let name = format!("a{round}");
        let call = tokio::spawn(async move { here.add(&id, authorisation(&name, START)).await });
        sleep(Duration::from_micros(round * 5)).await;
        call.abort();
        let _ = call.await;
        let _ = found(&store, "c1", START).await;
    }
    // The last writes may still be under way: one more write waits for them.
    store.add(&id, authorisation("last", START)).await;
    let known = found(&store, "c1", START).await;
    assert_eq!(store.kept("c1", START).await, known);
    store.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn two_stores_of_one_file_hide_nothing_from_each_other() {
    let (first, folder) = file().await;
    let address = format!("sqlite://{}/relay.sqlite", folder.display());
    let id: ConsentId = "c1".parse().unwrap();
    first.keep(link("c1", 1, START), START + DAY).await;
    assert!(found(&first, "c1", START).await.is_some());
    let second = SqlStore::open(&address).await.unwrap();
    for (writer, reader) in [(&first, &second), (&second, &first)] {
        let name = format!("a{}", found(writer, "c1", START).await.unwrap().authorisations.len());
        writer.add(&id, authorisation(&name, START)).await;
        let both = (found(writer, "c1", START).await, found(reader, "c1", START).await);
        assert_eq!(both.0, both.1);
        assert!(both.0.unwrap().authorisations.iter().any(|one| one.id.as_str() == name));
    }
    second.learn(&id, Event::End(Cause::Person), START).await;
    assert!(found(&first, "c1", START).await.unwrap().ended().is_some());
    first.close().await;
    drop(first);
    second.sweep(START).await.unwrap();
    assert!(found(&second, "c1", START).await.is_some());
    let known = without_the_file(&second, second.get(&id, START)).await.unwrap();
    assert!(known.is_some(), "what is left alone knows what it has read");
    second.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
