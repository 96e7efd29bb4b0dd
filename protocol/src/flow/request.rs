//! What a flow asks of the relay: where it goes, with which headers and which body.

use crate::header::{CONSENT_ID, TPP_REDIRECT_PREFERRED, X_BIC_FI};
use crate::id::{BicFi, ConsentId};
use crate::own::SESSION_CONSENTS;
use crate::wire::{ConsentRequest, UpdatePsuData};
use crate::{Call, Method};

/// A request to the relay.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the reply must name.
    pub id: RequestId,
    /// Where it goes.
    pub target: Target,
    /// The headers that the widget chooses.
    pub headers: Headers,
    /// The body, for calls that have one.
    pub body: Option<Body>,
}

/// Names a request within its flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub(super) u32);

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To the platform, through the relay.
    Call(Call),
    /// To the relay itself: what it keeps of this browser's links.
    SessionConsents,
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
}

/// Which approach is asked for at a bank that may have both.
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
}

impl Target {
    /// The method of the request.
    pub fn method(&self) -> Method {
        match self {
            Self::Call(call) => call.method(),
            Self::SessionConsents => Method::Get,
        }
    }

    /// Path and query of the request, as a request line has them.
    pub fn address(&self) -> String {
        match self {
            Self::Call(call) => call.target(),
            Self::SessionConsents => SESSION_CONSENTS.to_owned(),
        }
    }

    /// The request's name for logs and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Call(call) => call.name(),
            Self::SessionConsents => "sessionConsents",
        }
    }
}

impl Headers {
    /// The headers as name and value.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let bic = self.bic.as_ref().map(|bic| (X_BIC_FI, bic.as_str()));
        let preference = self.preference.map(|value| (TPP_REDIRECT_PREFERRED, value.as_str()));
        let consent = self.consent.as_ref().map(|consent| (CONSENT_ID, consent.as_str()));
        [bic, preference, consent].into_iter().flatten()
    }
}

impl Preference {
    /// What a consent was made with, as the relay keeps it.
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
