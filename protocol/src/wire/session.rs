//! The relay's record of a browser's links: calls that the relay answers itself.
//!
//! A reloaded page, or one that the person comes back to, reads it and resumes the link. It holds nothing
//! that opens an account.

use serde::Serialize;

use super::lenient::reads;
use super::{ConsentStatus, Entry, ScaStatus, vocabulary};
use crate::id::{AffiliatedId, AuthorisationId, BicFi, ConsentId, MethodId};
use crate::profile::Context;

/// The answer to `GET /session/consents`: the session's consents, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionConsents {
    /// The consents.
    pub consents: Vec<KeptConsent>,
    /// Whose accounts where a page names no context: the relay's first context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// The relay's time: milliseconds since 1970-01-01 in UTC. The clock of a person's device may be days
    /// off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now_millis: Option<u64>,
    /// Whether the browser has sent the relay's cookie. Without it the browser would lose a new link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie: Option<Cookie>,
    /// Whether the host's own server alone reads accounts, and pages do not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub backend_reads: bool,
}

reads!(SessionConsents, of => Self {
    consents: of.listed("consents")?,
    context: of.perhaps("context"),
    now_millis: of.perhaps("nowMillis"),
    cookie: of.perhaps("cookie"),
    backend_reads: of.or_default("backendReads"),
});

/// A consent of the session, in the relay's latest state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptConsent {
    /// The consent's id.
    pub consent_id: ConsentId,
    /// Its bank.
    pub bic_fi: BicFi,
    /// The bank of its group, where the person chose one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliated_aspsp_id: Option<AffiliatedId>,
    /// The chosen entry of the list of banks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// The link session that it was made in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_session: Option<String>,
    /// Its status in the platform's latest answer.
    pub consent_status: ConsentStatus,
    /// The requested last day, `yyyy-MM-dd`.
    pub valid_until: String,
    /// The `TPP-Redirect-Preferred` of all its calls, where it was created with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_preferred: Option<bool>,
    /// Whether a page has listed its accounts: then it was linked for the page.
    pub accounts_listed: bool,
    /// Milliseconds since its creation.
    pub age_millis: u64,
    /// Its newest authorisation, where one was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<KeptAuthorisation>,
}

reads!(KeptConsent, of => Self {
    consent_id: of.must("consentId")?,
    bic_fi: of.must("bicFi")?,
    consent_status: of.must("consentStatus")?,
    valid_until: of.non_empty("validUntil")?,
    accounts_listed: of.must("accountsListed")?,
    age_millis: of.must("ageMillis")?,
    affiliated_aspsp_id: of.perhaps("affiliatedAspspId"),
    entry: of.perhaps("entry"),
    link_session: of.perhaps("linkSession"),
    redirect_preferred: of.perhaps("redirectPreferred"),
    authorisation: of.perhaps("authorisation"),
});

/// An authorisation of a consent of the session, in the relay's latest state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptAuthorisation {
    /// The authorisation's id.
    pub authorisation_id: AuthorisationId,
    /// The chosen method, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_method_id: Option<MethodId>,
    /// `DECOUPLED` or `REDIRECT`, once the bank has said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sca_approach: Option<Approach>,
    /// Its status in the platform's latest answer.
    pub sca_status: ScaStatus,
    /// Milliseconds since its start.
    pub age_millis: u64,
    /// How the person came back from the bank, once they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Returned>,
    /// The address to which the BankID app returns on the same device, while that is possible: the same as
    /// in the answer to the choice of the method (`X-AIS-Link-Return`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_return: Option<String>,
}

reads!(KeptAuthorisation, of => Self {
    authorisation_id: of.must("authorisationId")?,
    sca_status: of.must("scaStatus")?,
    age_millis: of.must("ageMillis")?,
    authentication_method_id: of.perhaps("authenticationMethodId"),
    sca_approach: of.perhaps("scaApproach"),
    returned: of.perhaps("returned"),
    app_return: of.perhaps("appReturn"),
});

vocabulary! {
    /// The state of the relay's cookie.
    Cookie {
        /// The browser has sent it.
        Came = "came",
        /// This answer sets it: the next question shows whether the browser keeps it.
        Set = "set",
        /// The page is of another site than the relay, and browsers do not send it from there.
        Withheld = "withheld",
    }
}

vocabulary! {
    /// How a person authenticates (guide, "SCA approaches"; header `ASPSP-SCA-Approach`).
    Approach {
        /// With BankID, beside the page.
        Decoupled = "DECOUPLED",
        /// On the bank's own page.
        Redirect = "REDIRECT",
    }
}

vocabulary! {
    /// How a person came back from the bank's page (guide, step 4b).
    Returned {
        /// In the browser that began, with a code in exchange, or with an exchange whose result the relay
        /// does not know. Nothing is read before it does.
        Exchanging = "exchanging",
        /// In the browser that began; if there was a code, the platform has accepted it.
        Completed = "completed",
        /// The person or the bank declined (RFC 6749, section 4.1.2.1: `access_denied`).
        Declined = "declined",
        /// The bank reports another error, or sent no code.
        Failed = "failed",
        /// The platform did not accept the code.
        ExchangeFailed = "exchangeFailed",
        /// After the deadline.
        Late = "late",
        /// In another browser than the one that began. The consent has ended.
        Foreign = "foreign",
    }
}
