//! What a flow tells: events for the page, and why it ended.

use crate::id::{AffiliatedId, BicFi, ConsentId};
use crate::wire::{Account, Code, Links};

use super::input::Failure;

/// Something to tell the page, or to do for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The person has said that they go to the bank's page: bring them there.
    Leave(BankPage),
    /// The accounts are linked. Once a flow.
    Linked(Linked),
    /// It did not work out.
    Failed(Fault),
    /// The person did not want to go on.
    Cancelled,
}

/// The address of a bank's page: absolute, and of the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankPage(String);

/// What a successful flow gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The consent, for later calls.
    pub consent: ConsentId,
    /// The bank.
    pub bank: Bank,
    /// The last day that the bank has granted, `yyyy-MM-dd`; where it did not say, the one that was asked for.
    pub valid_until: String,
    /// What may be read.
    pub accounts: Vec<Account>,
}

/// A bank that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Names the bank in calls.
    pub bic: BicFi,
    /// Names the bank for people.
    pub name: String,
    /// The platform's name of its entry in the list, where it has one: two entries may have one BIC.
    pub entry: Option<String>,
    /// Names it within its group, where it is one of a group.
    pub affiliated: Option<AffiliatedId>,
}

/// Why a flow ended without accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The person declined, or the bank did.
    Rejected,
    /// The bank ended it because nobody used it in time.
    Expired,
    /// It failed in the app or at the bank, and nobody told why.
    Unexplained,
    /// The flow stopped waiting; the bank had not said yes or no.
    Undecided,
    /// The relay could not be reached.
    Unreachable,
    /// The platform or the bank failed.
    PlatformFailed,
    /// The platform wants fewer calls, and its pause is longer than the flow may wait.
    Busy,
    /// This browser has no such consent any more.
    SessionLost,
    /// The browser keeps no cookie of the relay's, so that it would lose a link.
    CookiesBlocked,
    /// The page is of another site than the relay, and browsers send no cookie of the relay's from there.
    OtherSite,
    /// The call was refused, with the cause that was given.
    Refused(Option<Code>),
    /// An answer made no sense.
    Garbled,
    /// The answer to the start of an authorisation points outside its consent.
    ForeignLocation,
    /// The bank offers neither a method nor a page.
    NoMethod,
    /// The bank approved, but the consent did not become valid in time.
    Unconfirmed,
    /// The person came back from the bank in another browser: the relay has ended the consent.
    ForeignCompletion,
    /// The person came back from the bank too late.
    Late,
    /// The person came back, but the platform did not take the bank's code.
    ExchangeFailed,
    /// The person came back with an error of the bank.
    ReturnFailed,
}

impl BankPage {
    /// The page that `links` point to, if it is one of the web at the origin that the relay has checked, as the
    /// relay writes it: nothing else is ever followed.
    pub(super) fn of(links: &Links, checked: Option<&str>) -> Option<Self> {
        let link = links.sca_oauth.as_ref().or(links.sca_redirect.as_ref())?;
        let origin = checked?;
        let (_, host) = origin.split_once("://").filter(|(scheme, _)| is_web(scheme))?;
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]_".contains(&byte);
        // The host ends at the first slash, so that it is the checked one for every reader of addresses.
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

impl From<&Failure> for Fault {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Lost => Self::Unreachable,
            Failure::Garbled => Self::Garbled,
            Failure::Refused { code: Some(Code::ForeignCompletion), .. } => Self::ForeignCompletion,
            Failure::Refused { code: Some(Code::SessionUnknown), .. } => Self::SessionLost,
            Failure::Refused { status: 429, .. } => Self::Busy,
            Failure::Refused { status: 404 | 408 | 410 | 500.., .. } => Self::PlatformFailed,
            Failure::Refused { code, .. } => Self::Refused(code.clone()),
        }
    }
}
