//! The HTTP clients: one for the platform, with the client certificate and the authorities that the
//! operator chose, and one for all other hosts, which are logos' and see neither. They follow no
//! redirects, read no proxy variables, send no `Referer`, and limit how much of an answer they
//! read.

mod connection;
mod reading;

use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Request, RequestBuilder};
use thiserror::Error;
use tokio::time::timeout;
use tower::layer::layer_fn;
use url::Url;

pub(crate) use self::connection::Connection;
use self::connection::{Noting, is_closed, noting};
use self::reading::{framing, read};
use crate::certificate::handshake::{Moment, RENEGOTIATION, Refusal, Shown, refusal};
use crate::certificate::renegotiation;
use crate::config::{Config, Limits, Tls};
use crate::crypto::random::Random;
use crate::http::error::Fault;
use crate::http::flaw::Flaw;
use crate::metrics::{Asking, Metrics};
use crate::platform::json::Body;
use crate::trace::Span;

/// The HTTP clients, with their limits.
#[derive(Clone)]
pub(crate) struct Upstream {
    platform: Arc<RwLock<Arc<ForPlatform>>>,
    others: Client,
    /// The platform's two hosts.
    hosts: [Url; 2],
    limits: Limits,
    random: Arc<dyn Random>,
    metrics: Arc<Metrics>,
}

/// The clients that the platform's hosts get, with one identity. They are replaced together. The old ones go, with their
/// kept connections, when the last request that was made with them has ended.
struct ForPlatform {
    kept: Client,
    /// The same, without kept connections.
    new: Client,
    shown: Shown,
}

/// An answer, read to its end: with its JSON, or with its bytes as they came.
#[derive(Clone)]
pub(crate) struct Answer<B = Body> {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: B,
}

/// An answer as it came.
pub(crate) type Raw = Answer<Bytes>;

/// The client cannot be made: the machine has no certificate authorities to trust.
#[derive(Debug, Error)]
#[error("the HTTP client cannot be made; are the machine's CA certificates installed?")]
pub struct ClientError(#[source] reqwest::Error);

impl Upstream {
    pub(crate) fn new(config: &Config, random: Arc<dyn Random>) -> Result<Self, ClientError> {
        renegotiation::watch();
        let (platform, limits) = (&config.platform, config.limits);
        let own = ForPlatform::new(config, &platform.tls)?;
        Ok(Self {
            platform: Arc::new(RwLock::new(Arc::new(own))),
            others: client_of_others(config).map_err(ClientError)?,
            hosts: [platform.auth.url().clone(), platform.api.url().clone()],
            limits,
            random,
            metrics: Arc::new(Metrics::new(config)),
        })
    }

    /// Uses the identities in `tls` for all requests that are made from now on.
    pub(crate) fn renew(&self, config: &Config, tls: &Tls) -> Result<(), ClientError> {
        let renewed = Arc::new(ForPlatform::new(config, tls)?);
        *self.platform.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }

    /// What the relay counts.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.request(Method::GET, url, Connection::Kept)
    }

    pub(crate) fn post(&self, url: Url, connection: Connection) -> RequestBuilder {
        self.request(Method::POST, url, connection)
    }

    pub(crate) fn request(
        &self,
        method: Method,
        url: Url,
        connection: Connection,
    ) -> RequestBuilder {
        let platform = self.platform();
        self.client(&platform, &url, connection).request(method, url)
    }

    /// `request`, for the client of its host.
    pub(crate) fn prepared(&self, request: Request, connection: Connection) -> RequestBuilder {
        let platform = self.platform();
        let client = self.client(&platform, request.url(), connection).clone();
        RequestBuilder::from_parts(client, request)
    }

    /// The client for `url`: only the platform's two hosts see the certificate.
    fn client<'a>(
        &'a self,
        platform: &'a ForPlatform,
        url: &Url,
        connection: Connection,
    ) -> &'a Client {
        match connection {
            _ if !self.is_platform(url) => &self.others,
            Connection::Kept => &platform.kept,
            Connection::New => &platform.new,
        }
    }

    /// Whether `url` is of one of the platform's two hosts.
    fn is_platform(&self, url: &Url) -> bool {
        self.hosts.iter().any(|host| has_origin(url, host))
    }

    fn platform(&self) -> Arc<ForPlatform> {
        Arc::clone(&self.platform.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sends `request`, which is the call `name`, as a part of the trace that it belongs to, and reads its answer, of which
    /// the body may have `max` bytes.
    ///
    /// # Errors
    /// [`Fault::Unreached`] where there was no connection to send it on; [`Fault::Dropped`] where a kept
    /// connection was closed instead of an answer; [`Fault::Closed`] where a new one was; [`Fault::Silent`] where
    /// no answer came in time; [`Fault::Untrusted`] where one side refuses the other in TLS, which is logged;
    /// [`Fault::Failed`] where the answer was no HTTP, broke off, was longer than `max`, sends somewhere
    /// else, or could be read in two ways.
    pub(crate) async fn send(
        &self,
        asking: Asking,
        request: RequestBuilder,
        max: usize,
    ) -> Result<Raw, Fault> {
        let (client, request) = request.build_split();
        // Only what the relay itself has written wrongly cannot be built: nothing was sent.
        let mut request = request.map_err(|_| Fault::Unreached)?;
        let (url, method) = (request.url(), request.method());
        let is_platform = self.is_platform(url);
        let span = Span::ask(asking.call, method, url.host_str(), &*self.random);
        request.headers_mut().extend(span.header().filter(|_| is_platform));
        let sending = self.metrics.send(asking);
        let answer = Box::pin(self.exchange(&client, request, max)).await;
        drop(sending);
        span.end(
            answer.as_ref().map(|answer| answer.status.as_u16()).map_err(|fault| fault.word()),
        );
        answer
    }

    async fn exchange(&self, client: &Client, request: Request, max: usize) -> Result<Raw, Fault> {
        let asked = renegotiation::asked();
        let (sent, connection) = noting(timeout(self.limits.answer, client.execute(request))).await;
        let mut response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(self.fault_without_answer(&error, connection, asked)),
            Err(_) if renegotiation::asked() > asked => return Err(untrusted(RENEGOTIATION)),
            Err(_) => return Err(Fault::Silent),
        };
        let status = response.status();
        if status.is_client_error() && renegotiation::asked() > asked {
            // The platform answers all the same, and refuses the client without a certificate.
            untrusted(RENEGOTIATION);
        }
        let flaw = framing(&response);
        let headers = std::mem::take(response.headers_mut());
        let body = match flaw {
            Some(flaw) => Err(Fault::Failed(flaw, Some(status))),
            None => read(response, max).await,
        };
        let body = match body {
            // Such a status and its `Retry-After` suffice, whatever is wrong with the body.
            Err(Fault::Failed(flaw @ (Flaw::Encoded | Flaw::TooLong | Flaw::BrokenOff), _))
                if LATER.contains(&status) =>
            {
                tracing::warn!(status = status.as_u16(), %flaw, "the body of a refusal was left out");
                Bytes::new()
            }
            body => body?,
        };
        Ok(Answer { status, headers, body })
    }

    /// Why `error` came in place of an answer. Before the request, peers had `asked` so often for
    /// renegotiation.
    fn fault_without_answer(
        &self,
        error: &reqwest::Error,
        connection: Connection,
        asked: u64,
    ) -> Fault {
        if let Some(flaw) = nonsense(error) {
            return flaw.into();
        }
        // A fault of a logo's host does not concern the operator.
        let is_platform = error.url().is_some_and(|url| self.is_platform(url));
        let moment = if error.is_connect() { Moment::Handshake } else { Moment::Request };
        let was_asked = renegotiation::asked() > asked && moment == Moment::Request;
        let refusal =
            refusal(error, self.platform().shown, moment).or(was_asked.then_some(RENEGOTIATION));
        match refusal.filter(|_| is_platform) {
            Some(refusal) => untrusted(refusal),
            None if error.is_connect() => Fault::Unreached,
            None if error.is_timeout() => Fault::Silent,
            None if !is_closed(error) => Fault::Silent,
            None if connection == Connection::Kept => Fault::Dropped,
            None => Fault::Closed,
        }
    }
}

/// Whether `url` has the origin of `other`. [`Url::origin`] would copy both.
pub(super) fn has_origin(url: &Url, other: &Url) -> bool {
    url.scheme() == other.scheme()
        && url.host() == other.host()
        && url.port_or_known_default() == other.port_or_known_default()
}

/// Logs why there is no TLS with the platform.
fn untrusted(Refusal { reason, advice }: Refusal) -> Fault {
    tracing::error!(reason, advice, "no TLS with the platform");
    Fault::Untrusted
}

impl ForPlatform {
    fn new(config: &Config, tls: &Tls) -> Result<Self, ClientError> {
        let shown = match tls.certificate {
            Some(_) => Shown::Certificate,
            None => Shown::Nothing,
        };
        let kept = for_platform(config, tls).build().map_err(ClientError)?;
        let new = for_platform(config, tls).pool_max_idle_per_host(0).build();
        Ok(Self { kept, new: new.map_err(ClientError)?, shown })
    }
}

/// The client of auth host and API host.
fn for_platform(config: &Config, tls: &Tls) -> ClientBuilder {
    let plain = plain(config);
    let mut builder = limited(config);
    if let Some(authorities) = &tls.authorities {
        builder = builder.tls_certs_only(authorities.certificates());
    } else if plain == Plain::Both {
        // A sidecar of the sandbox speaks plain HTTP on loopback and must start on a machine without
        // CA certificates.
        builder = builder.tls_certs_only([]);
    }
    if let Some(certificate) = &tls.certificate {
        builder = builder.identity(certificate.identity());
    }
    builder.https_only(plain == Plain::None)
}

/// The client of logo hosts. Where the platform speaks plain HTTP or has a private authority, the machine may have no
/// CA certificates; then the client trusts none, so that a logo from elsewhere fails closed.
fn client_of_others(config: &Config) -> reqwest::Result<Client> {
    let trust_none = || for_others(config).tls_certs_only([]).build();
    if plain(config) == Plain::Both {
        return trust_none();
    }
    let client = for_others(config).build();
    if config.platform.tls.authorities.is_some() {
        client.or_else(|_| trust_none())
    } else {
        client
    }
}

/// A client that shows no certificate.
fn for_others(config: &Config) -> ClientBuilder {
    limited(config).https_only(true)
}

fn limited(config: &Config) -> ClientBuilder {
    let limits = config.limits;
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .http1_only()
        .connect_timeout(limits.connect)
        .timeout(limits.whole_call)
        .pool_idle_timeout(POOL_IDLE)
        .connector_layer(layer_fn(Noting))
}

/// The hosts of the platform that the relay calls without TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    None,
    One,
    Both,
}

fn plain(config: &Config) -> Plain {
    match (config.platform.auth.is_plain(), config.platform.api.is_plain()) {
        (false, false) => Plain::None,
        (true, true) => Plain::Both,
        _ => Plain::One,
    }
}

impl Raw {
    /// The same, with its body read as JSON.
    pub(crate) fn checked(self) -> Answer {
        let Self { status, headers, body } = self;
        Answer { status, headers, body: Body::of(&body) }
    }
}

/// What is wrong with an answer that could not be read as HTTP.
fn nonsense(error: &reqwest::Error) -> Option<Flaw> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            // The library names this cause by its text alone.
            let is_length = error.to_string().contains("content-length");
            return error.is_parse().then_some(if is_length {
                Flaw::Length
            } else {
                Flaw::NotHttp
            });
        }
        source = cause.source();
    }
    None
}

/// The statuses after which the same call may succeed later.
pub(crate) const LATER: [StatusCode; 2] =
    [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
/// How long an unused connection is kept: shorter than servers usually keep theirs, so that a call
/// seldom meets one that is just being closed.
const POOL_IDLE: std::time::Duration = std::time::Duration::from_secs(20);

#[cfg(test)]
mod tests;
