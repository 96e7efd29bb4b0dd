//! The keyboard, and where the focus is.

use serde_json::json;
use thirtyfour::{Key, TypingData};

use super::Browser;

impl Browser {
    /// Presses `keys`, one after the other, wherever the focus is.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("keys are pressed");
    }

    /// Presses `key` and holds it.
    pub(crate) async fn hold_key(&self, key: Key) {
        self.driver.action_chain().key_down(key).perform().await.expect("a key is pressed");
    }

    /// Releases `key`.
    pub(crate) async fn release_key(&self, key: Key) {
        self.driver.action_chain().key_up(key).perform().await.expect("a key is released");
    }

    /// The label of what has the focus in the element.
    pub(crate) async fn focused(&self) -> Option<String> {
        let script = "
            const it = root.activeElement;
            return it && (it.getAttribute('aria-label') ?? it.innerText.trim());";
        self.ask(script, vec![]).await
    }

    /// The kind and label of what has the focus in the element.
    pub(crate) async fn focused_with_kind(&self) -> Option<String> {
        let script = "
            const it = root.activeElement;
            return it && it.localName + ' ' + (it.getAttribute('aria-label') ?? it.innerText.trim());";
        self.ask(script, vec![]).await
    }

    /// The id of what has the focus in the element.
    pub(crate) async fn focused_id(&self) -> Option<String> {
        self.ask("return root.activeElement?.id", vec![]).await
    }

    /// Whether the field with the focus is marked as invalid, and the text that describes it.
    pub(crate) async fn focused_fault(&self) -> (bool, String) {
        let script = "const focused = root.activeElement;
            const text = root.getElementById(focused.getAttribute('aria-describedby'));
            return [focused.getAttribute('aria-invalid') === 'true', text.innerText]";
        self.ask(script, vec![]).await
    }

    /// Sets the focus to the first field of the screen.
    pub(crate) async fn focus_field(&self) {
        self.run("root.querySelector('input').focus()", vec![]).await;
    }

    /// Which keys a telephone shows for the first field of the screen.
    pub(crate) async fn input_mode(&self) -> String {
        self.ask("return root.querySelector('input').inputMode", vec![]).await
    }

    /// Sets the focus to the heading; gives the labels of all that the tabulator key should reach from there, in the
    /// order of reading.
    pub(crate) async fn focus_heading(&self) -> Vec<Option<String>> {
        self.ask(FOCUS_HEADING, vec![]).await
    }

    /// Gives the focus back to what had it before [`Browser::focus_heading`].
    pub(crate) async fn restore_focus(&self) {
        let script = "
            root.activeElement?.blur();
            window.focusedBefore?.focus();";
        self.run(script, vec![]).await;
    }

    /// Sets the focus to the control that says `label`.
    pub(crate) async fn focus_control(&self, label: &str) {
        self.run("control(arguments[0]).focus()", vec![json!(label)]).await;
    }

    /// The place of the transaction that has the focus among all that are shown, from 0; `None` where none has it.
    pub(crate) async fn focused_transaction(&self) -> Option<usize> {
        let script =
            "const at = [...root.querySelectorAll('.transaction')].indexOf(root.activeElement);
            return at < 0 ? null : at";
        self.ask(script, vec![]).await
    }

    /// Marks the first field of the screen, so that a new one in its place can be recognised.
    pub(crate) async fn mark_field(&self) {
        self.run("root.querySelector('input').dataset.marked = ''", vec![]).await;
    }

    /// Whether the first field of the screen was marked, its text, and whether it has the focus.
    pub(crate) async fn field(&self) -> (bool, String, bool) {
        let script = "const input = root.querySelector('input');
            return ['marked' in input.dataset, input.value, root.activeElement === input]";
        self.ask(script, vec![]).await
    }

    /// Makes clicks leave the focus where it is, as some pages do, and Safari on every page.
    pub(crate) async fn keep_focus_off_clicks(&self) {
        let script = "document.addEventListener('mousedown', event => event.preventDefault())";
        self.run(script, vec![]).await;
    }

    /// Sets the focus to the bank at `place` of the list, from 0.
    pub(crate) async fn focus_bank(&self, place: usize) {
        self.run("root.querySelectorAll('.bank')[arguments[0]].focus()", vec![json!(place)]).await;
    }

    /// The place in the list of the bank that has the focus, from 0; `None` where no bank has it.
    pub(crate) async fn focused_bank(&self) -> Option<usize> {
        let script = "const at = [...root.querySelectorAll('.bank')].indexOf(root.activeElement);
            return at < 0 ? null : at";
        self.ask(script, vec![]).await
    }
}

const FOCUS_HEADING: &str = "
    window.focusedBefore = root.activeElement;
    const heading = root.querySelector('h2');
    heading.tabIndex = -1;
    heading.focus();
    return [...root.querySelectorAll('a[href], button, input, select, textarea, [tabindex=\"0\"]')]
        .filter(it => it.checkVisibility() && !it.disabled)
        .map(it => it.getAttribute('aria-label') ?? it.innerText.trim());";
