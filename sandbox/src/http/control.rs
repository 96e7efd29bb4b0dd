//! The control API: what tests set and read. `README.md` documents it.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::id::{BicFi, ConsentId};
use protocol::wire::ConsentStatus;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;

use crate::bank::Bank;
use crate::control::{FaultRule, SeenRequest};
use crate::customer::Customer;
use crate::directory::Directory;
use crate::platform::ConsentRecord;
use crate::sandbox::Sandbox;

#[derive(Serialize)]
pub(super) struct Banks {
    banks: &'static [Bank],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Advance {
    advance_seconds: u64,
}

#[derive(Serialize)]
pub(super) struct Now {
    now: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    form: Value,
}

#[derive(Serialize)]
pub(super) struct Requests {
    requests: Vec<SeenRequest>,
}

#[derive(Serialize)]
pub(super) struct Consents {
    consents: Vec<ConsentRecord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RedirectUri {
    redirect_uri: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    customer: Customer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    status: ConsentStatus,
}

pub(super) async fn banks() -> Json<Banks> {
    Json(Banks { banks: &Directory::get().banks })
}

pub(super) async fn consents(State(sandbox): State<Sandbox>) -> Json<Consents> {
    Json(Consents { consents: sandbox.consents() })
}

/// Says who the customer of a bank is in consents to come.
pub(super) async fn set_customer(
    State(sandbox): State<Sandbox>,
    Path(bic): Path<BicFi>,
    Json(Who { customer }): Json<Who>,
) -> StatusCode {
    if sandbox.set_customer(&bic, customer) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

/// Ends a consent as a bank does, or a person at the bank, or time.
pub(super) async fn end_consent(
    State(sandbox): State<Sandbox>,
    Path(consent): Path<ConsentId>,
    Json(End { status }): Json<End>,
) -> StatusCode {
    if !status.is_final() {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    match sandbox.end_consent(&consent, status) {
        Some(true) => StatusCode::NO_CONTENT,
        Some(false) => StatusCode::CONFLICT,
        None => StatusCode::NOT_FOUND,
    }
}

pub(super) async fn add_redirect_uri(
    State(sandbox): State<Sandbox>,
    Path(client): Path<String>,
    Json(RedirectUri { redirect_uri }): Json<RedirectUri>,
) -> StatusCode {
    if sandbox.add_redirect_uri(&client, redirect_uri) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

pub(super) async fn clock(State(sandbox): State<Sandbox>) -> Json<Now> {
    Json(Now { now: moment(sandbox.now()) })
}

pub(super) async fn advance(
    State(sandbox): State<Sandbox>,
    Json(Advance { advance_seconds }): Json<Advance>,
) -> Json<Now> {
    sandbox.advance(Duration::from_secs(advance_seconds));
    Json(Now { now: moment(sandbox.now()) })
}

pub(super) async fn add_fault(
    State(sandbox): State<Sandbox>,
    Json(rule): Json<FaultRule>,
) -> Result<StatusCode, (StatusCode, &'static str)> {
    rule.fault.check().map_err(|problem| (StatusCode::UNPROCESSABLE_ENTITY, problem))?;
    sandbox.add_fault(rule);
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

/// Sets the form of one thing by its name in the path: `links`, `errors` and so on.
pub(super) async fn set_form(
    State(sandbox): State<Sandbox>,
    Path(thing): Path<String>,
    Json(Form { form }): Json<Form>,
) -> StatusCode {
    let mut forms = sandbox.forms();
    let set = match &*thing {
        "links" => set(&mut forms.links, form),
        "errors" => set(&mut forms.errors, form),
        "challenges" => set(&mut forms.challenges, form),
        "lists" => set(&mut forms.lists, form),
        "data" => set(&mut forms.data, form),
        "images" => set(&mut forms.images, form),
        "locations" => set(&mut forms.locations, form),
        "addresses" => set(&mut forms.addresses, form),
        _ => return StatusCode::NOT_FOUND,
    };
    if set.is_none() {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    sandbox.set_forms(forms);
    StatusCode::NO_CONTENT
}

fn set<T: DeserializeOwned>(form: &mut T, word: Value) -> Option<()> {
    *form = serde_json::from_value(word).ok()?;
    Some(())
}

pub(super) async fn requests(State(sandbox): State<Sandbox>) -> Json<Requests> {
    Json(Requests { requests: sandbox.requests() })
}

pub(super) async fn clear_requests(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.clear_requests();
    StatusCode::NO_CONTENT
}

pub(super) async fn revoke_tokens(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.revoke_tokens();
    StatusCode::NO_CONTENT
}

fn moment(now: UtcDateTime) -> String {
    now.format(&Rfc3339).expect("the clock stays within the four-digit years of RFC 3339")
}
