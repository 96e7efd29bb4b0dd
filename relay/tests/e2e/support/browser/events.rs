//! The element's events, and what a page of a test notes by itself.

use serde::de::DeserializeOwned;
use serde_json::json;

use super::Browser;

impl Browser {
    /// How often the page's own log says that an account is linked, since the page was loaded.
    pub(crate) async fn linked_events(&self) -> usize {
        let script = "return [...document.querySelectorAll('#log li')]
            .filter(it => it.textContent.includes('ais-link-linked')).length";
        self.ask(script, vec![]).await
    }

    /// What a script has noted in the page's global variable `name`.
    pub(crate) async fn noted<T: DeserializeOwned>(&self, name: &str) -> T {
        self.ask("return window[arguments[0]]", vec![json!(name)]).await
    }

    /// Takes all that a script has noted in the page's global list `name`.
    pub(crate) async fn take_noted<T: DeserializeOwned>(&self, name: &str) -> Vec<T> {
        self.ask("return window[arguments[0]].splice(0)", vec![json!(name)]).await
    }

    /// From now on notes each ending of a flow under `ends`: which, and its reason or last day.
    pub(crate) async fn note_endings(&self) {
        let script = "window.ends = [];
            for (const name of ['linked', 'failed', 'expired', 'cancelled']) {
                document.addEventListener(`ais-link-${name}`, ({ detail }) =>
                    ends.push([name, detail?.reason ?? detail?.validUntil ?? null]));
            }";
        self.run(script, vec![]).await;
    }

    /// The page runs `script` as soon as it hears that the person has cancelled.
    pub(crate) async fn when_cancelled(&self, script: &str) {
        let listen =
            format!("document.addEventListener('ais-link-cancelled', () => {{ {script} }})");
        self.run(&listen, vec![]).await;
    }

    /// From now on notes the state of each `ais-link-state` event under `states`.
    pub(crate) async fn note_states(&self) {
        let script = "window.states = [];
            document.addEventListener('ais-link-state', event => states.push(event.detail.state))";
        self.run(script, vec![]).await;
    }

    /// From now on notes each screen that the element shows, for [`Browser::screens_since`].
    pub(crate) async fn note_screens(&self) {
        let script = "link.addEventListener('ais-link-state', () => {
            const screens = [link.dataset.screens, link.getAttribute('state')];
            link.dataset.screens = screens.filter(it => it).join(' ');
        });";
        self.run(script, vec![]).await;
    }

    /// The screens since [`Browser::note_screens`], with spaces between them.
    pub(crate) async fn screens_since(&self) -> String {
        self.ask("return link.dataset.screens", vec![]).await
    }

    /// From now on notes the consent of each linked account, for [`Browser::linked_consent`].
    pub(crate) async fn note_consent(&self) {
        let script =
            "link.addEventListener('ais-link-linked', ({ detail }) => window.linked = detail)";
        self.run(script, vec![]).await;
    }

    /// The id of the consent in the last event.
    pub(crate) async fn linked_consent(&self) -> String {
        self.ask("return window.linked.consentId", vec![]).await
    }
}
