//! The banks' pages over real sockets: with TLS, browsers reach them without a certificate.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use sandbox::{Certificates, Sandbox, Settings, serve, serve_app, serve_tls};
use serde_json::{Value, json};
use time::UtcDateTime;
use time::ext::NumericalDuration as _;
use tokio::net::TcpListener;

use crate::support::{CONSENTS, REQUEST_ID};
use crate::tls::browser;

/// A client of the platform at one address.
pub(crate) struct Platform {
    client: Client,
    url: String,
    token: String,
}

impl Platform {
    pub(crate) async fn new(client: Client, url: String) -> Self {
        let form = [
            ("client_id", "sandbox-client"),
            ("client_secret", "sandbox-secret"),
            ("grant_type", "client_credentials"),
            ("scope", "accountinformation private"),
        ];
        let token = client.post(format!("{url}/connect/token")).form(&form).send().await.unwrap();
        let token: Value = token.json().await.unwrap();
        Self { client, url, token: token["access_token"].as_str().unwrap().to_owned() }
    }

    /// Goes on to the link to a bank's page, with its placeholders filled.
    pub(crate) async fn link(&self, bic: &str) -> String {
        let about = |call: RequestBuilder| {
            call.bearer_auth(&self.token).header("X-Request-ID", REQUEST_ID).header("X-BicFi", bic)
        };
        let until = (UtcDateTime::now() + 30.days()).date();
        let body = json!({
            "access": {},
            "recurringIndicator": false,
            "validUntil": until.to_string(),
            "frequencyPerDay": 1,
            "combinedServiceIndicator": false,
        });
        let consent = about(self.client.post(format!("{}{CONSENTS}", self.url))).json(&body);
        let consent = location(consent).await;
        let start = format!("{}{consent}/authorisations", self.url);
        let authorisation = location(about(self.client.post(start))).await;
        let body = json!({ "authenticationMethodId": "mbid" });
        let choose = self.client.put(format!("{}{authorisation}", self.url));
        let chosen = about(choose).json(&body).send().await.unwrap();
        let links = chosen.json::<Value>().await.unwrap()["_links"].clone();
        let link = links["scaOAuth"]["href"].as_str().or(links["scaRedirect"]["href"].as_str());
        link.unwrap_or_else(|| panic!("no link: {links}"))
            .replace("[CLIENT_ID]", "sandbox-client")
            .replace("[TPP_REDIRECT_URI]", "http%3A%2F%2Flocalhost%3A8080%2Fredirect")
            .replace("[TPP_STATE]", "state")
    }
}

#[tokio::test]
async fn with_tls_the_pages_are_where_browsers_need_no_certificate() {
    let (listener, apps) = (listen().await, listen().await);
    let url = format!("https://{}", listener.local_addr().unwrap());
    let app = format!("http://{}", apps.local_addr().unwrap());
    let settings = Settings { pages_url: Some(app.clone()), ..Settings::default() };
    let sandbox = Sandbox::new(settings).unwrap();
    let certificates = Certificates::in_memory(sandbox.now()).unwrap();
    let tls = certificates.tls().unwrap();
    tokio::spawn(serve_tls(sandbox.clone(), listener, tls, std::future::pending()));
    tokio::spawn(serve_app(sandbox, apps, std::future::pending()));
    let client = browser(&certificates.authority, Some(&certificates.client));
    let platform = Platform::new(client, url).await;
    for bic in ["NDEASESS", "PROVSESS"] {
        let link = platform.link(bic).await;
        assert!(link.starts_with(&format!("{app}/")), "{link}");
        reads_the_page(&link, &format!("{app}/bank/{bic}/")).await;
    }
}

#[tokio::test]
async fn without_tls_the_pages_are_where_the_client_calls() {
    let listener = listen().await;
    let url = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::new(Settings::default()).unwrap();
    tokio::spawn(serve(sandbox, listener, std::future::pending()));
    let client = Client::builder().no_proxy().build().unwrap();
    let platform = Platform::new(client, url.clone()).await;
    let link = platform.link("NDEASESS").await;
    assert!(link.starts_with(&format!("{url}/connect/authorize?")), "{link}");
    reads_the_page(&link, &format!("{url}/bank/NDEASESS/")).await;
}

/// Follows the link as a browser without a certificate does.
async fn reads_the_page(link: &str, start: &str) {
    let client = Client::builder().no_proxy().redirect(Policy::limited(1)).build().unwrap();
    let page = client.get(link).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.url().as_str().starts_with(start), "{}", page.url());
    assert!(page.text().await.unwrap().contains("id=\"reject\""));
}

async fn location(call: RequestBuilder) -> String {
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), 201);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}
