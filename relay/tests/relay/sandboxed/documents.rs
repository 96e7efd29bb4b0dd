//! The commands in the sandbox's document, given to a shell, while a relay's orders and consents are at the sandbox.

use serde_json::Value;

use super::challenge;
use super::site::Site;
use crate::documents::{block, said};
use crate::mtls_support::Folder;
use crate::support::Browser;

const SANDBOX: &str = include_str!("../../../../sandbox/README.md");

/// What the block with `text` prints, with a `curl` that fails where the sandbox refuses.
async fn printed(site: &Site, text: &str, change: impl Fn(&str) -> String) -> String {
    let curl = "curl() { command curl --no-progress-meter --fail-with-body \"$@\"; echo; }\n";
    let script = block(SANDBOX, text).replace("localhost:9100", &site.place);
    said(&[curl, &change(&script)].concat(), Folder::new().path(), &[]).await
}

#[tokio::test]
async fn the_commands_of_the_bankid_app_do_what_the_document_says() {
    let site = Site::start().await;
    let (_, _, token) = challenge(&site.world, &site.sandbox, &mut Browser::default()).await;
    let signed = site.sandbox.scan(&format!("bankid:///?autostarttoken={token}")).unwrap().id;
    let (_, _, token) = challenge(&site.world, &site.sandbox, &mut Browser::default()).await;
    let cancelled = site.sandbox.scan(&format!("bankid:///?autostarttoken={token}")).unwrap().id;
    let said = printed(&site, "/bankid/scan", |script| {
        let script = script.replace("autostarttoken=…", &format!("autostarttoken={token}"));
        let script = script.replacen("$ID", &signed.to_string(), 1);
        script.replacen("$ID", &cancelled.to_string(), 1)
    })
    .await;
    let lines: Vec<Value> = said.lines().filter_map(|it| serde_json::from_str(it).ok()).collect();
    let [orders, scanned, finished] = &lines[..] else { panic!("{said}") };
    assert_eq!(orders.as_array().unwrap().len(), 2);
    assert_eq!(orders[0]["text"], "Allow access to your accounts at SEB.");
    assert_eq!(scanned["pickedUp"], true);
    assert_eq!(finished["outcome"], "finished");
}

#[tokio::test]
async fn the_commands_of_the_control_api_do_what_the_document_says() {
    let site = Site::start().await;
    let (consent, ..) = challenge(&site.world, &site.sandbox, &mut Browser::default()).await;
    let said = printed(&site, "/control/clock", |script| script.replace("$ID", &consent)).await;
    let lines: Vec<Value> = said.lines().filter_map(|it| serde_json::from_str(it).ok()).collect();
    for member in ["now", "requests", "consents", "banks"] {
        assert!(lines.iter().any(|line| !line[member].is_null()), "{member}: {said}");
    }
    assert_ne!(site.consent(&consent).status.as_str(), "received", "the bank has ended it");
}
