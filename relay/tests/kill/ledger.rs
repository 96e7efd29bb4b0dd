//! What the host's server must find in the end: each change is in the ledger once, and each event has come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::host::{Host, Receiver};
use crate::link::{Link, Plan, Who};
use crate::passer::Passer;

/// Compares the ledger with what the links and the link sessions have become.
pub(crate) async fn check(links: &[Link], passers: &[Passer], host: &Host) {
    let ledger = host.ledger().await;
    let ids: BTreeSet<_> = ledger.iter().map(|event| text(event, "id")).collect();
    assert_eq!(ids.len(), ledger.len(), "each event has an id of its own");
    let mut expected = BTreeMap::new();
    for passer in passers {
        expect_session(&mut expected, &passer.session, passer.status, host).await;
    }
    for link in links {
        let status = if link.who == Who::Own { "succeeded" } else { "failed" };
        for session in &link.sessions {
            expect_session(&mut expected, session, status, host).await;
        }
        let Some(connection) = &link.connection else { continue };
        let seen = host.get(&format!("/v1/connections/{connection}")).await;
        let (status, kind) = match link.plan {
            Plan::Renew => ("active", Some("connection.renewed")),
            Plan::End => ("revoked", Some("connection.revoked")),
            _ => ("active", None),
        };
        assert_eq!(seen.text("status"), status, "{seen:?}");
        if let Some(kind) = kind {
            *expected.entry((connection.clone(), kind.to_owned())).or_insert(0) += 1;
        }
    }
    let mut found = BTreeMap::new();
    for event in &ledger {
        let (kind, data) = (text(event, "type"), &event["data"]);
        let subject = if kind.starts_with("link.") { "link_session_id" } else { "connection_id" };
        *found.entry((text(data, subject), kind)).or_insert(0) += 1;
    }
    assert_eq!(found, expected, "each change is in the ledger once, and nothing else is");
    println!("{} events in the ledger", ledger.len());
}

async fn expect_session(
    expected: &mut BTreeMap<(String, String), u32>,
    session: &str,
    status: &str,
    host: &Host,
) {
    let seen = host.get(&format!("/v1/link-sessions/{session}")).await;
    assert_eq!(seen.text("status"), status, "{seen:?}");
    *expected.entry((session.to_owned(), format!("link.{status}"))).or_insert(0) += 1;
}

/// Waits until each event of the ledger has come.
pub(crate) async fn await_deliveries(host: &Host, receiver: &Receiver) {
    let ledger = loop {
        let ledger = host.ledger().await;
        if ledger.iter().all(|event| event["delivery"] == "delivered") {
            break ledger;
        }
        sleep(PAUSE).await;
    };
    let taken = receiver.taken();
    let ids: BTreeSet<_> = ledger.iter().map(|event| text(event, "id")).collect();
    assert_eq!(taken.keys().cloned().collect::<BTreeSet<_>>(), ids, "those came, and no others");
    let again: u32 = taken.values().map(|times| times - 1).sum();
    println!("{} events came, {again} of them again", ids.len());
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}")).to_owned()
}

const PAUSE: Duration = Duration::from_millis(200);
