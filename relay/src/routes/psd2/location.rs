//! `Location` of an answer, as a path of the relay. The relay never sends a request there. It compares the
//! header with the new resource in the body, and the browser gets the relay's own path to it.

use axum::http::header;
use protocol::Call;
use protocol::id::{AuthorisationId, ConsentId};
use serde_json::Value;
use thiserror::Error;
use url::Url;

use crate::platform::call::address;
use crate::platform::client::Answer;
use crate::platform::json::Body;

/// The relay's own path to the resource that `answer` to `call`, of the host `api`, names in its `Location` or its body.
///
/// The body names the new resource. The relay logs and leaves out a `Location` that leads anywhere else.
pub(super) fn own_path(call: &Call, answer: &Answer, api: &Url) -> Option<String> {
    let made = made(call, answer);
    let Some(value) = answer.headers.get(header::LOCATION) else {
        return made.map(|made| made.target());
    };
    let named = value.to_str().map_err(|_| Unusable::Garbage);
    let named = named.and_then(|text| named_by(text, call, api));
    match (named, made) {
        (Ok(named), None) => Some(named.target()),
        (Ok(named), Some(made)) if named.target() == made.target() => Some(made.target()),
        (Ok(_), Some(made)) => Some(instead(call, Unusable::Other, &made)),
        (Err(kind), Some(made)) => Some(instead(call, kind, &made)),
        (Err(_), None) => None,
    }
}

/// Adds the id of the new authorisation to the body of `answer`, where only `Location` has it: the next step
/// goes to that address (guide, consent API step 3).
pub(super) fn name_authorisation(call: &Call, answer: &mut Answer, api: &Url) {
    let Call::StartAuthorisation { .. } = call else { return };
    if !answer.status.is_success() || made(call, answer).is_some() {
        return;
    }
    let location = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let named = location.and_then(|text| named_by(text, call, api).ok());
    let (Some(Call::ReadScaStatus { authorisation, .. }), Value::Object(body)) =
        (named, answer.body.value())
    else {
        return;
    };
    let mut body = body.clone();
    body.insert(AUTHORISATION_ID.to_owned(), authorisation.as_str().into());
    answer.body = Body::written(body.into());
}

/// The new resource, by the id in the body.
fn made(call: &Call, answer: &Answer) -> Option<Call> {
    if !answer.status.is_success() {
        return None;
    }
    let id = |name: &str| answer.body.value().get(name).and_then(Value::as_str);
    match call {
        Call::CreateConsent => {
            let consent: ConsentId = id("consentId")?.parse().ok()?;
            Some(Call::ReadConsent { consent })
        }
        Call::StartAuthorisation { consent } => {
            let authorisation: AuthorisationId = id(AUTHORISATION_ID)?.parse().ok()?;
            Some(Call::ReadScaStatus { consent: consent.clone(), authorisation })
        }
        _ => None,
    }
}

/// The path to the new resource, where the header is unusable.
fn instead(call: &Call, kind: Unusable, made: &Call) -> String {
    let call = call.name();
    tracing::warn!(call, %kind, "the platform's Location cannot be used: the id in the body is used instead");
    made.target()
}

/// The resource that `location` names in an answer to `call` of the host `api`. It may be absolute or relative (OpenAPI
/// `Location`).
fn named_by(location: &str, call: &Call, api: &Url) -> Result<Call, Unusable> {
    let asked = address(api, call).map_err(|_| Unusable::Garbage)?;
    let url = asked.join(location).map_err(|_| Unusable::Garbage)?;
    if url.scheme() != asked.scheme() {
        return Err(Unusable::Scheme);
    }
    if url.origin() != asked.origin() {
        return Err(Unusable::Host);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unusable::User);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Unusable::Query);
    }
    let resource = Call::parse("GET", url.path()).map_err(|_| Unusable::Path)?;
    if call.consent().is_some() && call.consent() != resource.consent() {
        return Err(Unusable::Consent);
    }
    Ok(resource)
}

/// Why a `Location` is unusable. The relay never logs the header itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
enum Unusable {
    #[error("it is no address")]
    Garbage,
    #[error("it has another scheme than the platform's address")]
    Scheme,
    #[error("it has another host or port than the platform's address")]
    Host,
    #[error("it has a user's name in it")]
    User,
    #[error("it has a query or a fragment")]
    Query,
    #[error("it has a path that no call has")]
    Path,
    #[error("it names another consent")]
    Consent,
    #[error("it names something else than what was made")]
    Other,
}

/// The member of the body that names an authorisation (OpenAPI `startScaprocessResponse`).
const AUTHORISATION_ID: &str = "authorisationId";

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, StatusCode};
    use serde_json::json;

    use super::*;

    const PATH: &str = "/psd2/consent/v1/consents/c1/authorisations/a1";
    /// Addresses that lead elsewhere, and why.
    const ELSEWHERE: &[(&str, Unusable)] = &[
        ("https://evil.example/psd2/consent/v1/consents/c1/authorisations/a1", Unusable::Host),
        ("//evil.example/psd2/consent/v1/consents/c1/authorisations/a1", Unusable::Host),
        ("https://internal/consent/v1/consents/c1/authorisations/a1", Unusable::Host),
        ("https://10.0.0.7/psd2/consent/v1/consents/c1/authorisations/a1", Unusable::Host),
        ("https://api.example.evil.example/psd2/consent/v1/consents/c1", Unusable::Host),
        ("https://api.example:8443/psd2/consent/v1/consents/c1/authorisations/a1", Unusable::Host),
        ("https://api.example@evil.example/psd2/consent/v1/consents/c1", Unusable::Host),
        ("http://api.example/psd2/consent/v1/consents/c1/authorisations/a1", Unusable::Scheme),
        ("http://internal.example/consent/v1/consents/c1/authorisations/a1", Unusable::Scheme),
        ("javascript:alert(1)", Unusable::Scheme),
        ("urn:uuid:1", Unusable::Scheme),
        ("https://user@api.example/psd2/consent/v1/consents/c1/authorisations/a1", Unusable::User),
        ("/psd2/consent/v1/consents/c2/authorisations/a1", Unusable::Consent),
        ("/psd2/aspspinformation/v1/aspsps", Unusable::Consent),
        ("/psd2/consent/v1/consents/c1/authorisations/a1#x", Unusable::Query),
        ("/psd2/consent/v1/consents/c1/authorisations/a1?x=y", Unusable::Query),
        ("/psd2/consent/v1/consents/c1/authorisations/a1?", Unusable::Query),
        ("/consent/v1/consents/c1/authorisations/a1", Unusable::Path),
        ("/psd2/paymentinitiation/v1/payments", Unusable::Path),
        ("https://[::1", Unusable::Garbage),
    ];

    /// A call, and the host that answers it.
    fn asked() -> (Call, Url) {
        let call = Call::parse("POST", "/psd2/consent/v1/consents/c1/authorisations").unwrap();
        (call, Url::parse("https://api.example").unwrap())
    }

    /// The path that a browser gets for this `Location` and this body.
    fn path(location: Option<&[u8]>, body: Value) -> Option<String> {
        let location = location.map(|bytes| HeaderValue::from_bytes(bytes).unwrap());
        let headers = HeaderMap::from_iter(location.map(|value| (header::LOCATION, value)));
        let (status, body) = (StatusCode::CREATED, Body::written(body));
        let (call, api) = asked();
        own_path(&call, &Answer { status, headers, body }, &api)
    }

    #[test]
    fn a_location_of_the_new_resource_becomes_its_path() {
        let (call, api) = asked();
        for location in [
            PATH,
            &["https://api.example", PATH].concat(),
            &["https://api.example:443", PATH].concat(),
            &["HTTPS://API.EXAMPLE", PATH].concat(),
            "authorisations/a1",
            "/psd2/consent/v1/x/../consents/c1/authorisations/a1",
        ] {
            let named = named_by(location, &call, &api).map(|call| call.target());
            assert_eq!(named.as_deref(), Ok(PATH), "{location}");
        }
    }

    #[test]
    fn a_location_that_leads_elsewhere_gives_way_to_the_id_in_the_body() {
        let (call, api) = asked();
        for (location, kind) in ELSEWHERE {
            assert_eq!(named_by(location, &call, &api), Err(*kind), "{location}");
            let got = path(Some(location.as_bytes()), json!({ "authorisationId": "a1" }));
            assert_eq!(got.as_deref(), Some(PATH), "{location}");
            assert_eq!(path(Some(location.as_bytes()), json!({})), None, "{location}");
        }
        let body = || json!({ "authorisationId": "a1" });
        for other in [&b"/psd2/consent/v1/consents/c1/authorisations/a2"[..], b"\xff", b""] {
            assert_eq!(path(Some(other), body()).as_deref(), Some(PATH));
        }
        assert_eq!(path(None, body()).as_deref(), Some(PATH), "no header at all");
    }
}
