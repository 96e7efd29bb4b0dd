//! What a screen reader says by itself: the live regions of the element, and the headings that get the focus.

use serde_json::json;
use tokio::time::Duration;

use super::Browser;

impl Browser {
    /// From now on notes under `said` what a screen reader would say: a line for each, with its kind.
    pub(crate) async fn note_announcements(&self) {
        self.run(LISTEN, vec![]).await;
    }

    /// Adds `line` to the notes.
    pub(crate) async fn mark_announcements(&self, line: &str) {
        self.run("window.said.push(arguments[0])", vec![json!(line)]).await;
    }

    /// Waits until `text` is said after `mark`, for `patience` at most.
    pub(crate) async fn announces_after(&self, mark: &str, text: &str, patience: Duration) {
        let script = "const since = window.said.slice(window.said.indexOf(MARK));
            return since.some(line => line.includes(arguments[0]))";
        self.until(&script.replace("MARK", &json!(mark).to_string()), text, patience).await;
    }
}

const LISTEN: &str = "
    window.said = [];
    const regions = '[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]';
    const last = new Map();
    const say = region => {
        // Beside a dialog that is open nothing else is read, and nothing of one that is not.
        const dialog = root.querySelector('dialog[open]');
        if (dialog ? !dialog.contains(region) : !region.checkVisibility()) return;
        const text = region.textContent.trim().replace(/\\s+/g, ' ');
        if (text && text !== last.get(region)) {
            const kind = region.getAttribute('role') ?? region.getAttribute('aria-live');
            window.said.push(`${kind}: ${text}`);
        }
        last.set(region, text);
    };
    new MutationObserver(changes => {
        const touched = new Set();
        const added = new Set();
        for (const { target, addedNodes } of changes) {
            const place = target.nodeType === 1 ? target : target.parentElement;
            touched.add(place?.closest(regions));
            for (const node of [...addedNodes].filter(node => node.nodeType === 1)) {
                [node, ...node.querySelectorAll(regions)].filter(it => it.matches(regions)).forEach(it => added.add(it));
            }
        }
        // A region that comes with its text is not spoken, unless it is an alert.
        for (const region of added) {
            if (region.getAttribute('role') === 'alert') touched.add(region);
            else touched.delete(region);
        }
        touched.delete(null);
        touched.delete(undefined);
        touched.forEach(say);
    }).observe(root, { subtree: true, childList: true, characterData: true });
    root.addEventListener('focusin', event => {
        const it = event.target;
        if (it.localName === 'h2') window.said.push(`focus: heading ${it.textContent.trim()}`);
    });";
