//! A link session, as the browser that has claimed it sees it: the terms of the host's own server. The relay holds a
//! consent to them, whatever the page sends.

use std::fmt;

use serde::Serialize;

use super::lenient::reads;
use crate::id::BicFi;
use crate::profile::Context;

/// The answer to a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkSession {
    /// Its id, for the header `X-AIS-Link-Session` of a new consent; empty where the browser had no cookie: it has one
    /// now, and claims again.
    pub id: String,
    /// The connection that a link becomes, for the page; it begins with the link, unless this renews it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// The service that asks, by the name that persons know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What the service wants the data for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Whose accounts; the page's choice where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// The country of the banks; the page's choice where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The only bank; the person's choice where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bic_fi: Option<BicFi>,
    /// What is read besides the accounts: `balances`, `transactions`.
    pub data: Vec<String>,
    /// For how many days.
    pub validity_days: u32,
    /// Whether more than once.
    pub recurring: bool,
    /// Reads a day without the person.
    pub frequency_per_day: u32,
    /// Whether it gives an earlier link a new consent.
    pub renews: bool,
    /// Whether the bank is linked already.
    pub linked: bool,
}

reads!(LinkSession, of => Self {
    id: of.or_default("id"),
    connection_id: of.perhaps("connectionId"),
    service: of.perhaps("service"),
    purpose: of.perhaps("purpose"),
    context: of.perhaps("context"),
    country: of.perhaps("country"),
    bic_fi: of.perhaps("bicFi"),
    data: of.list("data"),
    validity_days: of.or_default("validityDays"),
    recurring: of.or_default("recurring"),
    frequency_per_day: of.or_default("frequencyPerDay"),
    renews: of.or_default("renews"),
    linked: of.or_default("linked"),
});

/// The body of a claim.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The token that the host's server got: a secret.
    pub token: String,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

crate::writes!(Token, it => {
    "token": Some(&it.token),
});
