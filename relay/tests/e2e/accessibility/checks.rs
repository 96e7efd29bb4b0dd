//! All that can be checked on a screen without a person: what a screen reader has, how the focus goes, and in each
//! language what axe-core finds and whether nothing overlaps, sticks out, scrolls sideways or is too small.

use super::{axe, colours, focus, tree};
use crate::support::Browser;

/// Checks the screen that is shown, and calls it `name`; what a screen reader has of it, where the browser has an
/// accessibility tree for us. Meanwhile the page's clock stands.
pub(crate) async fn check(browser: &Browser, name: &str) -> Option<String> {
    browser.stop_clock().await;
    browser.settle().await;
    let mut read = None;
    if Browser::has_devtools() {
        read = Some(tree::read(browser, name).await);
        colours::check(browser, name).await;
    }
    focus::goes_in_order(browser, name).await;
    for language in LANGUAGES {
        browser.set_language(language).await;
        browser.speaks(language).await;
        let place = format!("{name} in {language}");
        let faults = browser.layout_faults().await;
        assert!(faults.is_empty(), "{place}: {faults:#?}");
        axe::finds_nothing(browser, &browser.tag().await, &place).await;
    }
    browser.resume_clock().await;
    read
}

/// All languages; the one that the tests read comes last, and stays.
const LANGUAGES: [&str; 5] = ["sv", "fi", "nb", "da", "en"];
