//! The one HTTP client. It follows no redirects, reads no proxy variables, sends no `Referer`, and
//! reads no more of an answer than it was told to.

use std::error::Error;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use thiserror::Error;
use tokio::time::timeout;
use url::Url;

use crate::config::{Config, Limits};
use crate::error::Fault;

/// The one HTTP client, with its limits.
#[derive(Clone)]
pub(crate) struct Upstream {
    client: Client,
    limits: Limits,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// The client cannot be made: the machine has no certificate authorities to trust.
#[derive(Debug, Error)]
#[error("the HTTP client cannot be made; are the machine's CA certificates installed?")]
pub struct ClientError(#[source] reqwest::Error);

impl Upstream {
    pub(crate) fn new(config: &Config) -> Result<Self, ClientError> {
        let limits = config.limits;
        let builder = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .connect_timeout(limits.connect)
            .timeout(limits.whole_call)
            .pool_idle_timeout(POOL_IDLE);
        // A sidecar of the sandbox speaks plain HTTP on loopback and must start on a machine without
        // CA certificates. It trusts none then, so a stray https logo fails closed.
        let builder = if config.platform.auth.is_plain() && config.platform.api.is_plain() {
            builder.tls_certs_only([])
        } else {
            builder.https_only(!config.platform.auth.is_plain() && !config.platform.api.is_plain())
        };
        Ok(Self { client: builder.build().map_err(ClientError)?, limits })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends `request` and reads its answer, of which the body may have `max` bytes.
    ///
    /// # Errors
    /// [`Fault::Silent`] where no answer came in time; [`Fault::Failed`] where it was no HTTP, broke
    /// off, was longer than `max` or sends somewhere else.
    pub(crate) async fn send(&self, request: RequestBuilder, max: usize) -> Result<Answer, Fault> {
        let response = match timeout(self.limits.answer, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if is_nonsense(&error) => return Err(Fault::Failed),
            Ok(Err(_)) | Err(_) => return Err(Fault::Silent),
        };
        if response.status().is_redirection() {
            return Err(Fault::Failed);
        }
        read(response, max).await
    }
}

async fn read(mut response: Response, max: usize) -> Result<Answer, Fault> {
    let max_length = u64::try_from(max).unwrap_or(u64::MAX);
    if response.content_length().is_some_and(|length| length > max_length) {
        return Err(Fault::Failed);
    }
    // Nothing asked for an encoding, and none is undone.
    if response.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Fault::Failed);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| fault_of(&error))? {
        if body.len() + chunk.len() > max {
            return Err(Fault::Failed);
        }
        body.extend_from_slice(&chunk);
    }
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    Ok(Answer { status, headers, body: body.into() })
}

/// An answer that has begun is late, or broken.
fn fault_of(error: &reqwest::Error) -> Fault {
    if error.is_timeout() { Fault::Silent } else { Fault::Failed }
}

/// Whether the peer answered with something that is no HTTP.
fn is_nonsense(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            return error.is_parse();
        }
        source = cause.source();
    }
    false
}

/// How long an unused connection is kept: shorter than servers usually keep theirs, so that a call
/// seldom meets one that is just being closed.
const POOL_IDLE: std::time::Duration = std::time::Duration::from_secs(20);
