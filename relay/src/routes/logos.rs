//! Logos of banks: `GET /logos/{bicFi}`. The page never calls the host that has them, and the relay serves a
//! logo so that nothing in it can run.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::http::error::RouteError;
use crate::relay::Relay;

/// The handler of `/logos/{bicFi}`. It requires no session and no `X-AIS-Link`: an `<img>` cannot send them,
/// and a logo contains nothing personal.
pub(crate) async fn handle(State(relay): State<Relay>, request: Request) -> Response {
    let bic = request.uri().path().strip_prefix("/logos/").map(str::parse);
    let Some(Ok(bic)) = bic else {
        return RouteError::NoSuchPage.into_response();
    };
    match relay.logos().get(&bic).await {
        Ok(logo) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(logo.kind)),
                (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
                (header::CONTENT_SECURITY_POLICY, HARMLESS),
                (CORP, HeaderValue::from_static("cross-origin")),
            ];
            (headers, logo.image.clone()).into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// A picture can be a document with scripts. Opened by itself, this one can do nothing.
const HARMLESS: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
const CORP: header::HeaderName = header::HeaderName::from_static("cross-origin-resource-policy");
