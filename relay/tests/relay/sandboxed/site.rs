//! A relay in front of a sandbox on loopback, and the banks of the tests.

use relay::config::{Config, Vars};
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
    /// The sandbox's host and port.
    pub place: String,
    /// The HTTP client of a browser at the bank.
    pub client: reqwest::Client,
}

/// A bank, and the way in which the person signs there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bank {
    pub bic: &'static str,
    pub method: &'static str,
    /// The `TPP-Redirect-Preferred` of all calls.
    pub preferred: Option<&'static str>,
    /// Whose accounts the page asks for; `None` for the relay's default.
    pub context: Option<&'static str>,
    pub end: End,
}

/// How the visit at the bank ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a code that the relay exchanges.
    Code,
    /// With the person only.
    Plain,
    /// There is no visit: the person signs in the app, beside the page that began.
    App,
}

impl Site {
    pub(super) async fn start() -> Self {
        Self::start_with(|url| {
            let mut vars = vars(url);
            set(&mut vars, "CLIENT_ID", "sandbox-client");
            set(&mut vars, "CLIENT_SECRET", "sandbox-secret");
            set(&mut vars, "CONTEXT", "private,corporate");
            set(&mut vars, "REDIRECT_URI", REDIRECT_URI);
            vars
        })
        .await
    }

    /// The same with other variables, which are made for the sandbox's address.
    pub(super) async fn start_with(variables: impl FnOnce(&str) -> Vars) -> Self {
        let client = Client::new("sandbox-client", "sandbox-secret");
        let clients = vec![client.with_redirect_uris([REDIRECT_URI])];
        let sandbox = Sandbox::new(Settings { clients, ..Settings::default() }).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let url = format!("http://{place}");
        tokio::spawn(sandbox::serve(sandbox.clone(), listener, std::future::pending()));
        let read = Config::read(&variables(&url), None, SystemClock.now()).unwrap();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        let client = client.redirect(Policy::none()).build().unwrap();
        Self { world: World::with(|config| *config = read).await, sandbox, place, client }
    }

    /// The sandbox's record of a consent.
    pub(super) fn consent(&self, id: &str) -> ConsentRecord {
        let consents = self.sandbox.consents();
        consents.into_iter().find(|consent| consent.id.as_str() == id).unwrap()
    }

    /// The number of codes that the relay has sent for exchange.
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
/// A company's accounts, which only tokens of their context may read.
pub(super) const NORDEA_FOR_COMPANIES: Bank =
    Bank { context: Some("corporate"), ..bank("NDEASESS", "mbid") };
/// A bank with a page and a code.
pub(super) const NORDEA: Bank = bank("NDEASESS", "mbid");
/// The bank without a code.
pub(super) const PROVBANKEN: Bank = Bank { end: End::Plain, ..bank("PROVSESS", "mbid") };
/// Swedbank for a person who prefers BankID on the page.
pub(super) const SWEDBANK_HERE: Bank =
    Bank { preferred: Some("false"), end: End::App, ..bank("SWEDSESS", "mbid") };
/// The client's registered address.
pub(super) const REDIRECT_URI: &str = "http://localhost:8080/redirect";
