//! The banks' own pages, as a person uses them, and pages that embed the element in other ways.

use std::path::PathBuf;

use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::support::{Browser, PAUSE, SOON, SWEDBANK, World, choose_bank, logs};

/// A bare page with the element.
pub(crate) struct Page<'a> {
    country: &'a str,
    more: &'static str,
}

impl<'a> Page<'a> {
    /// A page that offers the banks of `country`.
    pub(crate) fn of(country: &'a str) -> Self {
        Self { country, more: "" }
    }

    /// A page whose element opens the bank's page in a window of its own.
    pub(crate) fn with_popup() -> Self {
        Self { country: "SE", more: "redirect=\"popup\"" }
    }

    /// The folder of the page, for the test `name` alone.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.folder_as(name, "index.html")
    }

    /// The folder of the page, for the test `name` alone, in which it is `file`.
    pub(crate) fn folder_as(&self, name: &str, file: &str) -> PathBuf {
        let Self { country, more } = self;
        let folder = logs().join(format!("{name}-pages"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let page = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <script type=\"module\" src=\"/ais-link.js\"></script><script src=\"log.js\" defer>\
             </script></head><body><ais-link country=\"{country}\" service=\"Hemkassan\" {more}>\
             </ais-link><ol id=\"log\"></ol></body></html>"
        );
        let script =
            "document.querySelector('ais-link').addEventListener('ais-link-linked', () => {
            const line = document.createElement('li');
            line.textContent = 'ais-link-linked';
            document.getElementById('log').append(line);
        });";
        std::fs::write(folder.join(file), page).expect("a file");
        std::fs::write(folder.join("log.js"), script).expect("a file");
        folder
    }
}

/// A person who chose `bank` and is on its page.
pub(super) async fn at_the_bank(world: &World, bank: &str) -> Browser {
    let browser = Browser::new().await;
    go_to_bank(&browser, world, bank).await;
    browser
}

/// Opens the page, chooses `bank` and goes to its page.
pub(super) async fn go_to_bank(browser: &Browser, world: &World, bank: &str) {
    browser.open(world).await;
    choose(browser, bank).await;
}

/// Chooses `bank` in the list and goes to its page.
pub(super) async fn choose(browser: &Browser, bank: &str) {
    choose_bank(browser, bank).await;
    let label = match bank {
        SWEDBANK => "The bank's own page".to_owned(),
        _ => format!("Continue to {bank}"),
    };
    leave(browser, bank, &label).await;
}

/// Goes on to the page of `bank`, from a page that was left before.
pub(super) async fn go_on(browser: &Browser, bank: &str) {
    leave(browser, bank, &format!("Continue to {bank}")).await;
}

async fn leave(browser: &Browser, bank: &str, label: &str) {
    browser.click(label).await;
    if bank == "OP" {
        browser.click("The bank's code app").await;
    }
    browser.page_reads("A page of the sandbox").await;
}

/// Says yes on a bank's page: does what it asks for, until it lets the person go. The page leaves at the last click, for
/// which the driver may report an error: then the page, or its window, that is gone shows that the bank took it.
pub(crate) async fn allow(browser: &Browser) {
    let window = browser.tab().await;
    let allowed = async {
        let mut was_there = false;
        loop {
            let is_there = browser.attempt(AT_THE_BANK, "").await.and_then(|it| it.as_bool());
            let has_left = match is_there {
                Some(is_there) => !is_there,
                None => !browser.tabs().await.contains(&window),
            };
            was_there |= is_there == Some(true);
            if (was_there && has_left) || goes_on(browser).await {
                return;
            }
            sleep(PAUSE).await;
        }
    };
    timeout(SOON, allowed).await.expect("the bank lets the person go");
}

const AT_THE_BANK: &str = "return location.pathname.startsWith('/bank/')";

/// Does one thing that the bank's page asks for; whether it was the last. Nothing is waited for: the page
/// may be on its way to the next.
async fn goes_on(browser: &Browser) -> bool {
    if browser.try_fill("Your user id", "elsa").await {
        browser.try_click("Continue").await;
        return false;
    }
    if browser.try_click("Open the code app").await {
        return false;
    }
    let code = "return document.querySelector('#expected-code')?.textContent";
    if let Some(Value::String(code)) = browser.attempt(code, "").await {
        browser.try_fill("The next code", &code).await;
    }
    browser.try_click("The numbers match, allow").await || browser.try_click("Allow").await
}

/// How often the page heard that an account is linked, since it was loaded.
pub(super) async fn heard_linked(browser: &Browser) -> usize {
    let script = "return [...document.querySelectorAll('#log li')]
        .filter(it => it.textContent.includes('ais-link-linked')).length";
    match browser.eval(script, vec![]).await {
        Value::Number(count) => count.as_u64().and_then(|count| count.try_into().ok()).unwrap_or(0),
        other => panic!("{other}"),
    }
}
