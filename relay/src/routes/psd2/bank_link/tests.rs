//! Links to the bank's page: accepted ones, and those to which the relay sends no person.

use super::*;
use crate::clock::Timestamp;
use crate::config::Vars;

fn config(extra: &[(&str, &str)]) -> Config {
    let vars: Vars = [
        ("AIS_RELAY_AUTH_URL", "https://auth.example"),
        ("AIS_RELAY_API_URL", "https://api.example"),
        ("AIS_RELAY_CLIENT_ID", "the client/1"),
        ("AIS_RELAY_CLIENT_SECRET", "secret"),
        ("AIS_RELAY_REDIRECT_URI", "https://relay.example/redirect"),
    ]
    .iter()
    .chain(extra)
    .map(|(name, value)| ((*name).to_owned(), value.replace(' ', "-")))
    .collect();
    Config::read(&vars, None, Timestamp::from_millis(0)).unwrap()
}

/// Where the person comes back to, and by which state.
const BACK: &str = "redirect_uri=[TPP_REDIRECT_URI]&state=[TPP_STATE]";

fn fill(name: &str, href: &str, config: &Config) -> Result<Value, RouteError> {
    let body = serde_json::json!({ "scaStatus": "started", "_links": { name: { "href": href } } });
    let filled = Offer::of(&Body::written(body)).unwrap().fill(config, "state-1")?.0;
    Ok(filled.value().clone())
}

#[test]
fn the_placeholders_are_filled_and_encoded() {
    let config = config(&[]);
    let query = "client_id=[CLIENT_ID]&redirect_uri=[TPP_REDIRECT_URI]&state=[TPP_STATE]";
    let expect = "https://auth.example/connect/authorize?client_id=the-client%2F1\
                  &redirect_uri=https%3A%2F%2Frelay.example%2Fredirect&state=state-1";
    for href in [
        format!("https://auth.example/connect/authorize?{query}"),
        format!("/connect/authorize?{query}"),
        format!("https://auth.example/connect/authorize?{query}")
            .replace('[', "%5B")
            .replace(']', "%5D"),
        format!("https://auth.example/connect/authorize?{query}")
            .replace('[', "%5b")
            .replace(']', "%5d"),
        format!("https://auth.example/connect/authorize?{query}")
            .replace("[TPP_STATE]", "%5bTpp_State]"),
    ] {
        let body = fill("scaOAuth", &href, &config).unwrap();
        assert_eq!(body["_links"]["scaOAuth"]["href"], expect);
        assert_eq!(body["scaStatus"], "started");
    }
    let body = fill("scaRedirect", &format!("https://api.example/x?{query}"), &config).unwrap();
    assert!(body["_links"]["scaRedirect"]["href"].is_string());
}

#[test]
fn a_link_from_which_nobody_could_come_back_is_refused() {
    let config = config(&[]);
    for (query, is_good) in [
        (BACK, true),
        // The platform knows the address, and may fill it in itself.
        ("redirect_uri=https%3A%2F%2Frelay.example%2Fredirect&state=[TPP_STATE]", true),
        ("redirect_uri=https://relay.example/redirect&state=%5btpp_state%5d", true),
        ("redirect_uri=https%3A%2F%2Fevil.example%2Fredirect&state=[TPP_STATE]", false),
        ("redirect_uri=https%3A%2F%2Frelay.example%2Fredirect%3Fx&state=[TPP_STATE]", false),
        ("state=[TPP_STATE]", false),
        ("redirect_uri=[TPP_REDIRECT_URI]", false),
        ("redirect_uri=[TPP_REDIRECT_URI]&state=abc", false),
        ("client_id=[CLIENT_ID]", false),
        ("", false),
    ] {
        for name in ["scaOAuth", "scaRedirect"] {
            let href = format!("https://auth.example/a?{query}");
            assert_eq!(fill(name, &href, &config).is_ok(), is_good, "{href}");
        }
    }
}

#[test]
fn nobody_is_sent_to_an_unknown_host() {
    let config = config(&[("AIS_RELAY_REDIRECT_HOSTS", "bank.example,other.example:8443")]);
    for good in [
        "https://auth.example/a",
        "https://api.example/a",
        "https://bank.example/a",
        "https://bank.example:443/a",
        "https://other.example:8443/a",
    ] {
        let good = format!("{good}?{BACK}");
        assert!(fill("scaOAuth", &good, &config).is_ok(), "{good}");
    }
    for bad in [
        "https://evil.example/a",
        "//evil.example/a",
        "\\\\evil.example\\a",
        "http://auth.example/a",
        "http://bank.example/a",
        "https://bank.example:8443/a",
        "https://other.example/a",
        "https://bank.example@evil.example/a",
        "https://user@auth.example/a",
        "https://auth.example.evil.example/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://b\u{430}nk.example/a",
        "https://auth.example/?x=[TPP_OTHER]",
        &format!("https://auth.example/{}", "a".repeat(MAX_LENGTH)),
    ] {
        let bad = format!("{bad}{}{BACK}", if bad.contains('?') { '&' } else { '?' });
        assert!(fill("scaOAuth", &bad, &config).is_err(), "{bad}");
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_passed_on_in_one() {
    let link = format!("https:evil.example?{BACK}");
    let body = fill("scaOAuth", &link, &config(&[])).unwrap();
    let href = body["_links"]["scaOAuth"]["href"].as_str().unwrap();
    assert!(href.starts_with("https://auth.example/evil.example?"), "{href}");
}

#[test]
fn one_link_is_passed_on_and_none_without_an_address_to_come_back_to() {
    let config = config(&[]);
    let both = serde_json::json!({ "_links": {
        "scaOAuth": { "href": format!("https://auth.example/a?{BACK}") },
        "scaRedirect": { "href": "https://evil.example/" },
        "scaStatus": { "href": "/psd2/x" },
    } });
    let offer = Offer::of(&Body::written(both)).unwrap();
    assert_eq!(offer.kind, ReturnKind::Code);
    let (filled, origin) = offer.fill(&config, "s").unwrap();
    assert_eq!(origin, "https://auth.example");
    let filled = filled.value();
    assert!(filled["_links"]["scaRedirect"].is_null());
    assert_eq!(filled["_links"]["scaStatus"]["href"], "/psd2/x");
    assert!(Offer::of(&Body::written(serde_json::json!({ "_links": {} }))).is_none());
    let mut without = config;
    without.redirect.uri = None;
    let refused = fill("scaOAuth", &format!("https://auth.example/a?{BACK}"), &without);
    assert_eq!(refused, Err(RouteError::NoRedirectUri));
}
