//! What a session that ends leaves at the bank, and what no page goes on with.

use super::*;

on_each_database! {
    a_session_that_ends_leaves_at_the_bank_what_a_page_was_told_of,
    a_consent_that_nobody_goes_on_with_is_ended,
    a_deletion_is_given_up_after_a_week_of_tries,
    an_intent_is_there_until_its_outcome_is_known,
}

/// What became of a consent before its session ended, and whether it is deleted at the platform then.
async fn a_session_that_ends_leaves_at_the_bank_what_a_page_was_told_of() {
    let valid = || Event::Status(ConsentStatus::Valid);
    for (facts, is_deleted) in [
        (vec![], true),
        (vec![valid()], true),
        (vec![Event::Status(ConsentStatus::Unknown("partiallyAuthorised".to_owned()))], true),
        (vec![valid(), Event::Listed], false),
        (vec![Event::Status(ConsentStatus::Rejected)], false),
        (vec![Event::Status(ConsentStatus::Expired)], false),
        (vec![valid(), Event::Status(ConsentStatus::RevokedByPsu)], false),
        (vec![Event::Status(ConsentStatus::TerminatedByTpp)], false),
        (vec![valid(), Event::Listed, Event::End(Cause::Person)], true),
        (vec![Event::End(Cause::Person), Event::Deleted], false),
    ] {
        for by_person in [true, false] {
            let (store, id) = (store().await, "c1".parse().unwrap());
            store.keep(link("c1", 1, START), START + DAY).await;
            store.add(&id, authorisation("a1", START)).await;
            for fact in facts.clone() {
                store.learn(&id, fact, START).await;
            }
            store.sweep(START + DAY - Duration::from_millis(1)).await.unwrap();
            assert!(found(&store, "c1", START).await.is_some(), "{facts:?}");
            if by_person {
                store.remove_session(key(1), START).await.unwrap();
            } else {
                store.sweep(START + DAY).await.unwrap();
            }
            let due = store.due(START + DAY).await.unwrap();
            assert_eq!(due.len(), usize::from(is_deleted), "{facts:?}");
            assert_eq!(found(&store, "c1", START).await, None, "{facts:?}");
        }
    }
}

async fn a_consent_that_nobody_goes_on_with_is_ended() {
    let store = store().await;
    for name in ["c1", "c2", "c3"] {
        store.keep(link(name, 1, START), START + DAY).await;
    }
    store.add(&"c2".parse().unwrap(), authorisation("a1", START)).await;
    let valid = Event::Status(ConsentStatus::Valid);
    store.learn(&"c3".parse().unwrap(), valid, START).await;
    let quarter = Duration::from_mins(15);
    store.sweep(START + quarter - Duration::from_millis(1)).await.unwrap();
    assert_eq!(store.due(START + DAY).await.unwrap(), []);
    store.sweep(START + quarter).await.unwrap();
    let due = store.due(START + DAY).await.unwrap();
    assert_eq!(due.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["c1"]);
}

async fn a_deletion_is_given_up_after_a_week_of_tries() {
    let (store, id) = (store().await, "c1".parse().unwrap());
    store.keep(link("c1", 1, START), START + DAY).await;
    store.learn(&id, Event::End(Cause::Person), START).await;
    for _ in 0..174 {
        store.sweep(START + 30 * DAY).await.unwrap();
        assert_eq!(store.due(START + 30 * DAY).await.unwrap().len(), 1);
        store.learn(&id, Event::NotDeleted { again: START }, START).await;
    }
    store.sweep(START + 30 * DAY).await.unwrap();
    assert_eq!(store.due(START + 30 * DAY).await.unwrap(), []);
}

async fn an_intent_is_there_until_its_outcome_is_known() {
    let store = store().await;
    let intent = |number: u128, begun| Intent {
        request: Uuid::from_u128(number),
        bank: "ESSESESS".parse().unwrap(),
        context: Context::Corporate,
        begun,
    };
    let second = Duration::from_secs(1);
    for number in 1..=4 {
        store
            .intend(intent(number, START + u32::try_from(number).unwrap() * second))
            .await
            .unwrap();
    }
    let bound = link("c1", 1, START);
    store.insert(bound, START + DAY, Some(Uuid::from_u128(1))).await.unwrap();
    assert!(found(&store, "c1", START).await.is_some());
    store.forget_intent(Uuid::from_u128(2)).await.unwrap();
    let left = store.take_intents(START + 4 * second).await.unwrap();
    assert_eq!(left, [intent(3, START + 3 * second)]);
    assert_eq!(store.take_intents(START + 4 * second).await.unwrap(), [], "it is reported once");
    assert_eq!(store.take_intents(START + DAY).await.unwrap().len(), 1);
}
