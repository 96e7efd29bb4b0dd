//! The profile of a bank: `GET /profiles/{bicFi}`. The widget asks for it before it shows anything of the bank.
//! It contains nothing personal, so the request needs no session and no `X-AIS-Link`.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use protocol::own;

use crate::http::error::RouteError;
use crate::http::gate;
use crate::relay::Relay;

/// The handler of `/profiles/{bicFi}`: the bank's profile, or that of unknown banks.
pub(crate) async fn handle(State(relay): State<Relay>, request: Request) -> Response {
    let Some(Ok(bic)) = request.uri().path().strip_prefix(own::PROFILES).map(str::parse) else {
        return RouteError::NoSuchPage.into_response();
    };
    let config = relay.config();
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (CORP, HeaderValue::from_static("cross-origin")),
    ];
    let mut response = (headers, Json(config.profiles.of(&bic))).into_response();
    gate::allow_files(request.headers(), &config.access, response.headers_mut());
    response
}

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
