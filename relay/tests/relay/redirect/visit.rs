//! A person at a bank with a page of its own, and their return.

use axum::body::Bytes;
use axum::http::{Method, Response, StatusCode};

use crate::support::{
    ACCOUNTS, Browser, CONSENT, CONSENTS, FROM_SHOP, Received, SESSION_CONSENTS, World, field, json,
};

const LINK: &str = "[AUTH]/connect/authorize?client_id=[CLIENT_ID]&redirect_uri=[TPP_REDIRECT_URI]\
                    &state=[TPP_STATE]&acr_values=idp:NDEASESS";
pub(crate) const PAGE: &str = "https://shop.example/link?step=2#bank";

/// A bank that sends persons to its page, with the `kind` of link.
pub(crate) fn redirecting(world: &World, kind: &'static str) {
    let auth = world.platform.url.clone();
    world.platform.script(move |received| {
        let is_method = received.method == Method::PUT;
        let link = LINK.replace("[AUTH]", &auth);
        is_method.then(|| {
            let body = serde_json::json!({
                "scaStatus": "started", "_links": { kind: { "href": link } }
            });
            let mut answer = json(200, &body.to_string());
            answer.headers_mut().insert("aspsp-sca-approach", "REDIRECT".parse().unwrap());
            answer
        })
    });
}

/// A person who went to the bank.
pub(crate) struct Visit {
    pub(crate) browser: Browser,
    pub(crate) consent: String,
    pub(crate) authorisation: String,
    pub(crate) state: String,
}

impl Visit {
    pub(crate) async fn begin(world: &World) -> Self {
        Self::from_page(world, PAGE).await
    }

    pub(crate) async fn from_page(world: &World, page: &str) -> Self {
        let mut browser = Browser::default();
        let extra = [("x-ais-link-return", page), ("tpp-redirect-preferred", "false")];
        let made = browser.call(world, Method::POST, CONSENTS, &extra, Some(CONSENT)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let consent = field(&made, "consentId");
        let (authorisation, state) = go_to_bank(world, &mut browser, &consent).await;
        Self { browser, consent, authorisation, state }
    }

    /// Comes back in the browser that began, with `rest` behind the state.
    pub(crate) async fn back(&self, world: &World, rest: &str) -> Response<Bytes> {
        world.come_back(self.browser.cookie(), &format!("state={}{rest}", self.state)).await
    }

    /// What the relay says of the newest authorisation.
    pub(crate) async fn returned(&mut self, world: &World) -> Option<String> {
        let answer =
            self.browser.call(world, Method::GET, SESSION_CONSENTS, &FROM_SHOP, None).await;
        let kept: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        let returned = &kept["consents"][0]["authorisation"]["returned"];
        returned.as_str().map(str::to_owned)
    }

    pub(crate) async fn accounts(&mut self, world: &World) -> Response<Bytes> {
        let id = [("consent-id", self.consent.as_str())];
        let browser = &mut self.browser;
        browser.call(world, Method::GET, ACCOUNTS, &id, None).await
    }
}

/// Starts an authorisation and chooses a method; its id, and the state in the link.
async fn go_to_bank(world: &World, browser: &mut Browser, consent: &str) -> (String, String) {
    let target = format!("{CONSENTS}/{consent}/authorisations");
    let started = browser.call(world, Method::POST, &target, &[], None).await;
    let authorisation = field(&started, "authorisationId");
    let target = format!("{target}/{authorisation}");
    let method = Some(r#"{"authenticationMethodId":"mbid"}"#);
    let answer = browser.call(world, Method::PUT, &target, &[], method).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["aspsp-sca-approach"], "REDIRECT");
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    let links = &body["_links"];
    let href = links["scaOAuth"]["href"].as_str().or(links["scaRedirect"]["href"].as_str());
    let link = url::Url::parse(href.unwrap()).unwrap();
    let query = |name: &str| {
        let mut pairs = link.query_pairs().filter(|(key, _)| key == name);
        let (_, value) = pairs.next().unwrap();
        value.into_owned()
    };
    let vouched = answer.headers()["x-ais-link-bank"].to_str().unwrap();
    assert_eq!(vouched, link.origin().ascii_serialization());
    assert_eq!(query("client_id"), "test-client");
    assert_eq!(query("redirect_uri"), "https://relay.example/redirect");
    assert_eq!(query("state").len(), 43, "256 bits in base64url");
    (authorisation, query("state"))
}

/// The forms of all code exchanges.
pub(crate) fn exchanges(world: &World) -> Vec<String> {
    let received = world.platform.received().into_iter();
    let tokens = received.filter(Received::is_token);
    let forms = tokens.map(|one| String::from_utf8(one.body.to_vec()).unwrap());
    forms.filter(|form| form.contains("grant_type=authorization_code")).collect()
}

pub(crate) fn deletions(world: &World) -> usize {
    world.platform.calls().iter().filter(|call| call.method == Method::DELETE).count()
}

pub(crate) fn location(answer: &Response<Bytes>) -> Option<&str> {
    answer.headers().get("location").map(|value| value.to_str().unwrap())
}

pub(crate) fn text(answer: &Response<Bytes>) -> String {
    String::from_utf8_lossy(answer.body()).into_owned()
}

pub(crate) const CONFLICT: (u16, &str) = (409, "FOREIGN_COMPLETION");
