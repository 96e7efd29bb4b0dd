//! The events of a flow, and why it ended.

use crate::id::{AffiliatedId, BicFi, ConsentId};
use crate::wire::{Account, Code, Links};

use super::input::Failure;

/// Something to report to the page, or to do for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The person has agreed to go to the bank's page: take them there.
    Leave(BankPage),
    /// The accounts are linked. Once in a flow.
    Linked(Linked),
    /// The link failed.
    Failed(Fault),
    /// The person cancelled.
    Cancelled,
}

/// The address of a bank's page: an absolute http or https URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankPage(String);

/// The result of a successful flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The consent, for later calls.
    pub consent: ConsentId,
    /// The bank.
    pub bank: Bank,
    /// The last day that the bank has granted, `yyyy-MM-dd`; the requested one where it did not say.
    pub valid_until: String,
    /// What may be read; `None` where the host's own server alone reads it.
    pub accounts: Option<Vec<Account>>,
    /// The connection at the host's own server, where it is known.
    pub connection: Option<String>,
}

/// A bank that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Its BIC, which names it in calls.
    pub bic: BicFi,
    /// Its name for people.
    pub name: String,
    /// The platform's name of its entry in the list, where it has one: two entries may share a BIC.
    pub entry: Option<String>,
    /// Its id within its group, where it belongs to one.
    pub affiliated: Option<AffiliatedId>,
}

/// Why a flow ended without accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The person declined, or the bank did.
    Rejected,
    /// The bank ended it because the order was not used in time.
    Expired,
    /// It failed in the app or at the bank, without a stated cause.
    Unexplained,
    /// The flow stopped waiting before the bank had decided.
    Undecided,
    /// The relay could not be reached.
    Unreachable,
    /// The platform or the bank failed.
    PlatformFailed,
    /// The platform asks for fewer calls, with a longer pause than the flow may wait.
    Busy,
    /// This browser's session no longer has the consent.
    SessionLost,
    /// The browser does not keep the relay's cookie, so that it would lose a link.
    CookiesBlocked,
    /// The page is of another site than the relay, so that browsers do not send the relay's cookie.
    OtherSite,
    /// Another browser has the link session.
    OpenedElsewhere,
    /// The link session has ended, or the relay knows none with the token.
    LinkOver,
    /// The call was refused, with the cause if it was given.
    Refused(Option<Code>),
    /// An answer made no sense.
    Garbled,
    /// The `Location` of a started authorisation lies outside its consent.
    ForeignLocation,
    /// The bank offers neither a method nor a page.
    NoMethod,
    /// The bank approved, but the consent did not become valid in time.
    Unconfirmed,
    /// The person came back from the bank in another browser: the relay has ended the consent.
    ForeignCompletion,
    /// The person came back from the bank too late.
    Late,
    /// The person came back, but the platform did not accept the bank's code.
    ExchangeFailed,
    /// The person came back with an error from the bank.
    ReturnFailed,
}

impl BankPage {
    /// The page of `links`, if its http or https URL has the origin that the relay has checked, in the
    /// relay's spelling: no other address is followed.
    pub(super) fn of(links: &Links, checked: Option<&str>) -> Option<Self> {
        let link = links.sca_oauth.as_ref().or(links.sca_redirect.as_ref())?;
        let origin = checked?;
        let (_, host) = origin.split_once(':').filter(|(scheme, _)| is_web(scheme))?;
        let host = host.strip_prefix("//")?;
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]_".contains(&byte);
        // The origin ends at the first slash, so that all URL parsers agree on it.
        let leads_there = link.href.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'));
        let clean = link.href.bytes().all(|byte| byte.is_ascii_graphic());
        let sound = !host.is_empty() && host.bytes().all(is_host);
        (sound && leads_there && clean).then(|| Self(link.href.clone()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_web(scheme: &str) -> bool {
    matches!(scheme, "https" | "http")
}

impl Fault {
    /// The fault's name, for pages and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Unexplained => "unexplained",
            Self::Undecided => "undecided",
            Self::Unreachable => "unreachable",
            Self::PlatformFailed => "platform-failed",
            Self::Busy => "busy",
            Self::SessionLost => "session-lost",
            Self::CookiesBlocked => "cookies-blocked",
            Self::OtherSite => "other-site",
            Self::OpenedElsewhere => "opened-elsewhere",
            Self::LinkOver => "link-over",
            Self::Refused(_) => "refused",
            Self::Garbled => "garbled",
            Self::ForeignLocation => "foreign-location",
            Self::NoMethod => "no-method",
            Self::Unconfirmed => "unconfirmed",
            Self::ForeignCompletion => "foreign-completion",
            Self::Late => "late",
            Self::ExchangeFailed => "exchange-failed",
            Self::ReturnFailed => "return-failed",
        }
    }
}

impl Fault {
    /// Whether only another link session can help.
    pub fn is_of_link_session(&self) -> bool {
        matches!(self, Self::OpenedElsewhere | Self::LinkOver)
    }
}

impl From<&Failure> for Fault {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Lost => Self::Unreachable,
            Failure::Garbled => Self::Garbled,
            Failure::Refused { code: Some(Code::ForeignCompletion), .. } => Self::ForeignCompletion,
            Failure::Refused { code: Some(Code::SessionUnknown), .. } => Self::SessionLost,
            Failure::Refused { code: Some(Code::LinkSessionElsewhere), .. } => {
                Self::OpenedElsewhere
            }
            Failure::Refused {
                code: Some(Code::LinkSessionOver | Code::LinkSessionUnknown),
                ..
            } => Self::LinkOver,
            Failure::Refused { status: 429, .. } => Self::Busy,
            Failure::Refused { status: 404 | 408 | 410 | 500.., .. } => Self::PlatformFailed,
            Failure::Refused { code, .. } => Self::Refused(code.clone()),
        }
    }
}
