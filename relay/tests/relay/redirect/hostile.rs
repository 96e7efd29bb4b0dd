//! Forged states, forms, pages and links, which the relay refuses.

use std::sync::Arc;

use axum::http::Method;
use relay::store::SqlStore;

use super::visit::{PAGE, Visit, exchanges, location, redirecting, text};
use crate::support::raw::{exchange, status};
use crate::support::{Browser, CONSENT, CONSENTS, World, code, finish, json};

#[tokio::test]
async fn a_return_with_a_foreign_state_completes_nothing() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let state = visit.state.clone();
    let unknown = "A".repeat(43);
    let long = "x".repeat(64 * 1024);
    for (form, expect) in [
        (String::new(), 400),
        ("code=one".to_owned(), 400),
        (format!("state={unknown}&code=one"), 400),
        (format!("state={}&code=one", &state[1..]), 400),
        (format!("state={state}&state={state}&code=one"), 400),
        (format!("state={state}&code=one&code=one"), 400),
        (format!("state={state}&code={long}"), 400),
        (format!("state={state}&code=a%00b"), 400),
        (format!("state={state}&code=a%0d%0aset-cookie:x"), 400),
        (format!("state[]={state}&code=one"), 400),
        (format!("state={state}%20&code=one"), 400),
        (format!("state={}&code=one", "%zz"), 400),
    ] {
        let answer = world.come_back(visit.browser.cookie(), &form).await;
        let start: String = form.chars().take(60).collect();
        assert_eq!((answer.status().as_u16(), location(&answer)), (expect, None), "{start}");
        assert!(text(&answer).contains("<h1>"), "a page that says what to do: {start}");
    }
    assert!(exchanges(&world).is_empty());
    assert_eq!(visit.returned(&world).await, None, "the true return still counts");
    assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
}

#[tokio::test]
async fn only_the_relays_own_page_may_post() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let form = format!("state={}&code=one", visit.state);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
        ("origin", "https://evil.example"),
        ("origin", "https://shop.example"),
        ("content-type", "text/plain"),
        ("content-type", "application/json"),
    ] {
        let form_type = ("content-type", "application/x-www-form-urlencoded");
        let mut request = world.bare(Method::POST, "/redirect").body(form.clone());
        for (other, usual) in [form_type, ("sec-fetch-site", "same-origin")] {
            if other != name {
                request = request.header(other, usual);
            }
        }
        let cookie = visit.browser.cookie().unwrap();
        let answer = finish(request.header(name, value).header("cookie", cookie)).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (400, None), "{name}: {value}");
    }
    assert!(exchanges(&world).is_empty());
    assert_eq!(visit.returned(&world).await, None);
}

#[tokio::test]
async fn the_return_page_must_have_an_allowed_origin() {
    let world = World::new().await;
    for page in [
        "https://evil.example/",
        "//evil.example",
        "https:evil",
        "https:/shop.example/",
        "https:shop.example",
        "https://shop.example\\@evil.example/",
        "https:\\\\shop.example/",
        "https://shop.example@evil.example/",
        "https://user@shop.example/",
        "https://shop.example.evil.example/",
        "https://shop.example:8443/",
        "http://shop.example/",
        "https://shop.example/%0d%0a x",
        "https://shop.example",
        "https://SHOP.example/",
        "/\t/evil.example",
        "/link",
        "javascript:alert(1)",
        "data:text/html,x",
        "null",
        &format!("https://shop.example/{}", "a".repeat(2048)),
    ] {
        let request = world.call(Method::POST, CONSENTS).header("x-bicfi", "ESSESESS");
        let request = request.header("x-ais-link-return", page);
        let request = request.header("content-type", "application/json").body(CONSENT);
        let answer = finish(request).await;
        assert!(answer.status().is_client_error(), "{page}: {}", answer.status());
    }
    assert!(world.platform.calls().is_empty(), "nothing was made");
    redirecting(&world, "scaOAuth");
    for page in [
        "https://shop.example/",
        "https://shop.example/a/b?c=d%20e#f",
        "https://shop.example//evil.example",
        "https://shop.example/?next=https://evil.example",
        "https://shop.example/%0d%0aset-cookie:x",
        // The relay's own pages, too.
        &world.url("/index.html"),
    ] {
        let visit = Visit::from_page(&world, page).await;
        let answer = visit.back(&world, "&code=one").await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(page)));
    }
}

#[tokio::test]
async fn the_relay_sends_no_person_to_an_origin_that_is_no_longer_allowed() {
    let store = Arc::new(SqlStore::open("sqlite::memory:").await.unwrap());
    let before = World::with_store(Arc::clone(&store) as _, |_| {}).await;
    redirecting(&before, "scaOAuth");
    let visit = Visit::begin(&before).await;
    let after = World::with_store(store, |config| config.access.allowed_origins.clear()).await;
    // The relay exchanges the code all the same, because the person has approved.
    for _ in 0..2 {
        let answer = visit.back(&after, "&code=one").await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (200, None));
        assert!(text(&answer).contains("You are done at the bank"));
        assert_eq!(exchanges(&after).len(), 1);
    }
    let back = visit.back(&before, "&code=one").await;
    assert_eq!((back.status().as_u16(), location(&back)), (303, Some(PAGE)));
}

#[tokio::test]
async fn a_person_whose_session_ended_at_the_bank_returns_to_an_unknown_link() {
    for (kind, rest) in [("scaOAuth", "&code=one"), ("scaRedirect", "")] {
        let world = World::new().await;
        redirecting(&world, kind);
        let mut visit = Visit::begin(&world).await;
        let mut tab = visit.browser.clone();
        let forgotten = tab.call(&world, Method::DELETE, "/session", &[], None).await;
        assert_eq!(forgotten.status(), 204);
        let form = format!("state={}{rest}", visit.state);
        for cookie in [visit.browser.cookie(), None] {
            let answer = world.come_back(cookie, &form).await;
            assert_eq!((answer.status().as_u16(), location(&answer)), (400, None), "{kind}");
        }
        assert!(exchanges(&world).is_empty());
        assert_eq!(visit.returned(&world).await, None);
        assert_eq!(visit.accounts(&world).await.status(), 404);
    }
}

#[tokio::test]
async fn the_relays_own_page_informs_a_person_whom_it_cannot_send_on() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let visit = Visit::begin(&world).await;
    // A window that the widget opened stays on this page, and closes itself.
    let answer = visit.back(&world, "&code=one&window=popup").await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (200, None));
    assert!(text(&answer).contains("You are done at the bank"));
    let swedish = world
        .bare(Method::POST, "/redirect")
        .header("accept-language", "sv-SE,sv;q=0.9,en;q=0.8")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("state=x");
    let answer = finish(swedish).await;
    assert!(text(&answer).contains("lang=\"sv\""));
    assert!(text(&answer).contains("Här finns inget att göra"));
}

#[tokio::test]
async fn the_page_that_posts_is_bare() {
    let world = World::new().await;
    let query = "?code=canary-code&state=canary-state&error=%3Cscript%3E";
    for method in [Method::GET, Method::HEAD] {
        let answer = finish(world.bare(method, &format!("/redirect{query}"))).await;
        assert_eq!(answer.status(), 200);
        assert!(!text(&answer).contains("canary") && !text(&answer).contains("error"));
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; \
             frame-ancestors 'none'; form-action 'self' https://shop.example"
        );
        assert!(!answer.headers().contains_key("set-cookie"));
    }
    for (file, content_type) in [("/redirect.js", "text/javascript"), ("/redirect.css", "text/css")]
    {
        let answer = finish(world.bare(Method::GET, file)).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(content_type));
    }
    let put = finish(world.bare(Method::PUT, "/redirect")).await;
    assert_eq!(put.status(), 405);
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn a_page_informs_the_person_of_a_return_that_is_too_long() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let fits = format!("/redirect?state={}&code={}", visit.state, "x".repeat(4 * 1024));
    assert_eq!(finish(world.bare(Method::GET, &fits)).await.status(), 200);
    let long = format!("{fits}{}", "canary".repeat(1024));
    for (language, words) in
        [("en", "The bank's answer cannot be read"), ("sv", "Bankens svar går inte att läsa")]
    {
        let request = world.bare(Method::GET, &long).header("accept-language", language);
        let answer = finish(request).await;
        assert_eq!(answer.status(), 414);
        assert!(text(&answer).contains(words) && !text(&answer).contains("canary"));
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert!(header("content-type").starts_with("text/html"));
        assert_eq!((header("cache-control"), header("connection")), ("no-store", "close"));
        assert!(header("content-security-policy").contains("style-src 'self'"));
    }
    let elsewhere = finish(world.bare(Method::GET, &long.replace("redirect", "elsewhere"))).await;
    assert_eq!((elsewhere.status().as_u16(), &*code(&elsewhere)), (414, "RELAY_REFUSED"));
    assert_eq!(visit.returned(&world).await, None, "the true return still counts");
}

#[tokio::test]
async fn a_return_that_fits_into_no_head_gets_a_bare_refusal_and_changes_nothing() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let before = world.platform.received().len();
    // Up to the limit of the head a page informs the person; beyond it the relay reads no further.
    for (kibibytes, expect, is_page) in [(12, 414, true), (17, 431, false), (64, 431, false)] {
        let code = "x".repeat(kibibytes * 1024);
        let long = format!("/redirect?state={}&code={code}", visit.state);
        let request = format!("GET {long} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let answer = exchange(world.address, request.as_bytes()).await;
        assert_eq!(status(&answer), Some(expect), "{kibibytes} KiB");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.contains("<h1>"), is_page, "{kibibytes} KiB");
        assert_eq!(body.is_empty(), !is_page, "{kibibytes} KiB");
        assert!(!answer.to_ascii_lowercase().contains("\r\nlocation:"));
    }
    assert_eq!(world.platform.received().len(), before);
    assert_eq!(visit.returned(&world).await, None, "the true return still counts");
    assert_eq!(visit.back(&world, "&code=one").await.status(), 303);
}

/// Bodies with a link that the relay does not check, because one of its readers could overlook it. The link
/// reaches no browser, or comes without the header in which the relay confirms it.
#[tokio::test]
async fn no_form_of_an_answer_brings_an_unchecked_link_that_the_relay_confirms() {
    let evil = r#"{"href":"https://evil.example/?state=[TPP_STATE]"}"#;
    let deep = [r#""x":"#, &"[".repeat(200), &"]".repeat(200)].concat();
    for body in [
        format!(r#"{{"scaStatus":"started","_links":{{"scaRedirect":{evil}}},{deep}}}"#),
        format!(r#"{{"scaStatus":"started","_links":{{"scaRedirect":{evil}}},"_links":{{}}}}"#),
        format!(r#"{{"scaStatus":"started","_links":[{{"scaRedirect":{evil}}}]}}"#),
        r#"{"scaStatus":"started","_links":{"scaRedirect":"https://evil.example/"}}"#.to_owned(),
        format!(r#"{{"scaStatus":"started","_links":{{"scaRedirect":[{evil}]}}}}"#),
        format!(r#"{{"scaStatus":"started","_links":{{"scaStatus":{evil},"self":{evil}}}}}"#),
        r#"{"scaStatus":"started","psuMessage":"go to https://evil.example/"}"#.to_owned(),
    ] {
        let world = World::new().await;
        let script = body.clone();
        world.platform.script(move |one| {
            let is_choice = one.method == Method::PUT;
            is_choice.then(|| {
                let mut answer = json(200, &script);
                answer
                    .headers_mut()
                    .insert("x-ais-link-bank", "https://evil.example".parse().unwrap());
                answer
            })
        });
        let mut browser = Browser::default();
        let (consent, authorisation) = browser.link(&world).await;
        let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
        let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
        let answer = browser.call(&world, Method::PUT, &target, &[], method).await;
        assert!(!answer.headers().contains_key("x-ais-link-bank"), "{body}");
        let passed = text(&answer);
        assert!(!passed.contains("scaRedirect") || body.contains("\"_links\":["), "{passed}");
    }
}

#[tokio::test]
async fn a_link_to_a_foreign_host_is_not_passed_on() {
    let world = World::new().await;
    world.platform.script(|received| {
        let body = r#"{"scaStatus":"started","_links":{"scaOAuth":
            {"href":"https://evil.example/?state=[TPP_STATE]"}}}"#;
        (received.method == Method::PUT).then(|| json(200, body))
    });
    let mut browser = Browser::default();
    let (consent, authorisation) = browser.link(&world).await;
    let target = format!("{CONSENTS}/{consent}/authorisations/{authorisation}");
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    let answer = browser.call(&world, Method::PUT, &target, &[], method).await;
    assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (502, "PLATFORM_FAILED"));
    assert!(!text(&answer).contains("evil"));
}
