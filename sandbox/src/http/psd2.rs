//! The platform's own calls, as the OpenAPI document has them: finds the call, checks what all
//! calls have, and hands it to the part that answers.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::response::Response;
use protocol::Call;

use super::exchange::Exchange;
use super::headers::{Headers, X_REQUEST_ID};
use super::log::CallName;
use super::{account, aspsp, consent};
use crate::platform::Refusal;
use crate::sandbox::Sandbox;

pub(super) async fn answer(State(sandbox): State<Sandbox>, parts: Parts, body: Bytes) -> Response {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let call = Call::parse(parts.method.as_str(), target);
    let name = call.as_ref().map_or("unknown", Call::name);
    let exchange = Exchange { sandbox: &sandbox, parts: &parts, body: &body };
    let answer = call.map_err(Refusal::from).and_then(|call| dispatch(&call, exchange));
    let form = sandbox.control().error_form;
    let mut answer = answer.unwrap_or_else(|refusal| refusal.into_answer(form));
    // OpenAPI header `X-Request-ID` of every answer: the caller's own, where it is one.
    if let Ok(id) = Headers(&parts.headers).request_id()
        && let Ok(value) = HeaderValue::from_str(&id.to_string())
    {
        answer.headers_mut().insert(X_REQUEST_ID, value);
    }
    answer.extensions_mut().insert(CallName(name));
    answer
}

fn dispatch(call: &Call, exchange: Exchange<'_>) -> Result<Response, Refusal> {
    let holder = exchange.holder(call.scope())?;
    match call {
        Call::ListCountries { .. }
        | Call::ReadCountry { .. }
        | Call::ListCities { .. }
        | Call::ReadCity { .. }
        | Call::ListAspsps { .. }
        | Call::ReadAspsp { .. } => aspsp::answer(call, exchange),
        Call::ListAccounts { balances } => account::list(*balances, holder, exchange),
        Call::CreateConsent
        | Call::ReadConsent { .. }
        | Call::DeleteConsent { .. }
        | Call::ReadConsentStatus { .. }
        | Call::StartAuthorisation { .. }
        | Call::ListAuthorisations { .. }
        | Call::UpdatePsuData { .. }
        | Call::ReadScaStatus { .. } => consent::answer(call, holder, exchange),
    }
}
