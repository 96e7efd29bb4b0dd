//! How often something may be done in an hour, and how many connections an address may have.

use std::fmt;
use std::num::NonZeroU32;

use super::reader::Reader;
use super::variable::{
    CONNECTIONS_PER_ADDRESS, CONSENTS_IN_STORE, CONSENTS_PER_ADDRESS, CONSENTS_PER_SESSION,
    LISTS_PER_ADDRESS, PROMPTS_PER_ADDRESS, PROMPTS_PER_CONSENT, PROMPTS_PER_PSU,
    PROMPTS_PER_SESSION, READS_PER_CONNECTION,
};

/// How often something may be done in an hour, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// `AIS_RELAY_CONSENTS_PER_SESSION`: consents that a browser makes.
    pub consents_per_session: Most,
    /// `AIS_RELAY_CONSENTS_PER_ADDRESS`: consents that are made from an address.
    pub consents_per_address: Most,
    /// `AIS_RELAY_PROMPTS_PER_CONSENT`: steps at the bank under a consent. A step starts an authorisation or
    /// chooses its method: either may make the bank ask a person to sign.
    pub prompts_per_consent: Most,
    /// `AIS_RELAY_PROMPTS_PER_SESSION`: steps of a browser.
    pub prompts_per_session: Most,
    /// `AIS_RELAY_PROMPTS_PER_ADDRESS`: steps from an address.
    pub prompts_per_address: Most,
    /// `AIS_RELAY_PROMPTS_PER_PSU`: steps for one `PSU-ID`, from all browsers.
    pub prompts_per_psu: Most,
    /// `AIS_RELAY_LISTS_PER_ADDRESS`: lists of banks, countries and cities that are fetched for an address.
    pub lists_per_address: Most,
    /// `AIS_RELAY_READS_PER_CONNECTION`: reads of account data under a connection by its person, in view sessions.
    pub reads_per_connection: Most,
    /// `AIS_RELAY_CONNECTIONS_PER_ADDRESS`: connections of an address at one time.
    pub connections_per_address: Most,
    /// `AIS_RELAY_CONSENTS_IN_STORE`: consents, and sessions, that the store keeps.
    pub consents_in_store: Most,
}

/// The most that may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// So many.
    Number(NonZeroU32),
    /// No limit.
    Any,
}

impl Quota {
    /// The quota that limits nothing.
    pub const NONE: Self = Self {
        consents_per_session: Most::Any,
        consents_per_address: Most::Any,
        prompts_per_consent: Most::Any,
        prompts_per_session: Most::Any,
        prompts_per_address: Most::Any,
        prompts_per_psu: Most::Any,
        lists_per_address: Most::Any,
        reads_per_connection: Most::Any,
        connections_per_address: Most::Any,
        consents_in_store: Most::Any,
    };

    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut most = |variable| reader.one(variable, Most::parse);
        let consents = (most(&CONSENTS_PER_SESSION), most(&CONSENTS_PER_ADDRESS));
        let prompts = (most(&PROMPTS_PER_CONSENT), most(&PROMPTS_PER_SESSION));
        let (by_address, by_psu) = (most(&PROMPTS_PER_ADDRESS), most(&PROMPTS_PER_PSU));
        let (lists, connections) = (most(&LISTS_PER_ADDRESS), most(&CONNECTIONS_PER_ADDRESS));
        let (reads, in_store) = (most(&READS_PER_CONNECTION), most(&CONSENTS_IN_STORE));
        Some(Self {
            consents_per_session: consents.0?,
            consents_per_address: consents.1?,
            prompts_per_consent: prompts.0?,
            prompts_per_session: prompts.1?,
            prompts_per_address: by_address?,
            prompts_per_psu: by_psu?,
            lists_per_address: lists?,
            reads_per_connection: reads?,
            connections_per_address: connections?,
            consents_in_store: in_store?,
        })
    }
}

impl Most {
    fn parse(text: &str) -> Option<Self> {
        if text == ANY {
            return Some(Self::Any);
        }
        let number: NonZeroU32 = text.parse().ok()?;
        (number.get() <= MAX).then_some(Self::Number(number))
    }
}

impl fmt::Display for Most {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Any => f.write_str(ANY),
        }
    }
}

const ANY: &str = "any";
/// One a millisecond, the resolution of the clock.
const MAX: u32 = 3_600_000;
