//! What a tab remembers when its page is left: the consent that it is at, and which entry of the list of banks it was
//! begun with. A browser that keeps nothing, or must not, is as one that has nothing to remember.

use protocol::concat;
use protocol::flow::Pick;
use protocol::id::ConsentId;
use web_sys::Storage;

use super::page::window;

/// The consent that this tab was at, and its bank.
pub(crate) fn recall() -> Option<(ConsentId, Option<Pick>)> {
    let storage = storage()?;
    let consent = storage.get_item(CONSENT).ok()??.parse().ok()?;
    Some((consent, storage.get_item(BANK).ok().flatten().and_then(|kept| read(&kept))))
}

/// Remembers `consent`, and its bank where that is known.
pub(crate) fn remember(consent: &ConsentId, pick: Option<&Pick>) {
    if let Some(storage) = storage() {
        // A store that is full keeps what it has: another tab may still go on by the relay's list.
        let _ = storage.set_item(CONSENT, consent.as_str());
        let _ = match pick {
            Some(pick) => storage.set_item(BANK, &written(pick)),
            None => storage.remove_item(BANK),
        };
    }
}

/// Forgets `consent`, unless the tab is at another one by now.
pub(crate) fn forget(consent: &ConsentId) {
    if let Some(storage) = storage()
        && recall().is_some_and(|(kept, _)| kept == *consent)
    {
        // What cannot be forgotten names a consent that nobody goes on with.
        let _ = storage.remove_item(CONSENT);
        let _ = storage.remove_item(BANK);
    }
}

/// A line for each of BIC, entry and name; a line that is empty says nothing.
fn written(pick: &Pick) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    concat(&[pick.bic.as_str(), "\n", &text(&pick.entry), "\n", &text(&pick.name)])
}

fn read(kept: &str) -> Option<Pick> {
    let mut lines = kept.splitn(3, '\n');
    let bic = lines.next()?.parse().ok()?;
    let mut line = || lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
    Some(Pick { bic, entry: line(), name: line() })
}

/// The store throws where the person forbids it.
fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}

const CONSENT: &str = "ais-link-consent";
const BANK: &str = "ais-link-bank";
