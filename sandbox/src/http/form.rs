//! The forms of bodies: with the members that the platform's pages show and that relay and widget do not
//! read, and in the form that tests have set where the platform's documents allow several.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::settings::{DataForm, Forms, ImageForm, ListForm};

/// `body` with the members of `more`.
pub(super) fn with(body: &impl Serialize, more: &Value) -> Value {
    let mut body = serde_json::to_value(body).unwrap_or_default();
    merge(&mut body, more);
    body
}

/// The list in the only field of `body`.
pub(super) fn list(body: &impl Serialize, forms: Forms) -> Value {
    let body = serde_json::to_value(body).unwrap_or_default();
    match (body, forms.lists) {
        (Value::Object(fields), ListForm::Bare) if fields.len() == 1 => {
            fields.into_iter().map(|(_, list)| list).next().unwrap_or_default()
        }
        (body, _) => body,
    }
}

/// Writes the challenge in `body`, if any, as `forms` say.
pub(super) fn challenge(body: &mut Value, forms: Forms) {
    let Some(Value::Object(challenge)) = body.get_mut("challengeData") else { return };
    if forms.data == DataForm::Text
        && let Some(first) = challenge.get("data").and_then(|data| data.get(0)).cloned()
    {
        challenge.insert("data".to_owned(), first);
    }
    if forms.images == ImageForm::Base64
        && let Some(address) = challenge.get("image").and_then(Value::as_str)
        && let Some((_, base64)) = address.split_once(',')
    {
        let base64 = Value::from(base64);
        challenge.insert("image".to_owned(), base64);
    }
}

/// Merges `change` into `target` (RFC 7396, section 2): null removes a member.
pub(super) fn merge(target: &mut Value, change: &Value) {
    let Value::Object(changes) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::merge;

    /// Cases of RFC 7396, appendix A.
    #[test]
    fn a_merge_is_that_of_rfc_7396() {
        for (mut target, change, result) in [
            (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "b" }), json!({ "a": null }), json!({})),
            (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
            (
                json!({ "a": { "b": "c" } }),
                json!({ "a": { "b": "d", "c": null } }),
                json!({ "a": { "b": "d" } }),
            ),
            (json!({ "a": [{ "b": "c" }] }), json!({ "a": [1] }), json!({ "a": [1] })),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
            (json!([1, 2]), json!({ "a": "b", "c": null }), json!({ "a": "b" })),
            (Value::Null, json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
        ] {
            merge(&mut target, &change);
            assert_eq!(target, result, "{change}");
        }
    }
}
