//! The effects of a profile: up to which call the relay sends the ids, whether it sends an IPv6 address, and
//! the ids for tests, which a real company's page never accepts.

use axum::http::Method;
use relay::config::{Config, Network};
use relay::{Clock as _, SystemClock};

use super::{profile, with_file};
use crate::mtls_support::set;
use crate::support::{ACCOUNTS, Browser, CONSENT, CONSENTS, World, field, json, vars};

/// A relay with these lines in the profile of SEB.
async fn world(name: &str, lines: &str) -> World {
    let seb = r#"version = 1
        [[bank]]
        bic = "ESSESESS"
        approaches = ["DECOUPLED"]
        methods = [{ id = "mbid", device = "any", challenge = "token" }]
        psu_id = "may"
        corporate_id = "may"
    "#;
    let config = with_file(name, &[seb, lines].concat()).unwrap();
    World::with(|it| {
        it.profiles = config.profiles;
        it.access.trusted_proxies = vec![Network::parse("127.0.0.0/8").unwrap()];
    })
    .await
}

const IDS: [(&str, &str); 2] = [("psu-id", "PSU-1"), ("psu-corporate-id", "5560000001")];

/// Begins a consent with the ids and chooses a method. Returns the consent's id, and the target of its
/// authorisation.
async fn choose(world: &World, browser: &mut Browser) -> (String, String) {
    let made = browser.call(world, Method::POST, CONSENTS, &IDS, Some(CONSENT)).await;
    let consent = field(&made, "consentId");
    let start = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(world, Method::POST, &start, &[], None).await;
    let target = format!("{start}/{}", field(&started, "authorisationId"));
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    assert_eq!(browser.call(world, Method::PUT, &target, &[], method).await.status(), 200);
    (consent, target)
}

#[tokio::test]
async fn ids_go_up_to_the_call_that_the_profile_names() {
    for (name, lines, with_accounts) in
        [("ids-a", "ids_until = \"accounts\"", true), ("ids-b", "", false)]
    {
        let world = world(name, lines).await;
        let mut browser = Browser::default();
        let (consent, target) = choose(&world, &mut browser).await;
        world.platform.script(|received| {
            let is_sca = received.target.contains("/authorisations/");
            let is_status = received.target.ends_with("/status");
            let body = if is_sca {
                r#"{"scaStatus":"finalised"}"#
            } else {
                r#"{"consentStatus":"valid"}"#
            };
            (received.method == Method::GET && (is_sca || is_status)).then(|| json(200, body))
        });
        for path in [&target, &format!("{CONSENTS}/{consent}/status")] {
            assert_eq!(browser.get(&world, path).await.status(), 200);
        }
        for expect in [with_accounts, false] {
            let line = [("consent-id", &*consent)];
            let listed = browser.call(&world, Method::GET, ACCOUNTS, &line, None).await;
            assert_eq!(listed.status(), 200);
            let sent = world.platform.calls().pop().unwrap();
            for (name, id) in IDS {
                let ids: &[&str] = if expect { &[id] } else { &[] };
                assert_eq!(sent.all(name), ids, "{name} {lines}");
            }
        }
    }
}

#[tokio::test]
async fn the_relays_own_questions_carry_the_ids_too() {
    for (name, lines) in [("ids-own-a", "ids_until = \"accounts\""), ("ids-own-b", "")] {
        let world = world(name, lines).await;
        let mut browser = Browser::default();
        let (consent, _) = choose(&world, &mut browser).await;
        world.platform.script(|received| {
            let is_sca =
                received.method == Method::GET && received.target.contains("/authorisations/");
            is_sca.then(|| json(200, r#"{"scaStatus":"started"}"#))
        });
        // No page has asked for the status: the relay must know it before it reads accounts.
        let line = [("consent-id", &*consent)];
        browser.call(&world, Method::GET, ACCOUNTS, &line, None).await;
        let asked = world.platform.calls().pop().unwrap();
        assert!(asked.target.contains("/authorisations/"), "{}", asked.target);
        browser.call(&world, Method::DELETE, &format!("{CONSENTS}/{consent}"), &[], None).await;
        let deleted = world.platform.calls().pop().unwrap();
        assert_eq!(deleted.method, Method::DELETE);
        for sent in [asked, deleted] {
            for (name, id) in IDS {
                assert_eq!(sent.all(name), [id], "{name} {}", sent.target);
            }
        }
    }
}

#[tokio::test]
async fn each_known_bank_gets_the_ids_up_to_the_accounts() {
    // The platform's own sample sends them in this way at every bank.
    let world = World::new().await;
    for bic in ["ESSESESS", "HANDSESS", "SWEDSESS", "NDEASESS", "DABASESX", "NDEAFIHH", "OKOYFIHH"]
    {
        assert_eq!(profile(&world, bic).await["ids_until"], "accounts", "{bic}");
    }
}

#[tokio::test]
async fn an_ipv6_address_is_sent_or_left_out_as_the_profile_says() {
    for (name, lines, expect) in [
        ("ip-a", "", &["2001:db8::7"][..]),
        ("ip-b", "ipv6 = \"sent\"", &["2001:db8::7"]),
        ("ip-c", "ipv6 = \"left-out\"", &[]),
    ] {
        let world = world(name, lines).await;
        let mut browser = Browser::default();
        for (address, expect) in [
            ("2001:db8::7", expect),
            ("198.51.100.7", &["198.51.100.7"]),
            ("::ffff:198.51.100.7", &["198.51.100.7"]),
        ] {
            let line = [("x-forwarded-for", address), ("user-agent", "a browser")];
            let made = browser.call(&world, Method::POST, CONSENTS, &line, Some(CONSENT)).await;
            assert_eq!(made.status(), 201);
            let sent = world.platform.calls().pop().unwrap();
            assert_eq!(sent.all("psu-ip-address"), expect, "{address} {lines}");
            assert_eq!(sent.all("psu-user-agent"), ["a browser"]);
        }
        let consent = format!("{CONSENTS}/{}", browser.create_consent(&world).await);
        let line = [("x-forwarded-for", "2001:db8::7")];
        browser.call(&world, Method::DELETE, &consent, &line, None).await;
        let sent = world.platform.calls().pop().unwrap();
        assert_eq!(sent.all("psu-ip-address"), expect, "the relay's own calls too: {lines}");
    }
}

#[tokio::test]
async fn ids_for_tests_are_served_in_the_platforms_test_environment_only() {
    for (host, expect) in [
        ("https://api.sandbox.openbankingplatform.com", true),
        ("https://127.0.0.1:1", true),
        ("http://localhost:1", true),
        ("https://api.openbankingplatform.com", false),
        ("https://platform.example", false),
        ("https://sandbox.openbankingplatform.com.evil.example", false),
    ] {
        let mut vars = vars(host);
        set(&mut vars, "CERTIFICATE", "optional");
        let config = Config::read(&vars, None, SystemClock.now()).unwrap();
        let world = World::with(|it| it.profiles = config.profiles).await;
        let seb = profile(&world, "ESSESESS").await;
        let ids = seb.get("corporate_id_tests").map(ToString::to_string);
        let known = r#"["40073144970009","5566771234"]"#;
        assert_eq!(ids.as_deref(), expect.then_some(known), "{host}");
    }
}
