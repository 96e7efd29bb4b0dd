//! All inputs of a flow.

use std::time::Duration;

use super::output::Bank;
use super::request::{RequestId, Target};
use crate::Call;
use crate::header::LONGEST_PAUSE;
use crate::id::{AffiliatedId, BicFi, ConsentId, MethodId};
use crate::profile::{Facts, PsuId};
use crate::wire::{
    AccountList, Approach, AspspDetails, AspspList, AuthorisationStarted, Code, Consent,
    ConsentCreated, ConsentState, Entry, LinkSession, Loose, SessionConsents, UpdatePsuDataResult,
};

/// An input.
#[derive(Clone, Debug)]
pub enum Input {
    /// The element starts: a link in progress goes on, or the person chooses a bank.
    Start(Arrival),
    /// The person chose a bank.
    Choose(Pick),
    /// The person said which bank of a group is theirs.
    ChooseAffiliated(AffiliatedId),
    /// The person wants to choose another bank.
    Back,
    /// The person has read the offer and is ready: the bank's clock may start.
    Begin {
        /// How the person will approve.
        way: Way,
        /// The person's ids, where the bank asks for them.
        ids: Ids,
    },
    /// The person chose one of the methods that the bank offers.
    ChooseMethod(MethodId),
    /// The person wants a new code, or to start the app on another device: a new authorisation.
    Renew(Device),
    /// The person does not want to go on.
    Cancel,
    /// The person begins, tries again, or goes on with the link in progress.
    Retry,
    /// The page is hidden: no questions until it is shown again.
    Hide,
    /// The page is shown again.
    Show,
    /// The end of a request, with or without an answer.
    Reply(RequestId, Box<Reply>),
}

/// The person's ids, where the bank asks for them: sent once, and not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// The person's id.
    pub person: Option<PsuId>,
    /// The company's id.
    pub company: Option<PsuId>,
}

/// An entry of the list of banks. Two may share a BIC, such as a bank's sides for persons and for
/// companies; a member that is missing here matches both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Its BIC.
    pub bic: BicFi,
    /// The platform's name of the entry.
    pub entry: Option<String>,
    /// The name that people know.
    pub name: Option<String>,
}

/// What the host knows when the element starts.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The consent that this tab was at when its page was unloaded.
    pub consent: Option<ConsentId>,
    /// The bank of that consent, as the person chose it.
    pub pick: Option<Pick>,
    /// Where the person has their BankID, by the host's guess; used until they say.
    pub device: Device,
}

/// How the person approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With BankID, beside the page.
    BankId(Device),
    /// On the bank's own page, as the screen announced.
    BankPage,
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
    /// The answer, or why there is no usable one.
    pub answer: Result<Answer, Failure>,
    /// The `X-Request-ID` of the answer.
    pub request_id: Option<String>,
    /// The `Location` of the answer: a path of the relay.
    pub location: Option<String>,
    /// The `ASPSP-SCA-Approach` of the answer.
    pub approach: Option<Approach>,
    /// The `X-AIS-Link-Return` of the answer: the address that the BankID app opens at the end.
    pub return_to: Option<String>,
    /// The `X-AIS-Link-Bank` of the answer: the origin of the bank's page, as the relay has checked it.
    pub bank: Option<String>,
}

/// The body of a good answer, by its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Target::SessionConsents`].
    Session(SessionConsents),
    /// To [`Call::ListAspsps`].
    Aspsps(AspspList),
    /// To [`Call::ReadAspsp`].
    Aspsp(Box<AspspDetails>),
    /// To [`Target::Profile`].
    Profile(Facts),
    /// To [`Target::ClaimLinkSession`].
    LinkSession(LinkSession),
    /// To [`Call::CreateConsent`].
    ConsentCreated(ConsentCreated),
    /// To [`Call::StartAuthorisation`].
    AuthorisationStarted(AuthorisationStarted),
    /// To [`Call::UpdatePsuData`] and [`Call::ReadScaStatus`].
    Sca(UpdatePsuDataResult),
    /// To [`Call::ReadConsentStatus`].
    ConsentState(ConsentState),
    /// To [`Call::ReadConsent`].
    Consent(Consent),
    /// To [`Call::ListAccounts`].
    Accounts(AccountList),
    /// To calls whose body the flow ignores.
    Unread,
}

/// Why a request has no good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer: the network failed, or it took too long.
    Lost,
    /// An error status.
    Refused {
        /// The HTTP status: 300 to 599.
        status: u16,
        /// The cause, where the body has one.
        code: Option<Code>,
        /// The pause that the platform asks for.
        retry_after: Option<Duration>,
    },
    /// A good status, but a body that makes no sense.
    Garbled,
}

impl Answer {
    /// Reads the body of a good answer to a request to `target`; `None` where it has another form.
    pub fn read(target: &Target, body: Loose) -> Option<Self> {
        let call = match target {
            Target::Call(call) => call,
            Target::SessionConsents => return body.read().map(Self::Session),
            Target::Profile(_) => return body.read().map(Self::Profile),
            Target::ClaimLinkSession => return body.read().map(Self::LinkSession),
            Target::LeaveLinkSession => return Some(Self::Unread),
        };
        match call {
            Call::ListAspsps { .. } => body.read().map(Self::Aspsps),
            Call::ReadAspsp { .. } => body.read().map(Box::new).map(Self::Aspsp),
            Call::CreateConsent => body.read().map(Self::ConsentCreated),
            Call::StartAuthorisation { .. } => body.read().map(Self::AuthorisationStarted),
            Call::UpdatePsuData { .. } | Call::ReadScaStatus { .. } => body.read().map(Self::Sca),
            Call::ReadConsentStatus { .. } => body.read().map(Self::ConsentState),
            Call::ReadConsent { .. } => body.read().map(Self::Consent),
            Call::ListAccounts { .. } => body.read().map(Self::Accounts),
            _ => Some(Self::Unread),
        }
    }
}

impl Pick {
    /// Whether it matches `bank` in all that it says.
    pub(super) fn means(&self, bank: &Bank) -> bool {
        let fits =
            |said: &Option<String>, is: Option<&String>| said.is_none() || said.as_ref() == is;
        self.bic == bank.bic
            && fits(&self.entry, bank.entry.as_ref())
            && fits(&self.name, Some(&bank.name))
    }
}

impl From<BicFi> for Pick {
    fn from(bic: BicFi) -> Self {
        Self { bic, entry: None, name: None }
    }
}

impl From<&Bank> for Entry {
    fn from(bank: &Bank) -> Self {
        Self { id: bank.entry.clone(), name: Some(bank.name.clone()) }
    }
}

impl From<&Bank> for Pick {
    fn from(bank: &Bank) -> Self {
        let Bank { bic, name, entry, .. } = bank.clone();
        Self { bic, entry, name: Some(name) }
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
    /// Why `answer` is not the expected one: it failed, or it belongs to another call.
    pub(super) fn of(answer: Result<Answer, Self>) -> Self {
        answer.err().unwrap_or(Self::Garbled)
    }

    /// The pause before the next question, where the platform asks for one. A pause that no person can wait for comes from
    /// a clock that is off, and is none.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => retry_after.filter(|wish| *wish <= LONGEST_PAUSE),
            Self::Lost | Self::Garbled => None,
        }
    }

    /// Whether the platform, not the relay, says that the resource does not exist.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Self::Refused { status: 404 | 410, code, .. }
            if *code != Some(Code::SessionUnknown))
    }

    /// Whether the client has read too often, for longer than the platform says, or without a stated time.
    pub(super) fn is_too_often(&self) -> bool {
        let is_quota = self.code() == Some(&Code::AccessExceeded);
        let is_limit = matches!(self, Self::Refused { status: 429, .. });
        is_quota || is_limit && self.retry_after().is_none()
    }

    /// The cause, where the answer has one.
    pub(super) fn code(&self) -> Option<&Code> {
        match self {
            Self::Refused { code, .. } => code.as_ref(),
            Self::Lost | Self::Garbled => None,
        }
    }
}
