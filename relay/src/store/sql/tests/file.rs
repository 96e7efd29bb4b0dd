//! The store in a file, or in memory.

use tokio::time::sleep;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_memory_stays_when_calls_are_aborted() {
    let (store, other) = (store().await, store().await);
    store.keep(link("c1", 1, START), START + DAY).await;
    for round in 0..200_u64 {
        let store = store.clone();
        let call = tokio::spawn(async move {
            let id = "c1".parse().unwrap();
            let fact = Event::Sca("a1".parse().unwrap(), ScaStatus::Started);
            let _ = tokio::join!(store.of_session(key(1), START), store.learn(&id, fact, START));
        });
        sleep(Duration::from_micros(round * 5)).await;
        call.abort();
    }
    assert!(found(&store, "c1", START).await.is_some());
    assert!(found(&other, "c1", START).await.is_none(), "each store has tables of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_private_and_read_again() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = std::env::temp_dir().join(format!("ais-relay-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("relay.sqlite");
    let address = format!("sqlite://{}", path.display());
    // Some start at once, as a careless supervisor may let them.
    let opened = (0..4).map(|_| {
        let address = address.clone();
        tokio::spawn(async move { SqlStore::open(&address).await })
    });
    for opening in opened.collect::<Vec<_>>() {
        opening.await.unwrap().unwrap().close().await;
    }
    let store = SqlStore::open(&address).await.unwrap();
    store.keep(link("c1", 1, START), START + DAY).await;
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut connection = store.pool.acquire().await.unwrap();
    let mut db = connection.db();
    let (mode,): (String,) = db.query("PRAGMA journal_mode").fetch_one().await.unwrap();
    drop(connection);
    assert_eq!(mode, "wal");
    // A second process may have it open at the same time, as in a restart.
    let other = SqlStore::open(&address).await.unwrap();
    assert!(found(&other, "c1", START).await.is_some());
    store.close().await;
    other.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(SqlStore::open(&address).await, Err(OpenError::File(_))));
    assert!(matches!(
        SqlStore::open("mysql://x").await,
        Err(OpenError::Address | OpenError::File(_))
    ));
}
