//! Framing: a request must be as browsers and honest proxies frame it. The relay refuses a request that two programs
//! could read in two ways before anything else reads it.

use axum::extract::{Request, State};
use axum::http::{Method, Version, header, request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::error::RouteError;
use crate::http::gate::one;

/// What the head of a request held that hyper does not pass on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawHead {
    /// Whether there is a `#` in the request line.
    pub has_fragment: bool,
    /// Lines that are called `Content-Length`.
    pub lengths: usize,
}

/// The layer that refuses badly framed requests, and targets of more than `longest` bytes.
pub(crate) async fn strict(State(longest): State<usize>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match check(&head, longest) {
        Ok(()) => next.run(Request::from_parts(head, body)).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Whether a request is framed as browsers and honest proxies frame it, and its target has `longest` bytes at
/// most.
pub(crate) fn check(head: &request::Parts, longest: usize) -> Result<(), RouteError> {
    if head.method == Method::CONNECT || head.method == Method::TRACE {
        return Err(RouteError::WrongMethod("GET, HEAD, POST, PUT, DELETE, OPTIONS"));
    }
    if !matches!(head.version, Version::HTTP_10 | Version::HTTP_11) {
        return Err(RouteError::Malformed("only HTTP/1.1 is spoken here"));
    }
    if head.uri.authority().is_some() || !head.uri.path().starts_with('/') {
        return Err(RouteError::Malformed("the target must be a path"));
    }
    // hyper removes these before a handler sees them.
    let raw = head.extensions.get::<RawHead>().copied().unwrap_or_default();
    if raw.has_fragment {
        return Err(RouteError::Malformed("the target must have no fragment"));
    }
    if raw.lengths > 1 {
        return Err(RouteError::Malformed("there must be one Content-Length at most"));
    }
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target > longest {
        return Err(RouteError::TargetTooLong);
    }
    one(&head.headers, &header::HOST)
        .ok()
        .flatten()
        .ok_or(RouteError::Malformed("there must be one Host header"))?;
    // A length together with a chunked body smuggles requests. hyper hides the length
    // then, so the relay refuses all chunked bodies; no browser sends them over HTTP/1.1.
    if head.headers.contains_key(header::TRANSFER_ENCODING) {
        return Err(RouteError::Malformed("the body must have a Content-Length"));
    }
    Ok(())
}
