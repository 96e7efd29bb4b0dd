//! The store: what a return means, and what is known of approvals.

use super::*;

on_each_database! {
    a_persons_id_goes_with_a_return_that_ends_the_authorisation,
    the_first_word_of_an_approval_counts_and_the_arrival_before_a_return,
}

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
        store.insert_return(key, state("c1", 1), START).await.unwrap();
        assert!(store.take(key, used).await);
        assert_eq!(found(&store, "c1", START).await.unwrap().psu.is_some(), stays, "{used:?}");
        assert!(found(&store, "c2", START).await.unwrap().psu.is_some(), "another's stays");
    }
}

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
