//! The store: what is kept, what is final, what is forgotten.

mod left;
mod older;
mod returns;
mod room;

use protocol::profile::Context;
use protocol::wire::{Approach, ConsentStatus, Entry, Returned, ScaStatus};

use super::*;
use crate::crypto::key::CodeKey;
use crate::crypto::seal::Sealed;
use crate::link::return_page::KeptPage;
use crate::store::{Ended, ReturnKind};

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 32])
}

fn consent(name: &str, session: u8, created: Timestamp) -> Consent {
    Consent {
        id: name.parse().unwrap(),
        session: key(session),
        bank: "ESSESESS".parse().unwrap(),
        context: Context::Private,
        affiliated: Some("08999".parse().unwrap()),
        entry: Entry::decoded("e1,Nordea%20F%C3%B6retag"),
        redirect_preferred: Some(false),
        status: ConsentStatus::Received,
        valid_until: "2027-01-31".to_owned(),
        created,
        return_page: Some(KeptPage::kept("https://shop.example/link abc".to_owned())),
        psu: Some(Sealed::kept("abc".to_owned())),
        ended: Ended::No,
        approved: None,
        listed: false,
        authorisations: Vec::new(),
    }
}

fn authorisation(name: &str, started: Timestamp) -> Authorisation {
    Authorisation {
        id: name.parse().unwrap(),
        started,
        method: None,
        approach: None,
        status: ScaStatus::Received,
        returned: None,
        arrived: None,
    }
}

fn state(name: &str, session: u8) -> ReturnState {
    ReturnState {
        session: key(session),
        consent: name.parse().unwrap(),
        authorisation: "a1".parse().unwrap(),
        kind: ReturnKind::Code,
        expires: START,
        used: false,
        code: None,
    }
}

async fn store() -> SqliteStore {
    SqliteStore::open(MEMORY).await.unwrap()
}

async fn found(store: &SqliteStore, name: &str, now: Timestamp) -> Option<Consent> {
    store.find_consent(&name.parse().unwrap(), now).await.unwrap()
}

#[tokio::test]
async fn what_is_kept_comes_back_as_it_was() {
    let store = store().await;
    let mut kept = consent("c1", 1, START);
    store.bind_consent(kept.clone(), START + DAY).await.unwrap();
    for (name, millis) in [("z", 1), ("a", 2)] {
        let started = START + Duration::from_millis(millis);
        store.add_authorisation(&kept.id, authorisation(name, started)).await.unwrap();
        kept.authorisations.push(authorisation(name, started));
    }
    assert_eq!(found(&store, "c1", START).await, Some(kept.clone()));
    let newer = consent("c2", 1, START + Duration::from_millis(1));
    store.bind_consent(newer.clone(), START + DAY).await.unwrap();
    assert_eq!(store.consents_of(key(1), START).await.unwrap(), [newer, kept]);
    assert_eq!(store.consents_of(key(2), START).await.unwrap(), []);
}

#[tokio::test]
async fn a_bound_consent_stays_with_its_session() {
    let store = store().await;
    store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
    store.bind_consent(consent("c1", 2, START), START + DAY).await.unwrap();
    assert_eq!(found(&store, "c1", START).await.unwrap().session, key(1));
}

#[tokio::test]
async fn a_session_lasts_as_long_as_its_newest_consent_wants() {
    let store = store().await;
    store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
    let later = START + Duration::from_hours(20);
    store.bind_consent(consent("c2", 1, later), later + DAY).await.unwrap();
    // One that was slow to arrive does not shorten it.
    store.bind_consent(consent("c3", 1, START), START + DAY).await.unwrap();
    assert!(found(&store, "c1", START + DAY).await.is_some());
    assert!(found(&store, "c1", later + DAY).await.is_none());
    store.forget_expired(later + DAY).await.unwrap();
    assert!(found(&store, "c1", START).await.is_none(), "it is gone, not hidden");
    // No page was told of them as linked: they are to be deleted at the platform first.
    let left = async || -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM consents");
        count.fetch_one(&store.pool).await.unwrap()
    };
    assert_eq!((store.to_delete(later + DAY).await.unwrap().len(), left().await), (3, 3));
    for name in ["c1", "c2", "c3"] {
        let everywhere = Fact::Ended(Ended::Everywhere);
        store.learn(&name.parse().unwrap(), everywhere, later + DAY).await.unwrap();
    }
    store.forget_expired(later + DAY).await.unwrap();
    assert_eq!(left().await, 0);
}

#[tokio::test]
async fn what_is_final_does_not_change_again() {
    let store = store().await;
    let id = "c1".parse().unwrap();
    store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
    store.add_authorisation(&id, authorisation("a1", START)).await.unwrap();
    let a1 = || "a1".parse().unwrap();
    for fact in [
        Fact::Method(a1(), Some("mbid".parse().unwrap()), Approach::Redirect),
        Fact::Sca(a1(), ScaStatus::Started),
        Fact::Returned(a1(), Returned::Exchanging),
        Fact::Returned(a1(), Returned::Declined),
        Fact::Returned(a1(), Returned::Completed),
        Fact::Returned(a1(), Returned::Late),
        Fact::Status(ConsentStatus::Valid),
    ] {
        store.learn(&id, fact, START).await.unwrap();
    }
    let known = found(&store, "c1", START).await.unwrap();
    assert_eq!(known.status, ConsentStatus::Valid);
    assert_eq!(known.authorisations[0].status, ScaStatus::Started);
    assert_eq!(known.authorisations[0].returned, Some(Returned::Completed));
    assert_eq!(known.authorisations[0].method, Some("mbid".parse().unwrap()));
    for fact in [
        Fact::Sca(a1(), ScaStatus::Finalised),
        Fact::Sca(a1(), ScaStatus::Started),
        Fact::Status(ConsentStatus::RevokedByPsu),
        Fact::Status(ConsentStatus::Valid),
    ] {
        store.learn(&id, fact, START).await.unwrap();
    }
    let known = found(&store, "c1", START).await.unwrap();
    assert_eq!(known.authorisations[0].status, ScaStatus::Finalised);
    assert_eq!(known.status, ConsentStatus::RevokedByPsu);
}

#[tokio::test]
async fn a_persons_id_goes_with_the_end_of_the_authorisation() {
    let a1 = || "a1".parse().unwrap();
    for (fact, stays) in [
        (Fact::Method(a1(), None, Approach::Redirect), true),
        (Fact::Sca(a1(), ScaStatus::Started), true),
        (Fact::Returned(a1(), Returned::Exchanging), true),
        (Fact::Sca(a1(), ScaStatus::Failed), false),
        (Fact::Returned(a1(), Returned::Declined), false),
        (Fact::Status(ConsentStatus::Rejected), false),
        (Fact::Ended(Ended::Here), false),
    ] {
        let store = store().await;
        let id = "c1".parse().unwrap();
        store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
        store.add_authorisation(&id, authorisation("a1", START)).await.unwrap();
        store.learn(&id, fact.clone(), START).await.unwrap();
        let known = found(&store, "c1", START).await.unwrap();
        assert_eq!(known.psu.is_some(), stays, "{fact:?}");
    }
}

#[tokio::test]
async fn authorisations_of_one_moment_keep_their_order() {
    let store = store().await;
    let id = "c1".parse().unwrap();
    store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
    for name in ["z", "a", "m"] {
        store.add_authorisation(&id, authorisation(name, START)).await.unwrap();
    }
    let known = found(&store, "c1", START).await.unwrap();
    let names: Vec<_> = known.authorisations.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(names, ["z", "a", "m"]);
}

#[tokio::test]
async fn a_state_is_used_once_however_many_try() {
    let store = store().await;
    let key = StateKey::from_bytes([9; 32]);
    store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
    store.keep_state(key, state("c1", 1)).await.unwrap();
    assert_eq!(store.find_state(key).await.unwrap(), Some(state("c1", 1)));
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        tries.spawn(async move { store.use_state(key, Use::Own(None)).await.unwrap() });
    }
    let won = tries.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
    assert!(store.find_state(key).await.unwrap().unwrap().used);
    assert_eq!(store.find_state(StateKey::from_bytes([8; 32])).await.unwrap(), None);
    assert!(!store.use_state(StateKey::from_bytes([8; 32]), Use::Foreign).await.unwrap());
}

#[tokio::test]
async fn what_a_return_means_is_noted_with_its_use() {
    let store = store().await;
    let key = StateKey::from_bytes([9; 32]);
    for (used, returned, ended) in [
        (Use::Own(Some(Returned::Completed)), Some(Returned::Completed), Ended::No),
        (Use::Own(None), None, Ended::No),
        (Use::Exchange(CodeKey::from_bytes([3; 32])), Some(Returned::Exchanging), Ended::No),
        (Use::Foreign, Some(Returned::Foreign), Ended::Here),
    ] {
        let id = "c1".parse().unwrap();
        store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
        store.add_authorisation(&id, authorisation("a1", START)).await.unwrap();
        store.keep_state(key, state("c1", 1)).await.unwrap();
        let code = if let Use::Exchange(code) = &used { Some(*code) } else { None };
        assert!(store.use_state(key, used).await.unwrap());
        assert_eq!(store.find_state(key).await.unwrap().unwrap().code, code);
        assert!(!store.use_state(key, Use::Own(Some(Returned::Late))).await.unwrap());
        let another = Use::Exchange(CodeKey::from_bytes([4; 32]));
        assert!(!store.use_state(key, another).await.unwrap());
        assert_eq!(store.find_state(key).await.unwrap().unwrap().code, code);
        let known = found(&store, "c1", START).await.unwrap();
        assert_eq!((&known.authorisations[0].returned, known.ended), (&returned, ended));
        // Who comes back elsewhere ends it, used up or not; but once.
        let is_first = ended == Ended::No;
        assert_eq!(store.use_state(key, Use::Foreign).await.unwrap(), is_first);
        let known = found(&store, "c1", START).await.unwrap();
        assert_eq!(known.authorisations[0].returned, Some(Returned::Foreign));
        assert_eq!(known.ended, Ended::Here);
        store.forget_consent(&id).await.unwrap();
    }
}

#[tokio::test]
async fn to_forget_a_session_forgets_all_but_what_is_to_be_deleted() {
    let store = store().await;
    let state_key = StateKey::from_bytes([9; 32]);
    for name in ["c1", "c2"] {
        store.bind_consent(consent(name, 1, START), START + DAY).await.unwrap();
    }
    store.keep_state(state_key, state("c1", 1)).await.unwrap();
    let c2 = "c2".parse().unwrap();
    store.learn(&c2, Fact::Ended(Ended::Here), START).await.unwrap();
    store.forget_session(key(1)).await.unwrap();
    assert!(found(&store, "c1", START).await.is_none());
    assert_eq!(store.find_state(state_key).await.unwrap(), None);
    store.forget_expired(START + DAY).await.unwrap();
    let left = store.to_delete(START).await.unwrap();
    let names: Vec<_> = left.iter().map(|left| left.consent.id.as_str()).collect();
    assert_eq!(names, ["c1", "c2"]);
    assert!(left.iter().all(|one| one.consent.psu.is_none() && one.failures == 0));
    for id in [&"c1".parse().unwrap(), &c2] {
        store.learn(id, Fact::Ended(Ended::Everywhere), START).await.unwrap();
    }
    assert_eq!(store.to_delete(START).await.unwrap(), []);
    store.forget_expired(START + DAY).await.unwrap();
    store.add_authorisation(&c2, authorisation("a1", START)).await.unwrap();
    store.keep_state(state_key, state("c2", 1)).await.unwrap();
    assert_eq!(store.find_state(state_key).await.unwrap(), None, "what is forgotten stays so");
}

#[tokio::test]
async fn what_could_not_be_deleted_waits_behind_the_others() {
    let store = store().await;
    for (name, seconds) in [("c1", 0), ("c2", 1), ("c3", 2)] {
        let created = START + Duration::from_secs(seconds);
        store.bind_consent(consent(name, 1, created), START + DAY).await.unwrap();
        let ended = Fact::Ended(Ended::Here);
        store.learn(&name.parse().unwrap(), ended, START).await.unwrap();
    }
    let fail = async |name: &str, again| {
        store.learn(&name.parse().unwrap(), Fact::NotDeleted { again }, START).await.unwrap();
    };
    let due = async |now| {
        let due = store.to_delete(now).await.unwrap();
        due.iter().map(|it| (it.consent.id.to_string(), it.failures)).collect::<Vec<_>>()
    };
    let named = |all: &[(&str, u32)]| -> Vec<_> {
        all.iter().map(|(name, failures)| ((*name).to_owned(), *failures)).collect()
    };
    let minute = Duration::from_mins(1);
    assert_eq!(due(START).await, named(&[("c1", 0), ("c2", 0), ("c3", 0)]));
    fail("c1", START + minute).await;
    fail("c1", START + 2 * minute).await;
    fail("c2", START + minute).await;
    assert_eq!(due(START).await, named(&[("c3", 0)]));
    assert_eq!(due(START + minute).await, named(&[("c3", 0), ("c2", 1)]));
    assert_eq!(due(START + 2 * minute).await, named(&[("c3", 0), ("c2", 1), ("c1", 2)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_memory_stays_when_calls_are_aborted() {
    let (store, other) = (store().await, store().await);
    store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
    for round in 0..200_u64 {
        let store = store.clone();
        let call = tokio::spawn(async move {
            let id = "c1".parse().unwrap();
            let fact = Fact::Sca("a1".parse().unwrap(), ScaStatus::Started);
            let _ = tokio::join!(store.consents_of(key(1), START), store.learn(&id, fact, START));
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
        tokio::spawn(async move { SqliteStore::open(&address).await })
    });
    for opening in opened.collect::<Vec<_>>() {
        opening.await.unwrap().unwrap().close().await;
    }
    let store = SqliteStore::open(&address).await.unwrap();
    store.bind_consent(consent("c1", 1, START), START + DAY).await.unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mode: String =
        sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&store.pool).await.unwrap();
    assert_eq!(mode, "wal");
    // A second process may have it open at the same time, as in a restart.
    let other = SqliteStore::open(&address).await.unwrap();
    assert!(found(&other, "c1", START).await.is_some());
    store.close().await;
    other.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(SqliteStore::open(&address).await, Err(OpenError::File(_))));
    assert!(matches!(
        SqliteStore::open("postgres://x").await,
        Err(OpenError::Address | OpenError::File(_))
    ));
}
