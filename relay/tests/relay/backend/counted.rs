//! What metrics say about links, reads without the person, and events: each is counted once, for the bank that it is about.

use std::time::Duration;

use axum::http::Method;
use protocol::Day;
use relay::config::Webhook;
use relay::{Clock as _, Secret, SystemClock};

use super::reads::ACCOUNTS;
use super::webhooks::Receiver;
use super::{Host, terms};
use crate::database;
use crate::each::on_each_database;
use crate::support::{Browser, CONSENT, CONSENTS, World, finish, json};

on_each_database! {
    what_the_hosts_server_reads_and_hears_is_counted,
    a_flow_is_counted_once_by_how_it_ended,
}

async fn what_the_hosts_server_reads_and_hears_is_counted() {
    let receiver = Receiver::start().await;
    let url = receiver.url().parse().unwrap();
    let secrets = vec![Secret::new(SECRET).unwrap()];
    let host = Host::with(|config| config.backend.webhook = Some(Webhook { url, secrets })).await;
    // Deliveries compare the time with the machine's clock.
    host.world.clock.advance(SystemClock.now().since(host.world.clock.now()));
    let (_, connection, _) = host.link(&terms()).await;
    let waiting = f64::from(u32::try_from(host.events().await.len()).unwrap());
    host.world.scrape().await.has(&[
        (r#"requests_total{call="createLinkSession",status_class="2xx"}"#, 1.0),
        (r#"requests_total{call="getLinkSession",status_class="2xx"}"#, 1.0),
        (r#"flow_outcomes_total{bank="ESSESESS",outcome="linked"}"#, 1.0),
        (r#"flows{state="approved"}"#, 1.0),
        (r#"webhook_deliveries_total{outcome="delivered"}"#, 0.0),
        ("webhook_outbox", waiting),
    ]);
    let (links, webhooks) = (host.world.relay.links(), receiver.webhooks(&[SECRET]));
    webhooks.run_once(&links).await;
    host.world.scrape().await.has(&[
        (r#"webhook_deliveries_total{outcome="delivered"}"#, waiting),
        ("webhook_outbox", 0.0),
    ]);

    host.world
        .platform
        .script(|received| received.target.ends_with("/accounts").then(|| json(200, ACCOUNTS)));
    let accounts = format!("/v1/connections/{connection}/accounts");
    for expected in [200, 200, 429] {
        assert_eq!(finish(host.request(Method::GET, &accounts)).await.status(), expected);
    }
    for (method, target) in [
        (Method::GET, "/v1/canary".to_owned()),
        (Method::PUT, "/v1/connections".to_owned()),
        (Method::from_bytes(b"CANARY").unwrap(), "/v1/connections".to_owned()),
    ] {
        assert!(finish(host.request(method, &target)).await.status().is_client_error());
    }
    let scrape = host.world.scrape().await;
    scrape.has(&[
        (r#"unattended_reads_total{bank="ESSESESS",outcome="answered"}"#, 2.0),
        (r#"unattended_reads_total{bank="ESSESESS",outcome="limit"}"#, 1.0),
        (r#"requests_total{call="listAccounts",status_class="2xx"}"#, 2.0),
        (r#"requests_total{call="listAccounts",status_class="4xx"}"#, 1.0),
        (r#"requests_total{call="none",status_class="4xx"}"#, 3.0),
    ]);
    for word in ["canary", "cn_", "customer-4711"] {
        assert!(!scrape.text.contains(word), "{word}: {}", scrape.text);
    }
}

/// A secret of webhooks.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn connections_that_end_soon_are_counted_by_their_days() {
    let host = Host::new().await;
    let (_, connection, _) = host.link(&terms()).await;
    let until = host.get(&format!("/v1/connections/{connection}")).await["valid_until"].clone();
    let today = Day::at_millis(host.world.clock.now().as_millis());
    let left = (1..400).find(|days| today.plus(*days).to_string() == until.as_str().unwrap());
    // It ends with its last day: that is within one day.
    let first = u64::from(left.unwrap()) - 14;
    for (days, expected) in
        [(first, [0.0; 3]), (1, [0.0, 0.0, 1.0]), (7, [0.0, 1.0, 1.0]), (6, [1.0; 3])]
    {
        host.world.clock.advance(Duration::from_hours(24 * days));
        let scrape = host.world.scrape().await;
        for (within, number) in [1, 7, 14].into_iter().zip(expected) {
            scrape.has(&[(&format!(r#"consents_expiring{{days="{within}"}}"#), number)]);
        }
    }
}

async fn a_flow_is_counted_once_by_how_it_ended() {
    let world = World::new().await;
    let (mut linked, mut declined) = (Browser::default(), Browser::default());
    let (mut cancelled, mut left) = (Browser::default(), Browser::default());
    let status = async |browser: &mut Browser, consent: &str, says: &'static str| {
        world.platform.script(move |received| {
            let is_status = received.method == Method::GET && received.target.ends_with("/status");
            is_status.then(|| json(200, &format!(r#"{{"consentStatus":"{says}"}}"#)))
        });
        browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
        world.platform.script(|_| None);
    };
    let (consent, _) = linked.sign(&world).await;
    status(&mut linked, &consent, "valid").await;
    // What is ended after it was linked stays linked.
    linked.call(&world, Method::DELETE, &format!("{CONSENTS}/{consent}"), &[], None).await;
    let (consent, _) = declined.link(&world).await;
    status(&mut declined, &consent, "rejected").await;
    declined.call(&world, Method::DELETE, &format!("{CONSENTS}/{consent}"), &[], None).await;
    let (consent, _) = cancelled.link(&world).await;
    for _ in 0..2 {
        cancelled.call(&world, Method::DELETE, &format!("{CONSENTS}/{consent}"), &[], None).await;
    }
    // A bank that no list names.
    let request = world.call(Method::POST, CONSENTS).header("x-bicfi", "CANASESS");
    let made = left.send(request, Some(CONSENT)).await;
    assert_eq!(made.status(), 201, "{:?}", made.body());
    left.call(&world, Method::DELETE, "/session", &[], None).await;
    for _ in 0..2 {
        world.relay.tend_once().await;
    }
    let scrape = world.scrape().await;
    for (bank, outcome) in [
        ("ESSESESS", "linked"),
        ("ESSESESS", "declined"),
        ("ESSESESS", "cancelled"),
        ("other", "abandoned"),
    ] {
        let series = format!(r#"flow_outcomes_total{{bank="{bank}",outcome="{outcome}"}}"#);
        scrape.has(&[(&series, 1.0)]);
    }
    assert!(!scrape.text.contains("CANASESS"), "{}", scrape.text);
    let ends = scrape.series().into_iter().filter(|one| one.contains("flow_outcomes_total{"));
    let all: f64 = ends.filter_map(|one| scrape.value(one.strip_prefix("ais_relay_")?)).sum();
    assert!((all - 4.0).abs() < 0.1, "{}", scrape.text);
}
