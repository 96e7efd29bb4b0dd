//! A run in which each secret, person, account, reference and text is marked: none is in a line of the log, in the body of a
//! refusal, or in the metrics.

use axum::body::Body;
use axum::http::{Method, Response};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{command, key, run, start_with, stop};
use crate::mtls_support::Folder;
use crate::support::{CONSENT, CONSENTS, Platform, Received, json as answer};

/// What each planted text holds in some spelling, and the numbers that cannot hold it.
const PLANTED: [&str; 7] = [
    "canary",
    "198001019994",
    "8001019994",
    "se4550000000058398257466",
    "58398257466",
    "lt_",
    "whsec_",
];
/// Marked secrets of webhooks: `canary`, in base64.
const WEBHOOK_SECRET: &str = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";

/// A relay in front of a marked bank, with all that it said.
struct Planted {
    client: Client,
    public: String,
    backend: String,
    key: String,
    cookie: String,
    /// The bodies of all refusals.
    refusals: Vec<String>,
}

impl Planted {
    async fn send(&mut self, request: RequestBuilder, expected: u16) -> Value {
        let sent = request.send().await.unwrap();
        let (status, target) = (sent.status().as_u16(), sent.url().path().to_owned());
        if let Some(set) = sent.headers().get("set-cookie") {
            set.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        let text = sent.text().await.unwrap();
        assert_eq!(status, expected, "{target}: {text}");
        let body = serde_json::from_str(&text).unwrap_or_default();
        if status >= 400 {
            self.refusals.push(text);
        }
        body
    }

    /// A request of the host's own server.
    fn host(&self, method: Method, target: &str) -> RequestBuilder {
        let request = self.client.request(method, [&self.backend, target].concat());
        request.bearer_auth(&self.key)
    }

    /// A request of a page.
    fn page(&self, method: Method, target: &str) -> RequestBuilder {
        let request = self.client.request(method, [&self.public, target].concat());
        let request = request.header("x-ais-link", "1").header("x-bicfi", "ESSESESS");
        request.header("cookie", &self.cookie).header("user-agent", "Canary-Agent/1.0")
    }
}

/// A bank whose every answer is marked.
fn bank(received: &Received) -> Option<Response<Body>> {
    let path = received.target.split('?').next().unwrap();
    let last = path.rsplit('/').next().unwrap();
    let body = match (received.method.as_str(), last) {
        ("POST", "consents") => {
            return Some(answer(
                201,
                r#"{"consentId":"canary-consent","consentStatus":"received"}"#,
            ));
        }
        ("GET", "status") => r#"{"consentStatus":"valid"}"#,
        ("GET", "canary-consent") => r#"{"consentStatus":"valid","validUntil":"2030-01-01"}"#,
        ("GET", "accounts") => {
            r#"{"accounts":[{"resourceId":"canary-resource","iban":"SE4550000000058398257466","bban":"58398257466",
                "currency":"SEK","ownerName":"Canary Astrid","name":"Canary savings"}]}"#
        }
        ("GET", "balances") => {
            r#"{"balances":[{"balanceAmount":{"amount":"4711.canary","currency":"SEK"},"balanceType":"expected"}]}"#
        }
        ("GET", "transactions") if received.target.contains("dateFrom=2020-01-01") => {
            let body =
                r#"{"tppMessages":[{"category":"ERROR","code":"FORMAT_ERROR","text":"canary"}]}"#;
            return Some(answer(400, body));
        }
        ("GET", "transactions") => {
            r#"{"transactions":{"booked":[{"transactionId":"canary-1","bookingDate":"2026-01-01",
                "transactionAmount":{"amount":"1.00","currency":"SEK"},"creditorName":"Canary Bygg",
                "remittanceInformationUnstructured":"canary rent"}],"pending":[]}}"#
        }
        ("GET", _) if path.contains("/authorisations/") => r#"{"scaStatus":"finalised"}"#,
        _ => return None,
    };
    Some(answer(200, body))
}

/// Links a bank in a link session, reads all there is, and has everything refused that can be.
async fn use_all(planted: &mut Planted) {
    let terms = json!({
        "client_reference": "canary-customer", "purpose": "Canary purpose", "bank": "ESSESESS",
        "metadata": { "canary-key": "canary-value" },
    });
    let made =
        planted.send(planted.host(Method::POST, "/v1/link-sessions").json(&terms), 201).await;
    let token = json!({ "token": made["token"] });
    for _ in 0..2 {
        planted.send(planted.page(Method::POST, "/session/link").json(&token), 200).await;
    }
    let create = planted.page(Method::POST, CONSENTS).header("content-type", "application/json");
    let create = create.header("psu-id", "198001019994").body(CONSENT);
    let session = made["id"].as_str().unwrap();
    planted.send(create.header("x-ais-link-session", session), 201).await;
    let consent = format!("{CONSENTS}/canary-consent");
    let started = planted.page(Method::POST, &format!("{consent}/authorisations"));
    let started = planted.send(started, 201).await;
    let one = format!("{consent}/authorisations/{}", started["authorisationId"].as_str().unwrap());
    let method = planted.page(Method::PUT, &one).json(&json!({ "authenticationMethodId": "mbid" }));
    planted.send(method, 200).await;
    planted.send(planted.page(Method::GET, &one), 200).await;
    planted.send(planted.page(Method::GET, &format!("{consent}/status")), 200).await;
    let seen =
        planted.send(planted.host(Method::GET, &format!("/v1/link-sessions/{session}")), 200);
    let seen = seen.await;
    let connection = format!("/v1/connections/{}", seen["connection_id"].as_str().unwrap());
    let accounts = format!("{connection}/accounts");
    let listed = planted.send(planted.host(Method::GET, &accounts), 200).await;
    let account = format!("{accounts}/{}", listed["data"][0]["id"].as_str().unwrap());
    for (target, expected) in [
        (format!("{account}/balances"), 200),
        (format!("{account}/transactions"), 200),
        // The bank's own words stay out of the refusal.
        (format!("{account}/transactions?from=2020-01-01"), 502),
        (format!("{account}/transactions?from=canary"), 400),
        (format!("{account}/transactions?cursor=canary"), 400),
        ("/v1/connections?canary=canary".to_owned(), 400),
        ("/v1/connections?cursor=canary".to_owned(), 400),
        ("/v1/connections?client_reference=canary@example.org".to_owned(), 400),
        ("/v1/connections/canary".to_owned(), 404),
        ("/v1/canary".to_owned(), 404),
    ] {
        planted.send(planted.host(Method::GET, &target), expected).await;
    }
    refused_by_the_back_end(planted, &terms).await;
    refused_by_the_public_port(planted).await;
    planted.send(planted.host(Method::DELETE, &connection), 204).await;
}

async fn refused_by_the_back_end(planted: &mut Planted, terms: &Value) {
    let post = |planted: &Planted| planted.host(Method::POST, "/v1/link-sessions");
    let mut bad = terms.clone();
    bad["canary"] = json!("canary");
    planted.send(post(planted).json(&bad), 400).await;
    bad = terms.clone();
    bad["client_reference"] = json!("canary@example.org");
    planted.send(post(planted).json(&bad), 400).await;
    planted
        .send(post(planted).header("content-type", "application/json").body("canary"), 400)
        .await;
    let wrong = planted.client.get(format!("{}/v1/events", planted.backend));
    planted.send(wrong.bearer_auth("aisk_canary"), 401).await;
    let keyed = post(planted).header("idempotency-key", "canary").json(terms);
    planted.send(keyed, 201).await;
    bad["client_reference"] = json!("canary-other");
    let reused = post(planted).header("idempotency-key", "canary").json(&bad);
    planted.send(reused, 422).await;
}

async fn refused_by_the_public_port(planted: &mut Planted) {
    let token = json!({ "token": "lt_canary" });
    planted.send(planted.page(Method::POST, "/session/link").json(&token), 404).await;
    let foreign =
        planted.page(Method::GET, "/session/consents").header("origin", "https://canary.example");
    planted.send(foreign, 403).await;
    for (target, expected) in [
        ("/psd2/canary?canary=canary", 404),
        ("/psd2/consent/v1/consents/canary-unknown", 404),
        ("/profiles/canary", 404),
    ] {
        planted.send(planted.page(Method::GET, target), expected).await;
    }
    let posted = planted.page(Method::POST, "/redirect").body("state=canary&code=canary");
    let form = "application/x-www-form-urlencoded";
    let posted = posted.header("content-type", form).header("sec-fetch-site", "same-origin");
    planted.send(posted.header("origin", "null"), 400).await;
}

/// The address of the admin port in a log of either format.
fn admin(log: &str) -> String {
    let line = log.lines().find(|line| line.contains("listening for operations")).unwrap();
    let (_, rest) = line.split_once("127.0.0.1:").unwrap();
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    format!("127.0.0.1:{}", &rest[..end])
}

#[tokio::test]
async fn no_log_line_no_refusal_and_no_metric_holds_what_was_planted() {
    for format in ["text", "json"] {
        let (platform, folder) = (Platform::start().await, Folder::new());
        platform.script(bank);
        let made = run(command().args(["key", "new", "shop"])).await;
        let keys = folder.write("keys", &made.stdout);
        let shown = String::from_utf8(made.stderr).unwrap();
        let key = shown.split_whitespace().find(|word| word.starts_with("aisk_")).unwrap();
        let (store_key, secret) =
            (folder.write("key", key::KEY), folder.write("secret", WEBHOOK_SECRET));
        // The host's server does not answer, and the log says that an event was not taken.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let webhook = format!("http://{}/canary", silent.local_addr().unwrap());
        drop(silent);
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let backend = free.local_addr().unwrap().to_string();
        drop(free);
        let variables = [
            ("AIS_RELAY_LOG", format),
            ("AIS_RELAY_LOG_LEVEL", "trace"),
            ("AIS_RELAY_STORE_KEY_FILE", store_key.as_str()),
            ("AIS_RELAY_BACKEND_LISTEN", &backend),
            ("AIS_RELAY_BACKEND_KEYS_FILE", &keys),
            ("AIS_RELAY_WEBHOOK_URL", &webhook),
            ("AIS_RELAY_WEBHOOK_SECRET_FILE", &secret),
        ];
        let running = start_with(&platform, &variables).await;
        let mut planted = Planted {
            client: Client::builder().no_proxy().tls_certs_only([]).build().unwrap(),
            public: format!("http://{}", running.2),
            backend: format!("http://{backend}"),
            key: key.to_owned(),
            cookie: String::new(),
            refusals: Vec::new(),
        };
        use_all(&mut planted).await;
        let admin = admin(&running.3);
        let scraped = planted.client.get(format!("http://{admin}/metrics")).send().await.unwrap();
        let metrics = scraped.text().await.unwrap();
        let linked = r#"flow_outcomes_total{bank="ESSESESS",outcome="linked"} 1"#;
        assert!(metrics.contains(linked), "{metrics}");
        let log = stop(running).await;
        assert!(log.contains("createConsent") && log.contains("back-end call"), "{log}");
        for line in ["the platform was asked", "a token was asked for", "a connection was taken"] {
            assert!(log.contains(line), "{line}: {log}");
        }
        // Libraries stay silent on each level.
        for library in ["hyper", "reqwest", "sqlx", "rustls", "SELECT", "INSERT"] {
            assert!(!log.contains(library), "{library}: {log}");
        }
        for text in [&log, &metrics].into_iter().chain(&planted.refusals) {
            let plain = text.to_lowercase().replace(' ', "");
            for word in PLANTED.into_iter().chain([&*key.to_lowercase()]) {
                assert!(!plain.contains(word), "{word} in {format}: {text}");
            }
        }
        assert!(planted.refusals.len() >= 15);
    }
}
