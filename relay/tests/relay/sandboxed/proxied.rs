//! The relay behind the web servers of `relay/deploy`, started with those very files: a link goes through, the bank gets the
//! browser's address, and no log of theirs has a code. `cargo xtask test` installs them and runs these tests.

mod counting;
mod server;

use axum::http::{Method, StatusCode};
use relay::config::{Config, Vars};
use relay::{Clock as _, SystemClock};

use self::server::{Kind, NAME, Server};
use super::person::Person;
use super::read;
use super::site::{NORDEA, REDIRECT_URI, Site};
use crate::mtls_support::set;
use crate::support::{ASPSPS, finish, vars};

/// The variables of the example, in front of the sandbox at `url`. `Host` alone says what the relay's own origin is.
fn variables(url: &str) -> Vars {
    let mut all = vars(url);
    let file = include_str!("../../../deploy/ais-relay.env");
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.split_once('=').unwrap();
        let is_of_the_test = all.contains_key(name) || name == "AIS_RELAY_PUBLIC_ORIGIN";
        if !is_of_the_test {
            all.insert(name.to_owned(), value.to_owned());
        }
    }
    set(&mut all, "CLIENT_ID", "sandbox-client");
    set(&mut all, "CLIENT_SECRET", "sandbox-secret");
    set(&mut all, "REDIRECT_URI", REDIRECT_URI);
    all
}

async fn goes_through(kind: Kind) {
    let mut site = Site::start_with(variables).await;
    let server = Server::start(kind, site.world.address.port()).await;
    site.world.ask_through(&format!("https://{NAME}"), server.client());

    // A page of the relay's own origin may call: the server passes `Host` on.
    let own = [("origin", format!("https://{NAME}")), ("sec-fetch-site", "same-origin".to_owned())];
    let lies = [
        ("x-forwarded-for", "198.51.100.77".to_owned()),
        ("forwarded", "for=198.51.100.78".to_owned()),
    ];
    let mut asked = site.world.call(Method::GET, ASPSPS);
    for (name, value) in own.iter().chain(&lies) {
        asked = asked.header(*name, value);
    }
    let answer = finish(asked).await;
    assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.body());
    assert!(
        answer.headers()["strict-transport-security"].to_str().unwrap().starts_with("max-age=")
    );

    let mut person = Person::at(&site, NORDEA).await;
    let form = person.approve().await;
    assert!(form.contains("code="), "{form}");
    let landed = finish(site.world.bare(Method::GET, &format!("/redirect?{form}"))).await;
    assert_eq!(landed.status(), StatusCode::OK);
    assert_eq!(person.back(&form).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(person.returned().await, "completed");
    let accounts = read(&person.accounts().await);
    assert!(accounts["accounts"].is_array(), "{accounts}");

    let requests = site.sandbox.requests();
    let addresses: Vec<_> = requests.iter().filter_map(|it| it.header("psu-ip-address")).collect();
    assert!(!addresses.is_empty() && addresses.iter().all(|it| *it == BROWSER), "{addresses:?}");

    // A relay that is gone is what web servers report at length.
    site.world.stop();
    let lost = finish(site.world.bare(Method::GET, &format!("/redirect?{form}"))).await;
    assert!(lost.status().is_server_error(), "{}", lost.status());
    let logs = server.stop().await;
    assert!(logs.contains("/redirect") && logs.contains("502"), "{logs}");
    for (name, secret) in form.split('&').filter_map(|part| part.split_once('=')) {
        assert!(!logs.contains(secret), "{name} is in a log: {logs}");
    }
}

/// The address of the browser: not the one of the web server, which the relay trusts.
const BROWSER: &str = "127.0.0.2";

#[tokio::test]
#[ignore = "needs nginx: cargo xtask test"]
async fn a_link_goes_through_nginx() {
    goes_through(Kind::Nginx).await;
}

#[tokio::test]
#[ignore = "needs Caddy: cargo xtask test"]
async fn a_link_goes_through_caddy() {
    goes_through(Kind::Caddy).await;
}

/// The configuration that the example makes, without what the test sets.
#[test]
fn the_example_is_a_configuration() {
    let mut all = variables("http://127.0.0.1:1");
    set(&mut all, "PUBLIC_ORIGIN", "https://link.example.com");
    set(&mut all, "REDIRECT_URI", "https://link.example.com/redirect");
    let config = Config::read(&all, None, SystemClock.now()).unwrap();
    assert_eq!(config.access.trusted_proxies.len(), 2);
}
