//! The key of a page at a bank that writes one (`continuationKey`): the period and the place in the list, with a digest,
//! so that it is good for one consent, one account and one status.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use time::Date;
use time::macros::format_description;

/// A place in a list of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) from: Date,
    pub(super) to: Date,
    /// Transactions before it.
    pub(super) offset: usize,
}

impl Cursor {
    /// The key for the list that `scope` names.
    pub(super) fn key(&self, scope: &str) -> String {
        let text = format!("{} {} {}", self.from, self.to, self.offset);
        STANDARD.encode([&text, " ", &check(scope, &text)].concat())
    }

    /// The place that the key of the list `scope` names.
    pub(super) fn read(key: &str, scope: &str) -> Option<Self> {
        let text = String::from_utf8(STANDARD.decode(key).ok()?).ok()?;
        let (text, found) = text.rsplit_once(' ')?;
        let mut words = text.split(' ');
        let day = |text: &str| Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
        let (from, to) = (day(words.next()?)?, day(words.next()?)?);
        let offset = words.next()?.parse().ok()?;
        (found == check(scope, text)).then_some(Self { from, to, offset })
    }
}

fn check(scope: &str, text: &str) -> String {
    let digest = Sha256::new().chain_update(scope).chain_update([0]).chain_update(text).finalize();
    STANDARD.encode(&digest[..9])
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::Cursor;

    #[test]
    fn a_key_is_good_for_its_own_list_only() {
        let (from, to) = (date!(2024 - 01 - 15), date!(2026 - 01 - 15));
        let cursor = Cursor { from, to, offset: 40 };
        let key = cursor.key("one");
        assert_eq!(Cursor::read(&key, "one"), Some(cursor));
        let (forged, broken) = (Cursor { offset: 80, ..cursor }.key("two"), &key[1..]);
        for (key, scope) in
            [(&*key, "two"), (&forged, "one"), (broken, "one"), ("", "one"), ("=", "one")]
        {
            assert_eq!(Cursor::read(key, scope), None, "{key}");
        }
    }
}
