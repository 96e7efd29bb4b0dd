//! Who is shown the client certificate: a server that asks every client for one, and tells.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::certificate::{Certificate, Readers};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Vars;

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

    /// A server that takes clients with a certificate and without one, and its address. It serves
    /// one connection, and tells whether it was shown a certificate.
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

/// Whether a client of `builder` that trusts `party` shows it a certificate.
async fn shows(party: &Party, builder: ClientBuilder) -> bool {
    let (url, shown) = party.serve().await;
    let root = reqwest::Certificate::from_der(party.certificate.der()).unwrap();
    let client = builder.tls_certs_only([root]).build().unwrap();
    // The server says nothing, and closes.
    assert!(client.get(url).send().await.is_err());
    shown.await.unwrap()
}

#[tokio::test]
async fn the_platforms_client_shows_the_certificate_and_the_logos_does_not() {
    let party = Party::new();
    let config = config(&party);
    assert!(shows(&party, for_platform(&config)).await);
    assert!(!shows(&party, for_others(&config)).await);
}

#[test]
fn the_certificate_is_for_auth_host_and_api_host_only() {
    let upstream = Upstream::new(&config(&Party::new())).unwrap();
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
        let anew = upstream.client(&url, Connection::New);
        assert_eq!(std::ptr::eq(anew, &raw const upstream.platform_anew), expect, "{url}");
        let client = upstream.client(&url, Connection::Kept);
        assert_eq!(std::ptr::eq(client, &raw const upstream.platform), expect, "{url}");
        assert_eq!(std::ptr::eq(client, &raw const upstream.others), !expect, "{url}");
    }
}
