//! Seals personal data that must be kept for a while, so that a reader of the store cannot read it.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::crypto::key::OpaqueId;
use crate::crypto::random::Random;

/// Seals and opens, with one key. The cipher stays secure if a nonce repeats (RFC 8452).
pub(crate) struct Sealer {
    cipher: LessSafeKey,
    states: hmac::Key,
    cookies: hmac::Key,
    accounts: hmac::Key,
    transactions: hmac::Key,
}

/// Something sealed: a nonce and a ciphertext, in base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed(String);

impl Sealer {
    /// The sealer with `key`, 32 bytes.
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Self {
        let cipher =
            UnboundKey::new(&AES_256_GCM_SIV, key).expect("the key has the cipher's length");
        // A key of its own for each purpose.
        let all = hmac::Key::new(HMAC_SHA256, key);
        let own = |purpose: &[u8]| hmac::Key::new(HMAC_SHA256, hmac::sign(&all, purpose).as_ref());
        let (states, cookies) = (own(b"states of the BankID app"), own(b"cookies of sessions"));
        let (accounts, transactions) = (own(b"ids of accounts"), own(b"ids of transactions"));
        Self { cipher: LessSafeKey::new(cipher), states, cookies, accounts, transactions }
    }

    /// The sealer of a session: opening needs the session's secret.
    pub(crate) fn of_session(id: &OpaqueId) -> Self {
        let secret = hmac::Key::new(HMAC_SHA256, id.as_bytes());
        let key = hmac::sign(&secret, b"what a session keeps");
        Self::new(key.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }

    /// Seals `text`. It opens only together with `owner`.
    pub(crate) fn seal(&self, text: &str, owner: &str, random: &dyn Random) -> Option<Sealed> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut bytes = text.as_bytes().to_vec();
        let aad = Aad::from(owner.as_bytes());
        let sealing = Nonce::assume_unique_for_key(nonce);
        self.cipher.seal_in_place_append_tag(sealing, aad, &mut bytes).ok()?;
        Some(Sealed(STANDARD_NO_PAD.encode([&nonce[..], &bytes].concat())))
    }

    /// The text that was sealed for `owner`; `None` where another key or another owner was used.
    pub(crate) fn open(&self, sealed: &Sealed, owner: &str) -> Option<String> {
        let text = sealed.0.strip_prefix(FOR_ACCOUNTS).unwrap_or(&sealed.0);
        let bytes = STANDARD_NO_PAD.decode(text).ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut rest = rest.to_vec();
        let aad = Aad::from(owner.as_bytes());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.cipher.open_in_place(nonce, aad, &mut rest).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }

    /// 128 bits of an account's number in a currency: always the same, and nothing of the number.
    pub(crate) fn account(&self, number: &str, currency: &str) -> [u8; 16] {
        first(&hmac::sign(&self.accounts, [number, "\n", currency].concat().as_bytes()))
    }

    /// 128 bits of what a transaction says.
    pub(crate) fn transaction(&self, text: &str) -> [u8; 16] {
        first(&hmac::sign(&self.transactions, text.as_bytes()))
    }

    /// The state of an authorisation's return from the app: always the same one, which cannot be made without the
    /// key.
    pub(crate) fn state(&self, consent: &str, authorisation: &str) -> OpaqueId {
        let of = [consent, "/", authorisation].concat();
        let tag = hmac::sign(&self.states, of.as_bytes());
        OpaqueId::from_bytes(tag.as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

impl Sealer {
    /// The id of a new session: 128 random bits, and a mark that only this relay can compute from them.
    pub(crate) fn session(&self, random: &dyn Random) -> OpaqueId {
        let mut bytes = [0; 32];
        let (name, mark) = bytes.split_at_mut(MARKED);
        random.fill(name);
        mark.copy_from_slice(&self.mark(name));
        OpaqueId::from_bytes(bytes)
    }

    /// Whether `id` came from [`Sealer::session`] with this key.
    pub(crate) fn has_made(&self, id: &OpaqueId) -> bool {
        let (name, mark) = id.as_bytes().split_at(MARKED);
        verify_slices_are_equal(&self.mark(name), mark).is_ok()
    }

    fn mark(&self, name: &[u8]) -> [u8; 16] {
        first(&hmac::sign(&self.cookies, name))
    }
}

fn first(tag: &hmac::Tag) -> [u8; 16] {
    *tag.as_ref().first_chunk().expect("SHA-256 has 32 bytes")
}

impl Sealed {
    /// A sealed value from a store.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }

    /// The same, to be kept until the accounts are listed. Its first word marks it.
    pub(crate) fn for_accounts(self) -> Self {
        Self([FOR_ACCOUNTS, &self.0].concat())
    }

    /// Whether it is kept until the accounts are listed, and not only to the end of the authorisation.
    pub(crate) fn is_for_accounts(&self) -> bool {
        self.0.starts_with(FOR_ACCOUNTS)
    }

    /// The text that a store keeps.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(sealed)")
    }
}

/// The keys in a file, one a line and at least one: each is 32 bytes in base64, as `openssl rand -base64 32` writes them.
pub(crate) fn keys(file: &[u8]) -> Option<Vec<[u8; KEY_LEN]>> {
    let text = str::from_utf8(file).ok()?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let keys = lines.filter(|line| !line.is_empty()).map(key).collect::<Option<Vec<_>>>()?;
    (1..=MOST_KEYS).contains(&keys.len()).then_some(keys)
}

fn key(line: &str) -> Option<[u8; KEY_LEN]> {
    STANDARD_NO_PAD.decode(line.trim_end_matches('=')).ok()?.try_into().ok()
}

/// The random bytes of a session's id.
const MARKED: usize = 16;
/// The first word of a value that is kept until the accounts are listed.
const FOR_ACCOUNTS: &str = "accounts.";
/// Bytes of a key.
pub(crate) const KEY_LEN: usize = 32;
/// More than a rotation needs. What no key opens costs a try with each.
const MOST_KEYS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn only_the_same_key_and_owner_open_what_is_sealed() {
        let (one, other) = (Sealer::new(&[1; 32]), Sealer::new(&[2; 32]));
        let sealed = one.seal("198001019999", "c1", &SystemRandom).unwrap();
        assert!(!sealed.as_str().contains("19800101"));
        assert_eq!(one.open(&sealed, "c1").as_deref(), Some("198001019999"));
        let longer = sealed.clone().for_accounts();
        assert!(longer.is_for_accounts() && !sealed.is_for_accounts());
        assert_eq!(one.open(&longer, "c1").as_deref(), Some("198001019999"));
        assert_eq!(one.open(&sealed, "c2"), None);
        assert_eq!(other.open(&sealed, "c1"), None);
        assert_eq!(one.open(&Sealed::kept("AAAA".to_owned()), "c1"), None);
        assert_ne!(one.seal("x", "c1", &SystemRandom), one.seal("x", "c1", &SystemRandom));
        assert_eq!(format!("{sealed:?}"), "(sealed)");
    }

    #[test]
    fn a_state_is_of_one_key_consent_and_authorisation() {
        let state = |key: u8, consent, authorisation| {
            Sealer::new(&[key; 32]).state(consent, authorisation).text()
        };
        assert_eq!(state(1, "c1", "a1"), state(1, "c1", "a1"));
        for other in [state(2, "c1", "a1"), state(1, "c2", "a1"), state(1, "c1", "a2")] {
            assert_ne!(state(1, "c1", "a1"), other);
        }
    }

    #[test]
    fn a_sessions_id_is_known_by_its_mark() {
        let (one, other) = (Sealer::new(&[1; 32]), Sealer::new(&[2; 32]));
        let made = one.session(&SystemRandom);
        assert!(one.has_made(&made) && !other.has_made(&made));
        assert_ne!(made.text(), one.session(&SystemRandom).text());
        assert!(!one.has_made(&OpaqueId::random(&SystemRandom)), "anybody can invent one");
        for index in 0..32 {
            let mut bytes = *made.as_bytes();
            bytes[index] ^= 1;
            assert!(!one.has_made(&OpaqueId::from_bytes(bytes)), "{index}");
        }
    }

    #[test]
    fn a_key_is_32_bytes_in_base64_and_a_file_has_one_a_line() {
        let good = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        let other = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";
        let read = |text: &str| keys(text.as_bytes());
        let one = Some(vec![[7; 32]]);
        assert_eq!(read(good), one);
        assert_eq!(read(good.trim_end_matches('=')), one);
        assert_eq!(read(&format!("\u{feff}{good}\r\n")), one);
        let two = Some(vec![[8; 32], [7; 32]]);
        assert_eq!(read(&format!("{other}\n\n{good}\n")), two);
        for bad in ["", "\n", "BwcH", "not base64!", &good.repeat(2), &format!("{good}\nBwcH")] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(read(&format!("{good}\n").repeat(17)), None);
        assert_eq!(keys(&[0xff; 43]), None);
    }
}
