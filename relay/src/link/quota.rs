//! How often a browser, an address, a consent or a person may cause work at a bank or at the platform. Without
//! these limits a client could repeat such steps as fast as it likes.
//!
//! The counts are in memory and for this process only. The relay logs none of them, because addresses are
//! personal data. It keeps a person's id only as a keyed hash, and the key is lost when the process ends.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use protocol::id::ConsentId;

use crate::clock::{Clock, Timestamp};
use crate::config;
use crate::config::Most;
use crate::crypto::key::SessionKey;
use crate::crypto::random::Random;
use crate::http::error::RouteError;
use crate::id::ConnectionId;

/// The recent steps, by who caused them.
pub(crate) struct Quota {
    allowed: config::Quota,
    clock: Arc<dyn Clock>,
    key: hmac::Key,
    /// When each count is back at zero. Each step moves this time on by its share of the hour; the limit is one
    /// hour ahead (the generic cell rate algorithm).
    clear: Mutex<HashMap<(What, Who), Timestamp>>,
}

/// The kind of step.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Consent,
    Prompt,
    List,
    Read,
}

/// Who causes a step, or whom it is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Session(SessionKey),
    /// For IPv6 the network: a client with one address in it has them all.
    Address(IpAddr),
    /// The keyed hash of a consent's, a connection's or a person's id.
    Consent([u8; 32]),
    Connection([u8; 32]),
    Psu([u8; 32]),
}

impl Quota {
    pub(crate) fn new(allowed: config::Quota, clock: Arc<dyn Clock>, random: &dyn Random) -> Self {
        let mut key = [0; 32];
        random.fill(&mut key);
        Self { allowed, clock, key: hmac::Key::new(HMAC_SHA256, &key), clear: Mutex::default() }
    }

    /// Counts a consent before the relay creates it.
    ///
    /// # Errors
    /// The limit is reached; the step is then not counted. The same holds for the other methods.
    pub(crate) fn consent(
        &self,
        session: Option<SessionKey>,
        address: IpAddr,
    ) -> Result<(), RouteError> {
        let allowed = &self.allowed;
        self.take(
            What::Consent,
            [
                (session.map(Who::Session), allowed.consents_per_session),
                (Some(Who::Address(network(address))), allowed.consents_per_address),
            ],
        )
    }

    /// Counts a step under `consent` after which the bank may ask the person with the id `psu` to sign.
    pub(crate) fn prompt(
        &self,
        consent: &ConsentId,
        session: SessionKey,
        address: IpAddr,
        psu: Option<&str>,
    ) -> Result<(), RouteError> {
        let allowed = &self.allowed;
        let consent = Who::Consent(self.hash(consent.as_str()));
        let psu = psu.map(|psu| Who::Psu(self.hash(&same(psu))));
        self.take(
            What::Prompt,
            [
                (Some(consent), allowed.prompts_per_consent),
                (Some(Who::Session(session)), allowed.prompts_per_session),
                (Some(Who::Address(network(address))), allowed.prompts_per_address),
                (psu, allowed.prompts_per_psu),
            ],
        )
    }

    /// Counts a list before the relay fetches it for this address.
    pub(crate) fn list(&self, address: IpAddr) -> Result<(), RouteError> {
        let address = Some(Who::Address(network(address)));
        self.take(What::List, [(address, self.allowed.lists_per_address)])
    }

    /// Counts a read of account data under `connection` that its person asks for.
    pub(crate) fn read(&self, connection: &ConnectionId) -> Result<(), RouteError> {
        let connection = Some(Who::Connection(self.hash(connection.as_str())));
        self.take(What::Read, [(connection, self.allowed.reads_per_connection)])
    }

    fn take<const N: usize>(
        &self,
        what: What,
        all: [(Option<Who>, Most); N],
    ) -> Result<(), RouteError> {
        let now = self.clock.now();
        let mut clear = self.clear.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counted = Vec::with_capacity(N);
        for (who, most) in all {
            let (Some(who), Most::Number(number)) = (who, most) else { continue };
            let share = HOUR / number.get();
            let ahead = clear.get(&(what, who)).map_or(Duration::ZERO, |clear| clear.since(now));
            let wait = (ahead + share).saturating_sub(HOUR);
            if !wait.is_zero() {
                return Err(RouteError::TooMany { seconds: wait.as_secs() + 1 });
            }
            counted.push(((what, who), now + ahead + share));
        }
        if clear.len() >= MAX_COUNTED {
            clear.retain(|_, clear| *clear > now);
        }
        if clear.len() >= MAX_COUNTED {
            drop_lower_half(&mut clear);
        }
        clear.extend(counted);
        Ok(())
    }

    fn hash(&self, id: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.key, id.as_bytes());
        tag.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }
}

/// Drops the half of the entries with the lowest counts, so that a flood of new names does not reset the count
/// of a client that has reached its limit.
fn drop_lower_half(clear: &mut HashMap<(What, Who), Timestamp>) {
    let mut moments: Vec<_> = clear.values().copied().collect();
    let half = moments.len() / 2;
    let (_, middle, _) = moments.select_nth_unstable(half);
    let (middle, mut left) = (*middle, half);
    clear.retain(|_, moment| {
        let stays = *moment > middle && left > 0;
        left -= usize::from(stays);
        stays
    });
}

/// One spelling of an id: banks accept a personal number with or without its century and its hyphen.
fn same(psu: &str) -> String {
    let letters = psu.chars().filter(char::is_ascii_alphanumeric);
    let id: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let is_personal = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    match id.get(2..).filter(|_| is_personal && (id.starts_with("19") || id.starts_with("20"))) {
        Some(rest) => rest.to_owned(),
        None => id,
    }
}

/// The address to count: for IPv6, the network.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
        IpAddr::V4(_) => address,
    }
}

const HOUR: Duration = Duration::from_hours(1);
/// The half of an IPv6 address that a provider gives to one household.
const NETWORK: u128 = !0 << 64;
/// The number of browsers, addresses, consents and persons in the table: some megabytes.
const MAX_COUNTED: usize = 50_000;

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::clock::ManualClock;
    use crate::crypto::random::SystemRandom;

    fn most(number: u32) -> Most {
        NonZeroU32::new(number).map_or(Most::Any, Most::Number)
    }

    fn with(allowed: config::Quota) -> (Quota, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_700_000_000_000)));
        (Quota::new(allowed, Arc::clone(&clock) as _, &SystemRandom), clock)
    }

    fn quota(session: u32, address: u32) -> (Quota, Arc<ManualClock>) {
        let (consents_per_session, consents_per_address) = (most(session), most(address));
        let none = config::Quota::NONE;
        with(config::Quota { consents_per_session, consents_per_address, ..none })
    }

    fn seconds(taken: Result<(), RouteError>) -> Result<(), u64> {
        taken.map_err(|error| match error {
            RouteError::TooMany { seconds } => seconds,
            other => panic!("{other:?}"),
        })
    }

    fn take(quota: &Quota, session: Option<u8>, address: &str) -> Result<(), u64> {
        let session = session.map(|number| SessionKey::from_bytes([number; 32]));
        seconds(quota.consent(session, address.parse().unwrap()))
    }

    fn step(
        quota: &Quota,
        consent: &str,
        session: u8,
        address: &str,
        psu: &str,
    ) -> Result<(), u64> {
        let session = SessionKey::from_bytes([session; 32]);
        let psu = Some(psu).filter(|psu| !psu.is_empty());
        let consent = consent.parse().unwrap();
        seconds(quota.prompt(&consent, session, address.parse().unwrap(), psu))
    }

    #[test]
    fn steps_are_counted_for_the_consent_the_browser_the_address_and_the_person() {
        let (quota, clock) = with(config::Quota {
            prompts_per_consent: most(4),
            prompts_per_session: most(6),
            prompts_per_address: most(8),
            prompts_per_psu: most(3),
            ..config::Quota::NONE
        });
        let step = |consent, session, address, psu| step(&quota, consent, session, address, psu);
        for psu in ["198001019999", "8001019999", "19800101-9999"] {
            assert_eq!(step("c1", 1, "192.0.2.1", psu), Ok(()));
        }
        assert_eq!(step("c9", 9, "192.0.2.9", "800101-9999"), Err(1201), "the person's");
        assert_eq!(step("c1", 1, "192.0.2.1", "other"), Ok(()));
        assert_eq!(step("c1", 1, "192.0.2.1", ""), Err(901), "the consent's");
        assert_eq!(step("c2", 1, "192.0.2.1", ""), Ok(()));
        assert_eq!(step("c2", 1, "192.0.2.1", ""), Ok(()));
        assert_eq!(step("c3", 1, "192.0.2.2", ""), Err(601), "the session's");
        assert_eq!(step("c4", 2, "192.0.2.1", ""), Ok(()));
        assert_eq!(step("c4", 2, "192.0.2.1", ""), Ok(()));
        assert_eq!(step("c5", 3, "192.0.2.1", ""), Err(451), "the address's");
        assert_eq!(step("c5", 3, "192.0.2.3", ""), Ok(()));
        clock.advance(HOUR);
        assert_eq!(step("c1", 1, "192.0.2.1", "8001019999"), Ok(()));
    }

    #[test]
    fn all_spellings_of_an_id_count_as_one() {
        for (one, other) in
            [("199001011234", "9001011234"), ("ELSA", "elsa"), ("20000101-1234", "0001011234")]
        {
            assert_eq!(same(one), same(other));
        }
        for (one, other) in [("211001011234", "1001011234"), ("elsa1", "elsa2"), ("19", "")] {
            assert_ne!(same(one), same(other));
        }
    }

    #[test]
    fn a_burst_up_to_the_limit_passes_and_then_one_in_each_share_of_the_hour() {
        let (quota, clock) = quota(4, 100);
        for _ in 0..4 {
            assert_eq!(take(&quota, Some(1), "192.0.2.1"), Ok(()));
        }
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(15 * 60 + 1));
        assert_eq!(take(&quota, Some(2), "192.0.2.1"), Ok(()), "another browser");
        clock.advance(Duration::from_mins(14));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(61), "a refused step is not counted");
        clock.advance(Duration::from_mins(1));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(15 * 60 + 1));
        clock.advance(HOUR);
        assert!((0..4).all(|_| take(&quota, Some(1), "192.0.2.1").is_ok()), "all is forgotten");
    }

    #[test]
    fn a_client_without_a_lasting_session_is_counted_by_its_address() {
        let (quota, _clock) = quota(1, 3);
        assert_eq!(take(&quota, None, "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(1), "192.0.2.1"), Err(3601), "the session's own");
        assert_eq!(take(&quota, Some(2), "192.0.2.1"), Ok(()));
        assert_eq!(take(&quota, Some(3), "192.0.2.1"), Err(1201), "the address's");
        assert_eq!(take(&quota, Some(3), "192.0.2.2"), Ok(()));
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let (quota, _clock) = quota(1, 1);
        assert_eq!(take(&quota, None, "2001:db8:0:1::1"), Ok(()));
        assert!(take(&quota, None, "2001:db8:0:1:ffff::2").is_err());
        assert_eq!(take(&quota, None, "2001:db8:0:2::1"), Ok(()));
    }

    #[test]
    fn without_limits_the_quota_refuses_and_keeps_nothing() {
        let (quota, _clock) = quota(0, 0);
        assert!((0..1000).all(|_| take(&quota, Some(1), "192.0.2.1").is_ok()));
        assert!(quota.clear.lock().unwrap().is_empty());
    }

    #[test]
    fn the_table_stays_small_however_many_clients_there_are() {
        let (quota, clock) = quota(1, 1);
        let addresses = |from: u32, count: u32| {
            (from..from + count).map(|number| IpAddr::from(number.to_be_bytes()))
        };
        let full = u32::try_from(MAX_COUNTED).unwrap();
        for address in addresses(0, full) {
            quota.consent(None, address).unwrap();
        }
        clock.advance(HOUR);
        quota.consent(None, addresses(full, 1).next().unwrap()).unwrap();
        assert_eq!(quota.clear.lock().unwrap().len(), 1, "those of an hour ago are gone");
        let (spent, _) = with(config::Quota {
            consents_per_session: most(2),
            consents_per_address: most(2),
            ..config::Quota::NONE
        });
        for _ in 0..2 {
            assert_eq!(take(&spent, Some(7), "2001:db8::1"), Ok(()));
        }
        for address in addresses(full + 1, full) {
            quota.consent(None, address).unwrap();
            spent.consent(None, address).unwrap();
        }
        assert!(spent.clear.lock().unwrap().len() <= MAX_COUNTED);
        assert!(take(&spent, Some(7), "2001:db8::1").is_err(), "new names do not reset the count");
        assert!(quota.clear.lock().unwrap().len() <= MAX_COUNTED);
    }
}
