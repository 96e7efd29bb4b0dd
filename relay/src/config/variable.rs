//! The variables: name, default and expected value, each once. `--help` and the messages of faults come from here.

mod help;
mod operation;

pub use self::help::help;
pub(super) use self::operation::{ADMIN_LISTEN, DRAIN_DELAY, LOG, LOG_LEVEL};
use super::Vars;

/// One variable.
#[derive(Debug)]
pub struct Variable {
    /// Its name behind [`PREFIX`]. In the file it is the same in lower case.
    pub name: &'static str,
    /// The value where it is not set.
    pub default: Option<&'static str>,
    /// What a value must be, as the end of "must be ...".
    pub expected: &'static str,
    /// What it is for.
    pub about: &'static str,
}

impl Variable {
    /// The name in the environment.
    pub fn env_name(&self) -> String {
        [PREFIX, self.name].concat()
    }

    /// The name in the file.
    pub fn file_name(&self) -> String {
        self.name.to_ascii_lowercase()
    }
}

/// The names in `vars` that the relay does not know. Most are typing errors; container platforms set some
/// for a service of the relay's name, so they do not stop the start.
pub fn unknown(vars: &Vars) -> Vec<&str> {
    let is_known =
        |name: &str| name == CONFIG || VARIABLES.iter().any(|variable| variable.env_name() == name);
    vars.keys().map(String::as_str).filter(|name| !is_known(name)).collect()
}

/// The prefix of every variable.
pub const PREFIX: &str = "AIS_RELAY_";

/// The variable that names the file, which is why the file cannot hold it.
const CONFIG: &str = "AIS_RELAY_CONFIG";

/// Every variable but `AIS_RELAY_CONFIG`, in the order of `--help`.
pub const VARIABLES: &[&Variable] = &[
    &LISTEN,
    &ADMIN_LISTEN,
    &DRAIN_DELAY,
    &AUTH_URL,
    &API_URL,
    &CLIENT_ID,
    &CLIENT_SECRET,
    &CLIENT_SECRET_FILE,
    &CONTEXT,
    &CERTIFICATE,
    &CERTIFICATE_FILE,
    &CERTIFICATE_KEY_FILE,
    &CERTIFICATE_PASSWORD_FILE,
    &CA_FILE,
    &PUBLIC_ORIGIN,
    &ALLOWED_ORIGINS,
    &TRUSTED_PROXIES,
    &CONSENTS_PER_SESSION,
    &CONSENTS_PER_ADDRESS,
    &PROMPTS_PER_CONSENT,
    &PROMPTS_PER_SESSION,
    &PROMPTS_PER_ADDRESS,
    &PROMPTS_PER_PSU,
    &LISTS_PER_ADDRESS,
    &READS_PER_CONNECTION,
    &CONNECTIONS_PER_ADDRESS,
    &CONSENTS_IN_STORE,
    &LOGO_HOSTS,
    &REDIRECT_URI,
    &REDIRECT_HOSTS,
    &FOREIGN_RETURN,
    &STORE,
    &STORE_FILE,
    &STORE_KEY_FILE,
    &BACKEND_LISTEN,
    &BACKEND_KEYS_FILE,
    &LINK_SESSIONS,
    &ACCOUNT_DATA,
    &SERVICE_NAME,
    &KEEP_ENDED_DAYS,
    &WEBHOOK_URL,
    &WEBHOOK_SECRET_FILE,
    &BUNDLE,
    &PAGES,
    &PROFILES,
    &LOG,
    &LOG_LEVEL,
];

pub(super) const LISTEN: Variable = Variable {
    name: "LISTEN",
    default: Some("127.0.0.1:8080"),
    expected: "an address and a port, such as 127.0.0.1:8080",
    about: "the address on which the relay accepts connections, in plain HTTP/1.1",
};
pub(super) const AUTH_URL: Variable = Variable {
    name: "AUTH_URL",
    default: None,
    expected: "an https address without a path, such as https://auth.openbankingplatform.com (http only on loopback)",
    about: "the platform's auth host, where tokens come from",
};
pub(super) const API_URL: Variable = Variable {
    name: "API_URL",
    default: None,
    expected: "an https address without a path, such as https://api.openbankingplatform.com (http only on loopback)",
    about: "the platform's API host, where calls go",
};
pub(super) const CLIENT_ID: Variable = Variable {
    name: "CLIENT_ID",
    default: None,
    expected: "the application's id from the developer portal, in printable ASCII without spaces",
    about: "the relay's identity at the platform",
};
pub(super) const CLIENT_SECRET: Variable = Variable {
    name: "CLIENT_SECRET",
    default: None,
    expected: "the application's secret from the developer portal, unless \
               AIS_RELAY_CLIENT_SECRET_FILE is set",
    about: "the secret itself; a file is the better place",
};
pub(super) const CLIENT_SECRET_FILE: Variable = Variable {
    name: "CLIENT_SECRET_FILE",
    default: None,
    expected: "the path of a file that holds the secret and nothing else",
    about: "the secret's file",
};
pub(super) const CONTEXT: Variable = Variable {
    name: "CONTEXT",
    default: Some("private"),
    expected: "private, corporate, or both with a comma",
    about: "whose accounts may be asked for: persons', companies' or both; of two, the first counts where \
            a page does not name one",
};
pub(super) const CERTIFICATE: Variable = Variable {
    name: "CERTIFICATE",
    default: Some("auto"),
    expected: "auto, required or optional",
    about: "whether there must be a client certificate; auto: where a host of the platform is under \
            openbankingplatform.com and not under sandbox.openbankingplatform.com",
};
pub(super) const CERTIFICATE_FILE: Variable = Variable {
    name: "CERTIFICATE_FILE",
    default: None,
    expected: "the path of the client certificate: PEM with its chain, or PKCS#12",
    about: "who the relay is in TLS, at the auth host and the API host only; not shown to logo hosts",
};
pub(super) const CERTIFICATE_KEY_FILE: Variable = Variable {
    name: "CERTIFICATE_KEY_FILE",
    default: None,
    expected: "the path of the private key of a certificate in PEM, as PEM itself (PKCS#8, PKCS#1 \
               or SEC1, not encrypted)",
    about: "the key of a certificate in PEM; it may be in the same file",
};
pub(super) const CERTIFICATE_PASSWORD_FILE: Variable = Variable {
    name: "CERTIFICATE_PASSWORD_FILE",
    default: None,
    expected: "the path of a file that holds the password of a certificate in PKCS#12 and nothing \
               else",
    about: "the password of a certificate in PKCS#12",
};
pub(super) const CA_FILE: Variable = Variable {
    name: "CA_FILE",
    default: None,
    expected: "the path of a PEM file with one or more authorities' certificates",
    about: "whom the relay trusts at the auth host and the API host, instead of the system's \
            authorities; logo hosts are judged by the system's all the same",
};
pub(super) const PUBLIC_ORIGIN: Variable = Variable {
    name: "PUBLIC_ORIGIN",
    default: None,
    expected: ORIGIN,
    about: "the relay's own origin as browsers see it; made of the Host header where it is not set",
};
pub(super) const ALLOWED_ORIGINS: Variable = Variable {
    name: "ALLOWED_ORIGINS",
    default: None,
    expected: ORIGINS,
    about: "other origins whose pages may call the relay",
};
pub(super) const TRUSTED_PROXIES: Variable = Variable {
    name: "TRUSTED_PROXIES",
    default: None,
    expected: "a list of addresses and networks, such as 10.0.0.0/8,::1",
    about: "peers whose Forwarded and X-Forwarded-For headers are believed",
};
pub(super) const CONSENTS_PER_SESSION: Variable = Variable {
    name: "CONSENTS_PER_SESSION",
    default: Some("60"),
    expected: MOST,
    about: "how many consents one browser may make in an hour; any for as many as it likes",
};
pub(super) const CONSENTS_PER_ADDRESS: Variable = Variable {
    name: "CONSENTS_PER_ADDRESS",
    default: Some("600"),
    expected: MOST,
    about: "how many consents may be made in an hour from one address (of IPv6, from one /64); many \
            browsers may share it",
};
pub(super) const PROMPTS_PER_CONSENT: Variable = Variable {
    name: "PROMPTS_PER_CONSENT",
    default: Some("120"),
    expected: MOST,
    about: "how many steps at the bank (starts of an authorisation, choices of a method) may be made in an \
            hour under one consent; a new code is two",
};
pub(super) const PROMPTS_PER_SESSION: Variable = Variable {
    name: "PROMPTS_PER_SESSION",
    default: Some("240"),
    expected: MOST,
    about: "how many steps at the bank one browser may make in an hour",
};
pub(super) const PROMPTS_PER_ADDRESS: Variable = Variable {
    name: "PROMPTS_PER_ADDRESS",
    default: Some("2400"),
    expected: MOST,
    about: "how many steps at the bank may be made in an hour from one address (of IPv6, from one /64)",
};
pub(super) const PROMPTS_PER_PSU: Variable = Variable {
    name: "PROMPTS_PER_PSU",
    default: Some("60"),
    expected: MOST,
    about: "how many steps at the bank may be made in an hour for one PSU-ID, by whomever: each may make \
            the bank's app ask that person",
};
pub(super) const READS_PER_CONNECTION: Variable = Variable {
    name: "READS_PER_CONNECTION",
    default: Some("300"),
    expected: MOST,
    about: "reads of account data under one connection in an hour by its person, in view sessions",
};
pub(super) const LISTS_PER_ADDRESS: Variable = Variable {
    name: "LISTS_PER_ADDRESS",
    default: Some("600"),
    expected: MOST,
    about: "how many lists of banks, countries and cities may be fetched from the platform in an hour for \
            one address (of IPv6, for one /64); what the relay has in memory does not count",
};
pub(super) const CONNECTIONS_PER_ADDRESS: Variable = Variable {
    name: "CONNECTIONS_PER_ADDRESS",
    default: Some("200"),
    expected: MOST,
    about: "how many connections one address (of IPv6, one /64) may have at a time, and a quarter of all at \
            most; trusted proxies may have as many as they like",
};
pub(super) const CONSENTS_IN_STORE: Variable = Variable {
    name: "CONSENTS_IN_STORE",
    default: Some("100000"),
    expected: MOST,
    about: "how many consents the store keeps at a time, and how many browser sessions, from all addresses together; each \
            takes some kilobytes of the disk",
};
pub(super) const LOGO_HOSTS: Variable = Variable {
    name: "LOGO_HOSTS",
    default: Some("opeopenbanking.blob.core.windows.net"),
    expected: "a list of host names in lower case without ports",
    about: "hosts besides the API's from which the relay fetches bank logos, by https",
};
pub(super) const REDIRECT_URI: Variable = Variable {
    name: "REDIRECT_URI",
    default: None,
    expected: "an https address that ends in /redirect, such as https://shop.example/redirect \
               (http only on loopback)",
    about: "where banks send persons back to, letter by letter as it is whitelisted in the developer \
            portal; made of AIS_RELAY_PUBLIC_ORIGIN where it is not set",
};
pub(super) const REDIRECT_HOSTS: Variable = Variable {
    name: "REDIRECT_HOSTS",
    default: None,
    expected: "a list of hosts in lower case, with their ports where these are not 443",
    about: "hosts besides the platform's to which persons may be sent",
};
pub(super) const FOREIGN_RETURN: Variable = Variable {
    name: "FOREIGN_RETURN",
    default: Some("refuse"),
    expected: "refuse or ignore",
    about: "what happens when the BankID app comes back in another browser than the one that began: \
            refuse ends the consent, ignore lets the first browser go on (a return from a bank's \
            page in another browser is always refused)",
};
pub(super) const STORE: Variable = Variable {
    name: "STORE",
    default: Some("sqlite://ais-relay.sqlite"),
    expected: "sqlite:// and a path, such as sqlite:///var/lib/ais-relay/relay.sqlite, sqlite::memory:, or postgres:// \
               with a host and a database, such as postgres://relay@db.example/relay?sslmode=verify-full",
    about: "the database of which session owns which consent: a file for one relay, PostgreSQL for any number",
};
pub(super) const STORE_FILE: Variable = Variable {
    name: "STORE_FILE",
    default: None,
    expected: "the path of a file that holds the address of AIS_RELAY_STORE and nothing else",
    about: "the file of an address with a password in it, in place of AIS_RELAY_STORE",
};
pub(super) const STORE_KEY_FILE: Variable = Variable {
    name: "STORE_KEY_FILE",
    default: None,
    expected: "the path of a file with keys, one a line: 32 random bytes in base64, as made by `openssl rand -base64 32`",
    about: "the key that seals persons' ids while they are kept, and older ones behind it; without it they cannot be read \
            after a restart, and persons under way are asked again",
};
pub(super) const BACKEND_LISTEN: Variable = Variable {
    name: "BACKEND_LISTEN",
    default: None,
    expected: "a loopback address and a port, such as 127.0.0.1:8081, or unix: and the absolute path of a socket",
    about: "where the host's own server asks for link sessions, connections and events; off where it is not set",
};
pub(super) const BACKEND_KEYS_FILE: Variable = Variable {
    name: "BACKEND_KEYS_FILE",
    default: None,
    expected: "the path of a file with one key a line, as a name, a colon and the SHA-256 of the key in hex; \
               `ais-relay key new NAME` makes one",
    about: "who may ask on the back-end port; read again when it changes",
};
pub(super) const LINK_SESSIONS: Variable = Variable {
    name: "LINK_SESSIONS",
    default: Some("optional"),
    expected: "optional or required",
    about: "whether a page may link a bank without a link session that the host's server has made",
};
pub(super) const ACCOUNT_DATA: Variable = Variable {
    name: "ACCOUNT_DATA",
    default: Some("page"),
    expected: "page or backend",
    about: "who gets account data: the page too, or the back-end port alone",
};
pub(super) const SERVICE_NAME: Variable = Variable {
    name: "SERVICE_NAME",
    default: None,
    expected: "up to 60 characters on one line",
    about: "the name that persons know the service by, shown with the purpose of a link session",
};
pub(super) const KEEP_ENDED_DAYS: Variable = Variable {
    name: "KEEP_ENDED_DAYS",
    default: Some("730"),
    expected: "a number of days from 1 to 36500",
    about: "how long the record of a connection that has ended is kept, without account data",
};
pub(super) const WEBHOOK_URL: Variable = Variable {
    name: "WEBHOOK_URL",
    default: None,
    expected: "an https address (http only on loopback), such as https://shop.example/webhooks/ais",
    about: "where events are posted to (Standard Webhooks 1.0.0)",
};
pub(super) const WEBHOOK_SECRET_FILE: Variable = Variable {
    name: "WEBHOOK_SECRET_FILE",
    default: None,
    expected: "the path of a file with one or two lines, each whsec_ and 24 to 64 bytes in base64",
    about: "what webhooks are signed with; with two secrets, each webhook has a signature of both",
};
pub(super) const BUNDLE: Variable = Variable {
    name: "BUNDLE",
    default: None,
    expected: "the path of a folder that exists",
    about: "the folder of the widget's bundle, in place of the one that a release has inside",
};
pub(super) const PAGES: Variable = Variable {
    name: "PAGES",
    default: None,
    expected: "the path of a folder that exists",
    about: "a folder of pages, served at /",
};
pub(super) const PROFILES: Variable = Variable {
    name: "PROFILES",
    default: None,
    expected: "the path of a TOML file of bank profiles",
    about: "what the operator knows better of banks, bank by bank over the profiles that come with the \
            relay",
};

const MOST: &str = "a number from 1 to 3600000, or any";
const ORIGIN: &str = "an origin in its shortest form, such as https://shop.example or \
                      https://shop.example:8443 (http only on loopback, never *)";
const ORIGINS: &str = "a list of origins in their shortest form, such as https://shop.example or \
                       https://shop.example:8443 (http only on loopback, never *)";
