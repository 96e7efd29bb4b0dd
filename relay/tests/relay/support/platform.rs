//! A platform that records its requests and answers by a script.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use tokio::net::TcpListener;
use tokio::time::sleep;

/// A request that the platform received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    /// The values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let values = self.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    pub(crate) fn is_token(&self) -> bool {
        self.target == "/connect/token"
    }
}

/// The platform. Clones share it.
#[derive(Clone)]
pub(crate) struct Platform {
    pub url: String,
    inner: Arc<Inner>,
}

type Script = Box<dyn Fn(&Received) -> Option<Response<Body>> + Send + Sync>;

struct Inner {
    received: Mutex<Vec<Received>>,
    script: Mutex<Script>,
    delay: Mutex<Duration>,
    serial: AtomicUsize,
    under_way: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            received: Mutex::default(),
            script: Mutex::new(Box::new(|_| None)),
            delay: Mutex::default(),
            serial: AtomicUsize::new(1),
            under_way: AtomicUsize::default(),
            most_at_once: AtomicUsize::default(),
        });
        let platform = Self { url, inner };
        let router = Router::new().fallback(handle).with_state(platform.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        platform
    }

    /// Answers by `script` where it has an answer, else as usual.
    pub(crate) fn script(
        &self,
        script: impl Fn(&Received) -> Option<Response<Body>> + Send + Sync + 'static,
    ) {
        *self.inner.script.lock().unwrap() = Box::new(script);
    }

    /// Waits before each answer.
    pub(crate) fn delay(&self, delay: Duration) {
        *self.inner.delay.lock().unwrap() = delay;
    }

    /// All received requests, including those for tokens.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.inner.received.lock().unwrap().clone()
    }

    /// The received calls, without the token requests.
    pub(crate) fn calls(&self) -> Vec<Received> {
        self.received().into_iter().filter(|received| !received.is_token()).collect()
    }

    /// The highest number of simultaneous requests.
    pub(crate) fn most_at_once(&self) -> usize {
        self.inner.most_at_once.load(Ordering::SeqCst)
    }

    /// The number of token requests.
    pub(crate) fn tokens(&self) -> usize {
        self.received().iter().filter(|received| received.is_token()).count()
    }

    fn next(&self) -> usize {
        self.inner.serial.fetch_add(1, Ordering::SeqCst)
    }

    /// The shortest answer of an honest platform.
    fn usual(&self, received: &Received) -> Response<Body> {
        let path = received.target.split('?').next().unwrap();
        if received.is_token() {
            let body = format!(
                r#"{{"access_token":"canary-token-{}","expires_in":3600,"token_type":"Bearer","scope":"s"}}"#,
                self.next()
            );
            return json(200, &body);
        }
        match (received.method.as_str(), path.rsplit('/').next().unwrap()) {
            ("POST", "consents") => {
                let id = format!("c{}", self.next());
                let body =
                    format!(r#"{{"consentId":"{id}","consentStatus":"received","_links":{{}}}}"#);
                located(json(201, &body), &format!("{path}/{id}"))
            }
            ("POST", "authorisations") => {
                let id = format!("a{}", self.next());
                let body = format!(r#"{{"authorisationId":"{id}","scaStatus":"received"}}"#);
                located(json(201, &body), &format!("{path}/{id}"))
            }
            ("GET", "authorisations") => json(200, r#"{"authorisationIds":[]}"#),
            ("GET", "aspsps") => json(200, r#"{"aspsps":[]}"#),
            ("DELETE", _) => Response::builder().status(204).body(Body::empty()).unwrap(),
            _ => json(200, "{}"),
        }
    }
}

/// A JSON answer.
pub(crate) fn json(status: u16, body: &str) -> Response<Body> {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn located(mut response: Response<Body>, location: &str) -> Response<Body> {
    response.headers_mut().insert("location", location.parse().unwrap());
    response
}

async fn handle(State(platform): State<Platform>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let received = Received {
        method: head.method,
        target: head.uri.to_string(),
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    };
    platform.inner.received.lock().unwrap().push(received.clone());
    let under_way = platform.inner.under_way.fetch_add(1, Ordering::SeqCst) + 1;
    platform.inner.most_at_once.fetch_max(under_way, Ordering::SeqCst);
    let delay = *platform.inner.delay.lock().unwrap();
    if !delay.is_zero() {
        sleep(delay).await;
    }
    platform.inner.under_way.fetch_sub(1, Ordering::SeqCst);
    let scripted = platform.inner.script.lock().unwrap()(&received);
    scripted.unwrap_or_else(|| platform.usual(&received))
}
