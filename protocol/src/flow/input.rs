//! All that can happen to a flow.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::output::RequestId;
use crate::Call;
use crate::id::BicFi;
use crate::wire::{
    AccountList, AspspList, AuthorisationStarted, Code, ConsentCreated, ConsentState,
    UpdatePsuDataResult,
};

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The person, or the page, wants to link an account.
    Start,
    /// The person chose a bank.
    Choose(BicFi),
    /// The person wants to choose another bank.
    Back,
    /// The person has read what comes and is ready: the bank's clock may start.
    Begin {
        /// Where the person will approve.
        device: Device,
        /// The last day of the consent, `yyyy-MM-dd`. The flow has no calendar.
        valid_until: String,
    },
    /// The person does not want to go on.
    Cancel,
    /// The person wants to try again.
    Retry,
    /// The page is hidden: nothing is asked until it is shown again.
    Hide,
    /// The page is shown again.
    Show,
    /// A request was answered, or will not be.
    Reply(RequestId, Box<Reply>),
}

/// Where the person has their BankID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// On the device that shows the page.
    This,
    /// On another one, whose camera reads a QR code.
    Other,
}

/// The end of one request.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What was answered, or why nothing usable was.
    pub answer: Result<Answer, Failure>,
    /// The `X-Request-ID` of the answer.
    pub request_id: Option<String>,
    /// The `Location` of the answer: a path of the relay.
    pub location: Option<String>,
    /// The `ASPSP-SCA-Approach` of the answer.
    pub approach: Option<ScaApproach>,
}

/// How the bank wants the person to prove who they are (guide, "SCA approaches").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaApproach {
    /// With BankID, beside the page.
    Decoupled,
    /// On the bank's own page.
    Redirect,
}

/// The body of a good answer, by the call that it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Call::ListAspsps`].
    Aspsps(AspspList),
    /// To [`Call::CreateConsent`].
    ConsentCreated(ConsentCreated),
    /// To [`Call::StartAuthorisation`].
    AuthorisationStarted(AuthorisationStarted),
    /// To [`Call::UpdatePsuData`] and [`Call::ReadScaStatus`].
    Sca(UpdatePsuDataResult),
    /// To [`Call::ReadConsentStatus`].
    ConsentState(ConsentState),
    /// To [`Call::ListAccounts`].
    Accounts(AccountList),
    /// To calls whose body no flow reads.
    Unread,
}

/// Why a request has no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer came: the network is gone, or it took too long.
    Lost,
    /// The answer said no.
    Refused {
        /// The HTTP status: 300 to 599.
        status: u16,
        /// The cause, where the body tells one.
        code: Option<Code>,
        /// How long the platform asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The answer said yes, but its body makes no sense.
    Garbled,
}

impl Answer {
    /// Reads the body that a good answer to `call` has.
    ///
    /// # Errors
    /// What the deserialiser says of a body that is not of the call's form.
    pub fn read<'de, D: Deserializer<'de>>(call: &Call, body: D) -> Result<Self, D::Error> {
        Ok(match call {
            Call::ListAspsps { .. } => Self::Aspsps(AspspList::deserialize(body)?),
            Call::CreateConsent => Self::ConsentCreated(ConsentCreated::deserialize(body)?),
            Call::StartAuthorisation { .. } => {
                Self::AuthorisationStarted(AuthorisationStarted::deserialize(body)?)
            }
            Call::UpdatePsuData { .. } | Call::ReadScaStatus { .. } => {
                Self::Sca(UpdatePsuDataResult::deserialize(body)?)
            }
            Call::ReadConsentStatus { .. } => Self::ConsentState(ConsentState::deserialize(body)?),
            Call::ListAccounts { .. } => Self::Accounts(AccountList::deserialize(body)?),
            _ => Self::Unread,
        })
    }
}

impl Input {
    /// The reply in it, if it is to `request`.
    pub(super) fn into_reply_to(self, request: RequestId) -> Option<Reply> {
        match self {
            Self::Reply(id, reply) if id == request => Some(*reply),
            _ => None,
        }
    }
}

impl Failure {
    /// Why `answer` is not the one that was needed: it failed, or it is to another call.
    pub(super) fn of(answer: Result<Answer, Self>) -> Self {
        answer.err().unwrap_or(Self::Garbled)
    }
}

impl ScaApproach {
    /// The approach that a header's value names; `None` for one that no flow follows.
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "DECOUPLED" => Some(Self::Decoupled),
            "REDIRECT" => Some(Self::Redirect),
            _ => None,
        }
    }
}
