//! Bodies of requests: read within limits, parsed, and written anew. The client's bytes go nowhere.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use protocol::Call;
use protocol::wire::{ConsentRequest, UpdatePsuData};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::config::Limits;
use crate::error::RouteError;

/// The body that the platform gets for `call`, if it gets one.
pub(super) async fn read(
    call: &Call,
    headers: &HeaderMap,
    body: Body,
    limits: &Limits,
) -> Result<Option<Bytes>, RouteError> {
    let bytes = timeout(limits.body, collect(body, limits.request_body))
        .await
        .map_err(|_| RouteError::BodyTooSlow)??;
    match call {
        Call::CreateConsent => json::<ConsentRequest>(headers, &bytes).map(Some),
        Call::UpdatePsuData { .. } => json::<UpdatePsuData>(headers, &bytes).map(Some),
        // The guide sends nothing here; clients that must send something send an empty object.
        Call::StartAuthorisation { .. } if bytes.trim_ascii() == b"{}" => Ok(None),
        _ if bytes.is_empty() => Ok(None),
        _ => Err(RouteError::BadBody("this call takes no body")),
    }
}

async fn collect(body: Body, max: usize) -> Result<Bytes, RouteError> {
    match Limited::new(body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(RouteError::BodyTooLarge),
        Err(_) => Err(RouteError::BadBody("the body broke off")),
    }
}

/// A body that is a `T`, written anew.
fn json<T: DeserializeOwned + Serialize>(
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<Bytes, RouteError> {
    if !headers.get(header::CONTENT_TYPE).is_some_and(|value| is_json(value.as_bytes())) {
        return Err(RouteError::NotJson);
    }
    let body: T = serde_json::from_slice(bytes)
        .map_err(|_| RouteError::BadBody("the body is not what this call takes"))?;
    let bytes = serde_json::to_vec(&body).map_err(|_| RouteError::Internal)?;
    Ok(bytes.into())
}

fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}
