//! Every consent that no page has shown as linked is deleted at the bank, whatever happens between the platform's
//! answer and the page.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Response};
use relay::Clock as _;
use relay::config::Most;
use relay::store::{SqlStore, Store as _};
use sqlx::{Connection as _, SqliteConnection, query};
use tokio::time::sleep;

use crate::database;
use crate::each::on_each_database;
use crate::support::{
    ACCOUNTS, Browser, CONSENT, CONSENTS, SESSION_CONSENTS, World, code, json, store,
};

on_each_database! {
    a_session_that_its_person_ends_takes_its_open_links_along,
    a_session_that_expires_takes_its_open_links_along,
    what_the_relay_does_not_pass_on_is_deleted_where_its_id_can_be_told,
    an_authorisation_that_nobody_can_go_on_with_ends_its_consent,
    what_nobody_goes_on_with_is_deleted,
    an_intent_outlives_a_relay_that_is_killed_before_the_answer_and_is_told,
    a_status_that_the_platform_does_not_find_ends_nothing,
}

const DAY: Duration = Duration::from_hours(24);
const SESSION: &str = "/session";

async fn create(world: &World) -> Response<axum::body::Bytes> {
    Browser::default().call(world, Method::POST, CONSENTS, &[], Some(CONSENT)).await
}

/// A store in a file, which a test can make fail.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("ais-relay-left-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn address(&self) -> String {
        format!("sqlite://{}", self.0.join("relay.sqlite").display())
    }

    async fn open(&self) -> Arc<SqlStore> {
        Arc::new(SqlStore::open(&self.address()).await.unwrap())
    }

    /// Lets no row into `table`, as a full disk does.
    async fn refuse_consents(&self) {
        let mut connection = SqliteConnection::connect(&self.address()).await.unwrap();
        let trigger = "CREATE TRIGGER full BEFORE INSERT ON links \
                       BEGIN SELECT RAISE(ABORT, 'full'); END";
        query(trigger).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn refuse_intents(&self) {
        let mut connection = SqliteConnection::connect(&self.address()).await.unwrap();
        let trigger = "CREATE TRIGGER full_too BEFORE INSERT ON intents \
                       BEGIN SELECT RAISE(ABORT, 'full'); END";
        query(trigger).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn recover(&self) {
        let mut connection = SqliteConnection::connect(&self.address()).await.unwrap();
        query("DROP TRIGGER full").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn a_session_that_its_person_ends_takes_its_open_links_along() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (under_way, _) = browser.link(&world).await;
    let (approved, _) = browser.sign(&world).await;
    let (linked, _) = browser.sign(&world).await;
    let header = [("consent-id", linked.as_str())];
    let accounts = browser.call(&world, Method::GET, ACCOUNTS, &header, None).await;
    assert_eq!(accounts.status(), 200);
    let mut old = browser.clone();
    assert_eq!(browser.call(&world, Method::DELETE, SESSION, &[], None).await.status(), 204);
    world.relay.tend_once().await;
    let mut found = world.deleted();
    found.sort();
    let mut expect = vec![under_way.clone(), approved];
    expect.sort();
    assert_eq!(found, expect, "the host may use a consent that a page has shown");
    let gone = old.get(&world, &format!("{CONSENTS}/{under_way}/status")).await;
    assert_eq!((gone.status().as_u16(), &*code(&gone)), (404, "SESSION_UNKNOWN"));
    world.relay.tend_once().await;
    assert_eq!(world.deleted().len(), 2, "once");
}

async fn a_session_that_expires_takes_its_open_links_along() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (under_way, _) = browser.link(&world).await;
    let (linked, _) = browser.sign(&world).await;
    let header = [("consent-id", linked.as_str())];
    browser.call(&world, Method::GET, ACCOUNTS, &header, None).await;
    world.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    world.relay.tend_once().await;
    assert!(world.deleted().is_empty());
    // The platform is away: the relay asks it later.
    world.platform.script(|one| (one.method == Method::DELETE).then(|| json(503, "{}")));
    world.clock.advance(Duration::from_secs(1));
    world.relay.tend_once().await;
    world.platform.script(|_| None);
    world.clock.advance(Duration::from_mins(1));
    world.relay.tend_once().await;
    assert_eq!(world.deleted(), [under_way.clone(), under_way]);
}

#[tokio::test]
async fn a_consent_that_cannot_be_bound_is_deleted_at_once() {
    let file = File::new("bound");
    let world = World::with_store(file.open().await, |_| {}).await;
    file.refuse_consents().await;
    let refused = create(&world).await;
    assert_eq!((refused.status().as_u16(), &*code(&refused)), (503, "RELAY_REFUSED"));
    assert!(!refused.headers().contains_key("set-cookie"));
    assert_eq!(world.deleted().len(), 1);
}

#[tokio::test]
async fn a_consent_that_can_neither_be_bound_nor_deleted_waits_for_that() {
    for recovers_first in ["store", "platform"] {
        let file = File::new(recovers_first);
        let store = file.open().await;
        let world = World::with_store(Arc::clone(&store) as _, |_| {}).await;
        file.refuse_consents().await;
        world.platform.script(|one| (one.method == Method::DELETE).then(|| json(503, "{}")));
        assert_eq!(create(&world).await.status(), 503);
        world.relay.tend_once().await;
        assert_eq!(world.deleted().len(), 2, "it is not forgotten");
        if recovers_first == "store" {
            file.recover().await;
            world.relay.tend_once().await;
            let kept = store.due(world.clock.now() + DAY).await.unwrap();
            assert_eq!(kept.len(), 1, "a relay that is stopped now goes on with it later");
        }
        world.platform.script(|_| None);
        world.clock.advance(Duration::from_mins(5));
        world.relay.tend_once().await;
        let tries = world.deleted().len();
        world.clock.advance(DAY);
        world.relay.tend_once().await;
        assert_eq!(world.deleted().len(), tries, "it is done");
        assert_eq!(store.due(world.clock.now() + DAY).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_store_that_keeps_nothing_gets_no_consent_to_keep() {
    let file = File::new("intents");
    let world = World::with_store(file.open().await, |_| {}).await;
    file.refuse_intents().await;
    assert_eq!(create(&world).await.status(), 503);
    assert!(world.platform.calls().is_empty(), "nothing was sent");
}

/// Answers of a platform that has created a consent, and the consent that they name.
async fn what_the_relay_does_not_pass_on_is_deleted_where_its_id_can_be_told() {
    let long = "x".repeat(4050);
    let body = |id: &str| serde_json::json!({ "consentId": id }).to_string();
    for (content_type, body, location, expect) in [
        ("application/json", body("c1 "), None, Some("c1%20")),
        ("application/json", body(&long), None, Some(&*long)),
        ("text/html", body("c1"), None, Some("c1")),
        ("application/json", "{}".to_owned(), Some("/psd2/consent/v1/consents/c1"), Some("c1")),
        ("text/html", "<html>".to_owned(), Some("/psd2/consent/v1/consents/c1"), Some("c1")),
        ("application/json", body(".."), Some("/psd2/consent/v1/consents/.."), None),
        ("application/json", body("a\n"), None, None),
        ("application/json", String::new(), None, None),
    ] {
        let world = World::with(|config| config.quota.consents_per_address = Most::Any).await;
        let script = body.clone();
        world.platform.script(move |one| {
            let answer = Response::builder().status(201).header("content-type", content_type);
            let answer = match location {
                Some(location) => answer.header("location", location),
                None => answer,
            };
            let is_new = one.method == Method::POST && one.target == CONSENTS;
            is_new.then(|| answer.body(Body::from(script.clone())).unwrap())
        });
        let refused = create(&world).await;
        assert_eq!(refused.status(), 502, "{body}");
        assert!(!refused.headers().contains_key("set-cookie"));
        assert_eq!(world.deleted(), Vec::from_iter(expect), "{body}");
    }
}

async fn an_authorisation_that_nobody_can_go_on_with_ends_its_consent() {
    for body in ["{}", r#"{"authorisationId":".."}"#, r#"{"authorisationId":"a "}"#] {
        let world = World::new().await;
        let mut browser = Browser::default();
        let consent = browser.create_consent(&world).await;
        world.platform.script(move |one| (one.method == Method::POST).then(|| json(201, body)));
        let target = format!("{CONSENTS}/{consent}/authorisations");
        let answer = browser.call(&world, Method::POST, &target, &[], None).await;
        assert_eq!(answer.status(), 502, "{body}");
        assert_eq!(world.deleted(), [consent], "{body}");
    }
}

async fn what_nobody_goes_on_with_is_deleted() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    world.clock.advance(Duration::from_mins(15));
    world.relay.tend_once().await;
    world.deletes(&consent).await;
    assert_eq!(world.deleted(), [consent]);
    let kept = browser.get(&world, SESSION_CONSENTS).await;
    assert!(String::from_utf8_lossy(kept.body()).contains("\"consents\":[]"));
}

async fn an_intent_outlives_a_relay_that_is_killed_before_the_answer_and_is_told() {
    let store = Arc::new(store().await);
    let world = World::with_store(Arc::clone(&store) as _, |_| {}).await;
    let now = world.clock.now();
    let second = Duration::from_secs(1);
    world.platform.delay(second);
    let asking = create(&world);
    let killed = async {
        while world.platform.calls().is_empty() {
            sleep(Duration::from_millis(5)).await;
        }
        let asked = world.platform.calls().pop().unwrap();
        let intents = store.take_intents(now + second).await.unwrap();
        assert_eq!(intents.len(), 1);
        assert_eq!(asked.all("x-request-id"), [intents[0].request.to_string()]);
        store.intend(intents[0].clone()).await.unwrap();
    };
    tokio::pin!(asking);
    tokio::select! {
        _ = &mut asking => panic!("it answered first"),
        () = killed => {}
    }
    assert_eq!(asking.await.status(), 201);
    assert_eq!(store.take_intents(now + DAY).await.unwrap(), [], "its outcome is known");
    // Refused, or not reached: nothing was made.
    world.platform.delay(Duration::ZERO);
    world.platform.script(|one| (one.method == Method::POST).then(|| json(400, "{}")));
    assert_eq!(create(&world).await.status(), 400);
    assert_eq!(store.take_intents(now + DAY).await.unwrap(), []);
}

/// A platform that purges what is final says 404 or 410: no reason to end or to forget a consent.
async fn a_status_that_the_platform_does_not_find_ends_nothing() {
    for status in [404, 410] {
        let world = World::new().await;
        let mut browser = Browser::default();
        let (consent, authorisation) = browser.link(&world).await;
        world.platform.script(move |one| {
            let problem = r#"{"tppMessages":[{"category":"ERROR","code":"RESOURCE_UNKNOWN"}]}"#;
            (one.method == Method::GET).then(|| json(status, problem))
        });
        let one = format!("{CONSENTS}/{consent}");
        for target in [format!("{one}/authorisations/{authorisation}"), format!("{one}/status")] {
            let answer = browser.get(&world, &target).await;
            let found = (answer.status().as_u16(), code(&answer));
            assert_eq!(found, (status, "RESOURCE_UNKNOWN".to_owned()), "{target}");
        }
        world.relay.tend_once().await;
        assert!(world.deleted().is_empty());
        world.platform.script(|_| None);
        // Questions within a second share an answer.
        world.clock.advance(Duration::from_secs(2));
        assert_eq!(browser.get(&world, &format!("{one}/status")).await.status(), 200);
        let kept = browser.get(&world, SESSION_CONSENTS).await;
        assert!(String::from_utf8_lossy(kept.body()).contains(&consent));
    }
}
