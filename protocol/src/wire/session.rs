//! What the relay keeps of a browser's links: its own calls, which it does not forward.
//!
//! A page that was reloaded, or that the person comes back to, asks for them and goes on where they
//! were. There is nothing in them that opens an account.

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
    /// Whose accounts are asked for where a page names no context: the relay's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// The relay's time: milliseconds since 1970-01-01 in UTC. The clock of a person's device may be days off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now_millis: Option<u64>,
    /// Whether the browser has sent the relay's cookie. Without it the browser would lose a link that it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie: Option<Cookie>,
}

reads!(SessionConsents, of => Self {
    consents: of.listed("consents")?,
    context: of.perhaps("context"),
    now_millis: of.perhaps("nowMillis"),
    cookie: of.perhaps("cookie"),
});

/// A consent of the session, as the relay saw it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptConsent {
    /// The consent's name.
    pub consent_id: ConsentId,
    /// The bank that it was made at.
    pub bic_fi: BicFi,
    /// The bank of its group, where the person named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliated_aspsp_id: Option<AffiliatedId>,
    /// The entry of the list of banks that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// How far it was when the platform was asked last.
    pub consent_status: ConsentStatus,
    /// The last day that was asked for, `yyyy-MM-dd`.
    pub valid_until: String,
    /// The `TPP-Redirect-Preferred` of all its calls, where it was made with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_preferred: Option<bool>,
    /// Whether its accounts were listed for a page since: then a page was told of it as linked.
    pub accounts_listed: bool,
    /// Milliseconds since it was made.
    pub age_millis: u64,
    /// Its newest authorisation, where one was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<KeptAuthorisation>,
}

reads!(KeptConsent, of => Self {
    consent_id: of.must("consentId")?,
    bic_fi: of.must("bicFi")?,
    consent_status: of.must("consentStatus")?,
    valid_until: of.said("validUntil")?,
    accounts_listed: of.must("accountsListed")?,
    age_millis: of.must("ageMillis")?,
    affiliated_aspsp_id: of.perhaps("affiliatedAspspId"),
    entry: of.perhaps("entry"),
    redirect_preferred: of.perhaps("redirectPreferred"),
    authorisation: of.perhaps("authorisation"),
});

/// An authorisation of a consent of the session, as the relay saw it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptAuthorisation {
    /// The authorisation's name.
    pub authorisation_id: AuthorisationId,
    /// The method that was chosen, once one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication_method_id: Option<MethodId>,
    /// `DECOUPLED` or `REDIRECT`, once the bank has told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sca_approach: Option<Approach>,
    /// How far it was when the platform was asked last.
    pub sca_status: ScaStatus,
    /// Milliseconds since it was started.
    pub age_millis: u64,
    /// How the person came back from the bank, once they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<Returned>,
    /// Where the BankID app comes back to on the same device, while it may yet come back: the same address
    /// that the choice of the method was answered with (`X-AIS-Link-Return`).
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
    /// What has become of the relay's cookie.
    Cookie {
        /// The browser has sent it.
        Came = "came",
        /// It is given with this answer: whether the browser keeps it, the next question shows.
        Set = "set",
        /// The page is of another site than the relay, and browsers do not send it from there.
        Withheld = "withheld",
    }
}

vocabulary! {
    /// How a person proves who they are (guide, "SCA approaches"; header `ASPSP-SCA-Approach`).
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
        /// In the browser that began, with a code that is being exchanged, or of which the relay has not heard
        /// whether the platform took it. Nothing is read before it has.
        Exchanging = "exchanging",
        /// In the browser that began; where a code came, the platform has taken it.
        Completed = "completed",
        /// The person, or the bank, said no (RFC 6749, section 4.1.2.1: `access_denied`).
        Declined = "declined",
        /// The bank names another error, or sent no code.
        Failed = "failed",
        /// The platform did not take the code.
        ExchangeFailed = "exchangeFailed",
        /// Too late: the time for it was over.
        Late = "late",
        /// In another browser than the one that began. The consent is ended.
        Foreign = "foreign",
    }
}
