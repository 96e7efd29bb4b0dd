//! All that can be told of a screen without a person: what a screen reader has, how the focus goes,
//! and in each language what axe-core finds and whether all has its place.

use serde_json::json;

use super::{axe, colours, focus, layout, tree};
use crate::support::Browser;

/// Checks the screen that is on, and calls it `name`; what a screen reader has of it, where the browser
/// tells. Meanwhile the page's clock stands.
pub(crate) async fn check(browser: &Browser, name: &str) -> Option<String> {
    browser.freeze().await;
    browser.settle().await;
    let mut read = None;
    if Browser::has_devtools() {
        read = Some(tree::read(browser, name).await);
        colours::check(browser, name).await;
    }
    focus::goes_in_order(browser, name).await;
    for language in LANGUAGES {
        speak(browser, language).await;
        let place = format!("{name} in {language}");
        layout::fits(browser, &place).await;
        axe::finds_nothing(browser, "ais-link", &place).await;
    }
    browser.thaw().await;
    read
}

/// Lets the element speak `language`, on the screen that is on.
async fn speak(browser: &Browser, language: &str) {
    browser.eval("link.lang = arguments[0]", vec![json!(language)]).await;
    browser.speaks(language).await;
}

/// All languages; the one that the tests read comes last, and stays.
const LANGUAGES: [&str; 5] = ["sv", "fi", "nb", "da", "en"];
