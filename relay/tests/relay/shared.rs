//! Relays that share a database: any request may reach any of them.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use protocol::profile::Context;
use protocol::wire::ConsentStatus;
use relay::config::{Config, StoreKeys};
use relay::store::{SqlStore, Store as _};
use relay::{Cause, Clock as _, Link, SessionKey, State, Terms};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::database;
use crate::each::on_postgres;
use crate::redirect::visit::{PAGE, Visit, exchanges, location, redirecting};
use crate::support::{Browser, CONSENTS, SESSION_CONSENTS, World, config, field, json};

on_postgres! {
    a_link_by_way_of_a_banks_page_goes_on_at_any_relay,
    a_link_beside_the_page_goes_on_at_any_relay,
    a_code_that_two_relays_get_at_once_is_sent_once,
    what_is_to_be_deleted_is_deleted_by_one_relay,
    a_relay_without_its_database_lets_nothing_pass_and_recovers_by_itself,
}

/// Does `statements` to the database at `address`, from another one of its server. `$` stands for its name.
async fn administer(address: &str, statements: &[&str]) {
    let options: PgConnectOptions = address.parse().unwrap();
    let name = options.get_database().unwrap().to_owned();
    let mut connection = PgConnection::connect_with(&options.database("postgres")).await.unwrap();
    for statement in statements {
        let statement = AssertSqlSafe(statement.replace('$', &name));
        connection.execute(statement).await.unwrap();
    }
}

const CLOSE: [&str; 2] = [
    "ALTER DATABASE $ ALLOW_CONNECTIONS false",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$'",
];
const OPEN: &str = "ALTER DATABASE $ ALLOW_CONNECTIONS true";

/// Two relays before one platform, with stores of their own at one address. They take turns with the requests to the
/// first.
async fn two() -> (World, World, String) {
    let address = database::empty().await;
    let open = async || Arc::new(SqlStore::open(&address).await.unwrap());
    let same_key = |config: &mut Config| config.store.keys = StoreKeys::new([[7; 32]]);
    let mut first = World::with_store(open().await, same_key).await;
    let platform = first.platform.url.clone();
    let second = World::with_store(open().await, |it| {
        *it = config(&platform);
        same_key(it);
    })
    .await;
    first.others.push(second.address);
    (first, second, address)
}

async fn a_link_by_way_of_a_banks_page_goes_on_at_any_relay() {
    let (both, _second, _) = two().await;
    redirecting(&both, "scaOAuth");
    // The second begins where the first ended with an odd number of requests.
    for _ in 0..2 {
        let mut visit = Visit::begin(&both).await;
        let answer = visit.back(&both, "&code=one").await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)));
        assert_eq!(visit.returned(&both).await.as_deref(), Some("completed"));
        assert_eq!(visit.accounts(&both).await.status(), 200);
        let again = visit.back(&both, "&code=one").await;
        assert_eq!(location(&again), Some(PAGE));
    }
    assert_eq!(exchanges(&both).len(), 2, "each code is sent once");
}

async fn a_link_beside_the_page_goes_on_at_any_relay() {
    let (both, _second, _) = two().await;
    let mut browser = Browser::default();
    let person = [("psu-id", "198001019999")];
    let made =
        browser.call(&both, Method::POST, CONSENTS, &person, Some(crate::support::CONSENT)).await;
    let target = format!("{CONSENTS}/{}/authorisations", field(&made, "consentId"));
    let started = browser.call(&both, Method::POST, &target, &[], None).await;
    assert_eq!(started.status(), 201);
    let sent = both.platform.calls().pop().unwrap();
    assert_eq!(sent.all("psu-id"), ["198001019999"], "what one relay has sealed the other opens");
    let target = format!("{target}/{}", field(&started, "authorisationId"));
    both.platform.script(|one| {
        (one.method == Method::GET).then(|| json(200, r#"{"scaStatus":"finalised"}"#))
    });
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    assert_eq!(browser.call(&both, Method::PUT, &target, &[], method).await.status(), 200);
    for _ in 0..2 {
        assert_eq!(field(&browser.get(&both, &target).await, "scaStatus"), "finalised");
    }
    let before = both.platform.calls().len();
    for _ in 0..2 {
        let kept = browser.get(&both, SESSION_CONSENTS).await;
        assert!(String::from_utf8_lossy(kept.body()).contains("finalised"));
    }
    assert_eq!(both.platform.calls().len(), before);
}

async fn a_code_that_two_relays_get_at_once_is_sent_once() {
    let (both, second, _) = two().await;
    redirecting(&both, "scaOAuth");
    for _ in 0..5 {
        let before = exchanges(&both).len();
        let mut visit = Visit::begin(&both).await;
        both.platform.delay(Duration::from_millis(100));
        let (here, there) =
            tokio::join!(visit.back(&both, "&code=one"), visit.back(&second, "&code=one"));
        both.platform.delay(Duration::ZERO);
        for answer in [here, there] {
            assert_eq!(answer.status(), 303);
        }
        assert_eq!(exchanges(&both).len() - before, 1);
        assert_eq!(visit.returned(&both).await.as_deref(), Some("completed"));
    }
}

async fn what_is_to_be_deleted_is_deleted_by_one_relay() {
    let (first, second, address) = two().await;
    let created = first.clock.now();
    let store = SqlStore::open(&address).await.unwrap();
    for number in 0..40 {
        let terms = Terms {
            bank: "ESSESESS".parse().unwrap(),
            affiliated: None,
            entry: None,
            context: Context::Private,
            redirect_preferred: None,
            valid_until: "2027-01-31".to_owned(),
            return_page: None,
        };
        let id = format!("gone{number}").parse().unwrap();
        let link = Link {
            state: State::to_delete(Cause::Person, ConsentStatus::Received),
            ..Link::new(id, SessionKey::from_bytes([1; 32]), terms, created)
        };
        store.insert(link, created + Duration::from_hours(24), None).await.unwrap();
    }
    first.platform.delay(Duration::from_millis(20));
    tokio::join!(first.relay.tend_once(), second.relay.tend_once());
    let mut names: Vec<_> = first.platform.calls().into_iter().map(|call| call.target).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!((names.len(), all), (40, 40), "each is deleted, and once");
}

async fn a_relay_without_its_database_lets_nothing_pass_and_recovers_by_itself() {
    let (both, _second, address) = two().await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&both).await;
    let target = format!("{CONSENTS}/{consent}/status");
    assert_eq!(browser.get(&both, &target).await.status(), 200);
    let before = both.platform.calls().len();
    administer(&address, &CLOSE).await;
    for _ in 0..4 {
        assert_eq!(browser.get(&both, &target).await.status(), 503);
    }
    assert_eq!(both.platform.calls().len(), before, "nothing was sent");
    administer(&address, &[OPEN]).await;
    for _ in 0..4 {
        assert_eq!(browser.get(&both, &target).await.status(), 200);
    }
}
