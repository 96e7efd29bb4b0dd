//! The platform's reason for a refusal, for the log: words of the standards, and no other text.

use axum::http::{HeaderMap, StatusCode, header};
use protocol::wire::{Code, Problem};

use crate::http::flaw::Flaw;
use crate::platform::client::Answer;
use crate::platform::json::Body;

/// The log's fields for an answer that refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The message code or the OAuth error, where it is one of the standard's.
    pub code: Option<&'static str>,
    /// The flaw of its body.
    pub flaw: Option<Flaw>,
}

impl Refusal {
    /// Reads `answer`; `None` where it does not refuse.
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        let flaw = match answer.body {
            Body::Odd(flaw) => Some(flaw),
            Body::Empty | Body::Json(_) => None,
        };
        let refuses = answer.status.is_client_error() || answer.status.is_server_error();
        refuses.then(|| Self { code: code(answer), flaw })
    }

    /// What a refused token request means to the operator.
    pub(crate) fn token_reason(self, status: StatusCode) -> &'static str {
        match (self.code, status.as_u16()) {
            (Some("invalid_client"), _) => {
                "the platform does not take this client id with this secret: check AIS_RELAY_CLIENT_ID \
                 and the client's secret"
            }
            (Some("invalid_scope" | "unauthorized_client"), _) => {
                "the client may not use this product in this context: book it in the developer portal, \
                 or leave the context out of AIS_RELAY_CONTEXT"
            }
            (Some("invalid_request" | "unsupported_grant_type"), _) => {
                "the token endpoint does not take such requests: check AIS_RELAY_AUTH_URL"
            }
            (_, 429) => "too many token requests: the relay waits as long as the platform asks for",
            (_, 503) => "the platform is not available for now, for maintenance or under load",
            _ if self.flaw == Some(Flaw::Page) => {
                "a page of HTML came instead of a token: a firewall, a proxy or another server answers in \
                 the platform's place"
            }
            (_, 500..) => "the platform failed",
            _ => "the platform refuses the token request in no word of the standard",
        }
    }
}

fn code(answer: &Answer) -> Option<&'static str> {
    let known = |code: &Code| {
        CODES.iter().chain(OAUTH).copied().find(|known| code.as_str().eq_ignore_ascii_case(known))
    };
    let problem: Problem = answer.body.read().unwrap_or_default();
    let rest = problem.messages.iter().map(|message| &message.code);
    let said = problem.code().into_iter().chain(rest).find_map(known);
    said.or_else(|| challenge(&answer.headers))
}

/// The error in `WWW-Authenticate` (RFC 6750, section 3).
fn challenge(headers: &HeaderMap) -> Option<&'static str> {
    let text = headers.get(header::WWW_AUTHENTICATE)?.to_str().ok()?;
    let (_, rest) = text.split_once("error=")?;
    let word = rest.trim_start_matches('"').split(['"', ',', ' ']).next()?;
    OAUTH.iter().copied().find(|known| *known == word)
}

/// The message codes of the OpenAPI document (`MessageCode400_AIS` to `MessageCode429_AIS`, and those of the lists of
/// banks, `tppMessages400` to `tppMessages429`).
const CODES: &[&str] = &[
    "ACCESS_EXCEEDED",
    "CERTIFICATE_BLOCKED",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_INVALID",
    "CERTIFICATE_MISSING",
    "CERTIFICATE_REVOKE",
    "CERTIFICATE_REVOKED",
    "CONFLICT",
    "CONSENT_EXPIRED",
    "CONSENT_INVALID",
    "CONSENT_UNKNOWN",
    "CORPORATE_ID_INVALID",
    "FORMAT_ERROR",
    "INTERNAL_SERVER_ERROR",
    "PARAMETER_NOT_CONSISTENT",
    "PARAMETER_NOT_SUPPORTED",
    "PERIOD_INVALID",
    "PRODUCT_UNKNOWN",
    "PSU_CREDENTIALS_INVALID",
    "REQUESTED_FORMATS_INVALID",
    "RESOURCE_BLOCKED",
    "RESOURCE_EXPIRED",
    "RESOURCE_NOT_FOUND",
    "RESOURCE_UNKNOWN",
    "SCA_METHOD_UNKNOWN",
    "SERVICE_BLOCKED",
    "SERVICE_INVALID",
    "SESSIONS_NOT_SUPPORTED",
    "SIGNATURE_INVALID",
    "SIGNATURE_MISSING",
    "STATUS_INVALID",
    "TIMESTAMP_INVALID",
    "TOKEN_EXPIRED",
    "TOKEN_INVALID",
    "TOKEN_UNKNOWN",
    "UNAUTHORIZED",
];
/// The errors of OAuth (RFC 6749, sections 4.1.2.1 and 5.2; RFC 6750, section 3.1).
const OAUTH: &[&str] = &[
    "access_denied",
    "insufficient_scope",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
];

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::http::HeaderValue;

    use super::*;

    fn refusal(
        status: u16,
        challenge: Option<&'static str>,
        body: &'static str,
    ) -> Option<Refusal> {
        let challenge = challenge.map(HeaderValue::from_static);
        let headers =
            challenge.map(|value| (header::WWW_AUTHENTICATE, value)).into_iter().collect();
        let status = StatusCode::from_u16(status).unwrap();
        Refusal::of(&Answer {
            status,
            headers,
            body: Body::of(&Bytes::from_static(body.as_bytes())),
        })
    }

    #[test]
    fn only_words_of_the_standards_are_said() {
        let bearer = Some(r#"Bearer realm="x", error="invalid_token", error_description="canary""#);
        for (challenge, body, expect) in [
            (
                None,
                r#"{"tppMessages":[{"category":"ERROR","code":"SERVICE_BLOCKED"}]}"#,
                Some("SERVICE_BLOCKED"),
            ),
            (None, r#"{"type":"u","title":"t","code":"CONSENT_EXPIRED"}"#, Some("CONSENT_EXPIRED")),
            (
                None,
                r#"{"error":"invalid_client","error_description":"canary"}"#,
                Some("invalid_client"),
            ),
            (None, r#"{"tppMessages":[{"category":"ERROR","code":"CANARY"}]}"#, None),
            (
                None,
                r#"[{"category":"ERROR","code":"CANARY"},{"category":"ERROR","code":"FORMAT_ERROR"}]"#,
                Some("FORMAT_ERROR"),
            ),
            (None, r#"[{"category":"ERROR","code":"CANARY"}]"#, None),
            (
                None,
                r#"{"error":{"category":"ERROR","code":"TOKEN_EXPIRED","text":"canary"}}"#,
                Some("TOKEN_EXPIRED"),
            ),
            (None, r#"{"error":[{"code":"ACCESS_EXCEEDED"}]}"#, Some("ACCESS_EXCEEDED")),
            (None, r#"{"error":"CONSENT_UNKNOWN"}"#, Some("CONSENT_UNKNOWN")),
            (
                None,
                r#"{"type":"u","title":"canary","additionalErrors":[{"code":"STATUS_INVALID"}]}"#,
                Some("STATUS_INVALID"),
            ),
            (None, r#"{"error":"canary"}"#, None),
            (None, r#"{"error":{"invalid_client":1}}"#, None),
            (None, "", None),
            (bearer, "", Some("invalid_token")),
            (
                bearer,
                r#"{"tppMessages":[{"category":"ERROR","code":"TOKEN_EXPIRED"}]}"#,
                Some("TOKEN_EXPIRED"),
            ),
            (Some("Bearer error=invalid_token"), "", Some("invalid_token")),
            (Some(r#"Basic realm="error=invalid_canary""#), "", None),
        ] {
            assert_eq!(refusal(401, challenge, body).unwrap().code, expect, "{challenge:?} {body}");
        }
        assert_eq!(refusal(403, None, "<html>").unwrap().flaw, Some(Flaw::Page));
        assert_eq!(refusal(200, None, "{}"), None);
    }
}
