//! How many consents a browser and an address may make: each one is work at a bank, and a step that
//! nobody else slows down.
//!
//! In memory, of this process alone. Nothing of it is logged: addresses are personal data.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::config::{self, Most};
use crate::error::RouteError;
use crate::key::SessionKey;

/// What was made lately, and by whom.
pub(crate) struct Quota {
    allowed: config::Quota,
    clock: Arc<dyn Clock>,
    /// When each of them has nothing against them any more. Each consent moves that on by its share of
    /// the hour; an hour ahead is where it ends (the generic cell rate algorithm).
    clear: Mutex<HashMap<Maker, Timestamp>>,
}

/// Who makes a consent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Maker {
    Session(SessionKey),
    /// Of IPv6 the network: whoever has one address there has them all.
    Address(IpAddr),
}

impl Quota {
    pub(crate) fn new(allowed: config::Quota, clock: Arc<dyn Clock>) -> Self {
        Self { allowed, clock, clear: Mutex::default() }
    }

    /// Counts a consent that is about to be made.
    ///
    /// # Errors
    /// It is one too many, and is not counted.
    pub(crate) fn take(
        &self,
        session: Option<SessionKey>,
        address: IpAddr,
    ) -> Result<(), RouteError> {
        let now = self.clock.now();
        let makers = [
            (session.map(Maker::Session), self.allowed.per_session),
            (Some(Maker::Address(network(address))), self.allowed.per_address),
        ];
        let mut clear = self.clear.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counted = Vec::new();
        for (maker, most) in makers {
            let (Some(maker), Most::Number(number)) = (maker, most) else { continue };
            let share = HOUR / number.get();
            let ahead = clear.get(&maker).map_or(Duration::ZERO, |clear| clear.since(now));
            let wait = (ahead + share).saturating_sub(HOUR);
            if !wait.is_zero() {
                return Err(RouteError::TooMany { seconds: wait.as_secs() + 1 });
            }
            counted.push((maker, now + ahead + share));
        }
        if clear.len() >= MAX_MAKERS {
            clear.retain(|_, clear| *clear > now);
        }
        // Whoever fills this with as many addresses has no need to be let off.
        if clear.len() >= MAX_MAKERS {
            clear.clear();
        }
        clear.extend(counted);
        Ok(())
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
        IpAddr::V4(_) => address,
    }
}

const HOUR: Duration = Duration::from_hours(1);
/// The half of an IPv6 address that a provider gives to one household.
const NETWORK: u128 = !0 << 64;
/// Browsers and addresses that are remembered: some megabytes.
const MAX_MAKERS: usize = 50_000;

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::clock::ManualClock;

    fn quota(session: u32, address: u32) -> (Quota, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_700_000_000_000)));
        let most = |number| NonZeroU32::new(number).map_or(Most::Any, Most::Number);
        let allowed = config::Quota { per_session: most(session), per_address: most(address) };
        (Quota::new(allowed, Arc::clone(&clock) as _), clock)
    }

    fn take(quota: &Quota, session: Option<u8>, address: &str) -> Result<(), u64> {
        let session = session.map(|number| SessionKey::from_bytes([number; 32]));
        quota.take(session, address.parse().unwrap()).map_err(|error| match error {
            RouteError::TooMany { seconds } => seconds,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn so_many_are_made_at_once_and_then_one_in_each_share_of_the_hour() {
        let (quota, clock) = quota(4, 100);
        for _ in 0..4 {
            assert_eq!(take(&quota, Some(1), "192.0.2.1"), Ok(()));
        }
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(15 * 60 + 1));
        assert_eq!(take(&quota, Some(2), "192.0.2.1"), Ok(()), "another browser");
        clock.advance(Duration::from_mins(14));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(61), "what is refused is not counted");
        clock.advance(Duration::from_mins(1));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(15 * 60 + 1));
        clock.advance(HOUR);
        assert!((0..4).all(|_| take(&quota, Some(1), "192.0.2.1").is_ok()), "all is forgotten");
    }

    #[test]
    fn who_has_no_session_or_a_new_one_each_time_is_known_by_the_address() {
        let (quota, _clock) = quota(1, 3);
        assert_eq!(take(&quota, None, "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(3601), "the session's own");
        assert_eq!(take(&quota, Some(2), "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(3), "192.0.2.1"), Err(1201), "the address's");
        assert_eq!(take(&quota, Some(3), "192.0.2.2"), Ok(()));
    }

    #[test]
    fn an_ipv6_household_is_one() {
        let (quota, _clock) = quota(1, 1);
        assert_eq!(take(&quota, None, "2001:db8:0:1::1"), Ok(()));
        assert!(take(&quota, None, "2001:db8:0:1:ffff::2").is_err());
        assert_eq!(take(&quota, None, "2001:db8:0:2::1"), Ok(()));
    }

    #[test]
    fn without_numbers_nothing_is_refused_and_nothing_kept() {
        let (quota, _clock) = quota(0, 0);
        assert!((0..1000).all(|_| take(&quota, Some(1), "192.0.2.1").is_ok()));
        assert!(quota.clear.lock().unwrap().is_empty());
    }

    #[test]
    fn however_many_there_are_the_table_stays_small() {
        let (quota, clock) = quota(1, 1);
        let addresses = |from: u32, count: u32| {
            (from..from + count).map(|number| IpAddr::from(number.to_be_bytes()))
        };
        let full = u32::try_from(MAX_MAKERS).unwrap();
        for address in addresses(0, full) {
            quota.take(None, address).unwrap();
        }
        clock.advance(HOUR);
        quota.take(None, addresses(full, 1).next().unwrap()).unwrap();
        assert_eq!(quota.clear.lock().unwrap().len(), 1, "those of an hour ago are gone");
        for address in addresses(full + 1, full) {
            quota.take(None, address).unwrap();
        }
        assert!(quota.clear.lock().unwrap().len() <= MAX_MAKERS);
    }
}
