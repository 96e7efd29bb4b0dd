//! A consent belongs to one session.

mod broken;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response};
use protocol::id::ConsentId;
use relay::store::{BoxFuture, Change, Hold, Intent, ReturnChange, Store, StoreError};
use relay::{Link, ReturnState};
use relay::{SessionKey, StateKey, Timestamp};
use uuid::Uuid;

use crate::support::{
    ACCOUNTS, ASPSPS, Browser, CONSENT, CONSENTS, SESSION_CONSENTS, World, code, field, finish,
    json,
};

/// Method, target, and the headers that only some calls have.
type Ask = (Method, String, Vec<(&'static str, String)>);

/// Every call that names a consent or an authorisation.
fn calls(consent: &str, authorisation: &str) -> Vec<Ask> {
    let one = format!("{CONSENTS}/{consent}");
    let path = |method: Method, tail: &str| (method, format!("{one}{tail}"), Vec::new());
    let sca = format!("/authorisations/{authorisation}");
    let id = vec![("consent-id", consent.to_owned())];
    vec![
        path(Method::GET, ""),
        path(Method::GET, "/status"),
        path(Method::GET, "/authorisations"),
        path(Method::POST, "/authorisations"),
        path(Method::GET, &sca),
        path(Method::PUT, &sca),
        (Method::GET, ACCOUNTS.to_owned(), id.clone()),
        (Method::GET, format!("{ACCOUNTS}?withBalance=true"), id.clone()),
        (Method::GET, format!("{ACCOUNTS}/a1"), id.clone()),
        (Method::GET, format!("{ACCOUNTS}/a1/balances"), id.clone()),
        (Method::GET, format!("{ACCOUNTS}/a1/transactions?bookingStatus=both"), id.clone()),
        (Method::GET, format!("{ACCOUNTS}/a1/transactions/t1"), id.clone()),
        (Method::GET, ASPSPS.to_owned(), id.clone()),
        (Method::POST, CONSENTS.to_owned(), id),
        // The relay forgets a deleted consent.
        path(Method::DELETE, ""),
    ]
}

async fn send(
    browser: &mut Browser,
    world: &World,
    (method, target, extra): &Ask,
) -> Response<Bytes> {
    let extra: Vec<_> = extra.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let body = match *method {
        Method::PUT => Some(r#"{"authenticationMethodId":"mbid"}"#),
        Method::POST if target == CONSENTS => Some(CONSENT),
        _ => None,
    };
    browser.call(world, method.clone(), target, &extra, body).await
}

#[tokio::test]
async fn a_second_session_gets_404_for_everything_of_the_first_ones_consent() {
    let world = World::new().await;
    let (mut first, mut second) = (Browser::default(), Browser::default());
    let (consent, authorisation) = first.sign(&world).await;
    second.link(&world).await;
    let before = world.platform.received().len();
    let theirs = calls(&consent, &authorisation);
    let nobodys = calls("no-such-consent", "no-such-authorisation");
    for (theirs, nobodys) in theirs.iter().zip(&nobodys) {
        let stranger = send(&mut Browser::default(), &world, theirs).await;
        let refused = send(&mut second, &world, theirs).await;
        let unknown = send(&mut second, &world, nobodys).await;
        for answer in [&stranger, &refused, &unknown] {
            assert_eq!(answer.status(), 404, "{theirs:?}");
            assert_eq!(code(answer), "SESSION_UNKNOWN");
            assert_eq!(answer.body(), unknown.body(), "the answer does not show whether it exists");
        }
    }
    assert_eq!(world.platform.received().len(), before, "nothing was sent");
    for call in calls(&consent, &authorisation) {
        assert!(send(&mut first, &world, &call).await.status().is_success(), "{call:?}");
    }
}

#[tokio::test]
async fn an_authorisation_belongs_to_its_consent_only() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let (first, authorisation) = browser.link(&world).await;
    let (second, _) = browser.link(&world).await;
    let target = |consent: &str| format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    assert_eq!(browser.get(&world, &target(&first)).await.status(), 200);
    let before = world.platform.received().len();
    assert_eq!(browser.get(&world, &target(&second)).await.status(), 404);
    assert_eq!(world.platform.received().len(), before);
}

#[tokio::test]
async fn authorisations_that_the_platform_lists_belong_to_the_consent() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    world.platform.script(|received| {
        let listed = received.target.ends_with("/authorisations");
        listed.then(|| json(200, r#"{"authorisationIds":["implicit-1"]}"#))
    });
    let list = format!("{CONSENTS}/{consent}/authorisations");
    assert_eq!(browser.get(&world, &format!("{list}/implicit-1")).await.status(), 404);
    assert_eq!(browser.get(&world, &list).await.status(), 200);
    assert_eq!(browser.get(&world, &format!("{list}/implicit-1")).await.status(), 200);
}

#[tokio::test]
async fn later_calls_name_the_bank_and_the_approach_of_the_consent() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let preferred = [("tpp-redirect-preferred", "false")];
    let made = browser.call(&world, Method::POST, CONSENTS, &preferred, Some(CONSENT)).await;
    let consent = field(&made, "consentId");
    let target = format!("{CONSENTS}/{consent}/status");
    assert_eq!(browser.get(&world, &target).await.status(), 200);
    let call = world.platform.calls().pop().unwrap();
    assert_eq!(call.all("tpp-redirect-preferred"), ["false"], "filled in");
    let before = world.platform.received().len();
    let other = [("tpp-redirect-preferred", "true")];
    let answer = browser.call(&world, Method::GET, &target, &other, None).await;
    assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (400, "RELAY_REFUSED"));
    let set = browser.clone();
    let cookie = set.cookie().unwrap();
    let other_bank = world.call(Method::GET, &target).header("x-bicfi", "SWEDSESS");
    let answer = finish(other_bank.header("cookie", cookie)).await;
    assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (400, "RELAY_REFUSED"));
    assert_eq!(world.platform.received().len(), before);
}

#[tokio::test]
async fn every_cookie_that_is_set_has_all_its_flags() {
    let world = World::new().await;
    let ask = world.call(Method::POST, CONSENTS).header("x-bicfi", "ESSESESS");
    let ask = ask.header("content-type", "application/json").body(CONSENT);
    for request in [ask, world.call(Method::GET, SESSION_CONSENTS)] {
        let answer = finish(request).await;
        assert!(answer.status().is_success());
        let set: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
        let [set] = set[..] else { panic!("{set:?}") };
        let mut parts = set.to_str().unwrap().split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        assert_eq!(name, "__Host-Http-ais-link");
        assert_eq!(value.len(), 43, "256 bits in base64url");
        let flags: Vec<_> = parts.collect();
        assert_eq!(flags, ["Path=/", "Max-Age=86400", "Secure", "HttpOnly", "SameSite=Strict"]);
    }
}

#[tokio::test]
async fn a_visitor_who_links_nothing_gets_no_session() {
    let world = World::new().await;
    for request in [
        world.call(Method::GET, ASPSPS),
        world.bare(Method::GET, SESSION_CONSENTS),
        world.call(Method::GET, SESSION_CONSENTS).header("origin", "https://evil.example"),
        world.call(Method::GET, ASPSPS).header("origin", "https://evil.example"),
        world.call(Method::GET, "/psd2/other"),
        world.call(Method::GET, ASPSPS).header("x-bicfi", "no bank"),
        world.call(Method::GET, "/psd2/consent/v1/consents/c1").header("x-bicfi", "ESSESESS"),
    ] {
        let answer = finish(request).await;
        assert!(!answer.headers().contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn a_cookie_is_kept_and_lasts_a_day_from_the_newest_consent() {
    let world = World::new().await;
    let mut browser = Browser::default();
    browser.get(&world, SESSION_CONSENTS).await;
    let cookie = browser.cookie().unwrap().to_owned();
    let first = browser.create_consent(&world).await;
    assert_eq!(browser.cookie(), Some(cookie.as_str()));
    world.clock.advance(Duration::from_hours(20));
    browser.create_consent(&world).await;
    assert_eq!(browser.cookie(), Some(cookie.as_str()));
    world.clock.advance(Duration::from_hours(20));
    let target = format!("{CONSENTS}/{first}/status");
    assert_eq!(browser.get(&world, &target).await.status(), 200);
    assert!(!browser.get(&world, &target).await.headers().contains_key("set-cookie"));
    let planted = format!("{cookie}; {cookie}");
    let answer = world.call(Method::GET, &target).header("x-bicfi", "ESSESESS");
    assert_eq!(finish(answer.header("cookie", planted)).await.status(), 200, "one and the same");
}

#[tokio::test]
async fn no_number_of_planted_cookies_hides_the_real_one() {
    let world = World::new().await;
    let made = Browser::default().call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
    let status = format!("{CONSENTS}/{}/status", field(&made, "consentId"));
    let real = made.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
    let name = real.split('=').next().unwrap();
    for count in [1, 63, 64, 65, 200] {
        let planted: Vec<_> = (0..count).map(|number| format!("{name}={number:0>42}A")).collect();
        let planted = planted.join("; ");
        for line in [format!("{planted}; {real}"), format!("{real}; {planted}")] {
            let call = world.call(Method::GET, &status).header("x-bicfi", "ESSESESS");
            let answer = finish(call.header("cookie", line)).await;
            assert_eq!(answer.status(), 200, "{count}");
        }
    }
}

#[tokio::test]
async fn a_session_and_its_consents_end() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    let target = format!("{CONSENTS}/{consent}/status");
    world.clock.advance(Duration::from_hours(23));
    assert_eq!(browser.get(&world, &target).await.status(), 200);
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(browser.get(&world, &target).await.status(), 404);
}

#[tokio::test]
async fn the_relay_ends_a_consent_whose_browser_does_not_wait() {
    let world = World::new().await;
    let mut browser = Browser::default();
    browser.get(&world, SESSION_CONSENTS).await;
    world.platform.delay(Duration::from_millis(200));
    let mut gone = browser.clone();
    let impatient = gone.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT));
    let cut = tokio::time::timeout(Duration::from_millis(100), impatient).await;
    assert!(cut.is_err(), "the browser has gone away");
    world.platform.delay(Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(600)).await;
    let made = world.platform.calls().iter().filter(|call| call.method == Method::POST).count();
    assert_eq!(made, 1);
    // Tokens and consents share one count: a token, then this consent.
    let last = world.platform.calls().pop().unwrap();
    assert_eq!((last.method, last.target), (Method::DELETE, format!("{CONSENTS}/c2")));
    assert_eq!(browser.get(&world, &format!("{CONSENTS}/c2/status")).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_aborted_leave_the_store_as_it_was() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let consent = browser.create_consent(&world).await;
    let cookie = browser.cookie().unwrap().to_owned();
    for round in 0..200_u64 {
        let lines = format!("cookie: {cookie}\r\n");
        let mut stream = tokio::net::TcpStream::connect(world.address).await.unwrap();
        let text = crate::support::raw::request("GET", SESSION_CONSENTS, &lines);
        tokio::io::AsyncWriteExt::write_all(&mut stream, text.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_micros(round * 20)).await;
        drop(stream);
    }
    let target = format!("{CONSENTS}/{consent}/status");
    assert_eq!(browser.get(&world, &target).await.status(), 200);
    let kept = browser.get(&world, SESSION_CONSENTS).await;
    assert!(String::from_utf8_lossy(kept.body()).contains(&consent));
}

/// A store that fails in several ways.
struct Broken {
    panics: bool,
}

impl Broken {
    fn fail<T: Send + 'static>(&self) -> BoxFuture<'static, T> {
        assert!(!self.panics, "canary");
        down()
    }
}

fn down<T: Send + 'static>() -> BoxFuture<'static, T> {
    Box::pin(std::future::ready(Err(StoreError)))
}

impl Store for Broken {
    fn insert(&self, _: Link, _: Timestamp, _: Option<Uuid>) -> BoxFuture<'_, ()> {
        self.fail()
    }

    fn get<'a>(&'a self, _: &'a ConsentId, _: Timestamp) -> BoxFuture<'a, Option<Arc<Link>>> {
        self.fail()
    }

    fn of_session(&self, _: SessionKey, _: Timestamp) -> BoxFuture<'_, Vec<Arc<Link>>> {
        self.fail()
    }

    fn update<'a>(
        &'a self,
        _: &'a ConsentId,
        _: Change,
        _: Timestamp,
    ) -> BoxFuture<'a, Option<Arc<Link>>> {
        self.fail()
    }

    fn remove<'a>(&'a self, _: &'a ConsentId) -> BoxFuture<'a, ()> {
        self.fail()
    }

    fn remove_session(&self, _: SessionKey, _: Timestamp) -> BoxFuture<'_, ()> {
        self.fail()
    }

    fn insert_return(&self, _: StateKey, _: ReturnState, _: Timestamp) -> BoxFuture<'_, ()> {
        self.fail()
    }

    fn get_return(&self, _: StateKey) -> BoxFuture<'_, Option<ReturnState>> {
        self.fail()
    }

    fn update_return(&self, _: StateKey, _: ReturnChange, _: Timestamp) -> BoxFuture<'_, bool> {
        self.fail()
    }

    fn due(&self, _: Timestamp) -> BoxFuture<'_, Vec<Arc<Link>>> {
        down()
    }

    fn sweep(&self, _: Timestamp) -> BoxFuture<'_, ()> {
        down()
    }

    fn make_room(&self, _: u32, _: Timestamp) -> BoxFuture<'_, bool> {
        down()
    }

    fn intend(&self, _: Intent) -> BoxFuture<'_, ()> {
        self.fail()
    }

    fn forget_intent(&self, _: Uuid) -> BoxFuture<'_, ()> {
        self.fail()
    }

    fn take_intents(&self, _: Timestamp) -> BoxFuture<'_, Vec<Intent>> {
        down()
    }

    fn hold<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<Hold>> {
        down()
    }
}

#[tokio::test]
async fn without_its_store_the_relay_refuses_every_call() {
    for (panics, expect) in
        [(false, (503, "RELAY_REFUSED")), (true, (500, "INTERNAL_SERVER_ERROR"))]
    {
        let world = World::with_store(Arc::new(Broken { panics }), |_| {}).await;
        let mut browser = Browser::default();
        browser.get(&world, SESSION_CONSENTS).await;
        for _ in 0..2 {
            let answer = browser.get(&world, &format!("{CONSENTS}/c1")).await;
            assert_eq!((answer.status().as_u16(), code(&answer).as_str()), expect);
            assert!(!String::from_utf8_lossy(answer.body()).contains("canary"));
            assert_eq!(answer.headers()["cache-control"], "no-store");
        }
        assert!(world.platform.received().is_empty());
    }
}
