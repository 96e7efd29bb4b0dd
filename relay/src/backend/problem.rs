//! Refusals of the back-end port, as `application/problem+json` (RFC 9457) with a code and the id of the request.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::host::BadTerm;
use crate::http::error::RouteError;
use crate::store::StoreError;

/// Why a request is refused.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// It shows no key, or one that is not known.
    Unauthorised,
    /// There is no such thing.
    NotFound(&'static str),
    /// The path has another method.
    WrongMethod,
    /// A member or a parameter is not what it must be.
    Bad(BadTerm),
    /// The body is no JSON object of this route.
    BadBody(String),
    /// The key of an earlier request with another question.
    KeyReused,
    /// What it is about is in another state.
    Conflict(&'static str, &'static str),
    /// Too much was read without the person.
    TooOften {
        /// When it may be tried again.
        seconds: u64,
        /// When the count of this relay lets it, where that is why.
        resets: Option<String>,
    },
    /// The bank or the platform failed.
    Bank,
    /// The store cannot answer.
    NoStore,
    /// A fault of the relay itself.
    Internal,
}

/// A refusal (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `about:blank`: the code says more.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The status.
    status: u16,
    /// A sentence for developers.
    detail: String,
    /// The cause, a word of a closed set.
    code: &'static str,
    /// The member at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<&'static str>,
    /// The id of the request.
    #[schema(value_type = Option<String>)]
    request_id: Option<Uuid>,
}

impl Fault {
    fn problem(&self) -> Problem {
        let (status, code) = match self {
            Self::Unauthorised => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::Bad(_) | Self::BadBody(_) => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
            Self::Conflict(code, _) => (StatusCode::CONFLICT, *code),
            Self::TooOften { .. } => (StatusCode::TOO_MANY_REQUESTS, "ACCESS_EXCEEDED"),
            Self::Bank => (StatusCode::BAD_GATEWAY, "bank_failed"),
            Self::NoStore => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"),
        };
        let member = match self {
            Self::Bad(bad) => Some(bad.member),
            _ => None,
        };
        let detail = match self {
            Self::Unauthorised => {
                "show a key of AIS_RELAY_BACKEND_KEYS_FILE: Authorization: Bearer aisk_..."
                    .to_owned()
            }
            Self::NotFound(what) | Self::Conflict(_, what) => (*what).to_owned(),
            Self::WrongMethod => "this path has another method".to_owned(),
            Self::Bad(BadTerm { member, expected }) => format!("{member} must be {expected}"),
            Self::BadBody(why) => why.clone(),
            Self::KeyReused => {
                "this Idempotency-Key came with another request in the last 24 hours".to_owned()
            }
            Self::TooOften { seconds, resets: Some(resets) } => {
                format!(
                    "the reads without the person of 24 hours are used up until {resets}: ask again in {seconds} seconds"
                )
            }
            Self::TooOften { seconds, resets: None } => {
                format!("the bank wants no more reads for now: ask again in {seconds} seconds")
            }
            Self::Bank => "the bank or the platform did not answer as it should".to_owned(),
            Self::NoStore => "the relay's store cannot answer: ask again in a moment".to_owned(),
            Self::Internal => "the relay failed".to_owned(),
        };
        let title = status.canonical_reason().unwrap_or_default().to_owned();
        let kind = "about:blank";
        Problem { kind, title, status: status.as_u16(), detail, code, member, request_id: None }
    }
}

impl IntoResponse for Fault {
    /// The body is written by [`named`], which knows the id of the request.
    fn into_response(self) -> Response {
        let problem = self.problem();
        let status = StatusCode::from_u16(problem.status).unwrap_or_default();
        let mut response = status.into_response();
        let headers = response.headers_mut();
        match self {
            Self::Unauthorised => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::TooOften { seconds, .. } => {
                headers.insert(header::RETRY_AFTER, seconds.into());
            }
            Self::NoStore => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("3"));
            }
            _ => {}
        }
        response.extensions_mut().insert(problem);
        response
    }
}

/// The answer to the request `id`, with the problem's body where it is a refusal.
pub(super) fn named(mut response: Response, id: Uuid) -> Response {
    let problem = response.extensions_mut().remove::<Problem>();
    // A path that is no UTF-8 does not come to a handler.
    let unread = || Fault::NotFound("no route has this path").problem();
    let problem = problem.or_else(|| (response.status() == StatusCode::BAD_REQUEST).then(unread));
    let Some(mut problem) = problem else { return response };
    *response.status_mut() = StatusCode::from_u16(problem.status).unwrap_or_default();
    problem.request_id = Some(id);
    if let Ok(body) = serde_json::to_vec(&problem) {
        *response.body_mut() = Body::from(body);
        let kind = HeaderValue::from_static("application/problem+json");
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, kind);
        headers.remove(header::CONTENT_LENGTH);
    }
    response
}

impl From<StoreError> for Fault {
    fn from(_: StoreError) -> Self {
        Self::NoStore
    }
}

impl From<BadTerm> for Fault {
    fn from(bad: BadTerm) -> Self {
        Self::Bad(bad)
    }
}

impl From<RouteError> for Fault {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::NoSessions => Self::NoStore,
            RouteError::BodyTooLarge | RouteError::BodyTooSlow | RouteError::BadBody(_) => {
                Self::BadBody(error.to_string())
            }
            _ => Self::Internal,
        }
    }
}
