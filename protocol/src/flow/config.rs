//! What a host may configure, with defaults and their reasons.

use std::time::Duration;

use crate::id::CountryCode;
use crate::profile::{Context, Facts};
use crate::wire::{Access, LinkSession, Token};

/// The configuration of a flow.
#[derive(Clone, Debug)]
pub struct FlowConfig {
    /// The country whose banks are offered.
    pub country: CountryCode,
    /// Whose accounts to ask for. Without it, the first context of the relay.
    pub context: Option<Context>,
    /// What the person is asked to permit.
    pub terms: Terms,
    /// The token of a link session, whose terms replace these.
    pub token: Option<Token>,
    /// How often to ask the platform.
    pub poll: PollSchedule,
    /// How long each step may take.
    pub patience: Patience,
}

/// What the person is asked to permit (guide, consent API step 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// For how many days from today; without it, what is usual at the bank. A day less than the bank's
    /// limit is the maximum in any case.
    pub days: Option<u32>,
    /// How often.
    pub reads: Reads,
    /// Which data, besides the accounts themselves.
    pub data: Data,
}

/// How often the accounts are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Once, with the person present.
    Once,
    /// Repeatedly, at most this many times a day without the person present: 1 to 4 (regulation 2018/389,
    /// article 36(5)(b)).
    Daily(u32),
}

/// What is read of the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Data {
    /// Their balances.
    pub balances: bool,
    /// Their transactions.
    pub transactions: bool,
}

/// How often to ask the platform.
#[derive(Clone, Copy, Debug)]
pub struct PollSchedule {
    /// While a challenge is shown: an animated QR code changes each second.
    pub challenge: Duration,
    /// At all other times.
    pub waiting: Duration,
    /// The longest pause after failures, up to which each failure doubles the pause.
    pub longest: Duration,
}

/// How long each step may take before the flow goes on without it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The answer to one question for the SCA status, which is repeated every second or two.
    pub answer: Duration,
    /// The relay's record of this browser's links, with all attempts: without it, a person whose tab had no
    /// link begins at the list of banks.
    pub session: Duration,
    /// The list of banks, with all attempts.
    pub banks: Duration,
    /// The profile and details of a bank: without them the safe defaults hold.
    pub details: Duration,
    /// How long a list stays after a choice, while the next screen loads.
    pub blink: Duration,
    /// The answer to a step that must not be repeated without the person: a little more than the relay's
    /// own time limit.
    pub step: Duration,
    /// The person's approval at the bank. Signing may take minutes; then banks end the order themselves.
    pub approval: Duration,
    /// The person's return from the bank's page; also the age up to which another tab goes on with a link.
    pub away: Duration,
    /// The confirmation that an approved consent is valid.
    pub validity: Duration,
    /// The list of accounts, with all attempts.
    pub accounts: Duration,
    /// A person who does nothing on a screen.
    pub person: Duration,
    /// The first challenge, from the start of the authorisation: without one the person goes on in their
    /// app.
    pub challenge: Duration,
    /// The app, once it has the order: after that the person is offered a new code.
    pub signing: Duration,
    /// A frame of an animated code, from the moment of its request: the app refuses an older one.
    pub frame: Duration,
    /// From the moment the page is shown again to the first question: before that, iOS fails all requests.
    pub wake: Duration,
}

impl FlowConfig {
    /// The defaults for the banks of `country`.
    pub fn new(country: CountryCode) -> Self {
        Self {
            country,
            context: None,
            terms: Terms::default(),
            token: None,
            poll: PollSchedule::default(),
            patience: Patience::default(),
        }
    }
}

impl Default for Terms {
    fn default() -> Self {
        let data = Data { balances: true, transactions: true };
        Self { days: None, reads: Reads::Daily(MOST_READS), data }
    }
}

impl From<&LinkSession> for Terms {
    fn from(session: &LinkSession) -> Self {
        let asks = |word| session.data.iter().any(|asked| asked == word);
        Self {
            days: Some(session.validity_days),
            reads: if session.recurring {
                Reads::Daily(session.frequency_per_day)
            } else {
                Reads::Once
            },
            data: Data { balances: asks("balances"), transactions: asks("transactions") },
        }
    }
}

impl Terms {
    /// For how many days to ask a bank for the consent. One for a single read lasts a day, since today may
    /// be over at the bank before the person has approved. Banks count their limit by the second, so its
    /// last day is left out unless the profile knows better.
    pub(super) fn days_at(&self, bank: &Facts) -> u32 {
        match (self.reads, self.days) {
            (Reads::Once, _) => 1,
            (Reads::Daily(_), Some(days)) => {
                let most = bank.longest_days.saturating_sub(1).max(bank.usual_days);
                days.min(most).max(1)
            }
            (Reads::Daily(_), None) => bank.usual_days,
        }
    }
}

impl Reads {
    /// The `frequencyPerDay` of the consent. "For a one-off access, this attribute is set to 1"
    /// (OpenAPI `frequencyPerDay`).
    pub fn per_day(self) -> u32 {
        match self {
            Self::Once => 1,
            Self::Daily(times) => times.clamp(1, MOST_READS),
        }
    }
}

impl Data {
    /// The `access` of the consent: in the form of the guide where it covers all data.
    pub(super) fn access(self) -> Access {
        if self.balances && self.transactions {
            return Access::default();
        }
        Access {
            accounts: Some([]),
            balances: self.balances.then_some([]),
            transactions: self.transactions.then_some([]),
        }
    }
}

impl Default for PollSchedule {
    fn default() -> Self {
        Self {
            challenge: Duration::from_secs(1),
            waiting: Duration::from_secs(2),
            longest: Duration::from_secs(15),
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(10),
            session: Duration::from_secs(10),
            banks: Duration::from_secs(40),
            details: Duration::from_secs(4),
            blink: Duration::from_millis(400),
            step: Duration::from_secs(35),
            approval: Duration::from_mins(5),
            away: Duration::from_mins(30),
            validity: Duration::from_secs(90),
            accounts: Duration::from_secs(90),
            person: Duration::from_mins(30),
            challenge: Duration::from_secs(10),
            signing: Duration::from_secs(45),
            frame: Duration::from_secs(5),
            wake: Duration::from_millis(500),
        }
    }
}

/// Reads a day without the person present, at most.
const MOST_READS: u32 = 4;
