//! The key that seals persons' ids: with it they outlive the process, without it the relay asks for them again,
//! and never leaves them out silently.

use std::fs;
use std::path::Path;

use axum::http::Method;

use super::{start_with, stop};
use crate::mtls_support::Folder;
use crate::support::raw::{exchange, request, status};
use crate::support::{CONSENT, CONSENTS, Platform};

/// In the query and the fragment of the page that the person goes back to.
const CANARY: &str = "token=canary-4711";
const PERSON: &str = "198001019999";
/// 32 bytes in base64, all of them the same.
pub(super) const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const WARNING: &str = "AIS_RELAY_STORE_KEY_FILE is not set";

/// All that lies in the folder of `key` beside it, as text.
fn content(key: &Path) -> String {
    let files = fs::read_dir(key.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let stored = files.filter(|path| path != key);
    stored.map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()).collect()
}

/// The value of a header in an answer, up to the first semicolon.
fn header(answer: &str, name: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn with_a_key_of_its_own_a_relay_that_is_started_anew_knows_whom_a_link_is_for() {
    for has_key in [true, false] {
        let platform = Platform::start().await;
        let folder = Folder::new();
        let key = folder.write("key", KEY);
        let path = Path::new(&key);
        let store = format!("sqlite://{}", path.with_file_name("relay.sqlite").display());
        let mut variables = vec![("AIS_RELAY_STORE", store.as_str())];
        if has_key {
            variables.push(("AIS_RELAY_STORE_KEY_FILE", &key));
        }
        let before = start_with(&platform, &variables).await;
        let extra = format!(
            "psu-id: {PERSON}\r\norigin: https://shop.example\r\n\
             x-ais-link-return: https://shop.example/link?{CANARY}#{CANARY}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            CONSENT.len()
        );
        let create = [&request("POST", CONSENTS, &extra), CONSENT].concat();
        let made = exchange(before.2.parse().unwrap(), create.as_bytes()).await;
        assert_eq!(status(&made), Some(201), "{made}");
        let (made, cookie) = (header(&made, "location"), header(&made, "set-cookie"));
        let mut log = stop(before).await;

        let after = start_with(&platform, &variables).await;
        let step =
            request("POST", &format!("{made}/authorisations"), &format!("cookie: {cookie}\r\n"));
        let started = exchange(after.2.parse().unwrap(), step.as_bytes()).await;
        log.push_str(&stop(after).await);
        let calls = platform.calls();
        let steps = calls.iter().filter(|call| call.target.ends_with("/authorisations"));
        let said: Vec<_> = steps.map(|call| (call.method.clone(), call.all("psu-id"))).collect();
        if has_key {
            assert_eq!(status(&started), Some(201), "{started}");
            assert_eq!(said, [(Method::POST, vec![PERSON.to_owned()])]);
        } else {
            assert_eq!(status(&started), Some(409), "{started}");
            assert!(started.contains(r#""code":"PSU_ID_FORGOTTEN""#), "{started}");
            assert_eq!(said, [], "a step without the id is not made");
        }
        assert_eq!(log.matches(WARNING).count(), if has_key { 0 } else { 2 }, "{log}");
        for secret in [PERSON, KEY, CANARY] {
            assert!(!log.contains(secret), "{log}");
            assert!(!content(path).contains(secret));
        }
        assert!(content(path).contains("https://shop.example/link "), "the rest is sealed");
        // This key is easily guessed.
        assert_eq!(log.matches("one byte, repeated").count(), if has_key { 2 } else { 0 }, "{log}");
    }
}
