//! Cookies beside the session's own: those of other programs, with any bytes, and those of the same name that
//! another host of the site has planted.

use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Response};

use super::visit::{PAGE, Visit, exchanges, location, redirecting, text};
use crate::support::{
    Browser, CONSENT, CONSENTS, FROM_SHOP, SESSION_CONSENTS, World, code, finish,
};

const NAME: &str = "__Host-Http-ais-link";
/// 43 letters of base64url that the relay has given to no browser.
const INVENTED: &str = "AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";

/// Cookies beside that of a session that must change nothing: bytes of other cookies, and values under the
/// relay's name that it has not made.
fn neighbours() -> Vec<Vec<u8>> {
    let broken = |value: &str| format!("{NAME}={value}").into_bytes();
    vec![
        "city=Göteborg".into(),
        "名前=値; flag=\u{1f1f8}\u{1f1ea}".into(),
        b"latin1=G\xf6teborg".to_vec(),
        b"rest=\xff\xfe\x80\xc0".to_vec(),
        b"=; ;; nameless; quoted=\"a; b\"".to_vec(),
        broken(""),
        broken("x"),
        broken("deleted"),
        broken(&"A".repeat(44)),
        [broken("G"), b"\xf6teborg".to_vec()].concat(),
        broken(INVENTED),
    ]
}

/// The lines of a browser that has `own` and `other`, in both orders, in one line and in two.
fn lines(own: &str, other: &[u8]) -> [Vec<Vec<u8>>; 4] {
    let own = own.as_bytes();
    [
        vec![[own, b"; ", other].concat()],
        vec![[other, b"; ", own].concat()],
        vec![own.to_vec(), other.to_vec()],
        vec![other.to_vec(), own.to_vec()],
    ]
}

fn with(mut request: reqwest::RequestBuilder, lines: &[Vec<u8>]) -> reqwest::RequestBuilder {
    for line in lines {
        request = request.header("cookie", HeaderValue::from_bytes(line).unwrap());
    }
    request
}

async fn back(world: &World, lines: &[Vec<u8>], form: String) -> Response<Bytes> {
    let request = world.bare(Method::POST, "/redirect");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    finish(with(request.header("origin", "null").body(form), lines)).await
}

async fn create(world: &World, lines: &[Vec<u8>]) -> Response<Bytes> {
    let request = world.call(Method::POST, CONSENTS).header("x-bicfi", "ESSESESS");
    let request = request.header("content-type", "application/json").body(CONSENT);
    finish(with(request, lines)).await
}

/// How many consents the session has, and whether the answer sets a cookie.
async fn kept(world: &World, lines: &[Vec<u8>]) -> (usize, bool) {
    let request = world.call(Method::GET, SESSION_CONSENTS).header("origin", FROM_SHOP[0].1);
    let answer = finish(with(request, lines)).await;
    let kept: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    (kept["consents"].as_array().unwrap().len(), answer.headers().contains_key("set-cookie"))
}

#[tokio::test]
async fn the_session_and_its_return_work_whatever_cookie_is_beside_it() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    for (number, other) in neighbours().iter().enumerate() {
        let mut visit = Visit::begin(&world).await;
        let cookie = visit.browser.cookie().unwrap().to_owned();
        let name = String::from_utf8_lossy(other).into_owned();
        for lines in lines(&cookie, other) {
            assert_eq!(kept(&world, &lines).await, (1, false), "{name}");
        }
        // One more consent of the same session, before the first return.
        let [lines, ..] = lines(&cookie, other);
        let made = create(&world, &lines).await;
        assert_eq!(made.status(), 201, "{name}");
        let set = made.headers().get("set-cookie");
        let is_same = set.is_none_or(|set| set.to_str().unwrap().starts_with(&cookie));
        assert!(is_same, "the session is not replaced: {name}");
        assert_eq!(kept(&world, &lines).await, (2, false), "{name}");
        let form = format!("state={}&code=c{number}", visit.state);
        let own = back(&world, &lines, form).await;
        assert_eq!((own.status().as_u16(), location(&own)), (303, Some(PAGE)), "{name}");
        assert_eq!(visit.accounts(&world).await.status(), 200, "{name}");
    }
    assert_eq!(exchanges(&world).len(), neighbours().len());
}

#[tokio::test]
async fn a_browser_with_a_broken_cookie_alone_gets_a_session() {
    let world = World::new().await;
    for other in neighbours().into_iter().filter(|other| !other.ends_with(INVENTED.as_bytes())) {
        assert_eq!(kept(&world, &[other]).await, (0, true));
    }
    let mut asked = Browser::default();
    asked.get(&world, SESSION_CONSENTS).await;
    let [fresh, ..] = lines(asked.cookie().unwrap(), format!("{NAME}={INVENTED}").as_bytes());
    assert_eq!(kept(&world, &fresh).await, (0, false), "one that is new is known by its mark");
}

#[tokio::test]
async fn with_two_real_sessions_neither_completes_a_link_of_the_other() {
    for (kind, rest) in [("scaOAuth", "&code=one"), ("scaRedirect", "")] {
        for person_has_a_link in [false, true] {
            let world = World::new().await;
            redirecting(&world, kind);
            let mut attacker = Visit::begin(&world).await;
            let mut person = Browser::default();
            person.get(&world, SESSION_CONSENTS).await;
            if person_has_a_link {
                person.create_consent(&world).await;
            }
            let planted = attacker.browser.cookie().unwrap().as_bytes().to_vec();
            for lines in lines(person.cookie().unwrap(), &planted) {
                let form = format!("state={}{rest}", attacker.state);
                let lured = back(&world, &lines, form).await;
                assert_eq!((lured.status().as_u16(), location(&lured)), (400, None));
                assert!(text(&lured).contains("nothing to do here"));
                assert!(exchanges(&world).is_empty());
                assert_eq!(kept(&world, &lines).await, (0, false), "a page takes up neither");
                let before = world.platform.received().len();
                let made = create(&world, &lines).await;
                assert_eq!((made.status().as_u16(), &*code(&made)), (400, "RELAY_REFUSED"));
                assert_eq!(world.platform.received().len(), before, "and nothing is begun");
            }
            assert_eq!(attacker.returned(&world).await, None);
            let accounts = attacker.accounts(&world).await;
            assert_eq!((accounts.status().as_u16(), &*code(&accounts)), (409, "NOT_RETURNED"));
        }
    }
}

#[tokio::test]
async fn a_real_session_planted_beside_it_ends_nothing() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let mut attacker = Browser::default();
    attacker.create_consent(&world).await;
    let [lines, ..] = lines(visit.browser.cookie().unwrap(), attacker.cookie().unwrap().as_bytes());
    let form = format!("state={}&code=one", visit.state);
    assert_eq!(back(&world, &lines, form).await.status(), 400);
    // Once the planted one is gone, the same return completes the link.
    assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
    assert_eq!(visit.accounts(&world).await.status(), 200);
}
