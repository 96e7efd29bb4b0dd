//! The binary and its store: a server, and the copy of a store.

use std::path::Path;

use super::key::KEY;
use super::{command, configured, run, start_with, stop};
use crate::database;
use crate::each::on_postgres;
use crate::mtls_support::Folder;
use crate::support::Platform;

on_postgres! {
    a_relay_says_that_it_has_a_server_and_takes_its_address_from_a_file,
    a_store_is_copied_to_a_server,
}

/// The output of a run that ends by itself, and whether it went well.
async fn output(command: &mut tokio::process::Command) -> (bool, String) {
    let output = run(command).await;
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

async fn a_relay_says_that_it_has_a_server_and_takes_its_address_from_a_file() {
    let (platform, folder) = (Platform::start().await, Folder::new());
    let (key, address) = (folder.write("key", KEY), database::empty().await);
    let file = folder.write("store", &address);
    let variables = [
        ("AIS_RELAY_STORE", ""),
        ("AIS_RELAY_STORE_FILE", file.as_str()),
        ("AIS_RELAY_STORE_KEY_FILE", key.as_str()),
    ];
    let log = stop(start_with(&platform, &variables).await).await;
    assert!(log.contains("the store is PostgreSQL"), "{log}");
    assert!(log.contains("postgres://") && !log.contains("user="), "{log}");
}

async fn a_store_is_copied_to_a_server() {
    let (platform, folder) = (Platform::start().await, Folder::new());
    let key = folder.write("key", KEY);
    let path = Path::new(&key).with_file_name("relay.sqlite");
    let from = format!("sqlite://{}", path.display());
    let copy =
        async |from: &str, to: &str| output(command().args(["store", "copy", from, to])).await;
    let to = format!("@{}", folder.write("address", &database::empty().await));
    let (well, said) = copy(&from, &to).await;
    assert!(!well && said.contains("cannot be opened"), "{said}");
    let running = start_with(&platform, &[("AIS_RELAY_STORE", &from)]).await;
    let (well, said) = copy(&from, &to).await;
    assert!(!well && said.contains("a relay has the first store open"), "{said}");
    stop(running).await;
    for _ in 0..2 {
        let (well, said) = copy(&from, &to).await;
        assert!(well && said.contains("links: 0 rows in both"), "{said}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_stops_the_start_and_no_password_is_seen() {
    let (platform, folder) = (Platform::start().await, Folder::new());
    let key = folder.write("key", KEY);
    let variables = [
        ("AIS_RELAY_STORE", "postgres://relay:canary@127.0.0.1:1/links"),
        ("AIS_RELAY_STORE_KEY_FILE", key.as_str()),
    ];
    let (well, said) = output(&mut configured(command(), &platform, &variables)).await;
    assert!(!well && said.contains("no PostgreSQL server answers at 127.0.0.1:1"), "{said}");
    assert!(said.contains("postgres://127.0.0.1:1/links") && !said.contains("canary"), "{said}");
}
