//! What to show now: a projection of the state, for whoever draws it.

use std::time::Duration;

use super::challenge::Challenge;
use super::config::Terms;
use super::input::Device;
use super::output::{Bank, BankPage, Fault, Linked};
use crate::profile::{AfterPickUp, AppReturns, ClockEnd, Context, Facts};
use crate::wire::{Approach, AspspDetails, ScaMethod};
use crate::{Day, Tick};

/// One screen and what is on it.
#[derive(Clone, Debug, PartialEq)]
pub enum View<'a> {
    /// Nothing has begun.
    Idle,
    /// The banks are being asked for.
    LoadingBanks(Connection),
    /// The person chooses a bank.
    ChooseBank {
        /// The banks, in the platform's order.
        banks: &'a [Bank],
    },
    /// The person says which bank of a group is theirs.
    ChooseAffiliated {
        /// The group's entry in the list of banks.
        bank: &'a Bank,
        /// Two or more, in the platform's order.
        banks: &'a [Bank],
    },
    /// The person reads what will be asked, and says when they are ready.
    Ready {
        /// The chosen bank.
        bank: &'a Bank,
        /// What will be asked.
        offer: Offer<'a>,
        /// How the bank lets persons approve.
        ways: Ways,
    },
    /// Consent and authorisation are being made.
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
        /// Which of the bank's proofs this is.
        step: Step,
        /// How many there will be, where the bank's order of statuses tells.
        steps: Option<u32>,
        /// Until when an animated code can be read; later it is not to be shown.
        fresh_until: Option<Tick>,
        /// How long the bank waits for the start of the app.
        pick_up: Duration,
        /// When the bank will have stopped waiting for the start of the app, unless it was started.
        pick_up_by: Tick,
        /// What must be done by then.
        pick_up_to: ClockEnd,
        /// What becomes of the challenge once the app was started.
        after_pick_up: AfterPickUp,
        /// Whether the app brings the person back.
        app_returns: AppReturns,
        /// The address that the app opens at the end, where the relay names one.
        return_to: Option<&'a str>,
        /// What the bank tells the person.
        message: Option<&'a str>,
        /// How the relay answers.
        connection: Connection,
    },
    /// The person chooses among methods that only the bank knows.
    ChooseMethod {
        /// The chosen bank.
        bank: &'a Bank,
        /// Two or more.
        methods: &'a [ScaMethod],
    },
    /// The person goes on in their app, or as the bank's own method wants.
    Signing {
        /// The chosen bank.
        bank: &'a Bank,
        /// The method, where it is not BankID.
        method: Option<&'a ScaMethod>,
        /// Whether this page has shown what starts the app.
        prompt: Prompt,
        /// Whether the app brings the person back, who has it on `device`.
        app_returns: AppReturns,
        /// Where the person has the app, as they said.
        device: Device,
        /// From when on they may have a new code: the app may have died. Never where it is not BankID.
        renew_from: Option<Tick>,
        /// What the bank tells the person.
        message: Option<&'a str>,
        /// How the relay answers.
        connection: Connection,
    },
    /// The person goes to the bank's page, or is there.
    Redirecting {
        /// The chosen bank.
        bank: &'a Bank,
        /// Its page.
        page: &'a BankPage,
        /// How the relay answers.
        connection: Connection,
    },
    /// The person began at the bank's page, and has not come back: they may go there again.
    AtBank {
        /// The chosen bank.
        bank: &'a Bank,
        /// How the relay answers.
        connection: Connection,
    },
    /// The bank has approved: consent and accounts are being read.
    Finishing {
        /// The chosen bank.
        bank: &'a Bank,
        /// How the relay answers.
        connection: Connection,
    },
    /// Done.
    Linked(&'a Linked),
    /// Over, without accounts.
    Ended {
        /// The chosen bank, if one was.
        bank: Option<&'a Bank>,
        /// Why.
        ending: &'a Ending,
        /// What the bank told the person last.
        message: Option<&'a str>,
        /// Until when another try is no use: the platform wants to be left alone.
        again_from: Option<Tick>,
        /// What another try begins with.
        next: Next,
    },
}

/// What is asked of the person, and by which facts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer<'a> {
    /// What they permit.
    pub terms: Terms,
    /// For how many days from today.
    pub days: u32,
    /// The relay's today; `None` where it has not told.
    pub today: Option<Day>,
    /// What is known of the bank.
    pub facts: &'a Facts,
    /// Whose accounts are meant.
    pub context: Context,
    /// Another number is another offer: what is known of a bank may come when this one is shown already.
    pub edition: u32,
}

/// What another try begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The beginning, or what is left to do.
    Again,
    /// A new code, at once and under the same consent.
    NewCode,
    /// Another start of the app on this device, at once and under the same consent.
    NewStart,
}

/// Why a flow is over without accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person did not want to go on.
    Cancelled,
    /// It did not work out.
    Failed(Fault),
}

impl Ending {
    /// Whether the relay's cookie does not come.
    pub(super) fn is_of_cookies(&self) -> bool {
        matches!(self, Self::Failed(Fault::CookiesBlocked | Fault::OtherSite))
    }
}

/// Which of a bank's proofs the person is at: 1 at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step(pub u32);

/// How a bank lets persons approve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ways {
    /// Nobody has told; BankID is what most banks have.
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
    /// It has: the person is in the app.
    Shown,
    /// It has not: the bank may have asked the person by itself, or on a page that was left.
    Unseen,
}

/// How the relay answers at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Well, or the first miss.
    Good,
    /// Not, several times in a row; the flow goes on trying.
    Troubled,
}

impl Ways {
    /// The ways that the details of a bank name (OpenAPI, example of `OK_200_ASPSP`).
    pub(super) fn of(details: &AspspDetails) -> Self {
        let methods = &details.supported_authorization_methods;
        let has = |name| methods.iter().any(|method| method.name == name);
        Self::either(has("Decoupled"), has("OAuth2") || has("Redirect"))
    }

    /// The ways that the approaches of a profile are.
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
