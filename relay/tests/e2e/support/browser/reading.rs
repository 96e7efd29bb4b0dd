//! What the person reads: in the element, and on pages without one, such as a bank's.

use serde_json::json;
use tokio::time::Duration;

use super::Browser;
use crate::support::SOON;

impl Browser {
    /// Waits until the element shows the screen `state`.
    pub(crate) async fn screen(&self, state: &str) {
        self.screen_within(state, SOON).await;
    }

    /// Waits until the element shows the screen `state`, for `patience` at most.
    pub(crate) async fn screen_within(&self, state: &str, patience: Duration) {
        let script = "return link?.getAttribute('state') === arguments[0]";
        self.until(script, state, patience).await;
    }

    /// The screen that the element shows now.
    pub(crate) async fn state(&self) -> Option<String> {
        self.ask("return link.getAttribute('state')", vec![]).await
    }

    /// Waits until `text` can be read in the element.
    pub(crate) async fn reads(&self, text: &str) {
        self.until("return root?.textContent.includes(arguments[0])", text, SOON).await;
    }

    /// Waits until `text` cannot be read on the element's screen any more.
    pub(crate) async fn no_longer_reads(&self, text: &str) {
        let script = "return !root?.querySelector('.screen').textContent.includes(arguments[0])";
        self.until(script, text, SOON).await;
    }

    /// Waits until the element is in `language`.
    pub(crate) async fn speaks(&self, language: &str) {
        let script = "return root?.querySelector('.base')?.lang === arguments[0]";
        self.until(script, language, SOON).await;
    }

    /// Waits until `text` can be read on the page around the element, or on one without it.
    pub(crate) async fn page_reads(&self, text: &str) {
        self.until("return document.body?.innerText.includes(arguments[0])", text, SOON).await;
    }

    /// Waits until `<ais-accounts>` shows more than `known` transactions; how many.
    pub(crate) async fn rows_of_transactions(&self, known: usize) -> usize {
        let script = "return root.querySelectorAll('.transaction').length > Number(arguments[0])";
        self.until(script, &known.to_string(), SOON).await;
        self.ask("return root.querySelectorAll('.transaction').length", vec![]).await
    }

    /// What can be read in the element.
    pub(crate) async fn text(&self) -> String {
        self.ask("return root.textContent", vec![]).await
    }

    /// What can be read in the second element of the page.
    pub(crate) async fn text_of_second_element(&self) -> String {
        let script = "return document.querySelectorAll('ais-link')[1].shadowRoot.textContent";
        self.ask(script, vec![]).await
    }

    /// What can be read on the page.
    pub(crate) async fn page_text(&self) -> String {
        self.ask("return document.body.innerText", vec![]).await
    }

    /// Whether the page has an element `tag`.
    pub(crate) async fn page_has(&self, tag: &str) -> bool {
        self.ask("return !!document.querySelector(arguments[0])", vec![json!(tag)]).await
    }

    /// Adds `text` to the page.
    pub(crate) async fn add_to_page(&self, text: &str) {
        self.run("document.body.append(arguments[0])", vec![json!(text)]).await;
    }

    /// The heading of the screen.
    pub(crate) async fn heading(&self) -> String {
        self.ask("return root.querySelector('h2').innerText.trim()", vec![]).await
    }

    /// The balances that are shown.
    pub(crate) async fn balances(&self) -> Vec<String> {
        let script = "return [...root.querySelectorAll('.balance')].map(it => it.innerText)";
        self.ask(script, vec![]).await
    }

    /// The connections on the page of the example of a host, each with its accounts after it, by their ids.
    pub(crate) async fn connections(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('[data-connection], [data-account]')]
            .map(({ dataset }) => dataset.connection ?? dataset.account)";
        self.ask(script, vec![]).await
    }

    /// The transactions on that page.
    pub(crate) async fn transactions(&self) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll('[data-account] li')].map(it => it.innerText)";
        self.ask(script, vec![]).await
    }

    /// The last day of a consent for `days` days as the offer says it in English, by the device's true clock.
    pub(crate) async fn last_day(&self, days: u32) -> String {
        let script = "const True = window.TrueDate ?? Date;
            const day = new True(True.now() + arguments[0] * 864e5);
            return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(day);";
        self.ask(script, vec![json!(days)]).await
    }

    /// The moment `span` from now as the element says it in English, and the minutes before and after.
    pub(crate) async fn moment_in(&self, span: Duration) -> Vec<String> {
        let script = "const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
            return [-1, 0, 1].map(minutes => format.format(Date.now() + arguments[0] + minutes * 60000))";
        self.ask(script, vec![json!(u64::try_from(span.as_millis()).expect("it is short"))]).await
    }

    /// The code that the bank's page asks for, where it shows one.
    pub(crate) async fn expected_code(&self) -> Option<String> {
        let code = "return document.querySelector('#expected-code')?.textContent";
        let code = self.try_ask(code, "").await?;
        code.as_str().map(ToOwned::to_owned)
    }

    /// Whether the page is the bank's; `None` while one page follows another.
    pub(crate) async fn is_at_the_bank(&self) -> Option<bool> {
        let script = "return location.pathname.startsWith('/bank/')";
        self.try_ask(script, "").await?.as_bool()
    }
}
