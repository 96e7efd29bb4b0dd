//! A person's browser at a bank: follows the link, presses the page's buttons by their ids, and reads what
//! the bank sends back to the client.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::support::{Answer, Api, consent_of};

/// An authorisation by redirect.
pub(crate) struct Visit<'a> {
    pub(crate) api: &'a Api,
    pub(crate) bic: &'static str,
    /// The path of the authorisation.
    pub(crate) authorisation: String,
    /// The link as the platform gave it.
    pub(crate) link: String,
}

/// The parameters that the client gets back, by name.
pub(crate) type Return = BTreeMap<String, String>;

impl Api {
    /// A new consent with an authorisation, up to the link.
    pub(crate) async fn visit(&self, bic: &'static str, method: &str) -> Visit<'_> {
        let consent = self.consent(bic).await;
        self.visit_again(bic, &consent, method).await
    }

    /// A new authorisation of a consent, up to the link.
    pub(crate) async fn visit_again(
        &self,
        bic: &'static str,
        consent: &str,
        method: &str,
    ) -> Visit<'_> {
        let started = self.at(bic, "POST", &format!("{consent}/authorisations")).await;
        let started = started.send().await;
        assert_eq!(started.status, 201, "{started:?}");
        assert_eq!(started.header("aspsp-sca-approach"), "REDIRECT");
        let authorisation = started.header("location").to_owned();
        let chosen = self.choose(bic, &authorisation, method).await;
        assert_eq!(chosen.status, 200, "{chosen:?}");
        assert_eq!(chosen.header("aspsp-sca-approach"), "REDIRECT");
        let links = chosen.json()["_links"].clone();
        let link =
            ["scaOAuth", "scaRedirect"].into_iter().find_map(|name| links[name]["href"].as_str());
        let link = link.unwrap_or_else(|| panic!("no link: {links}")).to_owned();
        Visit { api: self, bic, authorisation, link }
    }

    pub(crate) async fn choose(&self, bic: &str, authorisation: &str, method: &str) -> Answer {
        let body = json!({ "authenticationMethodId": method });
        self.at(bic, "PUT", authorisation).await.json(&body).send().await
    }
}

impl Visit<'_> {
    /// The link's path and query, filled as the guide says.
    pub(crate) fn filled(&self) -> String {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let link = self.link.strip_prefix("http://localhost").expect("the host of no header");
        link.replace("[CLIENT_ID]", "sandbox-client")
            .replace("[TPP_REDIRECT_URI]", &encoded(REDIRECT_URI))
            .replace("[TPP_STATE]", &encoded(STATE))
    }

    /// Follows the link to the bank's page.
    pub(crate) async fn open(&self) -> Answer {
        let sent = self.api.bare("GET", &self.filled()).send().await;
        assert_eq!(sent.status, 303, "{sent:?}");
        assert_eq!(sent.header("location"), self.page());
        self.look().await
    }

    /// The page as it is now.
    pub(crate) async fn look(&self) -> Answer {
        let page = self.api.bare("GET", &self.page()).send().await;
        assert_eq!(page.status, 200, "{page:?}");
        page
    }

    /// Presses a button of the page as it is now.
    pub(crate) async fn press(&self, id: &str, fields: &str) -> Answer {
        let page = self.look().await;
        let button = format!("<button id=\"{id}\"");
        assert!(page.text().contains(&button), "no {id} on {}", page.text());
        self.post(id, fields).await
    }

    /// Posts what a button would post, also where the page does not have it.
    pub(crate) async fn post(&self, action: &str, fields: &str) -> Answer {
        let form = format!("action={action}{fields}");
        self.api.bare("POST", &self.page()).form(&form).send().await
    }

    /// Opens the page and goes through all steps before the approval; returns the name of its button.
    pub(crate) async fn arrive(&self) -> &'static str {
        let mut page = self.open().await.text();
        if page.contains("id=\"user-id\"") {
            self.stays(&self.press("continue", "&user-id=8801011234").await);
            page = self.look().await.text();
        }
        if page.contains("id=\"open-app\"") {
            self.stays(&self.press("open-app", "").await);
            page = self.look().await.text();
        }
        if page.contains("id=\"confirm\"") { "confirm" } else { "approve" }
    }

    /// Goes through the page to the approval; returns what the client gets.
    pub(crate) async fn approve(&self) -> Return {
        let yes = self.arrive().await;
        let page = self.look().await.text();
        let code = page.split_once("id=\"expected-code\" class=\"digits\">");
        let code = code.map_or("", |(_, rest)| &rest[..6]);
        returned(&self.press(yes, &format!("&code={code}")).await)
    }

    /// The exchange of a code as the guide has it.
    pub(crate) async fn exchange(&self, code: &str) -> Answer {
        let form = form(code, &[]);
        let (consent, authorisation) = self.ids();
        let call = self.api.bare("POST", "/connect/token").form(&form);
        let call = call.header("X-ConsentId", consent);
        call.header("X-ConsentAuthorisationId", authorisation).send().await
    }

    pub(crate) async fn sca(&self) -> Value {
        self.api.read(self.bic, &self.authorisation).await["scaStatus"].clone()
    }

    pub(crate) async fn consent(&self) -> Value {
        self.api.consent_status(self.bic, &self.authorisation).await
    }

    /// The ids of the consent and of the authorisation.
    pub(crate) fn ids(&self) -> (&str, &str) {
        let consent = consent_of(&self.authorisation).rsplit('/').next().unwrap();
        (consent, self.authorisation.rsplit('/').next().unwrap())
    }

    /// The path of the bank's page.
    pub(crate) fn page(&self) -> String {
        format!("/bank/{}/authorise/{}", self.bic, self.ids().1)
    }

    #[track_caller]
    pub(crate) fn stays(&self, answer: &Answer) {
        assert_eq!(answer.status, 303, "{answer:?}");
        assert_eq!(answer.header("location"), self.page());
    }
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// The parameters with which the bank sends the person back to the client.
#[track_caller]
pub(crate) fn returned(answer: &Answer) -> Return {
    assert_eq!(answer.status, 303, "{answer:?}");
    let url = Url::parse(answer.header("location")).unwrap();
    assert_eq!(url.as_str().split('?').next(), Some(REDIRECT_URI));
    url.query_pairs().into_owned().collect()
}

/// The form of an exchange, with some of its parameters replaced.
pub(crate) fn form(code: &str, replaced: &[(&str, &str)]) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("grant_type", "authorization_code"),
        ("scope", "accountinformation private"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
    ] {
        let replaced = replaced.iter().find(|(it, _)| *it == name);
        form.append_pair(name, replaced.map_or(value, |(_, value)| value));
    }
    form.finish()
}

pub(crate) const REDIRECT_URI: &str = "http://localhost:8080/redirect";
/// A state with all the characters that must be encoded.
pub(crate) const STATE: &str = "a+b c&d=é%2F#";
