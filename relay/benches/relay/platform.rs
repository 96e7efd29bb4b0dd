//! A platform that answers at once, in the least words, with or without TLS.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// The platform, which runs until the process ends.
pub(crate) struct Platform {
    /// Its port on localhost.
    pub(crate) port: u16,
    /// The file with its certificate, if it has one.
    pub(crate) certificate: Option<PathBuf>,
    state: Arc<Answers>,
}

/// What it answers, and how often it did.
#[derive(Default)]
struct Answers {
    /// Whether a person has yet to sign.
    waits: AtomicBool,
    polls: AtomicU64,
    ids: AtomicU64,
}

impl Platform {
    pub(crate) async fn plain() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<Answers>::default();
        let router = router(&state);
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { port, certificate: None, state }
    }

    pub(crate) async fn with_tls(folder: &Path) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let file = folder.join("platform.pem");
        std::fs::write(&file, cert.pem()).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = tcp.local_addr().unwrap().port();
        let listener = Tls { tcp, acceptor: TlsAcceptor::from(Arc::new(config)) };
        let state = Arc::<Answers>::default();
        let router = router(&state);
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { port, certificate: Some(file), state }
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://localhost:{}", self.port)
    }

    /// From now on the person has signed, or has yet to.
    pub(crate) fn waits_for_persons(&self, waits: bool) {
        self.state.waits.store(waits, Ordering::Relaxed);
    }

    /// How often it was asked for an SCA status.
    pub(crate) fn polls(&self) -> u64 {
        self.state.polls.load(Ordering::Relaxed)
    }
}

fn router(state: &Arc<Answers>) -> Router {
    Router::new().fallback(answer).with_state(Arc::clone(state))
}

async fn answer(State(state): State<Arc<Answers>>, method: Method, uri: Uri) -> Response {
    let last = uri.path().rsplit('/').next().unwrap();
    let id = || uuid::Uuid::from_u128(u128::from(state.ids.fetch_add(1, Ordering::Relaxed)) + 1);
    let (status, body) = match (method.as_str(), last) {
        (_, "token") => (
            200,
            r#"{"access_token":"t","expires_in":3600,"token_type":"Bearer","scope":"s"}"#
                .to_owned(),
        ),
        ("POST", "consents") => {
            (201, format!(r#"{{"consentId":"{}","consentStatus":"received"}}"#, id()))
        }
        ("POST", _) => (201, format!(r#"{{"authorisationId":"{}","scaStatus":"received"}}"#, id())),
        (_, "aspsps") => (200, r#"{"aspsps":[{"bicFi":"ESSESESS","name":"SEB"}]}"#.to_owned()),
        (_, "accounts") => (
            200,
            r#"{"accounts":[{"resourceId":"1","iban":"SE0000000000000000000000"}]}"#.to_owned(),
        ),
        ("PUT", _) => (200, r#"{"scaStatus":"started"}"#.to_owned()),
        _ => {
            state.polls.fetch_add(1, Ordering::Relaxed);
            let status = if state.waits.load(Ordering::Relaxed) { "started" } else { "finalised" };
            (200, format!(r#"{{"scaStatus":"{status}"}}"#))
        }
    };
    let kind = (header::CONTENT_TYPE, "application/json");
    (StatusCode::from_u16(status).unwrap(), [kind], body).into_response()
}

/// Accepts connections with TLS.
struct Tls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, address) = self.tcp.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
