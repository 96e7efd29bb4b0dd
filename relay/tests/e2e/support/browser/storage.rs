//! What the browser stores, what a script on the page could find of it, and what the page has loaded.

use serde_json::{Map, Value, json};

use super::Browser;
use crate::support::SOON;

impl Browser {
    /// Deletes all cookies of the page that is open: the person's session at the relay.
    pub(crate) async fn delete_cookies(&self) {
        self.driver.delete_all_cookies().await.expect("a browser deletes its cookies");
    }

    /// Clears the session storage of the page.
    pub(super) async fn clear_session_storage(&self) {
        self.run("sessionStorage.clear()", vec![]).await;
    }

    /// The names of all cookies of the page, also those that scripts cannot see.
    pub(crate) async fn cookie_names(&self) -> Vec<String> {
        let cookies = self.driver.get_all_cookies().await.expect("a browser lists its cookies");
        cookies.into_iter().map(|cookie| cookie.name).collect()
    }

    /// The cookies that a script can see.
    pub(crate) async fn script_cookies(&self) -> String {
        self.ask("return document.cookie", vec![]).await
    }

    /// Sets `cookie` by a script.
    pub(crate) async fn set_cookie(&self, cookie: &str) {
        self.run("document.cookie = arguments[0]", vec![json!(cookie)]).await;
    }

    /// What the page has in its session storage.
    pub(crate) async fn session_storage(&self) -> Map<String, Value> {
        self.ask("return { ...sessionStorage }", vec![]).await
    }

    /// How many values the page has in its local storage.
    pub(crate) async fn local_storage_length(&self) -> usize {
        self.ask("return localStorage.length", vec![]).await
    }

    /// Leaves `text` in the session storage and the console.
    pub(crate) async fn leave_in_storage_and_console(&self, text: &str) {
        let script = "sessionStorage.left = arguments[0]; console.log(arguments[0])";
        self.run(script, vec![json!(text)]).await;
    }

    /// How wide the window is, and how many pages the tab's history has.
    pub(crate) async fn width_and_history(&self) -> (u64, u64) {
        self.ask("return [innerWidth, history.length]", vec![]).await
    }

    /// All text that a script, a person or another page could find: the element's markup and fields, the address,
    /// both storages and the cookies.
    pub(crate) async fn findable_text(&self) -> String {
        let script = "return [root.innerHTML, location.href, JSON.stringify(sessionStorage),
            JSON.stringify(localStorage), document.cookie,
            ...[...root.querySelectorAll('input')].map(it => it.value)].join(' ')";
        self.ask(script, vec![]).await
    }

    /// How many caches the page's service worker has, and the paths in them that `pattern` matches.
    pub(crate) async fn cached(&self, pattern: &str) -> (usize, Vec<String>) {
        let script = "(async () => {
            const names = await caches.keys();
            const kept = await Promise.all(names.map(async name => (await caches.open(name)).keys()));
            const paths = kept.flat().map(request => new URL(request.url).pathname);
            done([names.length, paths.filter(path => new RegExp(arguments[0]).test(path))]);
        })();";
        let script = script.replace("arguments[0]", &json!(pattern).to_string());
        self.ask_later(&script, vec![]).await
    }

    /// The addresses of other origins from which the page has loaded something.
    pub(crate) async fn loaded_elsewhere(&self) -> Vec<String> {
        let script = "return performance.getEntriesByType('resource').map(it => it.name)
            .filter(it => !it.startsWith(location.origin))";
        self.ask(script, vec![]).await
    }

    /// The paths with `ais-link` in them that the page has loaded.
    pub(crate) async fn loaded_scripts(&self) -> Vec<String> {
        let script = "return performance.getEntriesByType('resource')
            .map(it => new URL(it.name).pathname).filter(it => it.includes('ais-link'))";
        self.ask(script, vec![]).await
    }

    /// The languages whose texts the page has loaded, each once.
    pub(crate) async fn loaded_texts(&self) -> Vec<String> {
        let script = "return performance.getEntriesByType('resource')
            .map(it => it.name.match(/texts-([a-z]+)-/)?.[1])
            .filter((it, at, all) => it && all.indexOf(it) === at)";
        self.ask(script, vec![]).await
    }

    /// How often the page has asked for addresses with `part` in them.
    pub(crate) async fn questions(&self, part: &str) -> u64 {
        let script = "return performance.getEntriesByType('resource')
            .filter(it => it.name.includes(arguments[0])).length";
        self.ask(script, vec![json!(part)]).await
    }

    /// Waits until the page has asked `times` times for addresses with `part` in them.
    pub(crate) async fn has_asked(&self, times: u64, part: &str) {
        let script = format!(
            "return performance.getEntriesByType('resource')
                .filter(it => it.name.includes(arguments[0])).length >= {times}"
        );
        self.until(&script, part, SOON).await;
    }

    /// Calls the relay from the page, as the element would; the status and the text of the answer.
    pub(crate) async fn call_relay(
        &self,
        method: &str,
        path: &str,
        headers: &Value,
    ) -> (u16, String) {
        let script = "
            const [method, path, headers] = arguments;
            fetch(path, { method, headers: { 'x-ais-link': '1', ...headers } })
                .then(async answer => done([answer.status, await answer.text()]))
                .catch(error => done([0, String(error)]));";
        self.ask_later(script, vec![json!(method), json!(path), headers.clone()]).await
    }
}
