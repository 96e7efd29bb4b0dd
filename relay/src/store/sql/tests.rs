//! The store: what is kept, what is final, what is forgotten.

#[path = "../../../tests/database/mod.rs"]
mod database;
#[path = "../../../tests/database/each.rs"]
mod each;
mod file;
mod holds;
mod left;
mod memory;
mod moving;
mod older;
mod relays;
mod returns;
mod room;

use protocol::id::AuthorisationId;
use protocol::profile::Context;
use protocol::wire::{Approach, ConsentStatus, Entry, Returned, ScaStatus};

use self::each::on_each_database;
use super::*;
use crate::crypto::key::CodeKey;
use crate::crypto::seal::Sealed;
use crate::link::return_page::KeptPage;
use crate::link::{
    Authorisation, Back, Cause, Event, Link, Listed, ReturnKind, State, Terms, Use, Used, Way,
};

on_each_database! {
    what_is_kept_comes_back_as_it_was,
    a_bound_consent_stays_with_its_session,
    a_session_lasts_as_long_as_its_newest_consent_wants,
    what_is_final_does_not_change_again,
    a_persons_id_goes_with_the_end_of_the_authorisation,
    authorisations_of_one_moment_keep_their_order,
    a_state_is_used_once_however_many_try,
    what_a_return_means_is_noted_with_its_use,
    to_forget_a_session_forgets_all_but_what_is_to_be_deleted,
    what_could_not_be_deleted_waits_behind_the_others,
}

const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 32])
}

fn link(name: &str, session: u8, created: Timestamp) -> Link {
    let terms = Terms {
        bank: "ESSESESS".parse().unwrap(),
        context: Context::Private,
        affiliated: Some("08999".parse().unwrap()),
        entry: Entry::decoded("e1,Nordea%20F%C3%B6retag"),
        redirect_preferred: Some(false),
        valid_until: "2027-01-31".to_owned(),
        return_page: Some(KeptPage::kept("https://shop.example/link abc".to_owned())),
    };
    let psu = Some(Sealed::kept("abc".to_owned()));
    Link { psu, ..Link::new(name.parse().unwrap(), key(session), terms, created) }
}

fn authorisation(name: &str, started: Timestamp) -> Authorisation {
    Authorisation::new(name.parse().unwrap(), started, ScaStatus::Received)
}

fn state(name: &str, session: u8) -> ReturnState {
    ReturnState {
        session: key(session),
        consent: name.parse().unwrap(),
        authorisation: "a1".parse().unwrap(),
        kind: ReturnKind::Code,
        expires: START,
        used: Used::NotYet,
    }
}

impl SqlStore {
    async fn keep(&self, link: Link, expires: Timestamp) {
        self.insert(link, expires, None).await.unwrap();
    }

    async fn add(&self, id: &ConsentId, authorisation: Authorisation) {
        self.learn(id, Event::Started(authorisation), START).await;
    }

    async fn learn(&self, id: &ConsentId, event: Event, now: Timestamp) {
        self.update(id, Box::new(move |link| link.apply(event, now)), now).await.unwrap();
    }

    async fn take(&self, key: StateKey, how: Use) -> bool {
        let take = move |state: &mut ReturnState, link: &mut Link| state.take(link, how, START);
        self.update_return(key, Box::new(take), START).await.unwrap()
    }

    /// How many links there are, whatever became of their sessions.
    async fn links(&self) -> i64 {
        let mut connection = self.pool.acquire().await.unwrap();
        let mut db = connection.db();
        let count = db.query("SELECT COUNT(*) FROM links").fetch_one::<(i64,)>();
        count.await.unwrap().0
    }

    /// A link of which nothing is known in memory: what the file has.
    async fn kept(&self, name: &str, now: Timestamp) -> Option<Link> {
        self.known.forget();
        found(self, name, now).await
    }
}

fn failures(link: &Link) -> u32 {
    let State::AwaitDeletion { failures, .. } = link.state else { panic!("{link:?}") };
    failures
}

/// How the person of the first authorisation came back.
fn returned(link: &Link) -> Option<Returned> {
    link.came_back(&link.authorisations[0])
}

async fn store() -> SqlStore {
    SqlStore::open(&database::empty().await).await.unwrap()
}

async fn found(store: &SqlStore, name: &str, now: Timestamp) -> Option<Link> {
    store.get(&name.parse().unwrap(), now).await.unwrap().map(Arc::unwrap_or_clone)
}

async fn what_is_kept_comes_back_as_it_was() {
    let store = store().await;
    let mut kept = link("c1", 1, START);
    store.keep(kept.clone(), START + DAY).await;
    for (name, millis) in [("z", 1), ("a", 2)] {
        let started = START + Duration::from_millis(millis);
        store.add(&kept.id, authorisation(name, started)).await;
        kept.authorisations.push(authorisation(name, started));
        kept.state = State::AwaitApproval;
    }
    assert_eq!(found(&store, "c1", START).await, Some(kept.clone()));
    assert_eq!(store.kept("c1", START).await, Some(kept.clone()));
    let newer = link("c2", 1, START + Duration::from_millis(1));
    store.keep(newer.clone(), START + DAY).await;
    assert_eq!(store.of_session(key(1), START).await.unwrap(), [newer, kept].map(Arc::new));
    assert_eq!(store.of_session(key(2), START).await.unwrap(), []);
}

async fn a_bound_consent_stays_with_its_session() {
    let store = store().await;
    store.keep(link("c1", 1, START), START + DAY).await;
    store.keep(link("c1", 2, START), START + DAY).await;
    assert_eq!(found(&store, "c1", START).await.unwrap().session, key(1));
}

async fn a_session_lasts_as_long_as_its_newest_consent_wants() {
    let store = store().await;
    store.keep(link("c1", 1, START), START + DAY).await;
    let later = START + Duration::from_hours(20);
    store.keep(link("c2", 1, later), later + DAY).await;
    // One that was slow to arrive does not shorten it.
    store.keep(link("c3", 1, START), START + DAY).await;
    assert!(found(&store, "c1", START + DAY).await.is_some());
    assert!(found(&store, "c1", later + DAY).await.is_none());
    store.sweep(later + DAY).await.unwrap();
    assert!(found(&store, "c1", START).await.is_none(), "it is gone, not hidden");
    // No page heard that they are linked: they are to be deleted at the platform first.
    let left = async || store.links().await;
    assert_eq!((store.due(later + DAY).await.unwrap().len(), left().await), (3, 3));
    for name in ["c1", "c2", "c3"] {
        let everywhere = Event::Deleted;
        store.learn(&name.parse().unwrap(), everywhere, later + DAY).await;
    }
    store.sweep(later + DAY).await.unwrap();
    assert_eq!(left().await, 0);
}

async fn what_is_final_does_not_change_again() {
    let store = store().await;
    let id = "c1".parse().unwrap();
    store.keep(link("c1", 1, START), START + DAY).await;
    store.add(&id, authorisation("a1", START)).await;
    let a1 = || "a1".parse().unwrap();
    for fact in [
        Event::Chosen(a1(), Some("mbid".parse().unwrap()), Approach::Redirect),
        Event::Sca(a1(), ScaStatus::Started),
        Event::Back(a1(), Back::Exchanging),
        Event::Back(a1(), Back::Declined),
        Event::Back(a1(), Back::Taken),
        Event::Back(a1(), Back::Late),
        Event::Status(ConsentStatus::Valid),
    ] {
        store.learn(&id, fact, START).await;
    }
    let known = found(&store, "c1", START).await.unwrap();
    assert_eq!(known.status(), &ConsentStatus::Valid);
    assert_eq!(known.authorisations[0].status, ScaStatus::Started);
    assert_eq!(returned(&known), Some(Returned::Completed));
    assert_eq!(known.authorisations[0].method, Some("mbid".parse().unwrap()));
    for fact in [
        Event::Sca(a1(), ScaStatus::Finalised),
        Event::Sca(a1(), ScaStatus::Started),
        Event::Status(ConsentStatus::RevokedByPsu),
        Event::Status(ConsentStatus::Valid),
    ] {
        store.learn(&id, fact, START).await;
    }
    let known = found(&store, "c1", START).await.unwrap();
    assert_eq!(known.authorisations[0].status, ScaStatus::Finalised);
    assert_eq!(known.status(), &ConsentStatus::RevokedByPsu);
}

async fn a_persons_id_goes_with_the_end_of_the_authorisation() {
    let a1 = || "a1".parse().unwrap();
    for (fact, stays) in [
        (Event::Chosen(a1(), None, Approach::Redirect), true),
        (Event::Sca(a1(), ScaStatus::Started), true),
        (Event::Back(a1(), Back::Exchanging), true),
        (Event::Sca(a1(), ScaStatus::Failed), false),
        (Event::Back(a1(), Back::Declined), false),
        (Event::Status(ConsentStatus::Rejected), false),
        (Event::End(Cause::Person), false),
    ] {
        let store = store().await;
        let id = "c1".parse().unwrap();
        store.keep(link("c1", 1, START), START + DAY).await;
        store.add(&id, authorisation("a1", START)).await;
        store.learn(&id, fact.clone(), START).await;
        let known = found(&store, "c1", START).await.unwrap();
        assert_eq!(known.psu.is_some(), stays, "{fact:?}");
    }
}

async fn authorisations_of_one_moment_keep_their_order() {
    let store = store().await;
    let id = "c1".parse().unwrap();
    store.keep(link("c1", 1, START), START + DAY).await;
    for name in ["z", "a", "m"] {
        store.add(&id, authorisation(name, START)).await;
    }
    let known = found(&store, "c1", START).await.unwrap();
    let names: Vec<_> = known.authorisations.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(names, ["z", "a", "m"]);
}

async fn a_state_is_used_once_however_many_try() {
    let store = store().await;
    let key = StateKey::from_bytes([9; 32]);
    store.keep(link("c1", 1, START), START + DAY).await;
    store.insert_return(key, state("c1", 1), START).await.unwrap();
    assert_eq!(store.get_return(key).await.unwrap(), Some(state("c1", 1)));
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        tries.spawn(async move { store.take(key, Use::Own(None)).await });
    }
    let won = tries.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
    assert_eq!(store.get_return(key).await.unwrap().unwrap().used, Used::Once);
    assert_eq!(store.get_return(StateKey::from_bytes([8; 32])).await.unwrap(), None);
    assert!(!store.take(StateKey::from_bytes([8; 32]), Use::Foreign).await);
}

async fn what_a_return_means_is_noted_with_its_use() {
    let store = store().await;
    let key = StateKey::from_bytes([9; 32]);
    for (used, how, ended) in [
        (Use::Own(Some(Back::Taken)), Some(Returned::Completed), false),
        (Use::Own(None), None, false),
        (Use::Exchange(CodeKey::from_bytes([3; 32])), Some(Returned::Exchanging), false),
        (Use::Foreign, Some(Returned::Foreign), true),
    ] {
        let id = "c1".parse().unwrap();
        store.keep(link("c1", 1, START), START + DAY).await;
        store.add(&id, authorisation("a1", START)).await;
        store.insert_return(key, state("c1", 1), START).await.unwrap();
        let code = if let Use::Exchange(code) = &used { Some(*code) } else { None };
        assert!(store.take(key, used).await);
        assert_eq!(store.get_return(key).await.unwrap().unwrap().code(), code);
        assert!(!store.take(key, Use::Own(Some(Back::Late))).await);
        let another = Use::Exchange(CodeKey::from_bytes([4; 32]));
        assert!(!store.take(key, another).await);
        assert_eq!(store.get_return(key).await.unwrap().unwrap().code(), code);
        let known = found(&store, "c1", START).await.unwrap();
        assert_eq!((returned(&known), known.ended().is_some()), (how, ended));
        // Who comes back elsewhere ends it, used up or not; but once.
        let is_first = !ended;
        assert_eq!(store.take(key, Use::Foreign).await, is_first);
        let known = found(&store, "c1", START).await.unwrap();
        assert_eq!(returned(&known), Some(Returned::Foreign));
        assert!(matches!(known.state, State::AwaitDeletion { .. }));
        store.remove(&id).await.unwrap();
    }
}

async fn to_forget_a_session_forgets_all_but_what_is_to_be_deleted() {
    let store = store().await;
    let state_key = StateKey::from_bytes([9; 32]);
    for name in ["c1", "c2"] {
        store.keep(link(name, 1, START), START + DAY).await;
    }
    store.insert_return(state_key, state("c1", 1), START).await.unwrap();
    let c2 = "c2".parse().unwrap();
    store.learn(&c2, Event::End(Cause::Person), START).await;
    store.remove_session(key(1), START).await.unwrap();
    assert!(found(&store, "c1", START).await.is_none());
    assert_eq!(store.get_return(state_key).await.unwrap(), None);
    store.sweep(START + DAY).await.unwrap();
    let left = store.due(START).await.unwrap();
    let names: Vec<_> = left.iter().map(|left| left.id.as_str()).collect();
    assert_eq!(names, ["c1", "c2"]);
    assert!(left.iter().all(|one| one.psu.is_none() && failures(one) == 0));
    for id in [&"c1".parse().unwrap(), &c2] {
        store.learn(id, Event::Deleted, START).await;
    }
    assert_eq!(store.due(START).await.unwrap(), []);
    store.sweep(START + DAY).await.unwrap();
    store.add(&c2, authorisation("a1", START)).await;
    store.insert_return(state_key, state("c2", 1), START).await.unwrap();
    assert_eq!(store.get_return(state_key).await.unwrap(), None, "what is forgotten stays so");
}

async fn what_could_not_be_deleted_waits_behind_the_others() {
    let store = store().await;
    for (name, seconds) in [("c1", 0), ("c2", 1), ("c3", 2)] {
        let created = START + Duration::from_secs(seconds);
        store.keep(link(name, 1, created), START + DAY).await;
        let ended = Event::End(Cause::Person);
        store.learn(&name.parse().unwrap(), ended, START).await;
    }
    let fail = async |name: &str, again| {
        store.learn(&name.parse().unwrap(), Event::NotDeleted { again }, START).await;
    };
    let due = async |now| {
        let due = store.due(now).await.unwrap();
        due.iter().map(|it| (it.id.to_string(), failures(it))).collect::<Vec<_>>()
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
