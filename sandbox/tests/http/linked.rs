//! A consent that a person has approved, at any bank, and calls about its accounts.

use serde_json::Value;

use crate::support::{ACCOUNTS, Answer, Api, CONSENTS, Call, consent_body, consent_of};

/// An approved consent.
pub(crate) struct Linked<'a> {
    pub(crate) api: &'a Api,
    pub(crate) bic: &'static str,
    /// The consent's id.
    pub(crate) id: String,
}

impl Api {
    /// Links as a person does.
    pub(crate) async fn linked(&self, bic: &'static str) -> Linked<'_> {
        self.linked_with(bic, &consent_body()).await
    }

    /// Links under a consent with this body.
    pub(crate) async fn linked_with(&self, bic: &'static str, body: &Value) -> Linked<'_> {
        let created = self.at(bic, "POST", CONSENTS).await.json(body).send().await;
        assert_eq!(created.status, 201, "{bic}: {created:?}");
        let consent = created.header("location").to_owned();
        let is_decoupled = ["ESSESESS", "HANDSESS", "SWEDSESS"].contains(&bic);
        let authorisation = if is_decoupled {
            let (authorisation, _) = self.authorise_again(bic, &consent, "mbid").await;
            while let Some(order) = self.sandbox.orders().pop() {
                self.sign(order.id).await;
            }
            authorisation
        } else {
            let method = if bic.ends_with("FIHH") { "code_app" } else { "mbid" };
            let visit = self.visit_again(bic, &consent, method).await;
            if let Some(code) = visit.approve().await.get("code") {
                assert_eq!(visit.exchange(code).await.status, 200);
            }
            visit.authorisation.clone()
        };
        assert_eq!(self.consent_status(bic, &authorisation).await, "valid", "{bic}");
        let id = consent_of(&authorisation).rsplit('/').next().unwrap().to_owned();
        Linked { api: self, bic, id }
    }
}

impl Linked<'_> {
    /// The consent's status.
    pub(crate) async fn status(&self) -> Value {
        let status = self.api.read(self.bic, &format!("{CONSENTS}/{}/status", self.id)).await;
        status["consentStatus"].clone()
    }

    /// A call below the list of accounts, with the person present.
    pub(crate) async fn call(&self, below: &str) -> Call<'_> {
        self.at(&format!("{ACCOUNTS}{below}")).await
    }

    /// A call of any path.
    pub(crate) async fn at(&self, target: &str) -> Call<'_> {
        self.api.at(self.bic, "GET", target).await.header("Consent-ID", &self.id)
    }

    pub(crate) async fn get(&self, below: &str) -> Answer {
        self.call(below).await.send().await
    }

    /// A call without the person.
    pub(crate) async fn unattended(&self, below: &str) -> Answer {
        self.call(below).await.without("PSU-IP-Address").send().await
    }

    pub(crate) async fn json(&self, below: &str) -> Value {
        let answer = self.get(below).await;
        assert_eq!(answer.status, 200, "{} {below}: {answer:?}", self.bic);
        answer.json()
    }

    /// The ids of its accounts.
    pub(crate) async fn accounts(&self) -> Vec<String> {
        let list = self.json("").await;
        let accounts = list["accounts"].as_array().unwrap().iter();
        accounts.map(|it| it["resourceId"].as_str().unwrap().to_owned()).collect()
    }

    /// The path of the first account, below the list.
    pub(crate) async fn first(&self) -> String {
        format!("/{}", self.accounts().await.swap_remove(0))
    }

    /// All pages of a list, as their links lead from one to the next.
    pub(crate) async fn pages(&self, below: &str) -> Vec<Value> {
        let mut pages = vec![self.json(below).await];
        while let Some(next) = next(&pages[pages.len() - 1]) {
            let target = next.trim_start_matches("http://localhost").to_owned();
            let answer = self.at(&target).await.send().await;
            assert_eq!(answer.status, 200, "{target}: {answer:?}");
            pages.push(answer.json());
        }
        pages
    }

    /// The booked transactions of all pages of a list.
    pub(crate) async fn booked(&self, below: &str) -> Vec<Value> {
        let pages = self.pages(below).await;
        pages.iter().flat_map(|page| entries(page, "booked")).collect()
    }
}

/// The transactions of a page.
pub(crate) fn entries(page: &Value, status: &str) -> Vec<Value> {
    page["transactions"][status].as_array().cloned().unwrap_or_default()
}

/// The link to the next page.
pub(crate) fn next(page: &Value) -> Option<&str> {
    page["transactions"]["_links"]["next"]["href"].as_str()
}
