//! Requests of a flow to the relay: target, headers and body.

use std::borrow::Cow;

use super::input::Ids;
use crate::header::{
    CONSENT_ID, PSU_CORPORATE_ID, PSU_ID, TPP_REDIRECT_PREFERRED, X_AFFILIATED_ASPSP_ID,
    X_AIS_LINK_CONTEXT, X_AIS_LINK_ENTRY, X_AIS_LINK_SESSION, X_BIC_FI,
};
use crate::id::{AffiliatedId, BicFi, ConsentId};
use crate::own::{PROFILES, SESSION_CONSENTS, SESSION_LINK};
use crate::profile::{Context, PsuId};
use crate::wire::{ConsentRequest, Entry, Token, UpdatePsuData};
use crate::{Call, Method, concat};

/// A request to the relay.
#[derive(Clone, Debug)]
pub struct Request {
    /// The id that the reply must carry.
    pub id: RequestId,
    /// Where it goes.
    pub target: Target,
    /// The headers that the widget chooses.
    pub headers: Headers,
    /// The body, for calls that have one.
    pub body: Option<Body>,
}

/// Identifies a request within its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub(super) u32);

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To the platform, through the relay.
    Call(Call),
    /// To the relay itself: its record of this browser's links.
    SessionConsents,
    /// To the relay itself: the profile of a bank.
    Profile(BicFi),
    /// To the relay itself: claims the link session.
    ClaimLinkSession,
    /// To the relay itself: the person does not want to go on with the link session.
    LeaveLinkSession,
}

/// The headers that the widget chooses for a call; the relay builds all others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// `X-BicFi`.
    pub bic: Option<BicFi>,
    /// `TPP-Redirect-Preferred`: one value on every call of a consent.
    pub preference: Option<Preference>,
    /// `Consent-ID`.
    pub consent: Option<ConsentId>,
    /// `X-AffiliatedASPSP-ID`: one value on every call of a consent.
    pub affiliated: Option<AffiliatedId>,
    /// `X-AIS-Link-Context`: only before a consent, which keeps it.
    pub context: Option<Context>,
    /// `X-AIS-Link-Entry`: with a new consent whose bank shares its BIC with another entry.
    pub entry: Option<Entry>,
    /// `X-AIS-Link-Session`: with a new consent that is made in a link session.
    pub link_session: Option<String>,
    /// `PSU-ID` and `PSU-Corporate-ID`: only with a new consent.
    pub ids: Ids,
}

/// The preferred approach at a bank that may have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// BankID beside the page.
    Decoupled,
    /// The bank's own page.
    Redirect,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Of [`Call::CreateConsent`].
    Consent(ConsentRequest),
    /// Of [`Call::UpdatePsuData`].
    PsuData(UpdatePsuData),
    /// Of [`Target::ClaimLinkSession`] and [`Target::LeaveLinkSession`].
    Token(Token),
}

impl Target {
    /// The method of the request.
    pub fn method(&self) -> Method {
        match self {
            Self::Call(call) => call.method(),
            Self::SessionConsents | Self::Profile(_) => Method::Get,
            Self::ClaimLinkSession => Method::Post,
            Self::LeaveLinkSession => Method::Delete,
        }
    }

    /// Path and query of the request, as a request line has them.
    pub fn address(&self) -> String {
        match self {
            Self::Call(call) => call.target(),
            Self::SessionConsents => SESSION_CONSENTS.to_owned(),
            Self::Profile(bic) => concat(&[PROFILES, bic.as_str()]),
            Self::ClaimLinkSession | Self::LeaveLinkSession => SESSION_LINK.to_owned(),
        }
    }

    /// The request's name for logs and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Call(call) => call.name(),
            Self::SessionConsents => "sessionConsents",
            Self::Profile(_) => "profile",
            Self::ClaimLinkSession => "claimLinkSession",
            Self::LeaveLinkSession => "leaveLinkSession",
        }
    }
}

impl Headers {
    /// The headers as name and value. Identifiers with arbitrary characters are encoded as in paths.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let plain = |text| Some(Cow::Borrowed(text?));
        let pairs = [
            (X_BIC_FI, plain(self.bic.as_ref().map(BicFi::as_str))),
            (TPP_REDIRECT_PREFERRED, plain(self.preference.map(Preference::as_str))),
            (CONSENT_ID, self.consent.as_ref().map(|id| Cow::Owned(id.encoded()))),
            (X_AFFILIATED_ASPSP_ID, self.affiliated.as_ref().map(|id| Cow::Owned(id.encoded()))),
            (X_AIS_LINK_CONTEXT, plain(self.context.map(Context::as_str))),
            (X_AIS_LINK_ENTRY, self.entry.as_ref().and_then(Entry::encoded).map(Cow::Owned)),
            (X_AIS_LINK_SESSION, plain(self.link_session.as_deref())),
            (PSU_ID, plain(self.ids.person.as_ref().map(PsuId::as_str))),
            (PSU_CORPORATE_ID, plain(self.ids.company.as_ref().map(PsuId::as_str))),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

impl Preference {
    /// The preference of a consent, from the relay's record.
    pub(super) fn kept(redirect_preferred: bool) -> Self {
        if redirect_preferred { Self::Redirect } else { Self::Decoupled }
    }

    /// The value of `TPP-Redirect-Preferred`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decoupled => "false",
            Self::Redirect => "true",
        }
    }
}
