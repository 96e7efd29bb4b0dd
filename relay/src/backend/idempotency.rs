//! `Idempotency-Key`: a request that is sent again within 24 hours gets the same answer, and does nothing.
//! (IETF draft "The Idempotency-Key HTTP Header Field".)

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::IntoParams;

use super::problem::Fault;
use super::{Backend, Caller};
use crate::crypto::key::TokenKey;
use crate::host::BadTerm;
use crate::http::gate::{Repeated, one};
use crate::store::StoreError;
use crate::store::host::{KeyedReply, Reply};

/// The header, for the OpenAPI document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "handlers read the header by `Key::of`")]
pub(super) struct Idempotency {
    /// 1 to 255 printable characters of ASCII. For 24 hours a request with the same one is answered alike, and does
    /// nothing.
    #[param(rename = "Idempotency-Key", value_type = String, required = false)]
    key: Option<String>,
}

/// The key of a request, with the hash of what it asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    key: TokenKey,
    question: TokenKey,
}

impl Key {
    /// The key of a request, if it has one.
    pub(super) fn of(
        headers: &HeaderMap,
        Caller(name): &Caller,
        route: &str,
        body: &[u8],
    ) -> Result<Option<Self>, Fault> {
        let bad = Fault::Bad(BadTerm {
            member: "Idempotency-Key",
            expected: "1 to 255 printable characters, once",
        });
        let fits = |text: &str| {
            (1..=255).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        let text = match one(headers, &IDEMPOTENCY_KEY) {
            Ok(None) => return Ok(None),
            Ok(Some(text)) if fits(text) => text,
            Ok(Some(_)) | Err(Repeated) => return Err(bad),
        };
        let key = TokenKey::of(&format!("{name}\n{text}"));
        let question = [route.as_bytes(), b"\n", body].concat();
        Ok(Some(Self { key, question: TokenKey::of_bytes(&question) }))
    }

    /// The answer that was given before.
    pub(super) async fn earlier(self, backend: &Backend) -> Result<Option<(u16, String)>, Fault> {
        let store = backend.relay.sessions().store();
        match store.get_reply(self.key, backend.relay.now()).await? {
            Some(reply) => self.opened(backend, &reply).map(Some),
            None => Ok(None),
        }
    }

    /// What `reply` says, if it answers the same question.
    fn opened(self, backend: &Backend, reply: &Reply) -> Result<(u16, String), Fault> {
        if reply.question != self.question {
            return Err(Fault::KeyReused);
        }
        let body = backend.relay.unseal_for(&reply.body, OWNER).ok_or(Fault::Internal)?;
        Ok((reply.status, body))
    }

    /// The answer, to be kept.
    pub(super) fn keep(
        self,
        backend: &Backend,
        status: u16,
        body: &str,
    ) -> Result<KeyedReply, Fault> {
        let now = backend.relay.now();
        let body = backend.relay.seal_for(body, OWNER).ok_or(Fault::Internal)?;
        let reply = Reply { question: self.question, status, body };
        Ok(KeyedReply { key: self.key, reply, now, expires: now + KEPT })
    }
}

/// Makes a thing once: the answer about it, or the one that was given before. `insert` keeps the thing together with its
/// answer, unless there is an earlier answer, which it returns.
pub(super) async fn created<F>(
    backend: &Backend,
    key: Option<Key>,
    answer: &impl Serialize,
    insert: impl FnOnce(Option<KeyedReply>) -> F,
) -> Result<Response, Fault>
where
    F: Future<Output = Result<Option<Reply>, StoreError>>,
{
    let body = serde_json::to_string(answer).map_err(|_| Fault::Internal)?;
    let reply = key.map(|key| key.keep(backend, CREATED, &body)).transpose()?;
    let earlier = insert(reply).await?;
    let (status, body) = match (earlier, key) {
        (Some(reply), Some(key)) => key.opened(backend, &reply)?,
        _ => (CREATED, body),
    };
    Ok(json(status, body))
}

/// An answer in JSON that is written already.
pub(super) fn json(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

const CREATED: u16 = 201;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// What the answers are sealed for.
const OWNER: &str = "answers of the back-end port";
const KEPT: Duration = Duration::from_hours(24);
