//! A store that is locked, full, or gone. The relay is a process of its own where the system must refuse its writes.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use axum::http::Method;
use relay::store::SqlStore;
use sqlx::{Connection as _, SqliteConnection, query};
use tokio::process::Command;

use crate::binary::{configured, listening, stop};
use crate::mtls_support::Folder;
use crate::support::raw::{exchange, request, status};
use crate::support::{Browser, CONSENT, CONSENTS, Platform, World, code};

fn address(folder: &Folder) -> String {
    let file = PathBuf::from(folder.write("relay.sqlite", ""));
    format!("sqlite://{}", file.display())
}

#[tokio::test]
async fn a_locked_store_begins_no_consent_and_goes_on_once_it_is_free() {
    let folder = Folder::new();
    let address = address(&folder);
    let store = Arc::new(SqlStore::open(&address).await.unwrap());
    let world = World::with_store(store, |_| {}).await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&world).await;
    let before = world.platform.calls().len();

    let mut other = SqliteConnection::connect(&address).await.unwrap();
    query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let made = browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
    assert_eq!((made.status().as_u16(), &*code(&made)), (503, "RELAY_REFUSED"));
    assert_eq!(world.platform.calls().len(), before, "the bank is not asked");
    query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();

    browser.create_consent(&world).await;
    let kept = browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
    assert_eq!(kept.status(), 200);
}

#[tokio::test]
async fn a_store_whose_file_was_removed_begins_no_consent_until_it_is_back() {
    let folder = Folder::new();
    let address = address(&folder);
    let store = Arc::new(SqlStore::open(&address).await.unwrap());
    let world = World::with_store(store, |_| {}).await;
    let mut browser = Browser::default();
    let (consent, _) = browser.link(&world).await;
    let before = world.platform.calls().len();
    let file = PathBuf::from(address.trim_start_matches("sqlite://"));
    let aside = file.with_extension("aside");

    for replace in [false, true] {
        fs::rename(&file, &aside).unwrap();
        if replace {
            fs::write(&file, "").unwrap();
        }
        let made = browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
        assert_eq!((made.status().as_u16(), &*code(&made)), (503, "RELAY_REFUSED"));
        assert_eq!(world.platform.calls().len(), before, "the bank is not asked");
        fs::rename(&aside, &file).unwrap();
    }
    let kept = browser.get(&world, &format!("{CONSENTS}/{consent}/status")).await;
    assert_eq!(kept.status(), 200);
    // A connection to the other file, which the pool may have opened meanwhile, fails once and is closed.
    let mut made = 503;
    for _ in 0..CONNECTIONS {
        if made == 503 {
            let answer = browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await;
            made = answer.status().as_u16();
        }
    }
    assert_eq!(made, 201);
}

/// More than the store has.
const CONNECTIONS: usize = 20;

/// Sends a request to make a consent to the relay at `address`: the status.
async fn create(address: &str) -> Option<u16> {
    let extra = format!(
        "cookie: none=1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
        CONSENT.len()
    );
    let text = format!("{}{CONSENT}", request("POST", CONSENTS, &extra));
    status(&exchange(address.parse().unwrap(), text.as_bytes()).await)
}

/// Limits the size of the files that the process may write.
async fn limit(process: u32, bytes: &str) {
    let mut run = Command::new("prlimit");
    run.args(["--pid", &process.to_string(), &format!("--fsize={bytes}:")]);
    assert!(run.status().await.unwrap().success());
}

#[tokio::test]
async fn a_full_disk_begins_no_consent_and_the_relay_goes_on_once_there_is_room() {
    let (platform, folder) = (Platform::start().await, Folder::new());
    // The system would end the process at the limit, where a full disk only refuses the write.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\"", env!("CARGO_BIN_EXE_ais-relay")]);
    let mut shell = configured(shell, &platform, &[("AIS_RELAY_STORE", &address(&folder))]);
    let mut child = shell.stdin(Stdio::null()).spawn().unwrap();
    let (output, address, log) = listening(&mut child).await;
    let process = child.id().unwrap();
    let posts = || platform.calls().iter().filter(|call| call.method == Method::POST).count();
    assert_eq!(create(&address).await, Some(201));

    limit(process, "1").await;
    assert_eq!(create(&address).await, Some(503));
    assert_eq!(posts(), 1, "the bank is not asked");
    limit(process, "unlimited").await;

    assert_eq!(create(&address).await, Some(201));
    assert_eq!(posts(), 2);
    let log = stop((child, output, address, log)).await;
    assert!(log.contains("the store"), "{log}");
}
