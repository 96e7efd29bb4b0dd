//! The token endpoint (RFC 6749, sections 4.1.3, 4.4 and 5).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::wire::TokenError;
use url::form_urlencoded;

use crate::platform::{TokenRefusal, TokenRequest};
use crate::sandbox::Sandbox;

pub(super) async fn grant(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let granted = form(&headers, &body).and_then(|request| {
        sandbox.with_platform(|platform, random, now| platform.grant_token(&request, random, now))
    });
    let uncached = [(header::CACHE_CONTROL, "no-store")];
    match granted {
        Ok(token) => (uncached, Json(token)).into_response(),
        Err(refusal) => {
            let status = match refusal {
                TokenRefusal::InvalidClient => StatusCode::UNAUTHORIZED,
                TokenRefusal::InvalidRequest
                | TokenRefusal::InvalidExchange
                | TokenRefusal::InvalidGrant
                | TokenRefusal::UnsupportedGrantType
                | TokenRefusal::InvalidScope => StatusCode::BAD_REQUEST,
            };
            let error_description = Some(refusal.to_string());
            let body = TokenError { error: refusal.code().to_owned(), error_description };
            (status, uncached, Json(body)).into_response()
        }
    }
}

fn form(headers: &HeaderMap, body: &[u8]) -> Result<TokenRequest, TokenRefusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(TokenRefusal::InvalidRequest);
    }
    let mut request = TokenRequest {
        consent: one(headers, "X-ConsentId"),
        authorisation: one(headers, "X-ConsentAuthorisationId"),
        ..TokenRequest::default()
    };
    for (name, value) in form_urlencoded::parse(body) {
        let field = match &*name {
            "client_id" => &mut request.client_id,
            "client_secret" => &mut request.client_secret,
            "grant_type" => &mut request.grant_type,
            "scope" => &mut request.scope,
            "code" => &mut request.code,
            "redirect_uri" => &mut request.redirect_uri,
            // RFC 6749, section 3.2: the server ignores unknown parameters.
            _ => continue,
        };
        if field.replace(value.into_owned()).is_some() {
            return Err(TokenRefusal::InvalidRequest);
        }
    }
    Ok(request)
}

/// A header that comes once.
fn one(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    if values.next().is_none() { value } else { None }
}
