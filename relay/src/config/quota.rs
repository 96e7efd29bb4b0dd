//! How many consents may be made in an hour.

use std::fmt;
use std::num::NonZeroU32;

use super::reader::Reader;
use super::variable::{CONSENTS_PER_ADDRESS, CONSENTS_PER_SESSION};

/// How many consents may be made in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// `AIS_RELAY_CONSENTS_PER_SESSION`: by one browser.
    pub per_session: Most,
    /// `AIS_RELAY_CONSENTS_PER_ADDRESS`: from one address.
    pub per_address: Most,
}

/// The most that may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// So many.
    Number(NonZeroU32),
    /// As many as anyone likes.
    Any,
}

impl Quota {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let per_session = reader.one(&CONSENTS_PER_SESSION, Most::parse);
        let per_address = reader.one(&CONSENTS_PER_ADDRESS, Most::parse);
        Some(Self { per_session: per_session?, per_address: per_address? })
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
/// One a millisecond; more cannot be told apart.
const MAX: u32 = 3_600_000;
