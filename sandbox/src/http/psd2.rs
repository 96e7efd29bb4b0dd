//! The platform's calls by the OpenAPI document: finds the call, runs the checks that all calls share, and
//! dispatches it.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::response::Response;

use super::exchange::Exchange;
use super::headers::X_REQUEST_ID;
use super::log::CallName;
use super::operation::Operation;
use super::{account, aspsp, consent};
use crate::platform::Refusal;
use crate::sandbox::Sandbox;

pub(super) async fn answer(State(sandbox): State<Sandbox>, parts: Parts, body: Bytes) -> Response {
    let operation = Operation::read(&parts.method, parts.uri.path(), parts.uri.query());
    let name = operation.as_ref().map_or("unknown", Operation::name);
    let exchange = Exchange { sandbox: &sandbox, parts: &parts, body: &body };
    let answer = operation.and_then(|operation| dispatch(&operation, exchange));
    let form = sandbox.forms().errors;
    let mut answer = answer.unwrap_or_else(|refusal| refusal.into_answer(form));
    // OpenAPI header `X-Request-ID` of every answer: the caller's if it is valid, else a new one.
    let id = exchange.headers().request_id();
    let id = id.unwrap_or_else(|_| sandbox.with_platform(|_, random, _| random.uuid()));
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        answer.headers_mut().insert(X_REQUEST_ID, value);
    }
    answer.extensions_mut().insert(CallName(name));
    answer
}

fn dispatch(operation: &Operation, exchange: Exchange<'_>) -> Result<Response, Refusal> {
    let holder = exchange.holder(operation.scope())?;
    match operation {
        Operation::GetCountriesList(_)
        | Operation::GetCountryDetails(_)
        | Operation::GetCityList(_)
        | Operation::GetCityDetails(_)
        | Operation::GetAspspList(_)
        | Operation::GetAspspDetails(_) => aspsp::answer(operation, exchange),
        Operation::GetAccountList(_)
        | Operation::ReadAccountDetails(..)
        | Operation::GetBalances(_)
        | Operation::GetTransactionList(..)
        | Operation::GetTransactionDetails(..) => account::answer(operation, holder, exchange),
        _ => consent::answer(operation, holder, exchange),
    }
}
