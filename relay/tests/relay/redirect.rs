//! The way back from the bank: what completes a link, and all that does not.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response, StatusCode};

use crate::support::{
    ACCOUNTS, Browser, CONSENT, CONSENTS, Received, SESSION_CONSENTS, World, code, field, finish,
    json,
};

const LINK: &str = "[AUTH]/connect/authorize?client_id=[CLIENT_ID]&redirect_uri=[TPP_REDIRECT_URI]\
                    &state=[TPP_STATE]&acr_values=idp:NDEASESS";
const PAGE: &str = "https://shop.example/link?step=2#bank";

/// A bank that sends persons to its page, with the `kind` of link.
fn redirecting(world: &World, kind: &'static str) {
    let auth = world.platform.url.clone();
    world.platform.script(move |received| {
        let is_method = received.method == Method::PUT;
        let link = LINK.replace("[AUTH]", &auth);
        is_method.then(|| {
            let body = serde_json::json!({
                "scaStatus": "started", "_links": { kind: { "href": link } }
            });
            let mut answer = json(200, &body.to_string());
            answer.headers_mut().insert("aspsp-sca-approach", "REDIRECT".parse().unwrap());
            answer
        })
    });
}

/// A person who went to the bank.
struct Visit {
    browser: Browser,
    consent: String,
    authorisation: String,
    state: String,
}

impl Visit {
    async fn begin(world: &World) -> Self {
        Self::from_page(world, PAGE).await
    }

    async fn from_page(world: &World, page: &str) -> Self {
        let mut browser = Browser::default();
        let extra = [("x-ais-link-return", page), ("tpp-redirect-preferred", "false")];
        let made = browser.call(world, Method::POST, CONSENTS, &extra, Some(CONSENT)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let consent = field(&made, "consentId");
        let (authorisation, state) = go_to_bank(world, &mut browser, &consent).await;
        Self { browser, consent, authorisation, state }
    }

    /// Comes back in the browser that began, with `rest` behind the state.
    async fn back(&self, world: &World, rest: &str) -> Response<Bytes> {
        come_back(world, self.browser.cookie(), &format!("state={}{rest}", self.state)).await
    }

    /// What the relay says of the newest authorisation.
    async fn returned(&mut self, world: &World) -> Option<String> {
        let answer = self.browser.get(world, SESSION_CONSENTS).await;
        let kept: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        let returned = &kept["consents"][0]["authorisation"]["returned"];
        returned.as_str().map(str::to_owned)
    }

    async fn accounts(&mut self, world: &World) -> Response<Bytes> {
        let id = [("consent-id", self.consent.as_str())];
        let browser = &mut self.browser;
        browser.call(world, Method::GET, ACCOUNTS, &id, None).await
    }
}

/// Starts an authorisation and chooses a method; its id, and the state in the link.
async fn go_to_bank(world: &World, browser: &mut Browser, consent: &str) -> (String, String) {
    let target = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(world, Method::POST, &target, &[], None).await;
    let authorisation = field(&started, "authorisationId");
    let target = format!("{target}/{authorisation}");
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    let answer = browser.call(world, Method::PUT, &target, &[], method).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["aspsp-sca-approach"], "REDIRECT");
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    let links = &body["_links"];
    let href = links["scaOAuth"]["href"].as_str().or(links["scaRedirect"]["href"].as_str());
    let link = url::Url::parse(href.unwrap()).unwrap();
    let query = |name: &str| {
        let mut pairs = link.query_pairs().filter(|(key, _)| key == name);
        let (_, value) = pairs.next().unwrap();
        value.into_owned()
    };
    assert_eq!(query("client_id"), "test-client");
    assert_eq!(query("redirect_uri"), "https://relay.example/redirect");
    assert_eq!(query("state").len(), 43, "256 bits in base64url");
    (authorisation, query("state"))
}

/// The post of the relay's own page.
async fn come_back(world: &World, cookie: Option<&str>, form: &str) -> Response<Bytes> {
    let request = world
        .bare(Method::POST, "/redirect")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("origin", "null")
        .body(form.to_owned());
    finish(match cookie {
        Some(cookie) => request.header("cookie", cookie),
        None => request,
    })
    .await
}

/// The forms of all code exchanges.
fn exchanges(world: &World) -> Vec<String> {
    let received = world.platform.received().into_iter();
    let tokens = received.filter(Received::is_token);
    let forms = tokens.map(|one| String::from_utf8(one.body.to_vec()).unwrap());
    forms.filter(|form| form.contains("grant_type=authorization_code")).collect()
}

fn deletions(world: &World) -> usize {
    world.platform.calls().iter().filter(|call| call.method == Method::DELETE).count()
}

fn location(answer: &Response<Bytes>) -> Option<&str> {
    answer.headers().get("location").map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_code_is_exchanged_as_the_guide_says_and_the_person_goes_back() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    assert_eq!(visit.returned(&world).await, None);
    let answer = visit.back(&world, "&code=c%2B1&scope=accountinformation+private").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&answer), Some(PAGE));
    for (name, value) in [("cache-control", "no-store"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.headers()[name], value);
    }
    let exchanged = world.platform.received().into_iter().rfind(Received::is_token).unwrap();
    assert_eq!(exchanged.all("x-consentid"), [visit.consent.as_str()]);
    assert_eq!(exchanged.all("x-consentauthorisationid"), [visit.authorisation.as_str()]);
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(&exchanged.body).into_owned().collect();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        form,
        [
            ("client_id", "test-client"),
            ("client_secret", crate::support::SECRET),
            ("grant_type", "authorization_code"),
            ("code", "c+1"),
            ("redirect_uri", "https://relay.example/redirect"),
            ("scope", "accountinformation private"),
        ]
    );
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
    assert!(visit.accounts(&world).await.status().is_success());
}

#[tokio::test]
async fn a_second_return_with_the_same_code_changes_nothing() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    for rest in ["&code=one", "&code=one", "&code=two", "&error=access_denied", ""] {
        let answer = visit.back(&world, rest).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)), "{rest}");
        assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
    }
    assert_eq!(exchanges(&world).len(), 1);
    let form = format!("state={}&code=one", visit.state);
    let stranger = come_back(&world, None, &form).await;
    assert_eq!(stranger.status(), 400, "used up: a stranger cannot end it either");
    assert_eq!(deletions(&world), 0);
    assert!(visit.accounts(&world).await.status().is_success());
}

#[tokio::test]
async fn many_returns_at_once_exchange_one_code() {
    let world = std::sync::Arc::new(World::new().await);
    redirecting(&world, "scaOAuth");
    let visit = std::sync::Arc::new(Visit::begin(&world).await);
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let (world, visit) = (std::sync::Arc::clone(&world), std::sync::Arc::clone(&visit));
        posts.spawn(async move { visit.back(&world, "&code=one").await.status() });
    }
    assert!(posts.join_all().await.iter().all(|status| *status == 303));
    assert_eq!(exchanges(&world).len(), 1);
}

#[tokio::test]
async fn a_link_is_not_lost_if_the_relay_stops_while_a_code_is_exchanged() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let mut other_tab = visit.browser.clone();
    world.platform.delay(Duration::from_millis(400));
    let middle = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let answer = other_tab.get(&world, SESSION_CONSENTS).await;
        let kept: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        kept["consents"][0]["authorisation"]["returned"].clone()
    };
    let (answer, returned) = tokio::join!(visit.back(&world, "&code=one"), middle);
    assert_eq!((answer.status().as_u16(), returned), (303, "exchanging".into()));
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
}

#[tokio::test]
async fn what_the_bank_refuses_is_told_and_completes_nothing() {
    for (rest, expect) in [
        ("&error=access_denied&error_description=no", "declined"),
        ("&error=server_error", "failed"),
        ("&error=access_denied&code=one", "declined"),
        ("", "failed"),
        ("&code=", "failed"),
        ("&code=one&iss=https://evil.example", "failed"),
    ] {
        let world = World::new().await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        let answer = visit.back(&world, rest).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)), "{rest}");
        assert_eq!(visit.returned(&world).await.as_deref(), Some(expect), "{rest}");
        assert!(exchanges(&world).is_empty(), "{rest}");
        let accounts = visit.accounts(&world).await;
        assert_eq!((accounts.status().as_u16(), code(&accounts).as_str()), (409, "NOT_RETURNED"));
    }
}

#[tokio::test]
async fn the_platforms_own_issuer_is_taken() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    let rest = format!("&code=one&iss={}", world.platform.url);
    assert_eq!(visit.back(&world, &rest).await.status(), 303);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
}

#[tokio::test]
async fn an_exchange_that_fails_completes_nothing() {
    for (status, body) in [
        (400, r#"{"error":"invalid_grant"}"#),
        (200, "{}"),
        (200, r#"{"access_token":""}"#),
        (200, "<html>"),
        (302, "{}"),
        (503, "{}"),
    ] {
        let world = World::new().await;
        redirecting(&world, "scaOAuth");
        let mut visit = Visit::begin(&world).await;
        world.platform.script(move |one| one.is_token().then(|| json(status, body)));
        let answer = visit.back(&world, "&code=one").await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)), "{body}");
        assert_eq!(visit.returned(&world).await.as_deref(), Some("exchangeFailed"), "{body}");
        assert_eq!(visit.accounts(&world).await.status(), 409);
    }
}

#[tokio::test]
async fn a_return_that_is_too_late_completes_nothing() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    world.clock.advance(Duration::from_mins(20));
    let answer = visit.back(&world, "&code=one").await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some(PAGE)));
    assert_eq!(visit.returned(&world).await.as_deref(), Some("late"));
    assert!(exchanges(&world).is_empty());
}

#[tokio::test]
async fn without_a_code_the_return_itself_counts() {
    let world = World::new().await;
    redirecting(&world, "scaRedirect");
    let mut visit = Visit::begin(&world).await;
    let early = visit.accounts(&world).await;
    assert_eq!((early.status().as_u16(), code(&early).as_str()), (409, "NOT_RETURNED"));
    assert_eq!(visit.back(&world, "").await.status(), 303);
    assert_eq!(visit.returned(&world).await.as_deref(), Some("completed"));
    assert!(exchanges(&world).is_empty());
    assert!(visit.accounts(&world).await.status().is_success());
}

#[tokio::test]
async fn a_return_in_another_browser_ends_the_consent_and_both_are_told() {
    for (kind, rest) in [("scaOAuth", "&code=one"), ("scaRedirect", ""), ("scaOAuth", "&error=x")] {
        for has_session in [false, true] {
            let world = World::new().await;
            redirecting(&world, kind);
            let mut visit = Visit::begin(&world).await;
            let mut other = Browser::default();
            if has_session {
                other.create_consent(&world).await;
            }
            let form = format!("state={}{rest}", visit.state);
            let lured = come_back(&world, other.cookie(), &form).await;
            assert_eq!((lured.status().as_u16(), location(&lured)), (403, None));
            assert!(text(&lured).contains("another browser"));
            assert!(exchanges(&world).is_empty());
            assert_eq!(deletions(&world), 1, "at the platform, too");
            // The one who began hears of it, whatever they do.
            assert_eq!(visit.returned(&world).await.as_deref(), Some("foreign"));
            let accounts = visit.accounts(&world).await;
            assert_eq!((accounts.status().as_u16(), code(&accounts).as_str()), CONFLICT);
            let own = visit.back(&world, rest).await;
            assert_eq!((own.status().as_u16(), location(&own)), (303, Some(PAGE)));
            assert!(exchanges(&world).is_empty());
            let target = format!("{CONSENTS}/{}", visit.consent);
            let answer = visit.browser.get(&world, &target).await;
            assert_eq!((answer.status().as_u16(), code(&answer).as_str()), CONFLICT);
            // And may have it forgotten, without another word to the platform.
            let forgotten = visit.browser.call(&world, Method::DELETE, &target, &[], None).await;
            assert_eq!(forgotten.status(), 204);
            assert_eq!(visit.browser.get(&world, &target).await.status(), 404);
            assert_eq!(deletions(&world), 1);
        }
    }
}

#[tokio::test]
async fn nobody_comes_back_with_a_state_that_is_not_theirs() {
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
        let answer = come_back(&world, visit.browser.cookie(), &form).await;
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
async fn a_page_to_go_back_to_must_be_one_of_an_allowed_origin() {
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
async fn who_cannot_be_sent_on_is_told_here() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let visit = Visit::begin(&world).await;
    // A window that the widget opened stays, and closes itself.
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
    let long = format!("/redirect?code={}", "x".repeat(60 * 1024));
    let answer = finish(world.bare(Method::GET, &long)).await;
    assert!(answer.status().is_client_error());
    let put = finish(world.bare(Method::PUT, "/redirect")).await;
    assert_eq!(put.status(), 405);
    assert!(world.platform.received().is_empty());
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

#[tokio::test]
async fn where_the_bankid_app_comes_back_the_session_decides() {
    use relay::config::ForeignReturn;
    for foreign in [ForeignReturn::Refuse, ForeignReturn::Ignore] {
        let world = World::with(|config| config.redirect.foreign_return = foreign).await;
        let mut browser = Browser::default();
        let page = [("x-ais-link-return", PAGE)];
        let made = browser.call(&world, Method::POST, CONSENTS, &page, Some(CONSENT)).await;
        let consent = field(&made, "consentId");
        let target = format!("{CONSENTS}/{consent}/authorisations");
        let started = browser.call(&world, Method::POST, &target, &[], None).await;
        let target = format!("{target}/{}", field(&started, "authorisationId"));
        let method = Some(r#"{"authenticationMethodId":"mbid_same_device"}"#);
        let chosen = browser.call(&world, Method::PUT, &target, &[], method).await;
        let address = chosen.headers()["x-ais-link-return"].to_str().unwrap().to_owned();
        let (before, state) = address.split_once("?state=").unwrap();
        assert_eq!(before, "https://relay.example/redirect");
        let form = format!("state={state}");
        let stranger = come_back(&world, None, &form).await;
        let own = come_back(&world, browser.cookie(), &form).await;
        assert_eq!((own.status().as_u16(), location(&own)), (303, Some(PAGE)));
        let expect = match foreign {
            ForeignReturn::Refuse => (403, 1, 409),
            ForeignReturn::Ignore => (200, 0, 200),
        };
        let status = browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
        let found = (stranger.status().as_u16(), deletions(&world), status.status().as_u16());
        assert_eq!(found, expect, "{foreign:?}");
    }
}

#[tokio::test]
async fn what_could_not_be_deleted_is_deleted_later() {
    let world = World::new().await;
    redirecting(&world, "scaOAuth");
    let mut visit = Visit::begin(&world).await;
    world.platform.script(|one| (one.method == Method::DELETE).then(|| json(503, "{}")));
    let form = format!("state={}&code=one", visit.state);
    assert_eq!(come_back(&world, None, &form).await.status(), 403);
    assert_eq!(deletions(&world), 1);
    let accounts = visit.accounts(&world).await;
    assert_eq!((accounts.status().as_u16(), code(&accounts).as_str()), CONFLICT);
    // The one who began tries the same, and the platform takes it this time.
    world.platform.script(|_| None);
    let target = format!("{CONSENTS}/{}", visit.consent);
    let deleted = visit.browser.call(&world, Method::DELETE, &target, &[], None).await;
    assert_eq!(deleted.status(), 204);
    assert_eq!(deletions(&world), 2);
}

fn text(answer: &Response<Bytes>) -> String {
    String::from_utf8_lossy(answer.body()).into_owned()
}

const CONFLICT: (u16, &str) = (409, "FOREIGN_COMPLETION");
