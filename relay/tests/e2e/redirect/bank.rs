//! The banks' own pages, as a person uses them, and pages that embed the element in other ways.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::time::{sleep, timeout};

use crate::support::{Browser, PAUSE, SOON, SWEDBANK, Scenario, World, choose_bank};

/// A bare page with the element.
pub(crate) struct Page<'a> {
    country: &'a str,
    attributes: &'static str,
}

impl<'a> Page<'a> {
    /// A page that offers the banks of `country`.
    pub(crate) fn of(country: &'a str) -> Self {
        Self { country, attributes: "" }
    }

    /// A page whose element opens the bank's page in a window of its own.
    pub(crate) fn with_popup() -> Self {
        Self { country: "SE", attributes: "redirect=\"popup\"" }
    }

    /// Writes the page of this scenario; gives its folder.
    pub(crate) fn write(&self, scenario: &Scenario) -> PathBuf {
        self.write_as(scenario, "index.html")
    }

    /// Writes the page of this scenario as `file`; gives its folder.
    pub(crate) fn write_as(&self, scenario: &Scenario, file: &str) -> PathBuf {
        let Self { country, attributes } = self;
        let page = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">\
             <script type=\"module\" src=\"/ais-link.js\"></script><script src=\"log.js\" defer>\
             </script></head><body><ais-link country=\"{country}\" service=\"Hemkassan\" {attributes}>\
             </ais-link><ol id=\"log\"></ol></body></html>"
        );
        scenario.write_pages(&[(file, &page), ("log.js", LOG)])
    }
}

/// Writes each event of a linked account into the page.
const LOG: &str = "document.querySelector('ais-link').addEventListener('ais-link-linked', () => {
    const line = document.createElement('li');
    line.textContent = 'ais-link-linked';
    document.getElementById('log').append(line);
});";

/// A world, and a person who chose `bank` on the demo page and is on the bank's page.
pub(super) async fn at_the_bank(scenario: &Scenario, bank: &str) -> (Arc<World>, Arc<Browser>) {
    let (world, browser) = scenario.demo_page().await;
    go_to_bank(&browser, bank).await;
    (world, browser)
}

/// Chooses `bank` in the list and goes to its page.
pub(super) async fn go_to_bank(browser: &Browser, bank: &str) {
    choose_bank(browser, bank).await;
    let label = match bank {
        SWEDBANK => "The bank's own page".to_owned(),
        _ => format!("Continue to {bank}"),
    };
    leave(browser, bank, &label).await;
}

/// Goes on to the page of `bank`, from a page that the person left before.
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

/// Approves on a bank's page: does what it asks for, until it lets the person go. The page leaves at the last click, for
/// which the driver may report an error: then the page, or its window, that is gone shows that the bank took it.
pub(crate) async fn allow(browser: &Browser) {
    let window = browser.tab().await;
    let allowed = async {
        let mut was_there = false;
        loop {
            let is_there = browser.is_at_the_bank().await;
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

/// Does one thing that the bank's page asks for; says whether it was the last. It does not wait: the next page may be
/// about to come.
async fn goes_on(browser: &Browser) -> bool {
    if browser.try_fill("Your user id", "elsa").await {
        browser.try_click("Continue").await;
        return false;
    }
    if browser.try_click("Open the code app").await {
        return false;
    }
    if let Some(code) = browser.expected_code().await {
        browser.try_fill("The next code", &code).await;
    }
    browser.try_click("The numbers match, allow").await || browser.try_click("Allow").await
}
