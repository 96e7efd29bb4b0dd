//! The widget follows a link to the bank's page only where the relay has checked its origin.

use protocol::Call;
use protocol::flow::Event;
use serde_json::json;

use crate::support::{Response, Run, body, works};

#[test]
fn only_the_origin_that_the_relay_has_checked_is_followed() {
    let auth = "https://auth.example";
    for (checked, address, is_followed) in [
        (Some(auth), "https://auth.example/login", true),
        (Some(auth), "https://auth.example/", true),
        (Some("https://auth.example:8443"), "https://auth.example:8443/a", true),
        (Some("http://127.0.0.1:4010"), "http://127.0.0.1:4010/a", true),
        (Some("http://[::1]:4010"), "http://[::1]:4010/a", true),
        (None, "https://auth.example/login", false),
        (Some(""), "https://auth.example/login", false),
        (Some(auth), "https://evil.example/", false),
        (Some(auth), "https://auth.example.evil.example/", false),
        (Some(auth), "https://auth.example@evil.example/", false),
        (Some(auth), "https://auth.example:443@evil.example/", false),
        (Some(auth), "https://auth.example:8443/", false),
        (Some(auth), "https://auth.example\\@evil.example/", false),
        (Some(auth), "https://auth.example", false),
        (Some(auth), "https://auth.example?x", false),
        (Some(auth), "HTTPS://auth.example/", false),
        (Some(auth), "http://auth.example/", false),
        (Some(auth), "https://auth.example/\n", false),
        (Some("javascript:alert(1)"), "javascript:alert(1)/", false),
        (Some("javascript://"), "javascript:///%0aalert(1)", false),
        (Some("data:"), "data:/text/html,x", false),
        (Some("https://"), "https:///evil.example/", false),
        (Some("https://a@evil.example"), "https://a@evil.example/", false),
        (Some("https:"), "https://evil.example/", false),
        (Some("null"), "null/", false),
    ] {
        for starts in [true, false] {
            let links = json!({ "scaRedirect": { "href": address } });
            let mut platform = |call: &Call, turn| {
                let response = match call {
                    Call::StartAuthorisation { .. } if starts => body(
                        call,
                        json!({"scaStatus": "received", "authorisationId": "a-1", "_links": links}),
                    ),
                    Call::UpdatePsuData { .. } => {
                        body(call, json!({"scaStatus": "started", "_links": links}))
                    }
                    _ => return works(call, turn),
                };
                let Response::Answer(mut reply) = response else { panic!("a body is an answer") };
                reply.bank = checked.map(str::to_owned);
                Response::Answer(reply)
            };
            let run = Run::begun(&mut platform);
            let found = run.screen() == "redirecting";
            assert_eq!(found, is_followed, "{checked:?} {address}");
            assert!(is_followed || !run.events.iter().any(|it| matches!(it, Event::Leave(_))));
        }
    }
}
