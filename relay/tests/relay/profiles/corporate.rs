//! A company's person at a bank whose profile requires both ids: relay and sandbox follow one file.

use std::future::pending;

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::config::Config;
use relay::{Clock as _, SystemClock};
use sandbox::{Sandbox, Settings};
use time::macros::utc_datetime;
use tokio::net::TcpListener;

use crate::mtls_support::set;
use crate::support::{Browser, CONSENT, CONSENTS, World, code, field, vars};

/// Invented numbers with right check digits.
const PERSON: (&str, &str) = ("psu-id", "198112189876");
const COMPANY: (&str, &str) = ("psu-corporate-id", "5560000001");

/// A relay for companies, in front of a sandbox.
async fn world() -> (World, Sandbox) {
    // Some weeks before the end of the consent that all tests ask for.
    let start = utc_datetime!(2026-12-01 12:00);
    let sandbox = Sandbox::deterministic(Settings::default(), start, 1);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut vars = vars(&format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(sandbox::serve(sandbox.clone(), listener, pending()));
    for (name, value) in [
        ("CLIENT_ID", "sandbox-client"),
        ("CLIENT_SECRET", "sandbox-secret"),
        ("CONTEXT", "corporate"),
    ] {
        set(&mut vars, name, value);
    }
    let config = Config::read(&vars, None, SystemClock.now()).unwrap();
    (World::with(|it| *it = config).await, sandbox)
}

/// Posts at the invented bank, with these further headers.
async fn post(
    world: &World,
    browser: &mut Browser,
    target: &str,
    lines: &[(&str, &str)],
    body: Option<&str>,
) -> Response<Bytes> {
    let request = world.call(Method::POST, target).header("x-bicfi", "PROVSESS");
    let request =
        lines.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    browser.send(request, body).await
}

#[tokio::test]
async fn the_page_sends_the_required_ids_once_and_they_reach_the_bank_at_each_step() {
    let (world, sandbox) = world().await;
    let mut browser = Browser::default();
    for ids in [&[][..], &[PERSON], &[COMPANY]] {
        let refused = post(&world, &mut browser, CONSENTS, ids, Some(CONSENT)).await;
        assert_eq!((refused.status().as_u16(), &*code(&refused)), (400, "FORMAT_ERROR"), "{ids:?}");
    }
    let created = post(&world, &mut browser, CONSENTS, &[PERSON, COMPANY], Some(CONSENT)).await;
    assert_eq!(created.status(), 201);
    let target = format!("{CONSENTS}/{}/authorisations", field(&created, "consentId"));
    let started = post(&world, &mut browser, &target, &[], None).await;
    assert_eq!(started.status(), 201, "the relay fills in what was said once");
    let seen = sandbox.requests().into_iter().rfind(|seen| seen.path == target).unwrap();
    for (name, id) in [PERSON, COMPANY] {
        assert_eq!(seen.header(name), Some(id));
    }
}
