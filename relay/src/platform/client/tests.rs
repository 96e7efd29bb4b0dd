//! Which hosts see the client certificate: a server that asks every client for one, and reports it.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::version::TLS12;
use rustls::{ConnectionTrafficSecrets, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::certificate::{Authorities, Certificate, Readers};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Address, Vars};
use crate::crypto::random::SystemRandom;

/// A certificate for this machine that signs itself, for server and client alike.
struct Party {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Party {
    fn new() -> Self {
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        Self { certificate: params.self_signed(&key).unwrap(), key }
    }

    /// A server that accepts clients with and without a certificate, and its address. It serves
    /// one connection, and reports whether the client showed a certificate.
    async fn serve(&self) -> (Url, JoinHandle<bool>) {
        let provider = Arc::new(default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).unwrap();
        let clients =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let clients = clients.allow_unauthenticated().build().unwrap();
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![self.certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shown = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let stream = acceptor.accept(stream).await.unwrap();
            stream.get_ref().1.peer_certificates().is_some()
        });
        (Url::parse(&format!("https://localhost:{port}/")).unwrap(), shown)
    }
}

/// A record of TLS 1.2 with this content (RFC 5246, section 6.2, and RFC 5288, section 3).
fn record(secrets: &ConnectionTrafficSecrets, number: u64, kind: u8, content: &[u8]) -> Vec<u8> {
    let (algorithm, key, iv) = match secrets {
        ConnectionTrafficSecrets::Aes128Gcm { key, iv } => (&AES_128_GCM, key, iv),
        ConnectionTrafficSecrets::Aes256Gcm { key, iv } => (&AES_256_GCM, key, iv),
        _ => panic!("another cipher"),
    };
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key.as_ref()).unwrap());
    let explicit = number.to_be_bytes();
    let nonce: Vec<u8> = iv.as_ref()[..4].iter().chain(&explicit).copied().collect();
    let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
    let length = |bytes: usize| u16::try_from(bytes).unwrap().to_be_bytes();
    let aad = [&explicit[..], &[kind, 3, 3], &length(content.len())].concat();
    let mut sealed = content.to_vec();
    key.seal_in_place_append_tag(nonce, Aad::from(aad), &mut sealed).unwrap();
    [&[kind, 3, 3][..], &length(explicit.len() + sealed.len()), &explicit, &sealed].concat()
}

/// What a server does after its records.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// It closes.
    Closes,
    /// It waits until the client closes.
    Waits,
}

/// A server of TLS 1.2 that reads a request and sends these records instead of an answer.
async fn serve_records(party: &Party, contents: &'static [(u8, &[u8])], then: Then) -> Url {
    let key = PrivateKeyDer::try_from(party.key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![party.certificate.der().clone()], key)
        .unwrap();
    config.enable_secret_extraction = true;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        stream.read_buf(&mut Vec::with_capacity(4096)).await.unwrap();
        let (mut stream, tls) = stream.into_inner();
        let (first, secrets) = tls.dangerous_extract_secrets().unwrap().tx;
        for (number, (kind, content)) in (first..).zip(contents) {
            stream.write_all(&record(&secrets, number, *kind, content)).await.unwrap();
        }
        match then {
            // The server must read the client's answer to the records, if any, or the system resets the connection.
            Then::Closes => {
                let mut buffer = [0; 4096];
                let _ = timeout(Duration::from_millis(100), stream.read(&mut buffer)).await;
            }
            Then::Waits => drop(stream.read_to_end(&mut Vec::new()).await),
        }
    });
    Url::parse(&format!("https://localhost:{port}/")).unwrap()
}

const HELLO_REQUEST: (u8, &[u8]) = (22, &[0, 0, 0, 0]);
/// The count of requests for renegotiation covers the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn a_renegotiation_is_named_as_that() {
    // Fatal: a server's answer to a client that declines.
    const HANDSHAKE_FAILURE: (u8, &[u8]) = (21, &[2, 40]);
    let _alone = ONE_AT_A_TIME.lock().await;
    let party = Party::new();
    for contents in [&[HELLO_REQUEST, HELLO_REQUEST][..], &[HELLO_REQUEST, HANDSHAKE_FAILURE]] {
        let url = serve_records(&party, contents, Then::Waits).await;
        let root = reqwest::Certificate::from_der(party.certificate.der()).unwrap();
        let client = client_builder(&config(&party)).tls_certs_only([root]).build().unwrap();
        let error = client.get(url).send().await.unwrap_err();
        assert!(!error.is_connect());
        let named = refusal(&error, Shown::Certificate, Moment::Request).unwrap();
        assert!(named.reason.contains("renegotiation"), "{named:?}");
    }
}

#[tokio::test]
async fn a_server_that_asked_for_renegotiation_and_then_says_nothing_is_known_by_it() {
    const CLOSE_NOTIFY: (u8, &[u8]) = (21, &[1, 0]);
    const FORBIDDEN: (u8, &[u8]) = (23, b"HTTP/1.1 403 no\r\ncontent-length: 0\r\n\r\n");
    const BROKEN: (u8, &[u8]) = (23, b"HTTP/1.1 20");
    let _alone = ONE_AT_A_TIME.lock().await;
    let party = Party::new();
    for (contents, then, expect) in [
        (&[HELLO_REQUEST][..], Then::Closes, Err(Fault::Untrusted)),
        (&[HELLO_REQUEST, CLOSE_NOTIFY], Then::Closes, Err(Fault::Untrusted)),
        (&[HELLO_REQUEST], Then::Waits, Err(Fault::Untrusted)),
        (&[HELLO_REQUEST, BROKEN], Then::Closes, Err(Fault::Untrusted)),
        (&[HELLO_REQUEST, FORBIDDEN], Then::Waits, Ok(403)),
        (&[CLOSE_NOTIFY], Then::Closes, Err(Fault::Closed)),
        (&[BROKEN], Then::Closes, Err(Fault::Closed)),
        (&[], Then::Closes, Err(Fault::Closed)),
        (&[], Then::Waits, Err(Fault::Silent)),
        (&[FORBIDDEN], Then::Waits, Ok(403)),
    ] {
        let url = serve_records(&party, contents, then).await;
        let mut config = config(&party);
        let address = url.as_str().trim_end_matches('/');
        config.platform.api = Address::parse(address).unwrap();
        config.platform.tls.authorities =
            Some(Authorities::from_pem(party.certificate.pem().as_bytes()).unwrap());
        config.limits.answer = Duration::from_millis(500);
        let upstream = Upstream::new(&config, Arc::new(SystemRandom)).unwrap();
        let sent = upstream.send(Asking::TOKEN, upstream.get(url), 1000).await;
        let sent = sent.map(|answer| answer.status.as_u16());
        assert_eq!(sent, expect, "{contents:?} {then:?}");
    }
}

fn config(party: &Party) -> Config {
    let vars = [
        ("AIS_RELAY_AUTH_URL", "https://auth.example"),
        ("AIS_RELAY_API_URL", "https://api.example:8443"),
        ("AIS_RELAY_CLIENT_ID", "client"),
        ("AIS_RELAY_CLIENT_SECRET", "hush-hush"),
    ];
    let vars: Vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let now = SystemClock.now();
    let mut config = Config::read(&vars, None, now).unwrap();
    let (pem, key) = (party.certificate.pem(), party.key.serialize_pem());
    let certificate = Certificate::from_pem(pem.as_bytes(), key.as_bytes(), Readers::Owner, now);
    config.platform.tls.certificate = Some(certificate.unwrap());
    config
}

fn client_builder(config: &Config) -> ClientBuilder {
    for_platform(config, &config.platform.tls)
}

/// Whether a client of `builder` that trusts `party` shows it a certificate.
async fn shows(party: &Party, builder: ClientBuilder) -> bool {
    let (url, shown) = party.serve().await;
    let root = reqwest::Certificate::from_der(party.certificate.der()).unwrap();
    let client = builder.tls_certs_only([root]).build().unwrap();
    // The server closes without an answer.
    assert!(client.get(url).send().await.is_err());
    shown.await.unwrap()
}

#[tokio::test]
async fn the_platforms_client_shows_the_certificate_and_the_logos_does_not() {
    let party = Party::new();
    let config = config(&party);
    assert!(shows(&party, client_builder(&config)).await);
    assert!(!shows(&party, for_others(&config)).await);
}

#[test]
fn the_certificate_is_for_auth_host_and_api_host_only() {
    let upstream = Upstream::new(&config(&Party::new()), Arc::new(SystemRandom)).unwrap();
    let platform = upstream.platform();
    for (url, expect) in [
        ("https://auth.example/connect/token", true),
        ("https://auth.example:443/", true),
        ("https://api.example:8443/logos/a.svg", true),
        ("https://api.example/logos/a.svg", false),
        ("https://auth.example:8443/", false),
        ("http://auth.example/", false),
        ("https://auth.example.evil.example/", false),
        ("https://opeopenbanking.blob.core.windows.net/a.svg", false),
    ] {
        let url = Url::parse(url).unwrap();
        let unpooled = upstream.client(&platform, &url, Connection::New);
        assert_eq!(std::ptr::eq(unpooled, &raw const platform.new), expect, "{url}");
        let client = upstream.client(&platform, &url, Connection::Kept);
        assert_eq!(std::ptr::eq(client, &raw const platform.kept), expect, "{url}");
        assert_eq!(std::ptr::eq(client, &raw const upstream.others), !expect, "{url}");
    }
}
