//! The store in memory: lives, evictions, bindings.

use protocol::id::BicFi;

use super::*;

const START: Timestamp = Timestamp::from_millis(1_000_000);
const MINUTE: Duration = Duration::from_mins(1);

fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 32])
}

fn consent(name: &str) -> ConsentId {
    name.parse().unwrap()
}

fn owned(number: u8) -> Owned {
    let bank: BicFi = "ESSESESS".parse().unwrap();
    Owned { session: key(number), bank, redirect_preferred: None, authorisations: Vec::new() }
}

async fn owner(store: &MemoryStore, name: &str, now: Timestamp) -> Option<SessionKey> {
    store.find_consent(&consent(name), now).await.unwrap().map(|owned| owned.session)
}

#[tokio::test]
async fn a_session_without_a_consent_lasts_as_long_as_it_is_used() {
    let store = MemoryStore::default();
    store.create_session(key(1), START).await.unwrap();
    let mut now = START;
    for _ in 0..3 {
        now = now + IDLE_LIFE.saturating_sub(MINUTE);
        assert!(store.find_session(key(1), now).await.unwrap());
    }
    assert!(!store.find_session(key(1), now + IDLE_LIFE).await.unwrap());
    assert!(!store.find_session(key(1), now).await.unwrap(), "what expired does not come back");
}

#[tokio::test]
async fn a_session_with_a_consent_lasts_a_day_and_its_consent_no_longer() {
    let store = MemoryStore::default();
    store.create_session(key(1), START).await.unwrap();
    store.bind_consent(consent("c1"), owned(1), START).await.unwrap();
    let last = START + ABSOLUTE_LIFE.saturating_sub(Duration::from_millis(1));
    assert!(store.find_session(key(1), last).await.unwrap());
    assert_eq!(owner(&store, "c1", last).await, Some(key(1)));
    assert_eq!(owner(&store, "c1", START + ABSOLUTE_LIFE).await, None);
    store.forget_expired(START + ABSOLUTE_LIFE).await.unwrap();
    assert!(store.table().sessions.is_empty());
    assert!(store.table().consents.is_empty());
    assert!(store.table().linked.is_empty());
}

#[tokio::test]
async fn a_flood_of_new_sessions_pushes_out_none_that_has_a_consent() {
    let store = MemoryStore::new(3);
    store.create_session(key(1), START).await.unwrap();
    store.bind_consent(consent("c1"), owned(1), START).await.unwrap();
    for number in 2..=200 {
        store.create_session(key(number), START).await.unwrap();
    }
    assert_eq!(store.table().sessions.len(), 3);
    assert_eq!(owner(&store, "c1", START).await, Some(key(1)));
}

#[tokio::test]
async fn where_all_have_consents_the_oldest_goes() {
    let store = MemoryStore::new(2);
    for number in 1..=3_u8 {
        let now = START + Duration::from_secs(number.into());
        store.create_session(key(number), now).await.unwrap();
        let name = consent(&format!("c{number}"));
        store.bind_consent(name, owned(number), now).await.unwrap();
    }
    let now = START + MINUTE;
    assert_eq!(owner(&store, "c1", now).await, None);
    assert_eq!(owner(&store, "c3", now).await, Some(key(3)));
}

#[tokio::test]
async fn a_bound_consent_stays_with_its_session() {
    let store = MemoryStore::default();
    store.bind_consent(consent("c1"), owned(1), START).await.unwrap();
    store.bind_consent(consent("c1"), owned(2), START).await.unwrap();
    assert_eq!(owner(&store, "c1", START).await, Some(key(1)));
}

#[tokio::test]
async fn only_the_newest_consents_and_authorisations_are_remembered() {
    let store = MemoryStore::default();
    for number in 0..=MAX_CONSENTS {
        store.bind_consent(consent(&format!("c{number}")), owned(1), START).await.unwrap();
    }
    assert_eq!(owner(&store, "c0", START).await, None);
    assert_eq!(owner(&store, "c1", START).await, Some(key(1)));
    let name = consent("c1");
    for number in 0..=MAX_AUTHORISATIONS {
        let authorisation = format!("a{number}").parse().unwrap();
        store.add_authorisation(&name, authorisation).await.unwrap();
    }
    let owned = store.find_consent(&name, START).await.unwrap().unwrap();
    assert_eq!(owned.authorisations.len(), MAX_AUTHORISATIONS);
    assert_eq!(owned.authorisations[0].as_str(), "a1");
}
