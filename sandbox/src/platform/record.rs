//! A snapshot of all consents for tests: client, bank and status. The platform's API does not serve it.

use protocol::id::{AuthorisationId, ConsentId};
use protocol::profile::Context;
use protocol::wire::{ConsentStatus, ScaStatus};
use serde::Serialize;
use time::UtcDateTime;

use super::Platform;
use super::access::Access;
use super::authorisation::{Authorisation, Course};
use super::consent::Consent;

/// A consent as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentRecord {
    /// Its id.
    pub id: ConsentId,
    /// The client that made it.
    pub client: String,
    /// Whose accounts it is for: the second word of the token's scope.
    pub context: Context,
    /// The bank.
    pub bic_fi: String,
    /// `terminatedByTpp` once the client has deleted it.
    pub status: ConsentStatus,
    /// What may be read of the accounts.
    pub access: Access,
    /// Whether the client may read again and again.
    pub recurring_indicator: bool,
    /// Reads a day without the person present.
    pub frequency_per_day: u32,
    /// The last day, `yyyy-MM-dd`.
    pub valid_until: String,
    /// Its authorisations, the newest last.
    pub authorisations: Vec<AuthorisationRecord>,
}

/// An authorisation as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorisationRecord {
    /// Its id.
    pub id: AuthorisationId,
    /// `DECOUPLED` or `REDIRECT`.
    pub approach: &'static str,
    /// Its SCA status.
    pub status: ScaStatus,
}

impl Platform {
    /// All consents, in the order of their ids.
    pub(crate) fn records(&mut self, now: UtcDateTime) -> Vec<ConsentRecord> {
        self.settle(now);
        self.consents.values().map(|consent| consent.record(now)).collect()
    }
}

impl Consent {
    fn record(&self, now: UtcDateTime) -> ConsentRecord {
        ConsentRecord {
            id: self.id.clone(),
            client: self.holder.client.clone(),
            context: self.holder.context,
            bic_fi: self.bank.bic.to_string(),
            status: self.status.clone(),
            access: self.terms.access.clone(),
            recurring_indicator: self.terms.recurring,
            frequency_per_day: self.terms.frequency_per_day,
            valid_until: self.terms.valid_until.to_string(),
            authorisations: self.authorisations.iter().map(|it| it.record(now)).collect(),
        }
    }
}

impl Authorisation {
    fn record(&self, now: UtcDateTime) -> AuthorisationRecord {
        AuthorisationRecord {
            id: self.id.clone(),
            approach: self.approach(),
            status: self.status(now),
        }
    }

    /// The word for its approach (OpenAPI header `ASPSP-SCA-Approach`).
    pub(crate) const fn approach(&self) -> &'static str {
        match &self.course {
            Course::Signing(_) => "DECOUPLED",
            Course::Visit(_) => "REDIRECT",
        }
    }
}
