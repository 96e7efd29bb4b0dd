//! What a tab remembers when its page is left: the consent that it is at. A browser that keeps nothing,
//! or must not, is as one that has nothing to remember.

use protocol::id::ConsentId;
use web_sys::Storage;

use super::page::window;

/// The consent that this tab was at.
pub(crate) fn recall() -> Option<ConsentId> {
    storage()?.get_item(KEY).ok()??.parse().ok()
}

/// Remembers `consent`.
pub(crate) fn remember(consent: &ConsentId) {
    if let Some(storage) = storage() {
        // A store that is full keeps what it has: another tab may still go on by the relay's list.
        let _ = storage.set_item(KEY, consent.as_str());
    }
}

/// Forgets `consent`, unless the tab is at another one by now.
pub(crate) fn forget(consent: &ConsentId) {
    if let Some(storage) = storage()
        && recall().as_ref() == Some(consent)
    {
        // What cannot be forgotten names a consent that nobody goes on with.
        let _ = storage.remove_item(KEY);
    }
}

/// The store throws where the person forbids it.
fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}

const KEY: &str = "ais-link-consent";
