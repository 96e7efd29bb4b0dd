//! The client certificate in real handshakes with the sandbox: accepted, refused, reported.

use std::future::pending;

use axum::http::Method;
use relay::config::Config;
use relay::{Clock as _, SystemClock};
use sandbox::{Authority, Identity, Purpose, Tls};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::mtls_support::{Site, in_days, lifetime, set, world};
use crate::support::{ASPSPS, SECRET, World, code, finish};

/// The status of a call, and of readiness: both need a token, the call a second host.
async fn ask(world: &World) -> (u16, u16) {
    let call = finish(world.call(Method::GET, ASPSPS)).await.status();
    let ready = world.admin("/health/ready").await.status();
    (call.as_u16(), ready.as_u16())
}

/// Asserts that there is no TLS between `world` and the platform, and that the answer says so.
#[track_caller]
fn assert_refused(name: &str, answer: &axum::http::Response<axum::body::Bytes>) {
    assert_eq!(answer.status(), 503, "{name}");
    assert_eq!(code(answer), "PLATFORM_FAILED", "{name}");
    assert_eq!(answer.headers()["retry-after"], "3", "{name}");
    let problem: Value = serde_json::from_slice(answer.body()).unwrap();
    let text = problem.to_string();
    assert!(text.contains("do not trust each other"), "{name}: {text}");
    assert!(
        !text.contains("AIS_RELAY"),
        "{name}: what to do is not the browser's business: {text}"
    );
}

#[tokio::test]
async fn a_certificate_in_pem_opens_the_platform() {
    let site = Site::start().await;
    assert_eq!(ask(&site.world().await).await, (200, 200));
}

#[tokio::test]
async fn a_certificate_in_pkcs12_opens_the_platform() {
    let site = Site::start().await;
    let client = &site.certificates.client;
    let file = client.pkcs12(&site.certificates.authority, SECRET).unwrap();
    let mut vars = site.vars();
    set(&mut vars, "CERTIFICATE_FILE", &site.folder.write("client.p12", file));
    set(&mut vars, "CERTIFICATE_PASSWORD_FILE", &site.folder.write("password", SECRET));
    assert_eq!(ask(&world(&vars, SystemClock.now()).await).await, (200, 200));
}

#[tokio::test]
async fn the_answer_says_when_the_platform_refuses_the_client() {
    let site = Site::start().await;
    let other = Authority::new(lifetime(-1..1)).unwrap();
    let foreign = other.issue(Purpose::Client, lifetime(-1..1)).unwrap();
    // Their dates are valid when the relay starts and invalid when the platform checks them.
    let expired = site.issue(Purpose::Client, -9..-1);
    let early = site.issue(Purpose::Client, 1..9);
    let cases: [(&str, Option<&Identity>, i64); 4] = [
        ("no certificate", None, 0),
        ("another authority's", Some(&foreign), 0),
        ("expired", Some(&expired), -5),
        ("not yet valid", Some(&early), 5),
    ];
    for (name, client, start) in cases {
        let vars = client.map_or_else(|| site.vars(), |client| site.vars_with(client));
        let world = world(&vars, in_days(start)).await;
        assert_refused(name, &finish(world.call(Method::GET, ASPSPS)).await);
        assert!(site.sandbox.requests().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_platform_that_the_relay_does_not_trust_gets_no_secret() {
    let site = Site::start().await;
    let mut vars = site.vars_with(&site.certificates.client);
    let other = Authority::new(lifetime(-1..1)).unwrap();
    set(&mut vars, "CA_FILE", &site.folder.write("other-ca.pem", other.pem()));
    let another = world(&vars, SystemClock.now()).await;
    assert_refused("another authority", &finish(another.call(Method::GET, ASPSPS)).await);
    vars.remove("AIS_RELAY_CA_FILE");
    let systems = world(&vars, SystemClock.now()).await;
    assert_refused("the system's", &finish(systems.call(Method::GET, ASPSPS)).await);
    assert!(site.sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_platform_whose_certificate_is_out_of_date_or_anothers_gets_no_secret() {
    for (name, purpose, days, host) in [
        ("expired", Purpose::Server, -9..-1, "127.0.0.1"),
        ("not yet valid", Purpose::Server, 1..9, "127.0.0.1"),
        ("for clients", Purpose::Client, -1..1, "127.0.0.1"),
        ("of another name", Purpose::Server, -1..1, "127.0.0.2"),
    ] {
        let site = Site::start().await;
        let listener = TcpListener::bind((host, 0)).await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let authority = site.certificates.authority.pem();
        let tls = Tls::new(&site.issue(purpose, days), &[authority]).unwrap();
        tokio::spawn(sandbox::serve_tls(site.sandbox.clone(), listener, tls, pending()));
        let mut vars = site.vars_with(&site.certificates.client);
        set(&mut vars, "AUTH_URL", &url);
        set(&mut vars, "API_URL", &url);
        let world = world(&vars, SystemClock.now()).await;
        assert_refused(name, &finish(world.call(Method::GET, ASPSPS)).await);
        assert!(site.sandbox.requests().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn several_authorities_may_stand_in_one_file() {
    let site = Site::start().await;
    let mut vars = site.vars_with(&site.certificates.client);
    let other = Authority::new(lifetime(-1..1)).unwrap();
    let both = [other.pem(), site.certificates.authority.pem()].concat();
    set(&mut vars, "CA_FILE", &site.folder.write("both.pem", both));
    assert_eq!(ask(&world(&vars, SystemClock.now()).await).await, (200, 200));
}

#[tokio::test]
async fn an_api_host_that_refuses_the_client_makes_the_call_fail() {
    let site = Site::start().await;
    let own = Config::read(&site.vars(), None, SystemClock.now()).unwrap().platform;
    // Tokens come from another host, which accepts every client.
    let world = World::with(|config| {
        config.platform.api = own.api;
        config.platform.tls = own.tls;
    });
    let world = world.await;
    let answer = finish(world.call(Method::GET, ASPSPS)).await;
    assert_eq!((answer.status().as_u16(), code(&answer)), (502, "PLATFORM_FAILED".to_owned()));
    assert_eq!(world.platform.tokens(), 1);
}
