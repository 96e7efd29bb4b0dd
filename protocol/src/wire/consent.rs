//! Consents: what a person permits (OpenAPI `consents`, `consentInformationResponse`, `consentsResponse`).

use serde::{Deserialize, Serialize};

use super::lenient::reads;
use super::vocabulary;
use crate::id::ConsentId;
use crate::writes;

/// The body of a new consent (guide, consent API step 1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentRequest {
    /// What the client may read.
    pub access: Access,
    /// Whether the client may read it more than once.
    pub recurring_indicator: bool,
    /// The last day, `yyyy-MM-dd`. The bank may shorten it.
    pub valid_until: String,
    /// Reads a day without the person present: 1 to 4.
    pub frequency_per_day: u32,
    /// Whether a payment follows in the same session. Never, here.
    pub combined_service_indicator: bool,
}

writes!(ConsentRequest, it => {
    "access": Some(&it.access),
    "recurringIndicator": Some(&it.recurring_indicator),
    "validUntil": Some(&it.valid_until),
    "frequencyPerDay": Some(&it.frequency_per_day),
    "combinedServiceIndicator": Some(&it.combined_service_indicator),
});

/// What the client may read, of accounts that the person chooses at the bank (OpenAPI `accountAccess`).
/// Without any member (guide, step 1) it means everything that the bank has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Access {
    /// The accounts.
    #[serde(default)]
    pub accounts: Option<OfAll>,
    /// Their balances.
    #[serde(default)]
    pub balances: Option<OfAll>,
    /// Their transactions.
    #[serde(default)]
    pub transactions: Option<OfAll>,
}

writes!(Access, it => {
    "accounts": it.accounts.as_ref(),
    "balances": it.balances.as_ref(),
    "transactions": it.transactions.as_ref(),
});

/// An empty list of accounts, which lets the person choose.
pub type OfAll = [(); 0];

/// The answer to a new consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentCreated {
    /// The consent's id in later calls.
    pub consent_id: ConsentId,
    /// Initially `received`.
    pub consent_status: ConsentStatus,
    /// The links to the next steps.
    #[serde(rename = "_links")]
    pub links: Links,
}

reads!(ConsentCreated, of => Self {
    consent_id: of.must("consentId")?,
    consent_status: of.or_default("consentStatus"),
    links: of.or_default("_links"),
});

/// A consent as the bank returns it. A missing member means that the bank has granted nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    /// Whether the client may read it more than once.
    pub recurring_indicator: bool,
    /// The last day that the bank granted, `yyyy-MM-dd`; empty where it does not say.
    pub valid_until: String,
    /// Reads a day without the person present.
    pub frequency_per_day: u32,
    /// The day of the last action, `yyyy-MM-dd`.
    pub last_action_date: String,
    /// Its status.
    pub consent_status: ConsentStatus,
    /// The connection that it is part of: the relay's own word, where the host's own server alone reads accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
}

reads!(Consent, of => Self {
    recurring_indicator: of.or_default("recurringIndicator"),
    valid_until: of.or_default("validUntil"),
    frequency_per_day: of.or_default("frequencyPerDay"),
    last_action_date: of.or_default("lastActionDate"),
    consent_status: of.or_default("consentStatus"),
    connection_id: of.perhaps("connectionId"),
});

impl Consent {
    /// The last day that the bank granted, where it says one.
    pub fn granted_until(&self) -> Option<&str> {
        Some(&*self.valid_until).filter(|day| !day.is_empty())
    }
}

/// The answer to a question for the status (guide, step 4a).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentState {
    /// The status of the consent.
    pub consent_status: ConsentStatus,
}

reads!(ConsentState, of => Self {
    consent_status: of.must("consentStatus")?,
});

vocabulary! {
    /// The status of a consent (OpenAPI `consentStatus`).
    ConsentStatus {
        /// Created, not yet authorised.
        Received = "received",
        /// The person or the bank declined.
        Rejected = "rejected",
        /// Usable.
        Valid = "valid",
        /// Revoked by the person.
        RevokedByPsu = "revokedByPsu",
        /// Its time is over.
        Expired = "expired",
        /// Ended by the client.
        TerminatedByTpp = "terminatedByTpp",
    }
}

impl ConsentStatus {
    /// Whether the consent is over: it will not change again. The person may still take back a valid one.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Rejected | Self::RevokedByPsu | Self::Expired | Self::TerminatedByTpp)
    }
}

/// A new consent is received; an answer without a status means that.
impl Default for ConsentStatus {
    fn default() -> Self {
        Self::Received
    }
}

/// The links of an answer (OpenAPI `_linksUpdatePsuAuthentication` and others). All are written; those that
/// no flow follows are not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Links {
    /// The bank's page, with a code exchange at the end.
    #[serde(rename = "scaOAuth", skip_serializing_if = "Option::is_none")]
    pub sca_oauth: Option<Link>,
    /// The bank's page, without a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sca_redirect: Option<Link>,
    /// The SCA status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sca_status: Option<Link>,
    /// The start of an authorisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_authorisation: Option<Link>,
    /// The resource itself.
    #[serde(rename = "self", skip_serializing_if = "Option::is_none")]
    pub itself: Option<Link>,
    /// The status of the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Link>,
}

reads!(Links, of => Self {
    sca_oauth: of.perhaps("scaOAuth"),
    sca_redirect: of.perhaps("scaRedirect"),
    sca_status: None,
    start_authorisation: None,
    itself: None,
    status: None,
});

/// One link (OpenAPI `hrefType`), absolute or relative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The address.
    pub href: String,
}

reads!(Link, of => Self {
    href: of.non_empty("href")?,
});
