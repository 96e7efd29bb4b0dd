//! Records each call of the platform and its answer, for a check against the OpenAPI document. It masks
//! secrets and personal data first, and keeps their form.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::{Value, json};

use super::fault::Spoiled;
use crate::sandbox::Sandbox;

/// Records the call, if the settings name a file.
pub(super) async fn keep(State(sandbox): State<Sandbox>, request: Request, next: Next) -> Response {
    if sandbox.record().is_none() || !request.uri().path().starts_with("/psd2/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let asked = whole(body).await;
    let mut line = json!({
        "method": parts.method.as_str(),
        "path": parts.uri.path(),
        "query": parts.uri.query(),
        "requestHeaders": headers(&parts.headers),
        "requestBody": readable(&asked),
    });
    let answer = next.run(Request::from_parts(parts, Body::from(asked))).await;
    let (parts, body) = answer.into_parts();
    let answer = whole(body).await;
    line["status"] = json!(parts.status.as_u16());
    line["answerHeaders"] = headers(&parts.headers);
    line["answerBody"] = readable(&answer);
    // An answer that a test asked for is not the platform's.
    line["spoiled"] = json!(parts.extensions.get::<Spoiled>().is_some());
    if let Some(record) = sandbox.record() {
        record.add(&line);
    }
    Response::from_parts(parts, Body::from(answer))
}

async fn whole(body: Body) -> Bytes {
    to_bytes(body, LARGEST_BODY).await.unwrap_or_default()
}

fn headers(headers: &HeaderMap) -> Value {
    let text = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = match name.as_str() {
            "authorization" => "a token".to_owned(),
            // The scheme alone looks like a token to who searches the record for one.
            "www-authenticate" => "a scheme".to_owned(),
            "psu-id" | "psu-corporate-id" => masked(&value),
            _ => value.into_owned(),
        };
        json!([name.as_str(), value])
    });
    text.collect()
}

/// The body as JSON, or as text where it is none.
fn readable(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    let Ok(mut body) = serde_json::from_slice(body) else {
        return json!(["no JSON", body.len()]);
    };
    mask("", &mut body);
    body
}

/// Masks what is below `name`, if it is personal or a credential.
fn mask(name: &str, value: &mut Value) {
    match value {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| mask(name, value)),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(name, item)),
        Value::String(text) if name == "image" => {
            let prefix = text.split_once(',').map_or("", |(prefix, _)| prefix);
            let comma = if prefix.is_empty() { "" } else { "," };
            *text = [prefix, comma, "AAAA"].concat();
        }
        Value::String(text) if MASKED.contains(&name) => *text = masked(text),
        _ => {}
    }
}

/// The text with a nine for each digit and an x for each small letter, so that no number keeps its check
/// digits.
fn masked(text: &str) -> String {
    let masked = text.chars().map(|character| match character {
        '0'..='9' => '9',
        character if character.is_lowercase() => 'x',
        character => character,
    });
    masked.collect()
}

/// Members that hold a number, a name or the words of a person, or start their app.
const MASKED: [&str; 28] = [
    "additionalInformation",
    "amount",
    "bankGiro",
    "bankgiroNumber",
    "bban",
    "checkId",
    "clearingNumber",
    "contractIdentification",
    "creditorId",
    "creditorName",
    "data",
    "debtorName",
    "endToEndId",
    "exchangeRate",
    "iban",
    "linkedAccounts",
    "mandateId",
    "maskedPan",
    "msisdn",
    "ownerName",
    "pan",
    "plusGiro",
    "plusgiroNumber",
    "remittanceInformationStructured",
    "remittanceInformationUnstructured",
    "transactionListId",
    "ultimateCreditor",
    "ultimateDebtor",
];
/// Bytes.
const LARGEST_BODY: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::readable;

    #[test]
    fn numbers_names_and_tokens_are_made_unreadable_and_keep_their_form() {
        let body = json!({
            "accounts": [{ "iban": "SE5250000000054391000421", "ownerName": "Astrid Lindgård" }],
            "challengeData": { "data": ["bankid.67df-1.2"], "image": "data:image/png;base64,iVBOR" },
            "scaStatus": "started",
        });
        let expect = json!({
            "accounts": [{ "iban": "SE9999999999999999999999", "ownerName": "Axxxxx Lxxxxxxx" }],
            "challengeData": { "data": ["xxxxxx.99xx-9.9"], "image": "data:image/png;base64,AAAA" },
            "scaStatus": "started",
        });
        assert_eq!(readable(body.to_string().as_bytes()), expect);
        let bare = json!({ "challengeData": { "data": "67df", "image": "iVBOR" } });
        let expect = json!({ "challengeData": { "data": "99xx", "image": "AAAA" } });
        assert_eq!(readable(bare.to_string().as_bytes()), expect);
        assert_eq!(readable(b"<html>"), json!(["no JSON", 6]));
    }
}
