//! Scripts in the page. Only the driver's own methods run them: a test calls a method that says what it asks.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::WebElement;
use thirtyfour::prelude::{ScriptRet, WebDriverResult};
use tokio::time::{Duration, sleep, timeout};

use super::Browser;

impl Browser {
    /// Runs `script` in the page; gives what it returns. `link` is the element, `root` its shadow root.
    pub(super) async fn ask<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        let returned = self.driver.execute(format!("{PRELUDE}\n{script}"), arguments).await;
        let returned = returned.unwrap_or_else(|error| panic!("{error}: {script}"));
        let value = returned.json().clone();
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}: {script}"))
    }

    /// Runs `script` in the page; what it returns does not matter.
    pub(super) async fn run(&self, script: &str, arguments: Vec<Value>) {
        self.ask::<Value>(script, arguments).await;
    }

    /// Runs `script` in the page until it calls `done`; gives what it passes to it.
    pub(super) async fn ask_later<T: DeserializeOwned>(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> T {
        let whole = format!("const done = arguments[arguments.length - 1];\n{script}");
        let returned = self.driver.execute_async(whole, arguments).await;
        let returned = returned.unwrap_or_else(|error| panic!("{error}: {script}"));
        let value = returned.json().clone();
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}: {script}"))
    }

    /// What `script` returns; `None` while one page follows another.
    pub(super) async fn try_ask(&self, script: &str, argument: &str) -> Option<Value> {
        let script = format!("{PRELUDE}\n{script}");
        let returned = self.driver.execute(script, vec![json!(argument)]).await;
        returned.ok().map(|returned| returned.json().clone())
    }

    /// The node that `script` returns.
    pub(super) async fn find(&self, script: &str, argument: &str) -> WebDriverResult<WebElement> {
        let script = format!("{PRELUDE}\n{script}");
        self.driver.execute(script, vec![json!(argument)]).await.and_then(ScriptRet::element)
    }

    /// Waits until `script` returns true, for `patience` at most.
    pub(super) async fn until(&self, script: &str, argument: &str, patience: Duration) {
        let seen = async {
            while self.try_ask(script, argument).await != Some(json!(true)) {
                sleep(PAUSE).await;
            }
        };
        let seen = timeout(patience, seen).await.is_ok();
        assert!(seen, "waited in vain for {argument:?}: {}", self.shown().await);
    }

    /// On this page `link` is the element `tag` from now on, where the page has it, and no other.
    pub(crate) async fn turn_to(&self, tag: &str) {
        self.run("window.sought = arguments[0]", vec![json!(tag)]).await;
    }

    /// What is on the screen, for the report of a failure.
    pub(super) async fn shown(&self) -> String {
        let script = "return [location.pathname, link?.getAttribute('state'), \
            root?.textContent ?? document.body?.innerText].join(' ')";
        let shown = self.try_ask(script, "").await.unwrap_or_default();
        shown.as_str().unwrap_or("no page").to_owned()
    }
}

/// How often the person looks again.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

/// What each script may use.
const PRELUDE: &str = "
    const link = document.querySelector(window.sought ?? 'ais-link, ais-accounts');
    const root = link?.shadowRoot;
    const all = selector => [root, document]
        .flatMap(place => [...(place?.querySelectorAll(selector) ?? [])])
        .filter(it => it.checkVisibility());
    const control = label => all('button, a[href]').find(it => (it.querySelector('.name') ?? it).innerText.trim() === label);
    const field = label => all('label').find(it => it.innerText.trim().startsWith(label))?.control
        ?? all('input').find(it => it.ariaLabel?.startsWith(label));";
