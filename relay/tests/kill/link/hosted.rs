//! The host's part of a link: its server asks for it, sees what became of it, reads under it, renews it and ends it.

use serde_json::json;
use tokio::task::JoinSet;

use super::{Approved, Link, Reported};
use crate::host::Said;

/// What the host does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Nothing: the page links by itself.
    Page,
    /// It asks for the link.
    Link,
    /// It also reads without the person, more often than it may.
    Read,
    /// It also renews the connection.
    Renew,
    /// It also ends the connection.
    End,
}

impl Plan {
    pub(super) fn of(number: usize) -> Self {
        match number % 6 {
            0 => Self::Page,
            1 => Self::Read,
            2 => Self::Renew,
            3 => Self::End,
            _ => Self::Link,
        }
    }
}

impl Link {
    /// The host's server asks for the link, and the page shows the token.
    pub(super) async fn open(&mut self) {
        if self.plan == Plan::Page {
            return;
        }
        let terms = json!({
            "client_reference": format!("customer-{}", self.number), "bank": self.bank,
            "purpose": "To see what you can afford",
        });
        let made = self.world.host.post("/v1/link-sessions", &terms).await;
        self.show(&made).await;
    }

    async fn show(&mut self, made: &Said) {
        assert_eq!(made.status, 201, "{}: {made:?}", self.bank);
        let id = made.text("id");
        let claimed = self.browser.show("POST", &made.text("token")).await;
        assert_eq!((claimed.status, claimed.text("id")), (200, id.clone()), "{claimed:?}");
        self.browser.link_session = Some(id.clone());
        self.sessions.push(id);
    }

    /// The host's server goes on, once the page has shown the accounts.
    pub(super) async fn follow_up(&mut self) {
        if self.plan == Plan::Page {
            return;
        }
        let connection = self.see().await;
        self.connection = Some(connection.clone());
        let target = format!("/v1/connections/{connection}");
        match self.plan {
            Plan::Page | Plan::Link => {}
            Plan::Read => self.read(&target).await,
            Plan::Renew => {
                let made = self.world.host.post(&format!("{target}/renewals"), &json!({})).await;
                self.show(&made).await;
                self.ended.push(std::mem::take(&mut self.consent));
                (self.reported, self.approved) = (Reported::default(), Approved::Not);
                self.finish().await;
                assert_eq!(self.see().await, connection, "a connection outlives its renewal");
            }
            Plan::End => {
                let ended = self.world.host.delete(&target).await;
                assert_eq!(ended.status, 204, "{ended:?}");
                self.ended.push(std::mem::take(&mut self.consent));
            }
        }
    }

    /// The connection that the link became, as the host's server sees it.
    async fn see(&self) -> String {
        let session = self.sessions.last().unwrap();
        let seen = self.world.host.get(&format!("/v1/link-sessions/{session}")).await;
        assert_eq!(seen.text("status"), "succeeded", "{}: the page has shown it", self.bank);
        seen.text("connection_id")
    }

    /// Reads balances without the person, several times at once, and once more.
    async fn read(&self, connection: &str) {
        let accounts = self.world.host.get(&format!("{connection}/accounts")).await;
        if self.bank == "HANDSESS" {
            // It gives accounts only to a person's device.
            assert_eq!((accounts.status, accounts.text("code")), (409, "person_needed".to_owned()));
            return;
        }
        if accounts.status == 429 {
            // Relays have asked the bank four times, and each was killed before it could answer.
            assert_eq!(accounts.text("code"), "ACCESS_EXCEEDED");
            return;
        }
        assert_eq!(accounts.status, 200, "{}: {accounts:?}", self.bank);
        let account = accounts.body["data"][0]["id"].as_str().unwrap();
        let target = format!("{connection}/accounts/{account}/balances");
        let mut reads = JoinSet::new();
        for _ in 0..6 {
            let (host, target) = (self.world.host.clone(), target.clone());
            reads.spawn(async move { host.get(&target).await });
        }
        let reads = reads.join_all().await;
        let given = reads.iter().filter(|said| said.status == 200).count();
        let refused = reads.iter().filter(|said| said.status == 429).count();
        // Where an answer was lost, the read was counted all the same.
        assert!(given <= 4 && given + refused == reads.len(), "{reads:?}");
        let last = self.world.host.get(&target).await;
        assert_eq!((last.status, last.text("code")), (429, "ACCESS_EXCEEDED".to_owned()));
    }
}
