//! The exchange of a code that a person brought back from the bank (guide, consent API step 4b). The relay does not
//! use the token in the answer: its presence is the success.

use std::time::Duration;

use protocol::Scope;
use protocol::id::{AuthorisationId, BicFi, ConsentId};
use protocol::profile::Context;
use serde::Deserialize;

use super::token::{ACCEPT, MAX_ANSWER, Tokens, words};
use crate::clock::Timestamp;
use crate::http::error::Fault;
use crate::http::flaw::Flaw;
use crate::http::retry_after;
use crate::metrics::Asking;
use crate::platform::client::{Connection, Raw};
use crate::platform::json::Json;

/// A code and its parameters.
pub(crate) struct Grant<'a> {
    pub code: &'a str,
    /// The same as in the link.
    pub redirect_uri: &'a str,
    /// The scope in the bank's return, if it names one.
    pub scope: Option<&'a str>,
    pub bank: &'a BicFi,
    pub context: Context,
    pub consent: &'a ConsentId,
    pub authorisation: &'a AuthorisationId,
}

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// The platform took the code.
    Taken,
    /// The platform refused the code.
    Refused,
    /// The code did not reach the platform, for this reason. The relay may try again, after the time that the platform asks for.
    NotYet(Fault, Option<Duration>),
    /// The relay does not know whether the platform took the code.
    Unheard,
}

impl Tokens {
    /// Sends a code, once.
    pub(crate) async fn exchange(&self, grant: &Grant<'_>) -> Exchange {
        let platform = &self.config.platform;
        let (own, secret) = (words(Scope::AccountInformation, grant.context), self.secret());
        let form = [
            ("client_id", platform.client_id.as_str()),
            ("client_secret", secret.expose()),
            ("grant_type", "authorization_code"),
            ("code", grant.code),
            ("redirect_uri", grant.redirect_uri),
            ("scope", grant.scope.filter(|scope| is_within(scope, &own)).unwrap_or(&own)),
        ];
        let request =
            self.upstream.post(self.endpoint.clone(), Connection::Kept).header(ACCEPT.0, ACCEPT.1);
        let request = request
            .header("x-consentid", grant.consent.as_str().as_bytes())
            .header("x-consentauthorisationid", grant.authorisation.as_str().as_bytes());
        let exchange =
            match self.upstream.send(Asking::EXCHANGE, request.form(&form), MAX_ANSWER).await {
                Ok(answer) => ended(&answer, self.clock.now()),
                Err(fault @ (Fault::Unreached | Fault::Untrusted)) => Exchange::NotYet(fault, None),
                Err(Fault::Silent | Fault::Dropped | Fault::Closed | Fault::Failed(..)) => {
                    Exchange::Unheard
                }
            };
        if exchange != Exchange::Taken {
            tracing::warn!(bank = grant.bank.as_str(), ?exchange, "a code was not exchanged");
        }
        exchange
    }
}

/// Reads an answer. It does not read the text of a refusal, which may repeat the code.
fn ended(answer: &Raw, now: Timestamp) -> Exchange {
    match answer.status.as_u16() {
        429 | 503 => {
            let refused = Fault::Failed(Flaw::Refused, Some(answer.status));
            Exchange::NotYet(refused, retry_after::wait(&answer.headers, now))
        }
        // Behind a gateway that gave up, the platform may have taken it.
        500.. => Exchange::Unheard,
        200..=299 if names_token(answer) => Exchange::Taken,
        _ => Exchange::Refused,
    }
}

fn names_token(answer: &Raw) -> bool {
    let granted = Json::parse(&answer.body).and_then(|json| json.read::<Granted>());
    granted.is_ok_and(|granted| !granted.access_token.is_empty())
}

/// Whether each word of `scope`, which a browser brought, is one of `own`.
fn is_within(scope: &str, own: &str) -> bool {
    scope.split(' ').all(|word| own.split(' ').any(|known| known == word))
}

/// The answer to an exchange.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

    use super::*;

    #[test]
    fn an_answer_says_whether_the_code_was_taken_as_far_as_it_can() {
        let wait = |status, seconds: Option<u64>| {
            let fault = Fault::Failed(Flaw::Refused, StatusCode::from_u16(status).ok());
            Exchange::NotYet(fault, seconds.map(Duration::from_secs))
        };
        // Seven seconds before the date below.
        let now = Timestamp::from_millis(784_111_770_000);
        for (status, after, body, expect) in [
            (200, None, r#"{"access_token":"a"}"#, Exchange::Taken),
            (200, None, r#"{"access_token":""}"#, Exchange::Refused),
            (200, None, "<html>", Exchange::Refused),
            (400, None, r#"{"error":"invalid_grant"}"#, Exchange::Refused),
            (401, Some("1"), "", Exchange::Refused),
            (429, Some("7"), "", wait(429, Some(7))),
            (503, None, r#"{"access_token":"a"}"#, wait(503, None)),
            (503, Some("Sun, 06 Nov 1994 08:49:37 GMT"), "", wait(503, Some(7))),
            (503, Some("soon"), "", wait(503, None)),
            (500, None, "", Exchange::Unheard),
            (502, None, "", Exchange::Unheard),
            (504, Some("1"), "", Exchange::Unheard),
        ] {
            let after = after.map(|text| (header::RETRY_AFTER, HeaderValue::from_static(text)));
            let headers = HeaderMap::from_iter(after);
            let (status, body) = (StatusCode::from_u16(status).unwrap(), body.into());
            assert_eq!(ended(&Raw { status, headers, body }, now), expect, "{status}");
        }
    }
}
