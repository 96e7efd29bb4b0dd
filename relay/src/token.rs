//! Access tokens: one for each product and context, kept, renewed early, fetched once however many ask.
//!
//! A token leaves this module only as the value of an `Authorization` header that is marked
//! sensitive. What the platform says of a refused request is not read: it may repeat the secret.

pub(crate) mod exchange;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, header};
use protocol::Scope;
use protocol::profile::Context;
use protocol::wire::TokenGranted;
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Fault;
use crate::flaw::Flaw;
use crate::flight::{Fetched, Flight};
use crate::json::Json;
use crate::upstream::{Connection, Raw, Upstream};

/// The tokens of the relay.
pub(crate) struct Tokens {
    private: Flights,
    corporate: Flights,
    upstream: Upstream,
    clock: Arc<dyn Clock>,
    config: Arc<Config>,
    endpoint: Url,
}

/// The tokens of one context.
#[derive(Default)]
struct Flights {
    aspsp_information: Flight<Token>,
    account_information: Flight<Token>,
}

/// One token, as calls carry it.
pub(crate) struct Token(HeaderValue);

impl Token {
    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl Tokens {
    pub(crate) fn new(config: Arc<Config>, upstream: Upstream, clock: Arc<dyn Clock>) -> Self {
        let mut endpoint = config.platform.auth.url().clone();
        endpoint.set_path(TOKEN_PATH);
        let (private, corporate) = (Flights::default(), Flights::default());
        Self { private, corporate, upstream, clock, config, endpoint }
    }

    /// The token for `scope` in `context`.
    pub(crate) async fn get(&self, scope: Scope, context: Context) -> Result<Arc<Token>, Fault> {
        self.flight(scope, context).get(&*self.clock, self.fetch(scope, context)).await
    }

    /// Forgets a token that the platform refused, unless another has taken its place already.
    pub(crate) fn forget(&self, scope: Scope, context: Context, token: &Arc<Token>) {
        self.flight(scope, context).forget(token);
    }

    fn flight(&self, scope: Scope, context: Context) -> &Flight<Token> {
        let flights = match context {
            Context::Private => &self.private,
            Context::Corporate => &self.corporate,
        };
        match scope {
            Scope::AspspInformation => &flights.aspsp_information,
            Scope::AccountInformation => &flights.account_information,
        }
    }

    /// Asks the platform for a token (guide, ASPSP API step 1).
    async fn fetch(&self, scope: Scope, context: Context) -> Result<Fetched<Token>, Fault> {
        let platform = &self.config.platform;
        let scope = words(scope, context);
        let form = [
            ("client_id", platform.client_id.as_str()),
            ("client_secret", platform.client_secret.expose()),
            ("grant_type", "client_credentials"),
            ("scope", &scope),
        ];
        let mut answer = self.post(&form, Connection::Kept).await;
        if let Err(Fault::Dropped) = answer {
            answer = self.post(&form, Connection::New).await;
        }
        let token = answer.and_then(|answer| read(&answer));
        if let Err(fault) = &token {
            tracing::warn!(scope, %fault, "no token");
        }
        token
    }

    async fn post(&self, form: &[(&str, &str)], connection: Connection) -> Result<Raw, Fault> {
        let request = self.upstream.post(self.endpoint.clone(), connection);
        let request = request.header(ACCEPT.0, ACCEPT.1).form(form);
        self.upstream.send(request, MAX_ANSWER).await
    }
}

/// The token in an answer, if it is one that can be used.
fn read(answer: &Raw) -> Result<Fetched<Token>, Fault> {
    if !answer.status.is_success() {
        return Err(Fault::Failed(Flaw::Refused, Some(answer.status)));
    }
    let granted = Json::parse(&answer.body)?;
    let granted: TokenGranted = granted.read()?;
    let usable = Duration::from_secs(granted.expires_in.ok_or(Flaw::Token)?);
    let sane = (MIN_LIFE..=MAX_LIFE).contains(&usable)
        && granted.token_type.eq_ignore_ascii_case("bearer")
        && is_bearer(&granted.access_token);
    if !sane {
        return Err(Flaw::Token.into());
    }
    let value = ["Bearer ", &granted.access_token].concat();
    let mut value = HeaderValue::try_from(value).map_err(|_| Flaw::Token)?;
    value.set_sensitive(true);
    let fresh = usable.saturating_sub(EARLY.min(usable / 4));
    Ok(Fetched { value: Token(value), fresh, usable })
}

/// The scope of a token request: one product and one context (guide, ASPSP API step 1).
fn words(scope: Scope, context: Context) -> String {
    [scope.as_str(), " ", context.as_str()].concat()
}

/// RFC 6750, section 2.1, `b64token`.
fn is_bearer(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    let valid = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    !body.is_empty() && token.len() <= MAX_TOKEN && body.bytes().all(valid)
}

const TOKEN_PATH: &str = "/connect/token";
const ACCEPT: (HeaderName, HeaderValue) =
    (header::ACCEPT, HeaderValue::from_static("application/json"));
/// Bytes of an answer of the token endpoint.
const MAX_ANSWER: usize = 64 * 1024;
/// Bytes of a token: what fits into a header that platforms accept.
const MAX_TOKEN: usize = 8 * 1024;
/// A token that lives shorter would be fetched for each call.
const MIN_LIFE: Duration = Duration::from_secs(10);
/// The platform's live an hour; a year is a fault of somebody's.
const MAX_LIFE: Duration = Duration::from_hours(24);
/// How long before its end a token is renewed, while it still works; a quarter of a short life.
const EARLY: Duration = Duration::from_mins(5);

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode};

    use super::*;

    fn life_of(body: &str) -> Result<(Duration, Duration), Fault> {
        let body = body.to_owned().into();
        let answer = Raw { status: StatusCode::OK, headers: HeaderMap::new(), body };
        read(&answer).map(|fetched| (fetched.fresh, fetched.usable))
    }

    #[test]
    fn a_token_is_renewed_before_its_end() {
        let life = |seconds: u64| {
            let body = format!(
                r#"{{"access_token":"abc.DEF-1_2~3+4/5==","expires_in":{seconds},"token_type":"Bearer"}}"#
            );
            life_of(&body).map(|(fresh, usable)| (fresh.as_secs(), usable.as_secs()))
        };
        assert_eq!(life(3600), Ok((3300, 3600)));
        assert_eq!(life(100), Ok((75, 100)));
        let text = r#"{"access_token":"abc","expires_in":"3600","token_type":"Bearer"}"#;
        assert_eq!(life_of(text), Ok((Duration::from_mins(55), Duration::from_hours(1))));
        assert_eq!(life(9), Err(Flaw::Token.into()));
        assert_eq!(life(86_401), Err(Flaw::Token.into()));
    }

    #[test]
    fn an_answer_that_is_no_token_is_refused() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"access_token":"abc","token_type":"Bearer"}"#,
            r#"{"access_token":"abc","expires_in":-1,"token_type":"Bearer"}"#,
            r#"{"access_token":"abc","expires_in":0,"token_type":"Bearer"}"#,
            r#"{"access_token":"abc","expires_in":1e18,"token_type":"Bearer"}"#,
            r#"{"access_token":"abc","expires_in":3600,"token_type":"mac"}"#,
            r#"{"access_token":"","expires_in":3600,"token_type":"Bearer"}"#,
            r#"{"access_token":"a b","expires_in":3600,"token_type":"Bearer"}"#,
            r#"{"access_token":"a\r\nx: y","expires_in":3600,"token_type":"Bearer"}"#,
        ] {
            assert!(matches!(life_of(body), Err(Fault::Failed(..))), "{body}");
        }
    }
}
