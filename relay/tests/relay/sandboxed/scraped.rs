//! The program's metrics, after a link through the sandbox over TLS: each name with its type and numbers, and nothing that a
//! stranger can add.

use std::process::Stdio;

use axum::http::Method;
use tokio::process::{Child, Command};

use super::{challenge, read};
use crate::binary::{listening, stop};
use crate::mtls_support::{Site, set};
use crate::support::{ASPSPS, Browser, CONSENTS, Scrape, World, finish};

/// A program in front of a sandbox, and browsers that ask it.
pub(super) struct Scraped {
    site: Site,
    /// Its relay serves nothing here: all is sent to the program.
    world: World,
    running: crate::binary::Running,
    /// The origin of the admin port.
    pub admin: String,
}

impl Scraped {
    pub(super) async fn start() -> Self {
        let site = Site::start().await;
        let mut vars = site.vars_with(&site.certificates.client);
        set(&mut vars, "LOG", "json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ais-relay"));
        command.env_clear().envs(&vars).kill_on_drop(true).stdout(Stdio::piped());
        let mut child: Child = command.stderr(Stdio::piped()).spawn().unwrap();
        let (output, address, log) = listening(&mut child).await;
        let events =
            log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let admin = events.into_iter().find(|it| it["message"] == "listening for operations");
        let admin = format!("http://{}", admin.unwrap()["address"].as_str().unwrap());
        let mut world = World::new().await;
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        world.ask_through(&format!("http://{address}"), client);
        Self { site, world, running: (child, output, address, log), admin }
    }

    pub(super) async fn scrape(&self) -> Scrape {
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        let answer = client.get(format!("{}/metrics", self.admin)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        Scrape::read(&answer.text().await.unwrap())
    }

    /// Links at SEB, up to a valid consent.
    pub(super) async fn link(&self, browser: &mut Browser) {
        let (world, sandbox) = (&self.world, &self.site.sandbox);
        let (consent, path, token) = challenge(world, sandbox, browser).await;
        let order = sandbox.scan(&format!("bankid:///?autostarttoken={token}")).unwrap();
        sandbox.sign(order.id).unwrap();
        assert_eq!(read(&browser.get(world, &path).await)["scaStatus"], "finalised");
        let status = format!("{CONSENTS}/{consent}/status");
        assert_eq!(read(&browser.get(world, &status).await)["consentStatus"], "valid");
    }

    /// Asks for what there is not, by names that hold `mark`.
    async fn stray(&self, mark: &str) {
        for (method, target) in [
            ("GET", format!("/psd2/{mark}")),
            ("GET", format!("{CONSENTS}/{mark}/status?{mark}={mark}")),
            ("GET", format!("/{mark}/{mark}")),
            ("GET", format!("/logos/{mark}")),
            ("GET", format!("/session/view/{mark}/connections")),
            (mark, "/session/consents".to_owned()),
            (mark, format!("/{mark}")),
        ] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = finish(self.world.call(method, &target).header("x-bicfi", mark)).await;
            assert!(answer.status().is_client_error(), "{target}: {}", answer.status());
        }
    }
}

/// All names, with their types.
const NAMES: [(&str, &str); 18] = [
    ("build_info", "gauge"),
    ("requests_total", "counter"),
    ("request_duration_seconds", "histogram"),
    ("upstream_duration_seconds", "histogram"),
    ("requests_in_flight", "gauge"),
    ("connections", "gauge"),
    ("connections_refused_total", "counter"),
    ("flows", "gauge"),
    ("flow_outcomes_total", "counter"),
    ("consents_expiring", "gauge"),
    ("unattended_reads_total", "counter"),
    ("webhook_deliveries_total", "counter"),
    ("webhook_outbox", "gauge"),
    ("certificate_expiry_timestamp_seconds", "gauge"),
    ("token_expiry_timestamp_seconds", "gauge"),
    ("token_failures_total", "counter"),
    ("config_last_reload_successful", "gauge"),
    ("config_last_reload_success_timestamp_seconds", "gauge"),
];

#[tokio::test]
async fn the_program_counts_a_link_and_no_stranger_adds_a_series() {
    let scraped = Scraped::start().await;
    let names = NAMES.map(|(name, kind)| (["ais_relay_", name].concat(), kind.to_owned()));
    let before = scraped.scrape().await;
    assert_eq!(before.types, names.into_iter().collect(), "before anything was counted");
    before.has(&[
        (concat!("build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0),
        (r#"flows{state="approved"}"#, 0.0),
        (r#"token_expiry_timestamp_seconds{context="private"}"#, 0.0),
        (r#"token_failures_total{context="private"}"#, 0.0),
        ("config_last_reload_successful", 1.0),
        ("connections", 0.0),
    ]);

    let mut browser = Browser::default();
    browser.get(&scraped.world, &format!("{ASPSPS}?isoCountryCodes=SE")).await;
    scraped.link(&mut browser).await;
    let after = scraped.scrape().await;
    let status = r#"call="getConsentStatus""#;
    after.has(&[
        (r#"requests_total{call="getASPSPList",status_class="2xx"}"#, 1.0),
        (r#"requests_total{call="createConsent",status_class="2xx"}"#, 1.0),
        (&format!(r#"requests_total{{{status},status_class="2xx"}}"#), 1.0),
        (&format!("request_duration_seconds_count{{{status}}}"), 1.0),
        (&format!(r#"upstream_duration_seconds_count{{host="api",{status}}}"#), 1.0),
        (&format!(r#"upstream_duration_seconds_bucket{{host="api",{status},le="+Inf"}}"#), 1.0),
        (r#"flow_outcomes_total{bank="ESSESESS",outcome="linked"}"#, 1.0),
        (r#"flows{state="approved"}"#, 1.0),
        ("requests_in_flight", 0.0),
        ("webhook_outbox", 0.0),
    ]);
    assert!(after.value("connections") > Some(0.0), "{}", after.text);
    let now = after.value("config_last_reload_success_timestamp_seconds").unwrap();
    let token = after.value(r#"token_expiry_timestamp_seconds{context="private"}"#).unwrap();
    assert!((now + 60.0..now + 90_000.0).contains(&token), "{}", after.text);
    let certificate = after.value("certificate_expiry_timestamp_seconds").unwrap();
    assert!(certificate > now && certificate.is_finite(), "{}", after.text);
    let tokens = r#"upstream_duration_seconds_count{host="auth",call="getToken"}"#;
    assert!(after.value(tokens) >= Some(1.0), "{}", after.text);

    scraped.stray("CANARY1").await;
    let first = scraped.scrape().await;
    scraped.stray("CANARY2").await;
    let second = scraped.scrape().await;
    assert_eq!(first.series(), second.series());
    assert!(!second.text.contains("CANARY"), "{}", second.text);
    stop(scraped.running).await;
}
