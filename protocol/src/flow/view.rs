//! What to show now: a projection of the state, for the host to render.

use std::time::Duration;

use super::challenge::Challenge;
use super::config::Terms;
use super::input::Device;
use super::output::{Bank, BankPage, Fault, Linked};
use crate::profile::{AfterPickUp, AppReturns, ClockEnd, Context, Facts};
use crate::wire::{Approach, AspspDetails, ScaMethod};
use crate::{Day, Tick};

/// One screen and its content.
#[derive(Clone, Debug, PartialEq)]
pub enum View<'a> {
    /// Nothing has begun.
    Idle,
    /// The flow asks for the banks.
    LoadingBanks(Connection),
    /// The person chooses a bank.
    ChooseBank {
        /// The banks, in the platform's order.
        banks: &'a [Bank],
    },
    /// The person chooses their bank in a group.
    ChooseAffiliated {
        /// The group's entry in the list of banks.
        bank: &'a Bank,
        /// Two or more, in the platform's order.
        banks: &'a [Bank],
    },
    /// The person reads the offer, and confirms when they are ready.
    Ready {
        /// The chosen bank.
        bank: &'a Bank,
        /// The offer.
        offer: Offer<'a>,
        /// How the bank lets persons approve.
        ways: Ways,
    },
    /// The flow makes consent and authorisation.
    Preparing {
        /// The chosen bank.
        bank: &'a Bank,
    },
    /// The person must start their app.
    Challenge {
        /// The chosen bank.
        bank: &'a Bank,
        /// What starts the app.
        challenge: &'a Challenge,
        /// Where the person has the app, as they said.
        device: Device,
        /// The number of the present signature.
        step: Step,
        /// How many there will be, where the bank's order of statuses shows it.
        steps: Option<u32>,
        /// Until when a frame can be read; after that it must not be shown.
        fresh_until: Option<Tick>,
        /// How long the bank waits for the start of the app.
        pick_up: Duration,
        /// When the bank's wait for the start of the app ends, unless it was started.
        pick_up_by: Tick,
        /// What must be done by then.
        pick_up_to: ClockEnd,
        /// What happens to the challenge once the app was started.
        after_pick_up: AfterPickUp,
        /// Whether the app returns to the page.
        app_returns: AppReturns,
        /// The address that the app opens at the end, where the relay names one.
        return_to: Option<&'a str>,
        /// The bank's message to the person.
        message: Option<&'a str>,
        /// The state of the connection to the relay.
        connection: Connection,
    },
    /// The person chooses among methods that the flow does not know.
    ChooseMethod {
        /// The chosen bank.
        bank: &'a Bank,
        /// Two or more.
        methods: &'a [ScaMethod],
    },
    /// The person goes on in their app, or with the bank's own method.
    Signing {
        /// The chosen bank.
        bank: &'a Bank,
        /// The method, where it is not BankID.
        method: Option<&'a ScaMethod>,
        /// Whether this page has shown what starts the app.
        prompt: Prompt,
        /// Whether the app returns to the page, where it is on `device`.
        app_returns: AppReturns,
        /// Where the person has the app, as they said.
        device: Device,
        /// From when on the person may ask for a new code: the app may have crashed. Never without BankID.
        renew_from: Option<Tick>,
        /// The bank's message to the person.
        message: Option<&'a str>,
        /// The state of the connection to the relay.
        connection: Connection,
    },
    /// The person goes to the bank's page, or is there.
    Redirecting {
        /// The chosen bank.
        bank: &'a Bank,
        /// Its page.
        page: &'a BankPage,
        /// The state of the connection to the relay.
        connection: Connection,
    },
    /// The person began at the bank's page and has not come back: they may go there again.
    AtBank {
        /// The chosen bank.
        bank: &'a Bank,
        /// The state of the connection to the relay.
        connection: Connection,
    },
    /// The bank has approved: the flow reads consent and accounts.
    Finishing {
        /// The chosen bank.
        bank: &'a Bank,
        /// The state of the connection to the relay.
        connection: Connection,
    },
    /// Done.
    Linked(&'a Linked),
    /// The end, without accounts.
    Ended {
        /// The chosen bank, if one was.
        bank: Option<&'a Bank>,
        /// Why.
        ending: &'a Ending,
        /// The bank's last message to the person.
        message: Option<&'a str>,
        /// Until when another try fails, since the platform has asked for a pause.
        again_from: Option<Tick>,
        /// How another try begins.
        next: Next,
    },
}

/// What the person is asked to permit, and the facts about the bank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer<'a> {
    /// What they permit.
    pub terms: Terms,
    /// For how many days from today.
    pub days: u32,
    /// The relay's day; `None` where it is unknown.
    pub today: Option<Day>,
    /// The profile of the bank.
    pub facts: &'a Facts,
    /// Whose accounts.
    pub context: Context,
    /// A new number marks a changed offer: details of a bank may arrive while it is shown.
    pub edition: u32,
}

/// How another try begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At the beginning, or with the remaining steps.
    Again,
    /// With a new code, at once and under the same consent.
    NewCode,
    /// With another start of the app on this device, at once and under the same consent.
    NewStart,
}

/// Why a flow is over without accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person cancelled.
    Cancelled,
    /// The link failed.
    Failed(Fault),
}

impl Ending {
    /// Whether the relay's cookie is missing.
    pub(super) fn is_of_cookies(&self) -> bool {
        matches!(self, Self::Failed(Fault::CookiesBlocked | Fault::OtherSite))
    }
}

/// The number of a signature, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step(pub u32);

/// How a bank lets persons approve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ways {
    /// Unknown; most banks have BankID.
    #[default]
    Unknown,
    /// With BankID, beside the page.
    BankId,
    /// On the bank's own page.
    BankPage,
    /// Either; the person chooses.
    Both,
}

/// Whether a page has shown what starts the person's app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Yes: the person is in the app.
    Shown,
    /// No: the bank may have asked the person by itself, or an earlier page has shown it.
    Unseen,
}

/// The state of the connection to the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Good, or after a single failure.
    Good,
    /// Several failures in a row; the flow keeps trying.
    Troubled,
}

impl Ways {
    /// The approaches in the details of a bank (OpenAPI, example of `OK_200_ASPSP`).
    pub(super) fn of(details: &AspspDetails) -> Self {
        let methods = &details.supported_authorization_methods;
        let has = |name| methods.iter().any(|method| method.name == name);
        Self::either(has("Decoupled"), has("OAuth2") || has("Redirect"))
    }

    /// The approaches in a profile.
    pub(super) fn among(approaches: &[Approach]) -> Self {
        let has = |approach| approaches.contains(&approach);
        Self::either(has(Approach::Decoupled), has(Approach::Redirect))
    }

    fn either(beside: bool, page: bool) -> Self {
        match (beside, page) {
            (true, true) => Self::Both,
            (true, false) => Self::BankId,
            (false, true) => Self::BankPage,
            (false, false) => Self::Unknown,
        }
    }
}

impl View<'_> {
    /// The screen's name, for pages, style sheets and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::LoadingBanks(_) => "loading-banks",
            Self::ChooseBank { .. } => "choose-bank",
            Self::ChooseAffiliated { .. } => "choose-affiliated",
            Self::Ready { .. } => "ready",
            Self::Preparing { .. } => "preparing",
            Self::ChooseMethod { .. } => "choose-method",
            Self::Challenge { .. } => "challenge",
            Self::Signing { .. } => "signing",
            Self::Redirecting { .. } => "redirecting",
            Self::AtBank { .. } => "at-bank",
            Self::Finishing { .. } => "finishing",
            Self::Linked(_) => "linked",
            Self::Ended { ending: Ending::Cancelled, .. } => "cancelled",
            Self::Ended { ending: Ending::Failed(fault), .. } => fault.name(),
        }
    }
}
