//! The state that a tab keeps between pages: its consent, and the chosen entry of the list of banks. Where
//! the browser does not store it, the tab begins without one.

use protocol::concat;
use protocol::flow::Pick;
use protocol::id::ConsentId;
use web_sys::{Storage, Window};

use super::page::window;

/// The consent of this tab, and its bank.
pub(crate) fn recall() -> Option<(ConsentId, Option<Pick>)> {
    let storage = storage(&window())?;
    let consent = storage.get_item(CONSENT).ok()??.parse().ok()?;
    Some((consent, storage.get_item(BANK).ok().flatten().and_then(|kept| read(&kept))))
}

/// Stores `consent`, and its bank if it is known, for the tab of `window`.
pub(crate) fn remember(window: &Window, consent: &ConsentId, pick: Option<&Pick>) {
    if let Some(storage) = storage(window) {
        // A full store keeps its content: another tab can still resume the link from the relay's record.
        let _ = storage.set_item(CONSENT, consent.as_str());
        let _ = match pick {
            Some(pick) => storage.set_item(BANK, &written(pick)),
            None => storage.remove_item(BANK),
        };
    }
}

/// Removes `consent`, unless the tab has another one by now.
pub(crate) fn forget(consent: &ConsentId) {
    if let Some(storage) = storage(&window())
        && recall().is_some_and(|(kept, _)| kept == *consent)
    {
        // A consent that cannot be removed is one that no flow resumes.
        let _ = storage.remove_item(CONSENT);
        let _ = storage.remove_item(BANK);
    }
}

/// A line each for BIC, entry and name; an empty line means none.
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

/// The store throws where the person forbids it, and where the window is at another origin.
fn storage(window: &Window) -> Option<Storage> {
    window.session_storage().ok()?
}

const CONSENT: &str = "ais-link-consent";
const BANK: &str = "ais-link-bank";
