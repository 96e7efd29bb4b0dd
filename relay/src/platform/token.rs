//! Access tokens: one for each product and context, cached, renewed early, fetched once for all callers.
//!
//! A token leaves this module only as the value of an `Authorization` header that is marked
//! sensitive. The relay does not read the text of a refusal, which may repeat the secret.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, header};
use protocol::Scope;
use protocol::profile::Context;
use protocol::wire::TokenGranted;
use url::Url;

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::crypto::secret::Secret;
use crate::http::error::{Fault, Missing};
use crate::http::flaw::Flaw;
use crate::http::retry_after;
use crate::metrics::Asking;
use crate::platform::client::{Connection, Raw, Upstream};
use crate::platform::json::Json;
use crate::platform::refusal::Refusal;
use crate::platform::shared_fetch::{Fetched, PAUSE, SharedFetch};

/// The tokens of the relay.
pub(crate) struct Tokens {
    private: Places,
    corporate: Places,
    pub(super) upstream: Upstream,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) config: Arc<Config>,
    pub(super) endpoint: Url,
    /// The client's secret, which may be replaced while the relay runs.
    secret: RwLock<Secret>,
}

/// The tokens of one context.
#[derive(Default)]
struct Places {
    aspsp_information: Place,
    account_information: Place,
}

/// The token of one product in one context.
#[derive(Default)]
struct Place {
    shared: SharedFetch<Token>,
    /// Until when the relay requests no new token, because the platform refuses new ones too.
    useless_until: Mutex<Option<Timestamp>>,
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
        let (private, corporate) = (Places::default(), Places::default());
        let secret = RwLock::new(config.platform.client_secret.clone());
        Self { private, corporate, upstream, clock, config, endpoint, secret }
    }

    /// Uses `secret` from now on.
    pub(crate) fn renew(&self, secret: Secret) {
        *self.secret.write().unwrap_or_else(PoisonError::into_inner) = secret;
    }

    pub(super) fn secret(&self) -> Secret {
        self.secret.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The token for `scope` in `context`.
    pub(crate) async fn get(&self, scope: Scope, context: Context) -> Result<Arc<Token>, Missing> {
        let shared = &self.place(scope, context).shared;
        let got = shared.get(&*self.clock, self.fetch(scope, context)).await;
        if got.is_err() {
            self.upstream.metrics().lack_token(context);
        }
        got
    }

    /// When the first of the kept tokens of `context` ends.
    pub(crate) fn end(&self, context: Context) -> Option<Timestamp> {
        let scopes = [Scope::AspspInformation, Scope::AccountInformation];
        let now = self.clock.now();
        scopes.iter().filter_map(|scope| self.place(*scope, context).shared.end(now)).min()
    }

    /// Another token in place of `refused`, which the platform refused; `None` while the platform is known
    /// to refuse new ones too.
    pub(crate) async fn instead_of(
        &self,
        refused: &Arc<Token>,
        scope: Scope,
        context: Context,
    ) -> Result<Option<Arc<Token>>, Missing> {
        let place = self.place(scope, context);
        if place.is_useless(self.clock.now()) && place.shared.holds(refused) {
            return Ok(None);
        }
        place.shared.forget(refused);
        self.get(scope, context).await.map(Some)
    }

    /// Notes that the platform has refused a token that was new.
    pub(crate) fn note_refused(&self, scope: Scope, context: Context) {
        let now = self.clock.now();
        let before = self.place(scope, context).lock().replace(now + USELESS);
        if before.is_none_or(|until| until <= now) {
            tracing::warn!(
                scope = words(scope, context),
                "the platform refuses a new token too: for a minute no other one is asked for"
            );
        }
    }

    fn place(&self, scope: Scope, context: Context) -> &Place {
        let places = match context {
            Context::Private => &self.private,
            Context::Corporate => &self.corporate,
        };
        match scope {
            Scope::AspspInformation => &places.aspsp_information,
            Scope::AccountInformation => &places.account_information,
        }
    }

    /// Asks the platform for a token (guide, ASPSP API step 1).
    async fn fetch(&self, scope: Scope, context: Context) -> Result<Fetched<Token>, Missing> {
        let platform = &self.config.platform;
        let (scope, secret) = (words(scope, context), self.secret());
        let form = [
            ("client_id", platform.client_id.as_str()),
            ("client_secret", secret.expose()),
            ("grant_type", "client_credentials"),
            ("scope", &scope),
        ];
        let mut answer = self.post(&form, Connection::Kept).await;
        if let Err(Fault::Dropped) = answer {
            answer = self.post(&form, Connection::New).await;
        }
        let answer = match answer {
            Ok(answer) if !answer.status.is_success() => {
                return Err(refused(&scope, answer, self.clock.now()));
            }
            answer => answer,
        };
        if let Ok(answer) = &answer {
            tracing::debug!(scope, status = answer.status.as_u16(), "a token was asked for");
        }
        answer.and_then(|answer| read(&answer)).map_err(|fault| {
            let (flaw, status) = (fault.flaw().map(tracing::field::display), fault.status());
            tracing::warn!(scope, %fault, flaw, status, "no token");
            fault.into()
        })
    }

    async fn post(&self, form: &[(&str, &str)], connection: Connection) -> Result<Raw, Fault> {
        let request = self.upstream.post(self.endpoint.clone(), connection);
        let request = request.header(ACCEPT.0, ACCEPT.1).form(form);
        self.upstream.send(Asking::TOKEN, request, MAX_ANSWER).await
    }
}

impl Place {
    fn is_useless(&self, now: Timestamp) -> bool {
        self.lock().is_some_and(|until| now < until)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.useless_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fault of an answer that refuses a token, and how long to wait. The log has the standard's
/// words.
fn refused(scope: &str, answer: Raw, now: Timestamp) -> Missing {
    let (status, asked) = (answer.status, retry_after::wait(&answer.headers, now));
    let refusal = Refusal::of(&answer.checked()).unwrap_or(Refusal { code: None, flaw: None });
    let flaw = refusal.flaw.map(tracing::field::display);
    let (error, reason) = (refusal.code, refusal.token_reason(status));
    tracing::warn!(scope, status = status.as_u16(), error, flaw, reason, "no token");
    let fault = Fault::Failed(refusal.flaw.unwrap_or(Flaw::Refused), Some(status));
    Missing { fault, wait: asked.unwrap_or_default().clamp(PAUSE, LONGEST_WAIT) }
}

/// The token in a good answer, if it is usable.
fn read(answer: &Raw) -> Result<Fetched<Token>, Fault> {
    let granted = Json::parse(&answer.body)?;
    let granted: TokenGranted = granted.read()?;
    let is_bearer_token = granted.token_type.trim().eq_ignore_ascii_case("bearer");
    if !is_bearer_token || !is_bearer(&granted.access_token) {
        return Err(Flaw::Token.into());
    }
    // The lifetime is only recommended (RFC 6749, section 5.1). A senseless one counts as missing.
    let named = granted.expires_in.map(Duration::from_secs);
    let usable = named.filter(|life| !life.is_zero() && *life <= MAX_LIFE).unwrap_or(CAUTIOUS_LIFE);
    let value = ["Bearer ", &granted.access_token].concat();
    let mut value = HeaderValue::try_from(value).map_err(|_| Flaw::Token)?;
    value.set_sensitive(true);
    let fresh = usable.saturating_sub(EARLY.min(usable / 4));
    Ok(Fetched { value: Token(value), fresh, usable })
}

/// The scope of a token request: one product and one context (guide, ASPSP API step 1).
pub(super) fn words(scope: Scope, context: Context) -> String {
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
pub(super) const ACCEPT: (HeaderName, HeaderValue) =
    (header::ACCEPT, HeaderValue::from_static("application/json"));
/// Bytes of an answer of the token endpoint.
pub(super) const MAX_ANSWER: usize = 64 * 1024;
/// Bytes of a token: as many as fit into a header that platforms accept.
const MAX_TOKEN: usize = 8 * 1024;
/// The platform's tokens live an hour; a year would be a mistake.
const MAX_LIFE: Duration = Duration::from_hours(24);
/// The life of a token without a lifetime: shorter than any platform's, and long enough for a link.
const CAUTIOUS_LIFE: Duration = Duration::from_mins(5);
/// The longest time that the platform can make the relay wait before the next token request.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// How long the relay requests no new token after the platform refused a new one.
const USELESS: Duration = Duration::from_mins(1);
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
        assert_eq!(life(8), Ok((6, 8)));
        assert_eq!(life(86_400), Ok((86_100, 86_400)));
    }

    #[test]
    fn a_token_without_a_lifetime_gets_a_cautious_one() {
        let hour = Ok((Duration::from_mins(55), Duration::from_hours(1)));
        let cautious = Ok((Duration::from_secs(225), Duration::from_mins(5)));
        for (life, expect) in [
            ("\"3600\"", hour),
            ("3600.0", hour),
            ("3.6e3", hour),
            ("null", cautious),
            ("-1", cautious),
            ("0", cautious),
            ("\"0\"", cautious),
            ("\"soon\"", cautious),
            ("\"\"", cautious),
            ("true", cautious),
            ("[3600]", cautious),
            ("{}", cautious),
            ("86401", cautious),
            ("31536000", cautious),
            ("9223372036854775807", cautious),
            ("18446744073709551616", cautious),
            ("1e18", cautious),
            ("1e999", cautious),
        ] {
            let body =
                format!(r#"{{"access_token":"abc","expires_in":{life},"token_type":"Bearer"}}"#);
            assert_eq!(life_of(&body), expect, "{life}");
        }
        let without = r#"{"access_token":"abc","token_type":"Bearer"}"#;
        assert_eq!(life_of(without), cautious);
        for kind in ["bearer", "BEARER", "bEaReR", " Bearer "] {
            let body = format!(
                r#"{{"access_token":"abc","expires_in":3600,"token_type":"{kind}","scope":null}}"#
            );
            assert_eq!(life_of(&["\u{feff}", &body].concat()), hour, "{kind}");
        }
    }

    #[test]
    fn an_answer_that_is_no_token_is_refused() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"access_token":null,"expires_in":3600,"token_type":"Bearer"}"#,
            r#"{"access_token":"abc","expires_in":3600,"token_type":"mac"}"#,
            r#"{"access_token":"","expires_in":3600,"token_type":"Bearer"}"#,
            r#"{"access_token":"a b","expires_in":3600,"token_type":"Bearer"}"#,
            r#"{"access_token":"a\r\nx: y","expires_in":3600,"token_type":"Bearer"}"#,
        ] {
            assert!(matches!(life_of(body), Err(Fault::Failed(..))), "{body}");
        }
    }
}
