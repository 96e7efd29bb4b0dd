//! TLS with client certificates, by real handshakes; and the folder that stores the certificates.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use reqwest::{Certificate, Client, Identity as ClientIdentity, Response};
use sandbox::{
    Authority, Certificates, Identity, Lifetime, Purpose, Sandbox, Settings, Tls, TlsError,
    serve_app, serve_tls,
};
use serde_json::Value;
use time::UtcDateTime;
use tokio::net::TcpListener;

use crate::support::{CONSENTS, REQUEST_ID};

/// A sandbox over TLS until the end of the test.
struct Server {
    certificates: Certificates,
    address: SocketAddr,
}

impl Server {
    async fn start() -> Self {
        let certificates = Certificates::in_memory(UtcDateTime::now()).unwrap();
        Self { address: listen(certificates.tls().unwrap()).await, certificates }
    }

    /// Asks for the clock with a client's certificate, or without one.
    async fn ask(&self, client: Option<&Identity>) -> reqwest::Result<Response> {
        ask(&self.certificates.authority, client, self.address).await
    }

    fn lifetime() -> Lifetime {
        let now = UtcDateTime::now();
        Lifetime { from: now - DAY, until: now + DAY }
    }
}

#[tokio::test]
async fn the_right_client_is_answered_at_each_name_of_this_machine() {
    let server = Server::start().await;
    let Certificates { authority, client, .. } = &server.certificates;
    let answer = server.ask(Some(client)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let port = server.address.port();
    let url = format!("https://localhost:{port}/logos/ESSESESS.svg");
    let answer = browser(authority, Some(client)).get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused() {
    let server = Server::start().await;
    refused(server.ask(None).await);
}

#[tokio::test]
async fn a_client_of_another_authority_is_refused() {
    let server = Server::start().await;
    let lifetime = Server::lifetime();
    let other = Authority::new(lifetime).unwrap();
    refused(server.ask(Some(&other.issue(Purpose::Client, lifetime).unwrap())).await);
}

#[tokio::test]
async fn a_client_is_refused_before_and_after_its_dates() {
    let server = Server::start().await;
    let now = UtcDateTime::now();
    let issue = |from, until| {
        let lifetime = Lifetime { from, until };
        server.certificates.authority.issue(Purpose::Client, lifetime).unwrap()
    };
    refused(server.ask(Some(&issue(now - 2 * DAY, now - DAY))).await);
    refused(server.ask(Some(&issue(now + DAY, now + 2 * DAY))).await);
    assert_eq!(server.ask(Some(&issue(now - DAY, now + DAY))).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_certificate_for_servers_is_no_clients() {
    let server = Server::start().await;
    refused(server.ask(Some(&server.certificates.server)).await);
}

#[tokio::test]
async fn a_server_with_anothers_key_does_not_start() {
    let made = Certificates::in_memory(UtcDateTime::now()).unwrap();
    let mixed = Identity { key: made.client.key.clone(), ..made.server.clone() };
    assert!(matches!(Tls::new(&mixed, &[made.authority.pem()]), Err(TlsError::Use(_))));
}

#[tokio::test]
async fn a_client_that_knows_another_authority_refuses_the_server() {
    let server = Server::start().await;
    let other = Authority::new(Server::lifetime()).unwrap();
    let client = &server.certificates.client;
    let answer = ask(&other, Some(client), server.address).await;
    assert!(answer.unwrap_err().is_connect());
}

#[tokio::test]
async fn the_apps_side_needs_no_certificate_and_has_nothing_of_the_platform() {
    let sandbox = Sandbox::new(Settings::default()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve_app(sandbox, listener, std::future::pending()));
    let client = Client::builder().no_proxy().build().unwrap();
    for (path, status) in
        [("/bankid", 200), ("/control/clock", 200), ("/logos/ESSESESS.svg", 200), (CONSENTS, 404)]
    {
        let answer = client.get(format!("http://{address}{path}")).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    let token = client.post(format!("http://{address}/connect/token")).send().await.unwrap();
    assert_eq!(token.status(), 404);
}

#[tokio::test]
async fn addresses_in_answers_name_https() {
    let server = Server::start().await;
    let Certificates { authority, client, .. } = &server.certificates;
    let browser = browser(authority, Some(client));
    let url = |path: &str| format!("https://{}{path}", server.address);
    let form = [
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("grant_type", "client_credentials"),
        ("scope", "aspspinformation private"),
    ];
    let token = browser.post(url("/connect/token")).form(&form).send().await.unwrap();
    let token: Value = token.json().await.unwrap();
    let list = browser.get(url("/psd2/aspspinformation/v1/aspsps"));
    let list = list.bearer_auth(token["access_token"].as_str().unwrap());
    let list = list.header("X-Request-ID", REQUEST_ID).send().await.unwrap();
    let list: Value = list.json().await.unwrap();
    assert_eq!(list["aspsps"][0]["logoUrl"], url("/logos/ESSESESS.svg"));
}

#[test]
fn a_folder_keeps_what_was_made_until_it_expires() {
    let folder = Folder::new("keeps");
    let now = UtcDateTime::now();
    let made = Certificates::in_folder(&folder.0, now).unwrap();
    let kept = Certificates::in_folder(&folder.0, now + 300 * DAY).unwrap();
    assert_eq!((&kept.client, &kept.server), (&made.client, &made.server));
    assert_eq!(kept.authority.pem(), made.authority.pem());
    let later = Certificates::in_folder(&folder.0, now + 398 * DAY).unwrap();
    assert_ne!(later.client, made.client);
    assert_eq!(folder.read("client.pem"), later.client.certificate);
}

#[tokio::test]
async fn what_a_kept_authority_signs_is_trusted() {
    let folder = Folder::new("signs");
    let now = UtcDateTime::now();
    Certificates::in_folder(&folder.0, now).unwrap();
    let certificates = Certificates::in_folder(&folder.0, now).unwrap();
    let lifetime = Lifetime { from: now - DAY, until: now + DAY };
    let client = certificates.authority.issue(Purpose::Client, lifetime).unwrap();
    let address = listen(certificates.tls().unwrap()).await;
    let answer = ask(&certificates.authority, Some(&client), address).await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn a_folder_with_other_certificates_is_left_alone() {
    let folder = Folder::new("foreign");
    let now = UtcDateTime::now();
    Certificates::in_folder(&folder.0, now).unwrap();
    let other = Certificates::in_memory(now).unwrap();
    for (name, text) in [("client.key", &*other.client.key), ("ca.pem", other.authority.pem())] {
        let own = folder.read(name);
        fs::write(folder.0.join(name), text).unwrap();
        let error = Certificates::in_folder(&folder.0, now).unwrap_err();
        assert!(matches!(error, TlsError::Foreign { .. }), "{name}: {error}");
        assert_eq!(folder.read(name), text);
        fs::write(folder.0.join(name), own).unwrap();
    }
    fs::remove_file(folder.0.join("server.pem")).unwrap();
    assert!(matches!(Certificates::in_folder(&folder.0, now), Err(TlsError::Foreign { .. })));
}

#[test]
fn the_pkcs12_file_opens_with_its_password_only() {
    let folder = Folder::new("pkcs12");
    Certificates::in_folder(&folder.0, UtcDateTime::now()).unwrap();
    let file = fs::read(folder.0.join("client.p12")).unwrap();
    let open = |password: &str| KeyStore::from_pkcs12(&file, password, Pkcs12ImportPolicy::Strict);
    let store = open(&folder.read("client.p12.password")).unwrap();
    assert_eq!(store.private_key_chain().unwrap().1.certs().len(), 2);
    assert!(open("wrong").is_err());
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_keys() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("rights");
    Certificates::in_folder(&folder.0, UtcDateTime::now()).unwrap();
    for file in ["ca.key", "server.key", "client.key", "client.p12", "client.p12.password"] {
        let rights = fs::metadata(folder.0.join(file)).unwrap().permissions().mode();
        assert_eq!(rights & 0o777, 0o600, "{file}");
    }
}

async fn listen(tls: Tls) -> SocketAddr {
    let sandbox = Sandbox::new(Settings::default()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve_tls(sandbox, listener, tls, std::future::pending()));
    address
}

async fn ask(
    authority: &Authority,
    client: Option<&Identity>,
    address: SocketAddr,
) -> reqwest::Result<Response> {
    let url = format!("https://{address}/control/clock");
    browser(authority, client).get(url).send().await
}

/// A client that trusts only the authority, with a certificate of its own or without.
pub(crate) fn browser(authority: &Authority, client: Option<&Identity>) -> Client {
    let root = Certificate::from_pem(authority.pem().as_bytes()).unwrap();
    let mut builder = Client::builder().no_proxy().tls_certs_only([root]);
    if let Some(Identity { certificate, key }) = client {
        let pem = [key.as_str(), certificate].concat();
        builder = builder.identity(ClientIdentity::from_pem(pem.as_bytes()).unwrap());
    }
    builder.build().unwrap()
}

/// In TLS 1.3 the client learns of it with its first answer, so the connect itself succeeds.
#[track_caller]
fn refused(answer: reqwest::Result<Response>) {
    let error = answer.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
}

/// A folder that lasts as long as the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = format!("ais-sandbox-tls-{}-{name}", std::process::id());
        Self(std::env::temp_dir().join(folder))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that failed early may not have made it.
        let _ = fs::remove_dir_all(Path::new(&self.0));
    }
}

const DAY: Duration = Duration::from_hours(24);
