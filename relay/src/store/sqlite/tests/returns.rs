//! The store: what a return means, and what is known of approvals.

use sqlx::query;

use super::*;

#[tokio::test]
async fn a_persons_id_goes_with_a_return_that_ends_the_authorisation() {
    for (used, stays) in [
        (Use::Own(None), true),
        (Use::Exchange(CodeKey::from_bytes([3; 32])), true),
        (Use::Own(Some(Back::Taken)), false),
        (Use::Own(Some(Back::Declined)), false),
        (Use::Own(Some(Back::Failed)), false),
        (Use::Own(Some(Back::Late)), false),
        (Use::Foreign, false),
    ] {
        let (store, key) = (store().await, StateKey::from_bytes([9; 32]));
        for name in ["c1", "c2"] {
            store.keep(link(name, 1, START), START + DAY).await;
        }
        let id = "c1".parse().unwrap();
        store.add(&id, authorisation("a1", START)).await;
        store.insert_return(key, state("c1", 1)).await.unwrap();
        assert!(store.take(key, used).await);
        assert_eq!(found(&store, "c1", START).await.unwrap().psu.is_some(), stays, "{used:?}");
        assert!(found(&store, "c2", START).await.unwrap().psu.is_some(), "another's stays");
    }
}

#[tokio::test]
async fn the_first_word_of_an_approval_counts_and_the_arrival_before_a_return() {
    let store = store().await;
    let id = "c1".parse().unwrap();
    let a1 = || "a1".parse().unwrap();
    let later = |millis| START + Duration::from_millis(millis);
    store.keep(link("c1", 1, START), START + DAY).await;
    for name in ["a1", "a2"] {
        store.add(&id, authorisation(name, START)).await;
    }
    for (fact, at, approved, arrived) in [
        (Event::Sca(a1(), ScaStatus::Started), 1, None, None),
        (Event::Sca("a2".parse().unwrap(), ScaStatus::Failed), 2, None, None),
        (Event::Status(ConsentStatus::Received), 3, None, None),
        (Event::Back(a1(), Back::Arrived), 4, None, Some(4)),
        (Event::Back(a1(), Back::Arrived), 5, None, Some(5)),
        (Event::Sca(a1(), ScaStatus::Finalised), 6, Some(6), Some(5)),
        (Event::Status(ConsentStatus::Valid), 7, Some(6), Some(5)),
        (Event::Back(a1(), Back::Confirmed), 8, Some(6), Some(5)),
        (Event::Back(a1(), Back::Arrived), 9, Some(6), Some(5)),
    ] {
        store.learn(&id, fact.clone(), later(at)).await;
        let known = found(&store, "c1", START).await.unwrap();
        let seen = (known.approved(), known.authorisations[0].way.arrived());
        assert_eq!(seen, (approved.map(later), arrived.map(later)), "{fact:?}");
    }
}

#[tokio::test]
async fn what_an_older_relay_knew_to_be_approved_stays_so() {
    let options = SqliteConnectOptions::from_str(MEMORY).unwrap();
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let older = migrations().iter().take(3).cloned().collect();
    Migrator::with_migrations(older).run(&pool).await.unwrap();
    for (name, status, sca) in
        [("c1", "valid", "started"), ("c2", "received", "finalised"), ("c3", "received", "started")]
    {
        let consent = "INSERT INTO consents (id, session, bank, context, status, valid_until, \
             created, ended) VALUES ($1, $3, 'ESSESESS', 'private', $2, '', 5, 'no')";
        let session = "01".repeat(32);
        query(consent).bind(name).bind(status).bind(session).execute(&pool).await.unwrap();
        let authorisation = "INSERT INTO authorisations (consent, id, number, started, status) \
             VALUES ($1, 'a', 1, 5, $2)";
        query(authorisation).bind(name).bind(sca).execute(&pool).await.unwrap();
    }
    migrate(&pool).await.unwrap();
    crate::store::sqlite::older::bring(&pool).await.unwrap();
    let links: Vec<String> =
        sqlx::query_scalar("SELECT body FROM links ORDER BY id").fetch_all(&pool).await.unwrap();
    let approved: Vec<_> = links
        .iter()
        .map(|link| serde_json::from_str::<Link>(link).unwrap().approved())
        .map(|approved| approved.map(Timestamp::as_millis))
        .collect();
    assert_eq!(approved, [Some(5), Some(5), None]);
}
