//! The few headers that the widget may choose: each parsed, each at most once.

use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};
use protocol::id::{AffiliatedId, BicFi, ConsentId};
use protocol::profile::Context;
use protocol::wire::Entry;
use protocol::{Call, Scope, header as names};

use crate::config::Contexts;
use crate::http::error::RouteError;
use crate::http::field;
use crate::http::field::FromBrowser;
use crate::http::gate::{context, parsed};
use crate::id::LinkSessionId;
use crate::link::Link;
use crate::link::return_page::ReturnPage;

/// The values that the widget chose.
#[derive(Debug)]
pub(super) struct Chosen {
    pub bank: Option<BicFi>,
    pub context: Option<Context>,
    pub consent: Option<ConsentId>,
    pub redirect_preferred: Option<bool>,
    pub affiliated: Option<AffiliatedId>,
    psu_id: Option<PsuId>,
    psu_corporate_id: Option<PsuId>,
    /// The page to which the person returns.
    pub page: Option<ReturnPage>,
    /// The entry of the list of banks.
    pub entry: Option<ChosenEntry>,
    /// The link session of a new consent.
    pub link_session: Option<LinkSessionId>,
}

/// An entry of the list of banks, as a header has it.
#[derive(Debug)]
pub(super) struct ChosenEntry(pub Entry);

/// A person's or a company's id at a bank, in a form that a header can carry. Personal data.
struct PsuId(String);

impl Chosen {
    /// Reads the headers of `call`. Which of them are required depends on the call.
    pub(super) fn parse(headers: &HeaderMap, call: &Call) -> Result<Self, RouteError> {
        let chosen = Self {
            bank: parsed(headers, names::X_BIC_FI, "must be a BIC, once")?,
            context: context(headers)?,
            consent: parsed(headers, names::CONSENT_ID, "must be a consent's id, once")?
                .map(|FromBrowser(id)| id),
            redirect_preferred: parsed(
                headers,
                names::TPP_REDIRECT_PREFERRED,
                "must be true or false, once",
            )?,
            affiliated: parsed(
                headers,
                names::X_AFFILIATED_ASPSP_ID,
                "must be an affiliated bank's id, once",
            )?
            .map(|FromBrowser(id)| id),
            psu_id: parsed(headers, names::PSU_ID, PSU_ID)?,
            psu_corporate_id: parsed(headers, names::PSU_CORPORATE_ID, PSU_ID)?,
            page: parsed(headers, names::X_AIS_LINK_RETURN, RETURN_PAGE)?,
            entry: parsed(headers, names::X_AIS_LINK_ENTRY, ENTRY)?,
            link_session: parsed(headers, names::X_AIS_LINK_SESSION, LINK_SESSION)?,
        };
        let missing = |name| Err(RouteError::BadHeader { name, problem: "is missing" });
        if call.scope() == Scope::AccountInformation && chosen.bank.is_none() {
            return missing(names::X_BIC_FI);
        }
        if call.reads_accounts() && chosen.consent.is_none() {
            return missing(names::CONSENT_ID);
        }
        Ok(chosen)
    }

    /// Checks that the chosen values agree with those of the consent: one bank, one context, one member of a
    /// group of banks, and one value of `TPP-Redirect-Preferred`. Fills in the latter two where the page left
    /// them out.
    pub(super) fn agree_with(&mut self, owned: &Link) -> Result<(), RouteError> {
        let problem = "is not what the consent was made with";
        if self.bank.as_ref().is_some_and(|bank| *bank != owned.terms.bank) {
            return Err(RouteError::BadHeader { name: names::X_BIC_FI, problem });
        }
        if self.context.is_some_and(|context| context != owned.terms.context) {
            return Err(RouteError::BadHeader { name: names::X_AIS_LINK_CONTEXT, problem });
        }
        if self.redirect_preferred.is_some()
            && self.redirect_preferred != owned.terms.redirect_preferred
        {
            return Err(RouteError::BadHeader { name: names::TPP_REDIRECT_PREFERRED, problem });
        }
        if self.affiliated.is_some() && self.affiliated != owned.terms.affiliated {
            return Err(RouteError::BadHeader { name: names::X_AFFILIATED_ASPSP_ID, problem });
        }
        self.redirect_preferred = owned.terms.redirect_preferred;
        self.affiliated.clone_from(&owned.terms.affiliated);
        Ok(())
    }

    /// Whose accounts the call is about. A consent keeps its first context; every other call may use the
    /// contexts that the operator allows.
    pub(super) fn context(
        &self,
        owned: Option<&Link>,
        allowed: Contexts,
    ) -> Result<Context, RouteError> {
        if let Some(owned) = owned {
            return Ok(owned.terms.context);
        }
        let asked = self.context.unwrap_or(allowed.first);
        allowed
            .all()
            .find(|one| *one == asked)
            .ok_or(RouteError::BadHeader { name: names::X_AIS_LINK_CONTEXT, problem: NOT_ALLOWED })
    }

    /// The person's id at the bank, where the page sent it.
    pub(super) fn psu(&self) -> Option<&str> {
        self.psu_id.as_ref().map(|id| id.0.as_str())
    }

    /// The ids of the person and the company, as one text for encryption; `None` where there are none.
    pub(super) fn person(&self) -> Option<String> {
        let id = |id: &Option<PsuId>| id.as_ref().map(|id| id.0.clone()).unwrap_or_default();
        let person = [id(&self.psu_id), id(&self.psu_corporate_id)];
        person.iter().any(|id| !id.is_empty()).then(|| person.join("\n"))
    }

    /// Fills in the ids that [`Chosen::person`] returned for the new consent; the widget sends them once.
    pub(super) fn restore(&mut self, person: &str) {
        let (psu, corporate) = person.split_once('\n').unwrap_or((person, ""));
        self.psu_id = self.psu_id.take().or_else(|| psu.parse().ok());
        self.psu_corporate_id = self.psu_corporate_id.take().or_else(|| corporate.parse().ok());
    }

    /// Writes the headers of `call` at the platform. Lists of banks have none of them.
    pub(super) fn write(&self, call: &Call, headers: &mut HeaderMap) -> Result<(), RouteError> {
        if call.scope() == Scope::AspspInformation {
            return Ok(());
        }
        let consent = self.consent.as_ref().filter(|_| call.reads_accounts());
        let preferred = self.redirect_preferred.map(|preferred| preferred.to_string());
        let lines = [
            (names::X_BIC_FI, self.bank.as_ref().map(BicFi::as_str)),
            (names::CONSENT_ID, consent.map(ConsentId::as_str)),
            (names::TPP_REDIRECT_PREFERRED, preferred.as_deref()),
            (names::X_AFFILIATED_ASPSP_ID, self.affiliated.as_ref().map(AffiliatedId::as_str)),
            (names::PSU_ID, self.psu_id.as_ref().map(|id| id.0.as_str())),
            (names::PSU_CORPORATE_ID, self.psu_corporate_id.as_ref().map(|id| id.0.as_str())),
        ];
        for (name, value) in lines {
            if let Some(value) = value {
                headers.insert(HeaderName::from_static(name), field::value(value)?);
            }
        }
        Ok(())
    }
}

impl FromStr for PsuId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let valid = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
            && text.trim() == text;
        if valid { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl FromStr for ChosenEntry {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Entry::decoded(text).map(Self).ok_or(())
    }
}

impl FromStr for ReturnPage {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::parse(text).ok_or(())
    }
}

impl std::fmt::Debug for PsuId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PsuId").finish_non_exhaustive()
    }
}

/// The bank that a call is about, for the log.
pub(super) fn bank(call: &Call, chosen: &Chosen) -> Option<BicFi> {
    match call {
        Call::ReadAspsp { bic } => Some(bic.clone()),
        _ => chosen.bank.clone(),
    }
}

const NOT_ALLOWED: &str = "names a context that AIS_RELAY_CONTEXT leaves out: add it there, or leave the \
                           header out";
const RETURN_PAGE: &str = "must be the address of a page of an allowed origin, at most 2048 letters \
                           of ASCII, spelled as browsers spell it, once";
const LINK_SESSION: &str = "must be the id of a link session, once";
const ENTRY: &str = "must be the id and the name of an entry of the list of banks, percent-encoded, with a \
                     comma between them, once";
const PSU_ID: &str = "must be 1 to 64 characters of printable ASCII, once";
