//! Bodies of requests: read within limits and parsed. The relay writes a new body for the platform, and never passes on
//! the client's bytes.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use protocol::Call;
use protocol::wire::{ConsentRequest, UpdatePsuData};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::config::Limits;
use crate::http::error::RouteError;

/// A body that a call has, parsed.
pub(crate) enum Sent {
    /// Of [`Call::CreateConsent`].
    Consent(ConsentRequest),
    /// Of [`Call::UpdatePsuData`].
    PsuData(UpdatePsuData),
}

impl Sent {
    /// The new body that the platform gets.
    pub(crate) fn bytes(&self) -> Result<Bytes, RouteError> {
        let written = match self {
            Self::Consent(body) => serde_json::to_vec(body),
            Self::PsuData(body) => serde_json::to_vec(body),
        };
        written.map(Bytes::from).map_err(|_| RouteError::Internal)
    }
}

/// The body of `call`, if it has one.
pub(crate) async fn read(
    call: &Call,
    headers: &HeaderMap,
    body: Body,
    limits: &Limits,
) -> Result<Option<Sent>, RouteError> {
    let bytes = timeout(limits.body, collect(body, limits.request_body))
        .await
        .map_err(|_| RouteError::BodyTooSlow)??;
    match call {
        Call::CreateConsent => parsed(headers, &bytes).map(|body| Some(Sent::Consent(body))),
        Call::UpdatePsuData { .. } => parsed(headers, &bytes).map(|body| Some(Sent::PsuData(body))),
        // The guide sends nothing here; clients that must send something send an empty object.
        Call::StartAuthorisation { .. } if bytes.trim_ascii() == b"{}" => Ok(None),
        _ if bytes.is_empty() => Ok(None),
        _ => Err(RouteError::BadBody("this call takes no body")),
    }
}

/// The bytes of `body`, at most `max`.
pub(crate) async fn collect(body: Body, max: usize) -> Result<Bytes, RouteError> {
    match Limited::new(body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(RouteError::BodyTooLarge),
        Err(_) => Err(RouteError::BadBody("the body broke off")),
    }
}

/// A body that is a `T`.
pub(crate) fn parsed<T: DeserializeOwned>(
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<T, RouteError> {
    if !headers.get(header::CONTENT_TYPE).is_some_and(|value| is(value.as_bytes(), JSON)) {
        return Err(RouteError::NotJson);
    }
    serde_json::from_slice(bytes)
        .map_err(|_| RouteError::BadBody("the body is not what this call takes"))
}

/// Whether `value`, of a `Content-Type` header, is the type `essence`.
pub(crate) fn is(value: &[u8], essence: &[u8]) -> bool {
    let own = value.split(|byte| *byte == b';').next().unwrap_or_default();
    own.trim_ascii().eq_ignore_ascii_case(essence)
}

const JSON: &[u8] = b"application/json";
