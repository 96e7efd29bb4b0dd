//! A person with a browser: the widget's calls at the relay, and the buttons of the bank's page.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::site::{Bank, End, Site};
use super::{consent_until_tomorrow, read};
use crate::support::{ACCOUNTS, Browser, CONSENTS, FROM_SHOP, SESSION_CONSENTS, field, finish};

/// A person who links an account at a bank.
pub(super) struct Person<'a> {
    site: &'a Site,
    bank: Bank,
    browser: Browser,
    pub consent: String,
    pub authorisation: String,
    /// The link to the bank's page in the relay's answer.
    pub link: String,
}

impl<'a> Person<'a> {
    /// A person with a link to the bank's page.
    pub(super) async fn at(site: &'a Site, bank: Bank) -> Self {
        let mut person = Self::with_consent(site, bank).await;
        person.authorise().await;
        person
    }

    /// A person with a consent and without an authorisation.
    pub(super) async fn with_consent(site: &'a Site, bank: Bank) -> Self {
        let none = String::new;
        let (consent, authorisation, link) = (none(), none(), none());
        let mut person =
            Self { site, bank, browser: Browser::default(), consent, authorisation, link };
        let body = consent_until_tomorrow(&site.sandbox);
        let context = bank.context.map(|context| ("x-ais-link-context", context));
        let said: Vec<_> = context.into_iter().chain([("x-ais-link-return", PAGE)]).collect();
        let made = person.call(Method::POST, CONSENTS, &said, Some(&body)).await;
        assert_eq!(made.status(), StatusCode::CREATED, "{bank:?} {:?}", made.body());
        person.consent = field(&made, "consentId");
        person
    }

    /// Starts an authorisation, up to the link.
    pub(super) async fn authorise(&mut self) {
        let chosen = self.choose().await;
        assert_eq!(chosen.headers()["aspsp-sca-approach"], "REDIRECT", "{:?}", self.bank);
        let kind = if self.bank.end == End::Code { "scaOAuth" } else { "scaRedirect" };
        let link = read(&chosen)["_links"][kind]["href"].as_str().unwrap().to_owned();
        assert!(!link.contains('['), "nothing is left for the browser to fill in: {link}");
        self.link = link;
    }

    /// Starts an authorisation, up to the answer to the choice of a method.
    pub(super) async fn choose(&mut self) -> Response<Bytes> {
        let start = self.consent_path("/authorisations");
        let started = self.call(Method::POST, &start, &[], None).await;
        assert_eq!(started.status(), StatusCode::CREATED, "{:?} {:?}", self.bank, started.body());
        self.authorisation = field(&started, "authorisationId");
        let body = json!({ "authenticationMethodId": self.bank.method }).to_string();
        let target = self.path();
        self.call(Method::PUT, &target, &[], Some(&body)).await
    }

    /// Names another `TPP-Redirect-Preferred` from now on, or none.
    pub(super) fn prefer(&mut self, preferred: Option<&'static str>) {
        self.bank.preferred = preferred;
    }

    /// Makes a call as the widget does.
    pub(super) async fn call(
        &mut self,
        method: Method,
        target: &str,
        extra: &[(&str, &str)],
        body: Option<&str>,
    ) -> Response<Bytes> {
        let mut request = self.site.world.call(method, target).header("user-agent", "a browser");
        let preferred = self.bank.preferred.map(|preferred| ("tpp-redirect-preferred", preferred));
        let own = [Some(("x-bicfi", self.bank.bic)), preferred];
        for (name, value) in own.into_iter().flatten().chain(extra.iter().copied()) {
            request = request.header(name, value);
        }
        self.browser.send(request, body).await
    }

    /// A status, a second after the last request: earlier the relay repeats its last answer.
    pub(super) async fn status(&mut self, target: &str) -> Response<Bytes> {
        self.site.world.clock.advance(Duration::from_secs(1));
        self.call(Method::GET, target, &[], None).await
    }

    /// The SCA status and the consent status, as the relay answers them.
    pub(super) async fn statuses(&mut self) -> (String, String) {
        let sca = self.status(&self.path()).await;
        let consent = self.status(&self.consent_path("/status")).await;
        (field(&sca, "scaStatus"), field(&consent, "consentStatus"))
    }

    /// The accounts, after the time in which the relay reads nothing at a bank without a code.
    pub(super) async fn accounts(&mut self) -> Response<Bytes> {
        self.site.world.clock.advance(Duration::from_secs(8));
        let consent = self.consent.clone();
        self.call(Method::GET, ACCOUNTS, &[("consent-id", &consent)], None).await
    }

    /// The cookie of the person's browser.
    pub(super) fn cookie(&self) -> &str {
        self.browser.cookie().unwrap()
    }

    /// The relay's record of this person's only consent.
    pub(super) async fn kept(&mut self) -> Value {
        let answer = self.call(Method::GET, SESSION_CONSENTS, &FROM_SHOP, None).await;
        let consents = read(&answer)["consents"].clone();
        assert_eq!(consents.as_array().unwrap().len(), 1);
        assert_eq!(consents[0]["consentId"], self.consent.as_str());
        assert_eq!(consents[0]["bicFi"], self.bank.bic);
        let approach = if self.bank.end == End::App { "DECOUPLED" } else { "REDIRECT" };
        assert_eq!(consents[0]["authorisation"]["scaApproach"], approach, "{:?}", self.bank);
        consents[0].clone()
    }

    /// The relay's word for how the person returned.
    pub(super) async fn returned(&mut self) -> Value {
        let kept = self.kept().await;
        assert_eq!(kept["authorisation"]["authorisationId"], self.authorisation.as_str());
        kept["authorisation"]["returned"].clone()
    }

    /// Returns to the relay in this browser, with the bank's parameters.
    pub(super) async fn back(&self, form: &str) -> Response<Bytes> {
        self.site.world.come_back(self.browser.cookie(), form).await
    }

    /// Approves at the bank. Returns the bank's parameters, as a form.
    pub(super) async fn approve(&self) -> String {
        let yes = self.arrive().await;
        let page = self.look().await;
        let code = page.split_once("id=\"expected-code\" class=\"digits\">");
        let code = code.map_or("", |(_, rest)| &rest[..6]);
        self.leave(&format!("{yes}&code={code}")).await
    }

    /// Presses a button that leads back to the client. Returns the bank's parameters, as a form.
    pub(super) async fn leave(&self, button: &str) -> String {
        let back = Url::parse(&self.press(button).await).unwrap();
        assert_eq!(back.path(), "/redirect", "{:?}", self.bank);
        back.query().unwrap().to_owned()
    }

    /// Follows the link and takes all steps before the approval. Returns the name of the button that approves.
    pub(super) async fn arrive(&self) -> &'static str {
        let sent = self.site.client.get(&self.link).send().await.unwrap();
        assert_eq!(sent.status(), 303, "{:?}", self.bank);
        assert_eq!(sent.headers()["location"], self.page().path());
        for (button, fields) in
            [("user-id", "continue&user-id=8801011234"), ("open-app", "open-app")]
        {
            if self.look().await.contains(&format!("id=\"{button}\"")) {
                self.press(fields).await;
            }
        }
        if self.look().await.contains("id=\"confirm\"") { "confirm" } else { "approve" }
    }

    /// Presses a button. Returns the address to which it leads.
    pub(super) async fn press(&self, button: &str) -> String {
        let request = self.site.client.post(self.page());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = finish(request.body(format!("action={button}"))).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{:?} {button}", self.bank);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn look(&self) -> String {
        let page = finish(self.site.client.get(self.page())).await;
        assert_eq!(page.status(), StatusCode::OK, "{:?}", self.bank);
        String::from_utf8(page.body().to_vec()).unwrap()
    }

    fn page(&self) -> Url {
        let path = format!("/bank/{}/authorise/{}", self.bank.bic, self.authorisation);
        Url::parse(&self.link).unwrap().join(&path).unwrap()
    }

    pub(super) fn path(&self) -> String {
        self.consent_path(&format!("/authorisations/{}", self.authorisation))
    }

    pub(super) fn consent_path(&self, tail: &str) -> String {
        format!("{CONSENTS}/{}{tail}", self.consent)
    }
}

/// The page that began, on an allowed origin.
pub(super) const PAGE: &str = "https://shop.example/link?step=2";
