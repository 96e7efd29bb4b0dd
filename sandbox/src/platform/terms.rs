//! What a client asks a person to permit: the body of a new consent, checked by field.

use protocol::profile::Profile;
use serde::Deserialize;
use serde_json::{Map, Value};
use time::macros::format_description;
use time::{Date, Duration, UtcDateTime};

use super::access::Access;
use super::refusal::Refusal;

/// The terms of a consent.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// What may be read of the accounts.
    pub(crate) access: Access,
    pub(crate) recurring: bool,
    pub(crate) valid_until: Date,
    /// Reads a day without the person present.
    pub(crate) frequency_per_day: u32,
}

impl Terms {
    /// Reads the body of a new consent at a bank of this profile.
    pub(crate) fn read(body: &[u8], bank: &Profile, now: UtcDateTime) -> Result<Self, Refusal> {
        let expected = "a JSON object";
        let body: Map<String, Value> =
            serde_json::from_slice(body).map_err(|_| Refusal::Body { path: None, expected })?;
        for (path, expected, holds) in FIELDS {
            if !body.get(path).is_some_and(holds) {
                return Err(Refusal::Body { path: Some(path), expected });
            }
        }
        let what = "a field or a word that is not in the OpenAPI document";
        let access = body.get("access").cloned().unwrap_or_default();
        if serde_json::from_value::<Access>(access).is_err() {
            return Err(Refusal::BodyUnsupported { path: Some("access"), what });
        }
        let request: Request = serde_json::from_value(Value::Object(body))
            .map_err(|_| Refusal::BodyUnsupported { path: None, what })?;
        Self::check(request, bank, now)
    }

    fn check(request: Request, bank: &Profile, now: UtcDateTime) -> Result<Self, Refusal> {
        let Request { access, recurring_indicator, frequency_per_day, .. } = request;
        if !access.is_sound() {
            let expected = "lists of accounts that fit together";
            return Err(Refusal::Body { path: Some("access"), expected });
        }
        if request.combined_service_indicator {
            let what = "a payment in the same session";
            return Err(Refusal::BodyUnsupported { path: Some("combinedServiceIndicator"), what });
        }
        if !(1..=4).contains(&frequency_per_day) {
            let (path, expected) = (Some("frequencyPerDay"), "a number from 1 to 4");
            return Err(Refusal::Body { path, expected });
        }
        let today = now.date();
        let longest = i64::try_from(bank.longest_days).map_or(Duration::MAX, Duration::days);
        let last = today.checked_add(longest).unwrap_or(Date::MAX);
        // The standard lets a bank shorten it silently; Nordea refuses, and so do all banks here.
        let days = Date::parse(&request.valid_until, format_description!("[year]-[month]-[day]"))
            .ok()
            .filter(|date| *date > today && *date <= last);
        let (path, expected) = (Some("validUntil"), VALID_UNTIL);
        let valid_until = days.ok_or(Refusal::Body { path, expected })?;
        Ok(Self { access, recurring: recurring_indicator, valid_until, frequency_per_day })
    }
}

/// The body of a new consent (OpenAPI `consents`), with all that a client may ask for. The relay asks for
/// less.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Request {
    access: Access,
    recurring_indicator: bool,
    valid_until: String,
    frequency_per_day: u32,
    combined_service_indicator: bool,
}

type Field = (&'static str, &'static str, fn(&Value) -> bool);

/// The required fields, with their types (OpenAPI `consents`).
const FIELDS: [Field; 5] = [
    ("access", "an object", Value::is_object),
    ("recurringIndicator", "true or false", Value::is_boolean),
    ("validUntil", VALID_UNTIL, Value::is_string),
    ("frequencyPerDay", "a number from 1 to 4", |value| {
        value.as_u64().is_some_and(|number| u32::try_from(number).is_ok())
    }),
    ("combinedServiceIndicator", "true or false", Value::is_boolean),
];
const VALID_UNTIL: &str = "a day from tomorrow to the last that the bank grants, yyyy-MM-dd";
