//! All that a flow can ask for or tell.

use std::time::Duration;

use crate::Call;
use crate::header::{CONSENT_ID, TPP_REDIRECT_PREFERRED, X_BIC_FI};
use crate::id::{BicFi, ConsentId};
use crate::wire::{Account, Code, ConsentRequest, UpdatePsuData};

use super::input::Failure;

/// A call to make through the relay.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the reply must name.
    pub id: RequestId,
    /// The call.
    pub call: Call,
    /// The headers that the widget chooses.
    pub headers: Headers,
    /// The body, for calls that have one.
    pub body: Option<Body>,
}

/// Names a request within its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub(super) u32);

/// The headers that the widget chooses for a call; the relay builds all others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// `X-BicFi`.
    pub bic: Option<BicFi>,
    /// `Consent-ID`.
    pub consent: Option<ConsentId>,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Of [`Call::CreateConsent`].
    Consent(ConsentRequest),
    /// Of [`Call::UpdatePsuData`].
    PsuData(UpdatePsuData),
}

/// Something to tell the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The accounts are linked. Once a flow.
    Linked(Linked),
    /// It did not work out.
    Failed(Fault),
    /// The person did not want to go on.
    Cancelled,
}

/// What a successful flow gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The consent, for later calls.
    pub consent: ConsentId,
    /// The bank.
    pub bank: Bank,
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
}

/// Why a flow ended without accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The person declined in the app, or the bank did.
    Rejected,
    /// The time for it ran out.
    Expired,
    /// The relay could not be reached.
    Unreachable,
    /// The platform or the bank failed.
    PlatformFailed,
    /// The platform wants fewer calls, and its pause is longer than the flow may wait.
    Busy,
    /// This browser has no such consent any more.
    SessionLost,
    /// The call was refused, with the cause that was given.
    Refused(Option<Code>),
    /// An answer made no sense.
    Garbled,
    /// The answer to the start of an authorisation points outside its consent.
    ForeignLocation,
    /// The bank offers no method that works beside the page.
    NoMethod,
    /// The bank works on its own page only.
    RedirectOnly,
    /// The bank approved, but the consent did not become valid in time.
    Unconfirmed,
}

impl Headers {
    /// The headers as name and value. `TPP-Redirect-Preferred` is `false` on every call about a bank:
    /// it asks for the decoupled approach, and must not change within a consent.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let bic = self.bic.as_ref().map(|bic| (X_BIC_FI, bic.as_str()));
        let preferred = self.bic.as_ref().map(|_| (TPP_REDIRECT_PREFERRED, "false"));
        let consent = self.consent.as_ref().map(|consent| (CONSENT_ID, consent.as_str()));
        [bic, preferred, consent].into_iter().flatten()
    }
}

impl Fault {
    /// The fault's name, for pages and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Unreachable => "unreachable",
            Self::PlatformFailed => "platform-failed",
            Self::Busy => "busy",
            Self::SessionLost => "session-lost",
            Self::Refused(_) => "refused",
            Self::Garbled => "garbled",
            Self::ForeignLocation => "foreign-location",
            Self::NoMethod => "no-method",
            Self::RedirectOnly => "redirect-only",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

impl From<&Failure> for Fault {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Lost => Self::Unreachable,
            Failure::Garbled => Self::Garbled,
            Failure::Refused { status: 404, .. } => Self::SessionLost,
            Failure::Refused { status: 429, .. } => Self::Busy,
            Failure::Refused { status: 500.., .. } => Self::PlatformFailed,
            Failure::Refused { code, .. } => Self::Refused(code.clone()),
        }
    }
}

impl Failure {
    /// How long to wait before the next question, where the platform asks for it.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Lost | Self::Garbled => None,
        }
    }
}
