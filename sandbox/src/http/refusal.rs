//! Refusals over HTTP: one match decides status and code; here are also the forms of the body.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::wire::{Code, Problem, TokenError};
use serde::Serialize;

use crate::platform::Refusal;
use crate::settings::ErrorForm;

impl Refusal {
    /// The answer, in the form that tests have set.
    pub(super) fn into_answer(self, form: ErrorForm) -> Response {
        let (status, code, path) = self.wire();
        // OpenAPI `UNSUPPORTED_MEDIA_TYPE_415_AIS` has no code and so no body.
        let Some(code) = code else {
            return status.into_response();
        };
        let mut answer = match form {
            ErrorForm::TppMessages | ErrorForm::Bare => {
                let mut problem = Problem::new(code, self.to_string());
                problem.messages[0].path = path.map(ToOwned::to_owned);
                match form {
                    ErrorForm::Bare => (status, Json(problem.messages)).into_response(),
                    _ => (status, Json(problem)).into_response(),
                }
            }
            ErrorForm::Oauth => {
                let (error, description) = (code.as_str().to_owned(), Some(self.to_string()));
                let body = TokenError { error, error_description: description };
                (status, Json(body)).into_response()
            }
            ErrorForm::Rfc7807 => {
                let detail =
                    path.map_or_else(|| self.to_string(), |path| format!("{path}: {self}"));
                let title = status.canonical_reason().unwrap_or_default();
                let body = Rfc7807 { kind: "about:blank", title, detail, code };
                let kind = [(header::CONTENT_TYPE, "application/problem+json")];
                (status, kind, Json(body)).into_response()
            }
        };
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        answer
    }

    /// Status, code by the OpenAPI document's `MessageCode4xx_AIS`, and the field or header at fault.
    fn wire(&self) -> (StatusCode, Option<Code>, Option<&'static str>) {
        use StatusCode as S;
        let (status, code, path) = match *self {
            Self::UnknownPath | Self::UnknownResource => {
                (S::NOT_FOUND, Code::ResourceUnknown, None)
            }
            Self::WrongMethod | Self::NoDetails => {
                (S::METHOD_NOT_ALLOWED, Code::ServiceInvalid, None)
            }
            Self::BadQuery => (S::BAD_REQUEST, Code::ParameterNotSupported, None),
            Self::TokenMissing | Self::TokenInvalid => {
                (S::UNAUTHORIZED, Code::TokenInvalid, Some("Authorization"))
            }
            Self::TokenExpired => (S::UNAUTHORIZED, Code::TokenExpired, Some("Authorization")),
            Self::ScopeMissing => (S::FORBIDDEN, Code::ServiceBlocked, None),
            Self::MediaType => return (S::UNSUPPORTED_MEDIA_TYPE, None, None),
            Self::Header { name, .. } | Self::Query { name } => {
                (S::BAD_REQUEST, Code::FormatError, Some(name))
            }
            Self::HeaderUnsupported { name } | Self::ParameterUnsupported { name } => {
                (S::BAD_REQUEST, Code::ParameterNotSupported, Some(name))
            }
            Self::Body { path, .. } => (S::BAD_REQUEST, Code::FormatError, path),
            Self::BodyUnsupported { path, .. } => {
                (S::BAD_REQUEST, Code::ParameterNotSupported, path)
            }
            Self::UnknownBank => (S::BAD_REQUEST, Code::ResourceUnknown, Some("X-BicFi")),
            Self::UnknownConsent => (S::FORBIDDEN, Code::ConsentUnknown, None),
            Self::UnknownMethod => {
                (S::BAD_REQUEST, Code::ScaMethodUnknown, Some("authenticationMethodId"))
            }
            Self::PreferenceChanged => {
                (S::BAD_REQUEST, Code::FormatError, Some("TPP-Redirect-Preferred"))
            }
            Self::StatusInvalid => (S::CONFLICT, Code::StatusInvalid, None),
            Self::ConsentInvalid | Self::NotCovered | Self::ScaNeeded => {
                (S::UNAUTHORIZED, Code::ConsentInvalid, None)
            }
            Self::ConsentExpired => (S::UNAUTHORIZED, Code::ConsentExpired, None),
            Self::AccessExceeded => (S::TOO_MANY_REQUESTS, Code::AccessExceeded, None),
            Self::Period { name } => {
                (S::BAD_REQUEST, Code::from("PERIOD_INVALID".to_owned()), Some(name))
            }
        };
        (status, Some(code), path)
    }
}

/// OpenAPI `Error400_AIS`.
#[derive(Serialize)]
struct Rfc7807 {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    detail: String,
    code: Code,
}
