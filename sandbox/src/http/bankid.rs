//! The simulated BankID app: its page, and the JSON that the page and tests use.
//!
//! Any caller may sign for any person, and any page may show it in a frame.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::platform::{BankIdError, PendingOrder, SignOutcome};
use crate::sandbox::Sandbox;

/// The text of a code, from a camera or a link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scan {
    qr: String,
}

/// Why the app refuses, in words for the person.
#[derive(Serialize)]
struct Words {
    error: String,
}

pub(super) async fn page() -> Response {
    asset("text/html; charset=utf-8", include_str!("../../assets/bankid.html"))
}

pub(super) async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../assets/bankid.css"))
}

pub(super) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../../assets/bankid.svg"))
}

pub(super) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../../assets/bankid.js"))
}

pub(super) async fn orders(State(sandbox): State<Sandbox>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(sandbox.orders())).into_response()
}

pub(super) async fn scan(
    State(sandbox): State<Sandbox>,
    Json(Scan { qr }): Json<Scan>,
) -> Result<Json<PendingOrder>, BankIdError> {
    sandbox.scan(&qr).map(Json)
}

pub(super) async fn sign(
    State(sandbox): State<Sandbox>,
    Path(order): Path<String>,
) -> Result<Json<SignOutcome>, BankIdError> {
    sandbox.sign(id(&order)?).map(Json)
}

pub(super) async fn cancel(
    State(sandbox): State<Sandbox>,
    Path(order): Path<String>,
) -> Result<StatusCode, BankIdError> {
    sandbox.cancel(id(&order)?)?;
    Ok(StatusCode::NO_CONTENT)
}

impl IntoResponse for BankIdError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Unknown | Self::NoOrder => StatusCode::NOT_FOUND,
            Self::Over | Self::FrameTooOld => StatusCode::GONE,
        };
        (status, Json(Words { error: self.to_string() })).into_response()
    }
}

fn id(order: &str) -> Result<Uuid, BankIdError> {
    order.parse().map_err(|_| BankIdError::NoOrder)
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

/// All parts come from here. The policy does not restrict frames: any page may show the app in one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'";
