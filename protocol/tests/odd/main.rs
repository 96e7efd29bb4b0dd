//! An odd part of a body costs only that part, and the parts left out are counted.

use protocol::flow::{Answer, Target};
use protocol::profile::Facts;
use protocol::wire::{TokenGranted, left_out};
use protocol::{Balances, Call};
use serde_json::{Value, from_value};

mod table;

fn read(target: &Target, text: &str) -> Option<Answer> {
    Answer::read(target, serde_json::from_str(text).ok()?)
}

#[test]
fn each_body_is_read_as_far_as_possible() {
    for (target, text, expected) in table::rows() {
        assert_eq!(read(&target, text).map(table::written), expected, "{text}");
    }
}

#[test]
fn a_body_that_was_parsed_before_is_read_alike() {
    for (target, text, expected) in table::rows() {
        let parsed = serde_json::from_str::<Value>(text).and_then(from_value);
        let read = parsed.ok().and_then(|body| Answer::read(&target, body));
        assert_eq!(read.map(table::written), expected, "{text}");
    }
}

#[test]
fn parts_left_out_are_counted_by_kind() {
    let target = Target::Call(Call::ListAccounts { balances: Balances::Included });
    let text = r#"{"accounts":[{"resourceId":"r","name":7,"product":{},"balances":[{"balanceAmount":
        {"currency":"SEK","amount":1.5}},{}, {"balanceAmount":{"currency":"SEK","amount":"1"}}]}, "x"]}"#;
    let (_, odd) = left_out(|| read(&target, text));
    assert_eq!(odd.to_string(), "2 text, 1 Amount, 2 Balance, 1 Account");
    let sound = r#"{"accounts":[{"resourceId":"r","name":null,"more":7,"balances":null}]}"#;
    let (_, odd) = left_out(|| read(&target, sound));
    assert!(odd.is_empty(), "{odd}");
}

#[test]
fn text_that_is_no_json_is_no_answer() {
    let target = Target::Call(Call::ListAccounts { balances: Balances::Included });
    let sound = r#"{"accounts":[{"resourceId":"r","balances":[{"balanceAmount":{"currency":"SEK"}}],"x":[1]}]}"#;
    assert!(read(&target, sound).is_some());
    for end in 0..sound.len() {
        assert_eq!(read(&target, &sound[..end]), None, "{}", &sound[..end]);
    }
    assert_eq!(read(&target, r#"{"accounts":[{"name":x}]}"#), None);
}

#[test]
fn a_profile_is_read_and_odd_members_get_safe_defaults() {
    let bic = || "ESSESESS".parse().expect("it is of the form");
    let facts = |text: &str| match read(&Target::Profile(bic()), text) {
        Some(Answer::Profile(facts)) => facts,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(facts("{}"), Facts::default());
    let odd = r#"{"approaches":7,"methods":"all","affiliated":null,"psu_id":"always","psu_id_format":7,
        "scans":"many","pick_up_seconds":-30,"sign_seconds":1.5,"longest_days":5000000000,"usual_days":{},
        "app_returns":null,"notes":[{"sv":"only"},7],"new":{}}"#;
    assert_eq!(facts(odd), Facts::default());
    let half = facts(
        r#"{"methods":[{"id":"mbid","device":"nowhere"},{"id":"qr","device":"other"}],"scans":2}"#,
    );
    assert_eq!((half.methods.len(), half.scans), (1, 2));
}

/// RFC 6749, section 5.1.
#[test]
fn the_life_of_a_token_is_a_number_a_text_or_missing() {
    for (life, expected) in [
        (r#""expires_in":3600"#, Some(3600)),
        (r#""expires_in":"3600""#, Some(3600)),
        (r#""expires_in":3600.0"#, Some(3600)),
        (r#""expires_in":null"#, None),
        (r#""expires_in":-1"#, None),
        (r#""expires_in":1e30"#, None),
        (r#""expires_in":"soon""#, None),
        (r#""more":1"#, None),
    ] {
        let text = format!(r#"{{"access_token":"t","token_type":"Bearer",{life}}}"#);
        let granted: TokenGranted = serde_json::from_str(&text).expect("it is a token");
        assert_eq!((granted.expires_in, &*granted.scope), (expected, ""), "{life}");
    }
}
