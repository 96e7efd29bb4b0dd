//! Contexts: a browser may ask for the accounts of persons or of companies, as far as the operator allows
//! it. Each context has tokens of its own, and a consent keeps the context that it was created with.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, Response};
use protocol::profile::Context;
use relay::config::Contexts;
use serde_json::Value;

use crate::support::{
    ACCOUNTS, ASPSPS, Browser, CONSENT, CONSENTS, Received, SESSION_CONSENTS, World, code, field,
    finish, json,
};

const NAME: &str = "x-ais-link-context";

/// A world for both contexts, the first of them private. Tokens are named by their scope.
async fn world() -> World {
    let both = Contexts { first: Context::Private, second: Some(Context::Corporate) };
    let world = World::with(|config| config.platform.contexts = both).await;
    world.platform.script(token);
    world
}

/// A token that names its purpose.
fn token(received: &Received) -> Option<Response<Body>> {
    received.is_token().then(|| {
        let body = std::str::from_utf8(&received.body).unwrap();
        let scope = body.split('&').find_map(|pair| pair.strip_prefix("scope=")).unwrap();
        json(
            200,
            &format!(r#"{{"access_token":"{scope}","expires_in":3600,"token_type":"Bearer","scope":"s"}}"#),
        )
    })
}

async fn ask(
    world: &World,
    browser: &mut Browser,
    method: Method,
    target: &str,
    context: Option<&str>,
) -> Response<Bytes> {
    let lines: Vec<_> = context.map(|context| (NAME, context)).into_iter().collect();
    let body = (target == CONSENTS).then_some(CONSENT);
    browser.call(world, method, target, &lines, body).await
}

/// The tokens of all previous calls.
fn tokens(world: &World) -> Vec<String> {
    let calls = world.platform.calls();
    calls.iter().map(|call| call.all("authorization").concat()).collect()
}

#[tokio::test]
async fn banks_are_asked_for_in_the_context_that_the_page_names() {
    let world = world().await;
    let mut browser = Browser::default();
    let one = format!("{ASPSPS}/ESSESESS");
    for (context, word) in
        [(None, "private"), (Some("corporate"), "corporate"), (Some("private"), "private")]
    {
        for target in [ASPSPS, &one] {
            let answer = ask(&world, &mut browser, Method::GET, target, context).await;
            assert_eq!(answer.status(), 200);
            let sent = world.platform.calls().pop().unwrap();
            assert_eq!(
                sent.all("authorization"),
                [format!("Bearer aspspinformation+{word}")],
                "{context:?}"
            );
            assert!(sent.all(NAME).is_empty(), "it is between the widget and the relay");
        }
    }
    assert_eq!(world.platform.tokens(), 2, "one for each context");
}

#[tokio::test]
async fn all_calls_of_a_consent_carry_tokens_of_its_context() {
    let world = world().await;
    world.platform.script(|received| {
        let is_sca = received.method == Method::GET && received.target.contains("/authorisations/");
        token(received).or_else(|| is_sca.then(|| json(200, r#"{"scaStatus":"finalised"}"#)))
    });
    for context in ["private", "corporate"] {
        let mut browser = Browser::default();
        let before = tokens(&world).len();
        let made = ask(&world, &mut browser, Method::POST, CONSENTS, Some(context)).await;
        let consent = field(&made, "consentId");
        let path = format!("{CONSENTS}/{consent}");
        let start = format!("{path}/authorisations");
        let started = ask(&world, &mut browser, Method::POST, &start, None).await;
        let authorisation = format!("{start}/{}", field(&started, "authorisationId"));
        let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
        browser.call(&world, Method::PUT, &authorisation, &[], method).await;
        for target in [&authorisation, &start, &format!("{path}/status"), &path] {
            ask(&world, &mut browser, Method::GET, target, None).await;
        }
        let named = [("consent-id", consent.as_str())];
        browser.call(&world, Method::GET, ACCOUNTS, &named, None).await;
        let deleted = ask(&world, &mut browser, Method::DELETE, &path, Some(context)).await;
        assert_eq!(deleted.status(), 204);
        let all = &tokens(&world)[before..];
        let expect = format!("Bearer accountinformation+{context}");
        assert_eq!(all, vec![expect; 9], "{context}");
    }
    assert_eq!(world.platform.tokens(), 2, "one for each context");
}

#[tokio::test]
async fn calls_that_get_no_token_are_counted_for_their_context_and_an_unused_one_counts_none() {
    let world = world().await;
    let counted = |private, corporate| {
        [
            (r#"token_failures_total{context="private"}"#, private),
            (r#"token_failures_total{context="corporate"}"#, corporate),
        ]
    };
    world.scrape().await.has(&counted(0.0, 0.0));
    let mut browser = Browser::default();
    let mut ask = async |context| {
        ask(&world, &mut browser, Method::GET, ASPSPS, Some(context)).await.status().as_u16()
    };
    assert_eq!(ask("private").await, 200);
    let scrape = world.scrape().await;
    scrape.has(&counted(0.0, 0.0));
    scrape.has(&[(r#"token_expiry_timestamp_seconds{context="corporate"}"#, 0.0)]);
    world.platform.script(|received| {
        let is_refused =
            received.is_token() && received.body.windows(9).any(|part| part == b"corporate");
        if is_refused { Some(json(400, r#"{"error":"invalid_scope"}"#)) } else { token(received) }
    });
    // The second one gets the failure of the first.
    for _ in 0..2 {
        assert_eq!(ask("corporate").await, 503);
    }
    assert_eq!(ask("private").await, 200);
    world.scrape().await.has(&counted(0.0, 2.0));
}

#[tokio::test]
async fn a_consent_cannot_be_used_in_another_context() {
    let world = world().await;
    for (made, other) in [("private", "corporate"), ("corporate", "private")] {
        let mut browser = Browser::default();
        let consent = ask(&world, &mut browser, Method::POST, CONSENTS, Some(made)).await;
        let target = format!("{CONSENTS}/{}/status", field(&consent, "consentId"));
        let before = world.platform.received().len();
        let refused = ask(&world, &mut browser, Method::GET, &target, Some(other)).await;
        assert_eq!((refused.status().as_u16(), &*code(&refused)), (400, "RELAY_REFUSED"), "{made}");
        let text = String::from_utf8_lossy(refused.body()).into_owned();
        assert!(text.contains("is not what the consent was made with"), "{text}");
        assert_eq!(world.platform.received().len(), before);
        assert_eq!(ask(&world, &mut browser, Method::GET, &target, Some(made)).await.status(), 200);
    }
}

#[tokio::test]
async fn a_context_that_the_operator_leaves_out_is_refused_with_advice() {
    for (only, allowed, refused) in
        [(Context::Private, "private", "corporate"), (Context::Corporate, "corporate", "private")]
    {
        let contexts = Contexts { first: only, second: None };
        let world = World::with(|config| config.platform.contexts = contexts).await;
        let mut browser = Browser::default();
        for (method, target) in [(Method::GET, ASPSPS), (Method::POST, CONSENTS)] {
            let answer = ask(&world, &mut browser, method, target, Some(refused)).await;
            assert_eq!((answer.status().as_u16(), &*code(&answer)), (400, "RELAY_REFUSED"));
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            assert!(text.contains("AIS_RELAY_CONTEXT"), "{text}");
            assert!(!answer.headers().contains_key("set-cookie"));
        }
        assert!(world.platform.received().is_empty());
        for context in [None, Some(allowed)] {
            let answer = ask(&world, &mut browser, Method::POST, CONSENTS, context).await;
            assert_eq!(answer.status(), 201, "{context:?}");
        }
        let form = world.platform.received().into_iter().find(Received::is_token).unwrap();
        let form = String::from_utf8_lossy(&form.body).into_owned();
        assert!(form.contains(&format!("scope=accountinformation+{allowed}")), "{form}");
    }
}

#[tokio::test]
async fn a_page_continues_links_of_its_own_context() {
    let world = world().await;
    let mut browser = Browser::default();
    let mut made = Vec::new();
    for context in ["private", "corporate"] {
        let consent = ask(&world, &mut browser, Method::POST, CONSENTS, Some(context)).await;
        made.push(field(&consent, "consentId"));
        world.clock.advance(Duration::from_secs(1));
    }
    let [private, corporate] = &made[..] else { panic!("{made:?}") };
    for (context, expect) in [
        (Some("private"), vec![private]),
        (Some("corporate"), vec![corporate]),
        (None, vec![corporate, private]),
    ] {
        let kept = ask(&world, &mut browser, Method::GET, SESSION_CONSENTS, context).await;
        let kept: Value = serde_json::from_slice(kept.body()).unwrap();
        let kept = kept["consents"].as_array().unwrap().iter();
        let names: Vec<_> = kept.map(|it| it["consentId"].as_str().unwrap()).collect();
        assert_eq!(names, expect, "{context:?}");
    }
    let odd = ask(&world, &mut browser, Method::GET, SESSION_CONSENTS, Some("both")).await;
    assert_eq!(odd.status(), 400);
}

#[tokio::test]
async fn a_page_that_names_no_context_gets_the_default_one() {
    use Context::{Corporate, Private};
    for (first, second, named) in [
        (Private, None, None),
        (Corporate, None, None),
        (Corporate, Some(Private), None),
        (Corporate, Some(Private), Some("private")),
    ] {
        let contexts = Contexts { first, second };
        let world = World::with(|config| config.platform.contexts = contexts).await;
        let answer =
            ask(&world, &mut Browser::default(), Method::GET, SESSION_CONSENTS, named).await;
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(body["context"], first.as_str(), "{second:?} {named:?}");
    }
}

#[tokio::test]
async fn a_bank_for_companies_alone_has_a_logo_too() {
    let world = world().await;
    let url = format!("{}/logo", world.platform.url);
    world.platform.script(move |received| {
        if received.target == "/logo" {
            let picture = Response::builder().header("content-type", "image/png");
            return Some(picture.body(Body::from("picture")).unwrap());
        }
        let is_company = received.all("authorization") == ["Bearer aspspinformation+corporate"];
        let bic = if is_company { "HANDSESS" } else { "ESSESESS" };
        let list = format!(r#"{{"aspsps":[{{"bicFi":"{bic}","name":"n","logoUrl":"{url}"}}]}}"#);
        token(received).or_else(|| Some(json(200, &list)))
    });
    for (bic, status) in [("ESSESESS", 200), ("HANDSESS", 200), ("SWEDSESS", 404)] {
        let logo = finish(world.bare(Method::GET, &format!("/logos/{bic}"))).await;
        assert_eq!(logo.status(), status, "{bic}");
    }
    let lists = world.platform.calls().into_iter().filter(|call| call.target == ASPSPS).count();
    assert_eq!(lists, 2, "one for each context");
}

#[tokio::test]
async fn the_relay_is_ready_once_each_context_has_a_token() {
    let world = world().await;
    let ready = || async { world.admin("/health/ready").await.status() };
    assert_eq!(ready().await, 200);
    let granted: BTreeSet<_> = world.platform.received().into_iter().map(|it| it.body).collect();
    assert_eq!(granted.len(), 2);

    let world = self::world().await;
    world.platform.script(|received| {
        let is_corporate = received.body.ends_with(b"+corporate");
        if is_corporate { Some(json(400, r#"{"error":"invalid_scope"}"#)) } else { token(received) }
    });
    let answer = world.admin("/health/ready").await;
    assert_eq!(answer.status(), 503);
}
