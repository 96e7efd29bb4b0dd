//! What a host may choose, with defaults and their reasons.

use std::time::Duration;

use crate::id::CountryCode;

/// Everything a host may choose about a flow.
#[derive(Clone, Debug)]
pub struct FlowConfig {
    /// The country whose banks are offered.
    pub country: CountryCode,
    /// What the person is asked to permit.
    pub terms: Terms,
    /// How often the platform is asked.
    pub poll: PollSchedule,
    /// How long each thing may take.
    pub patience: Patience,
}

/// What the person is asked to permit (guide, consent API step 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// For how many days from today: 1 to 179. Nordea's limit is 180 days, to the second.
    pub days: u32,
    /// Reads a day without the person present: 1 to 4 (regulation 2018/389, article 36(5)(b)).
    pub frequency_per_day: u32,
}

/// How often the platform is asked.
#[derive(Clone, Copy, Debug)]
pub struct PollSchedule {
    /// While a challenge is shown: an animated QR code changes each second.
    pub challenge: Duration,
    /// At all other times.
    pub waiting: Duration,
    /// The longest pause after failures; each failure doubles the pause up to this.
    pub longest: Duration,
}

/// How long each thing may take before the flow goes on without it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The answer to one question for the SCA status, which is asked each second or two.
    pub answer: Duration,
    /// What the relay keeps of this browser's links: without it the person begins afresh.
    pub session: Duration,
    /// The list of banks, with all attempts.
    pub banks: Duration,
    /// The answer to a step that must not be repeated unasked: a little more than the relay itself waits.
    pub step: Duration,
    /// The person's approval at the bank. Signing may take minutes; then banks end the order themselves.
    pub approval: Duration,
    /// The person's return from the bank's page; also how old a link may be that another tab goes on with.
    pub away: Duration,
    /// The confirmation that an approved consent is valid.
    pub validity: Duration,
    /// The list of accounts, with all attempts.
    pub accounts: Duration,
    /// A person who looks at a screen and does nothing.
    pub person: Duration,
    /// The start of the BankID app, counted from the start of the authorisation (SEB, Handelsbanken: 30 s).
    /// Only shown: it is the bank that ends the order.
    pub pick_up: Duration,
    /// A frame of an animated code, from its arrival: an older one is not read any more.
    pub frame: Duration,
    /// From the moment the page is shown again to the first question: before it, iOS fails each one.
    pub wake: Duration,
}

impl FlowConfig {
    /// The defaults for the banks of `country`.
    pub fn new(country: CountryCode) -> Self {
        Self {
            country,
            terms: Terms::default(),
            poll: PollSchedule::default(),
            patience: Patience::default(),
        }
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self { days: 90, frequency_per_day: 4 }
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
            session: Duration::from_secs(5),
            banks: Duration::from_secs(40),
            step: Duration::from_secs(35),
            approval: Duration::from_mins(5),
            away: Duration::from_mins(30),
            validity: Duration::from_secs(90),
            accounts: Duration::from_secs(90),
            person: Duration::from_mins(30),
            pick_up: Duration::from_secs(30),
            frame: Duration::from_secs(5),
            wake: Duration::from_millis(500),
        }
    }
}
