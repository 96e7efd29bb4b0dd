//! A browser at the relay: its cookie, the widget's header, and its behaviour without an answer.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::HeaderMap;
use protocol::own;
use protocol::wire::SessionConsents;
use reqwest::RequestBuilder;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::bank::headers;
use crate::progress::Progress;

/// A browser, with the session's cookie.
pub(crate) struct Browser {
    pub client: reqwest::Client,
    relay: SocketAddr,
    progress: Progress,
    cookie: Option<String>,
    /// The link session that it has claimed.
    pub link_session: Option<String>,
}

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

/// No answer came, or half of one: the test has killed the relay, and it runs again. Or the relay asks for patience, for the
/// machine's disk is slow.
#[derive(Debug)]
pub(crate) struct Lost;

impl Answer {
    /// A text in the body.
    pub(crate) fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap().to_owned()
    }
}

impl Browser {
    pub(crate) fn new(relay: SocketAddr, progress: Progress) -> Self {
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        let client = client.redirect(Policy::none()).timeout(SILENCE).user_agent("a browser");
        // A connection for each request, so that a proxy may give each to another relay.
        let client = client.pool_max_idle_per_host(0).build().unwrap();
        Self { client, relay, progress, cookie: None, link_session: None }
    }

    /// Makes one of the widget's calls at `bank`.
    pub(crate) async fn call(
        &mut self,
        bank: &str,
        method: &str,
        target: &str,
        body: Option<String>,
    ) -> Result<Answer, Lost> {
        self.send(self.request(bank, method, target, body)).await
    }

    /// Creates a consent at `bank`, with the headers that the bank requires.
    pub(crate) async fn create(&mut self, bank: &str, body: String) -> Result<Answer, Lost> {
        let mut request = self.request(bank, "POST", CONSENTS, Some(body));
        if let Some(id) = &self.link_session {
            request = request.header("x-ais-link-session", id);
        }
        let say =
            |request: RequestBuilder, (name, value): &(&str, &str)| request.header(*name, *value);
        self.send(headers(bank).iter().fold(request, say)).await
    }

    /// Claims the link session of `token`, or cancels it (`DELETE`), and asks until the relay answers.
    pub(crate) async fn show(&mut self, method: &str, token: &str) -> Answer {
        let body = json!({ "token": token }).to_string();
        loop {
            match self.call("ESSESESS", method, "/session/link", Some(body.clone())).await {
                // The browser has its cookie only now.
                Ok(answer) if answer.status == 200 && answer.body["id"] == "" => {}
                Ok(answer) => return answer,
                Err(Lost) => {}
            }
        }
    }

    fn request(
        &self,
        bank: &str,
        method: &str,
        target: &str,
        body: Option<String>,
    ) -> RequestBuilder {
        let method = method.parse().unwrap();
        let request = self.client.request(method, format!("http://{}{target}", self.relay));
        let request = request.header("x-ais-link", "1").header("x-bicfi", bank);
        match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request,
        }
    }

    /// Reads the accounts under `consent`.
    pub(crate) async fn accounts(&mut self, bank: &str, consent: &str) -> Result<Answer, Lost> {
        let target = format!("http://{}/psd2/accountinformation/v1/accounts", self.relay);
        let request = self.client.get(target).header("x-ais-link", "1");
        self.send(request.header("x-bicfi", bank).header("consent-id", consent)).await
    }

    /// Posts the parameters of a return, as the relay's own page does.
    pub(crate) async fn come_back(&mut self, form: &str) -> Result<Answer, Lost> {
        let request = self.client.post(format!("http://{}{}", self.relay, own::REDIRECT));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("origin", "null").header("sec-fetch-site", "same-origin");
        self.send(request.body(form.to_owned())).await
    }

    /// The links that the relay keeps for this session. Asks until the relay answers.
    pub(crate) async fn session(&mut self) -> SessionConsents {
        loop {
            if let Ok(answer) = self.call("ESSESESS", "GET", own::SESSION_CONSENTS, None).await {
                assert_eq!(answer.status, 200, "{answer:?}");
                return serde_json::from_value(answer.body).unwrap();
            }
        }
    }

    async fn send(&mut self, request: RequestBuilder) -> Result<Answer, Lost> {
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        match self.hear(request).await {
            Ok(answer) if answer.status == 503 => {
                sleep(PATIENCE).await;
                Err(Lost)
            }
            Ok(answer) => Ok(answer),
            Err(error) => {
                assert!(!error.is_timeout(), "the relay must answer, or be dead");
                self.wait_for_relay().await;
                Err(Lost)
            }
        }
    }

    async fn hear(&mut self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // A browser keeps a cookie as soon as it has the head.
        if let Some(set) = headers.get("set-cookie") {
            self.cookie = set.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        let bytes = response.bytes().await?;
        self.progress.answer();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Answer { status, headers, body })
    }

    async fn wait_for_relay(&self) {
        while TcpStream::connect(self.relay).await.is_err() {
            sleep(PAUSE).await;
        }
    }
}

/// Longer than the relay waits for the platform.
const SILENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);
/// Before it asks a relay again that wants to be left alone.
const PATIENCE: Duration = Duration::from_secs(1);
pub(crate) const CONSENTS: &str = "/psd2/consent/v1/consents";
