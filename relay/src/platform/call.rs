//! A call to the platform: address, token, request id, and a second try where the token was refused.
//!
//! The relay builds the address from the configured host and a parsed [`Call`], never from text that a client
//! sent, and checks the result before it sends anything.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use protocol::profile::Context;
use protocol::wire::Problem;
use protocol::{Call, header as names};
use reqwest::{Body, Request};
use tokio::time::timeout;
use url::Url;
use uuid::Uuid;

use crate::config::{Config, Secrets};
use crate::crypto::random::{Random, request_id};
use crate::http::error::{Fault, RouteError};
use crate::metrics::{Asking, Metrics};
use crate::platform::client::{Answer, ClientError, Connection, Upstream, has_origin};
use crate::platform::token::{Token, Tokens};

/// The platform, as the relay calls it.
pub(crate) struct Platform {
    pub tokens: Tokens,
    upstream: Upstream,
    config: Arc<Config>,
    random: Arc<dyn Random>,
}

/// What a call carries besides its address.
pub(crate) struct Outgoing {
    /// The request id of the first attempt. Each further attempt gets its own.
    pub request_id: Uuid,
    /// Whose accounts the call is about: this decides its token.
    pub context: Context,
    /// Headers that the relay has made.
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    /// The query of a further page, as the platform's own link has it, in place of the call's.
    pub page: Option<String>,
}

/// What came of a call.
#[derive(Clone)]
pub(crate) struct Asked {
    pub answer: Result<Answer, RouteError>,
    /// The id of the request that was sent last. Support asks for it.
    pub request_id: Uuid,
}

impl Platform {
    pub(crate) fn new(
        config: Arc<Config>,
        upstream: Upstream,
        tokens: Tokens,
        random: Arc<dyn Random>,
    ) -> Self {
        Self { tokens, upstream, config, random }
    }

    /// Shows the identity in `secrets` from now on; requests that are under way end as they began.
    pub(crate) fn renew(&self, secrets: &Secrets) -> Result<(), ClientError> {
        self.upstream.renew(&self.config, &secrets.tls)?;
        self.tokens.renew(secrets.client_secret.clone());
        Ok(())
    }

    /// What the relay counts.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        self.upstream.metrics()
    }

    /// What the platform answers to `call`, within the time for all attempts.
    pub(crate) async fn call(&self, call: &Call, outgoing: &Outgoing) -> Asked {
        let mut request_id = outgoing.request_id;
        let attempts = self.attempts(call, outgoing, &mut request_id);
        let answer = timeout(self.config.limits.whole_call, attempts).await;
        let answer = answer.unwrap_or(Err(RouteError::Platform(Fault::Silent)));
        Asked { answer, request_id }
    }

    async fn attempts(
        &self,
        call: &Call,
        outgoing: &Outgoing,
        id: &mut Uuid,
    ) -> Result<Answer, RouteError> {
        let scope = call.scope();
        let token = self.tokens.get(scope, outgoing.context).await.map_err(RouteError::no_token)?;
        let answer = self.send(call, outgoing, &token, id).await?;
        if !refuses_token(&answer) {
            return Ok(answer);
        }
        let another = self.tokens.instead_of(&token, scope, outgoing.context).await;
        let Some(token) = another.map_err(RouteError::no_token)? else { return Ok(answer) };
        *id = request_id(&*self.random);
        let answer = self.send(call, outgoing, &token, id).await?;
        if refuses_token(&answer) {
            self.tokens.note_refused(scope, outgoing.context);
        }
        Ok(answer)
    }

    /// Sends the call. Where the platform has just closed the kept connection, a GET is sent once more. A
    /// step that changes something is never repeated, because the platform may have read it.
    async fn send(
        &self,
        call: &Call,
        outgoing: &Outgoing,
        token: &Token,
        id: &mut Uuid,
    ) -> Result<Answer, RouteError> {
        let answer = self.send_once(call, outgoing, token, *id, Connection::Kept).await;
        let is_question = call.method() == protocol::Method::Get;
        if !is_question || !matches!(answer, Err(RouteError::Platform(Fault::Dropped))) {
            return answer;
        }
        *id = request_id(&*self.random);
        self.send_once(call, outgoing, token, *id, Connection::New).await
    }

    async fn send_once(
        &self,
        call: &Call,
        outgoing: &Outgoing,
        token: &Token,
        request_id: Uuid,
        connection: Connection,
    ) -> Result<Answer, RouteError> {
        let mut url = address(self.config.platform.api.url(), call)?;
        if let Some(query) = &outgoing.page {
            url.set_query(Some(query));
        }
        let method = Method::from_bytes(call.method().as_str().as_bytes())
            .map_err(|_| RouteError::Internal)?;
        let id = HeaderValue::try_from(request_id.to_string()).map_err(|_| RouteError::Internal)?;
        let mut headers = outgoing.headers.clone();
        headers.insert(header::AUTHORIZATION, token.header());
        headers.insert(HeaderName::from_static(names::X_REQUEST_ID), id);
        headers.insert(header::ACCEPT, JSON);
        // The guide sends the type with every call, those without a body too.
        headers.insert(header::CONTENT_TYPE, JSON);
        if outgoing.body.is_none() && method != Method::GET {
            // Some servers refuse a POST without a length.
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let mut request = Request::new(method, url);
        *request.headers_mut() = headers;
        *request.body_mut() = outgoing.body.clone().map(Body::from);
        let request = self.upstream.prepared(request, connection);
        let asking = Asking::api(call.name());
        let sent = self.upstream.send(asking, request, self.config.limits.answer_body);
        let answer = sent.await;
        let (status, fault) = match &answer {
            Ok(answer) => (Some(answer.status.as_u16()), None),
            Err(fault) => (None, Some(fault.word())),
        };
        let (call, context) = (call.name(), outgoing.context.as_str());
        tracing::debug!(call, context, status, fault, %request_id, "the platform was asked");
        let answer = answer?;
        Ok(answer.checked())
    }
}

/// The address of `call` at the host `api`.
pub(crate) fn address(api: &Url, call: &Call) -> Result<Url, RouteError> {
    let (path, query) = (call.path(), call.query());
    let mut url = api.clone();
    url.set_path(&path);
    url.set_query((!query.is_empty()).then_some(&query));
    // A parsed call contains nothing that a URL could read in another way. If that is ever wrong,
    // nothing is sent.
    let as_meant =
        url.path() == path && url.query().unwrap_or_default() == query && has_origin(&url, api);
    if as_meant { Ok(url) } else { Err(RouteError::Internal) }
}

/// Whether an answer says that the token is at fault, and not the consent, the certificate or the
/// person (OpenAPI `MessageCode401_AIS`). Without a readable code it is the token.
fn refuses_token(answer: &Answer) -> bool {
    if answer.status != StatusCode::UNAUTHORIZED {
        return false;
    }
    let problem: Option<Problem> = answer.body.read().ok();
    let code = problem.as_ref().and_then(Problem::code);
    !code.is_some_and(|code| OTHER_CAUSES.iter().any(|cause| code.as_str().starts_with(cause)))
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The beginnings of those codes of a 401 that a new token does not cure.
const OTHER_CAUSES: &[&str] = &["CONSENT_", "CERTIFICATE_", "SIGNATURE_", "CORPORATE_ID_", "PSU_"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::json::Body;

    fn refuses(status: u16, body: &str) -> bool {
        let status = StatusCode::from_u16(status).unwrap();
        let body = Body::of(&Bytes::from(body.to_owned()));
        refuses_token(&Answer { status, headers: HeaderMap::new(), body })
    }

    #[test]
    fn a_401_is_the_tokens_fault_unless_it_names_another() {
        let body =
            |code: &str| format!(r#"{{"tppMessages":[{{"category":"ERROR","code":"{code}"}}]}}"#);
        for code in ["TOKEN_INVALID", "TOKEN_EXPIRED", "TOKEN_UNKNOWN", "SOMETHING_NEW"] {
            assert!(refuses(401, &body(code)), "{code}");
        }
        for code in
            ["CONSENT_EXPIRED", "CONSENT_INVALID", "CERTIFICATE_MISSING", "PSU_CREDENTIALS_INVALID"]
        {
            assert!(!refuses(401, &body(code)), "{code}");
        }
        assert!(refuses(401, ""));
        assert!(refuses(401, "<html>"));
        assert!(refuses(401, r#"{"code":"TOKEN_EXPIRED","title":"t"}"#));
        assert!(!refuses(401, r#"{"code":"CONSENT_EXPIRED","title":"t"}"#));
        assert!(!refuses(403, &body("TOKEN_INVALID")));
    }

    #[test]
    fn the_address_is_the_calls_own() {
        let api = Url::parse("https://api.example").unwrap();
        let target = "/psd2/aspspinformation/v1/aspsps?isoCountryCodes=SE,NO";
        let call = Call::parse("GET", target).unwrap();
        let url = address(&api, &call).unwrap();
        assert_eq!(url.as_str(), format!("https://api.example{target}"));
    }

    #[test]
    fn an_id_of_any_letters_stays_one_segment() {
        let api = Url::parse("https://api.example").unwrap();
        for id in
            ["a/b", "a\\b", "a?b#c", "...", "a%2Fb", "%", "å 漢🦀", "a;b", "\"<>^`{|}", "a.b~c"]
        {
            let (consent, authorisation) = (id.parse().unwrap(), id.parse().unwrap());
            let call = Call::ReadScaStatus { consent, authorisation };
            let url = address(&api, &call).unwrap();
            assert_eq!(url.path(), call.path(), "{id}");
            assert_eq!(url.path_segments().unwrap().count(), 7, "{id}");
        }
    }
}
