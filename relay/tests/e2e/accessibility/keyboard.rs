//! A whole link by the keyboard alone: nothing is clicked, and no focus is set by a script.

use serde_json::json;

use crate::support::{Browser, World};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";
const UP: &str = "\u{e013}";

/// Presses `keys`, one after the other.
async fn press(browser: &Browser, keys: &str) {
    browser.driver.action_chain().send_keys(keys).perform().await.expect("keys are pressed");
}

/// What has the focus.
async fn focused(browser: &Browser) -> String {
    let script = "
        const it = root.activeElement;
        return it ? it.getAttribute('aria-label') ?? it.innerText.trim() : '';";
    browser.eval(script, vec![]).await.as_str().unwrap_or_default().to_owned()
}

/// Goes on with the tabulator key to what is called `label`, and presses Enter there.
async fn choose(browser: &Browser, label: &str) {
    reach(browser, label).await;
    press(browser, ENTER).await;
}

async fn reach(browser: &Browser, label: &str) {
    for _ in 0..MOST {
        if focused(browser).await == label {
            return;
        }
        press(browser, TAB).await;
    }
    panic!("{label:?} is not reached within {MOST} keys");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_links_and_is_refused_with_the_keyboard_alone() {
    let world = World::new("looks-keyboard").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    find(&browser).await;
    // The focus goes with the step.
    browser.screen("ready").await;
    assert_eq!(focused(&browser).await, heading(&browser).await);
    choose(&browser, "Show QR code").await;
    enlarge(&browser).await;
    let order = world.scan(&browser.qr().await);
    browser.screen("signing").await;
    assert_eq!(focused(&browser).await, heading(&browser).await);
    world.decline(&order);
    browser.screen("rejected").await;
    assert_eq!(focused(&browser).await, heading(&browser).await);
    choose(&browser, "Try again").await;
    browser.screen("ready").await;
    choose(&browser, "Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(focused(&browser).await, heading(&browser).await);
    choose(&browser, "Connect another bank").await;
    browser.screen("choose-bank").await;
    // Enter chooses the only bank that was found.
    reach(&browser, "Search for your bank").await;
    press(&browser, &["handels", ENTER].concat()).await;
    browser.screen("ready").await;
    browser.quit("looks-keyboard").await;
}

/// Finds a bank by a few letters, goes down to it and up again, and chooses it.
async fn find(browser: &Browser) {
    reach(browser, "Search for your bank").await;
    press(browser, "bank").await;
    browser.reads("Banks found: 4").await;
    press(browser, "en").await;
    browser.reads("Banks found: 2").await;
    press(browser, &[DOWN, DOWN, DOWN, UP, UP].concat()).await;
    assert_eq!(focused(browser).await, "Search for your bank");
    let shown = "return [...root.querySelectorAll('.bank')].filter(it => it.checkVisibility()).map(it => it.querySelector('.name').textContent)";
    assert_eq!(browser.eval(shown, vec![]).await, json!(["Handelsbanken", "Provbanken"]));
    press(browser, &[DOWN, ENTER].concat()).await;
}

/// Lets the code fill the screen, and comes back from there to where they were.
async fn enlarge(browser: &Browser) {
    const OPEN: &str = "return !!root.querySelector('dialog[open] .qr')";
    browser.screen("challenge").await;
    choose(browser, "Enlarge the code").await;
    assert_eq!(browser.eval(OPEN, vec![]).await, json!(true));
    press(browser, ESCAPE).await;
    assert_eq!(browser.eval(OPEN, vec![]).await, json!(false));
    assert_eq!(focused(browser).await, "Enlarge the code");
}

/// What the screen is called.
async fn heading(browser: &Browser) -> String {
    let heading = browser.eval("return root.querySelector('h2').innerText.trim()", vec![]).await;
    heading.as_str().expect("each screen has a heading").to_owned()
}

/// More keys than any page needs.
const MOST: u32 = 30;
