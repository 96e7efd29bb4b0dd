//! A relay in front of a sandbox on loopback, and the banks that a person is sent to.

use relay::config::Config;
use relay::{Clock as _, SystemClock};
use reqwest::redirect::Policy;
use sandbox::{Client, ConsentRecord, Sandbox, Settings};
use tokio::net::TcpListener;

use crate::mtls_support::set;
use crate::support::{World, vars};

/// A relay, and the sandbox behind it.
pub(super) struct Site {
    pub world: World,
    pub sandbox: Sandbox,
    /// What a browser at the bank is made of.
    pub client: reqwest::Client,
}

/// A bank, and the way that the person takes there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bank {
    pub bic: &'static str,
    pub method: &'static str,
    /// The `TPP-Redirect-Preferred` of all calls.
    pub preferred: Option<&'static str>,
    /// Whose accounts are asked for; the relay's first choice where that is not said.
    pub context: Option<&'static str>,
    pub end: End,
}

/// How it ends at the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a code that is exchanged.
    Code,
    /// With the person alone.
    Plain,
    /// There is none: the person signs in the app, beside the page that began.
    App,
}

impl Site {
    pub(super) async fn start() -> Self {
        let client = Client::new("sandbox-client", "sandbox-secret");
        let clients = vec![client.with_redirect_uris([REDIRECT_URI])];
        let sandbox = Sandbox::new(Settings { clients, ..Settings::default() }).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(sandbox::serve(sandbox.clone(), listener, std::future::pending()));
        let mut vars = vars(&url);
        set(&mut vars, "CLIENT_ID", "sandbox-client");
        set(&mut vars, "CLIENT_SECRET", "sandbox-secret");
        set(&mut vars, "CONTEXT", "private,corporate");
        set(&mut vars, "REDIRECT_URI", REDIRECT_URI);
        let read = Config::read(&vars, None, SystemClock.now()).unwrap();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        let client = client.redirect(Policy::none()).build().unwrap();
        Self { world: World::with(|config| *config = read).await, sandbox, client }
    }

    /// What the sandbox knows of a consent.
    pub(super) fn consent(&self, id: &str) -> ConsentRecord {
        let consents = self.sandbox.consents();
        consents.into_iter().find(|consent| consent.id.as_str() == id).unwrap()
    }

    /// How many codes the platform was asked to exchange.
    pub(super) fn exchanges(&self) -> usize {
        let requests = self.sandbox.requests();
        requests.iter().filter(|seen| seen.header("x-consentauthorisationid").is_some()).count()
    }
}

const fn bank(bic: &'static str, method: &'static str) -> Bank {
    Bank { bic, method, preferred: None, context: None, end: End::Code }
}

/// Every bank with a page, with each of its methods and preferences; one of them for companies too.
pub(super) const BANKS: [Bank; 9] = [
    bank("NDEASESS", "mbid"),
    bank("DABASESX", "mbid"),
    bank("NDEAFIHH", "code_app"),
    bank("OKOYFIHH", "code_app"),
    bank("OKOYFIHH", "code_list"),
    bank("SWEDSESS", "mbid"),
    Bank { preferred: Some("true"), ..bank("SWEDSESS", "mbid") },
    NORDEA_FOR_COMPANIES,
    PROVBANKEN,
];
/// A company's accounts, which only tokens of their context may touch.
pub(super) const NORDEA_FOR_COMPANIES: Bank =
    Bank { context: Some("corporate"), ..bank("NDEASESS", "mbid") };
/// The one without a code.
pub(super) const PROVBANKEN: Bank = Bank { end: End::Plain, ..bank("PROVSESS", "mbid") };
/// Swedbank for those who would rather have BankID here.
pub(super) const SWEDBANK_HERE: Bank =
    Bank { preferred: Some("false"), end: End::App, ..bank("SWEDSESS", "mbid") };
/// What the client has registered.
const REDIRECT_URI: &str = "http://localhost:8080/redirect";
