//! What a screen reader says by itself while a person links a bank: real changes, once each, and no
//! chatter of a countdown. Where the focus goes is said, too.

use std::time::Duration;

use sandbox::Fault;
use serde_json::json;
use tokio::time::sleep;

use super::transcript;
use crate::support::{Browser, PAUSE, World, at_the_code, time_goes_by};

/// Takes down what is said in the element from now on.
async fn listen(browser: &Browser) {
    browser.eval(LISTEN, vec![]).await;
}

/// What was said since the last time, under a heading.
async fn heard(browser: &Browser, heading: &str) -> String {
    let said = browser.eval("return window.said.splice(0)", vec![]).await;
    let mut lines: Vec<String> = serde_json::from_value(said).expect("lines");
    // On a slow machine, and after a sleep, that is so.
    lines.retain(|line| !line.starts_with("status: The connection is"));
    format!("## {heading}\n{}\n\n", lines.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_screen_reader_says_what_changes_and_nothing_else() {
    let world = World::new("looks-said").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    listen(&browser).await;
    let mut said = String::new();

    browser.fill("Search for your bank", "handels").await;
    browser.reads("Banks found: 1").await;
    browser.click("Handelsbanken").await;
    browser.screen("ready").await;
    said += &heard(&browser, "A bank is found and chosen").await;

    world.hold("POST", "/psd2/consent");
    browser.click("Show QR code").await;
    browser.screen("preparing").await;
    world.release();
    let first = browser.qr().await;
    // The countdown and the frames go on meanwhile.
    world.sandbox.advance(Duration::from_secs(1));
    browser.qr_after(&first).await;
    said += &heard(&browser, "The code is asked for, and moves").await;

    time_goes_by(&world, &browser, Duration::from_secs(31)).await;
    browser.screen("expired").await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    said +=
        &heard(&browser, "The laptop sleeps, the code runs out, and a new one is asked for").await;

    let order = world.scan(&browser.qr().await);
    browser.screen("signing").await;
    world.decline(&order);
    browser.screen("rejected").await;
    said += &heard(&browser, "The person declines in the app").await;

    browser.click("Try again").await;
    browser.screen("ready").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    browser.screen("signing").await;
    world.sign(&order);
    browser.screen("linked").await;
    said += &heard(&browser, "The person tries again, and approves").await;

    transcript::compare(
        "announcements.txt",
        include_str!("../transcripts/announcements.txt"),
        &said,
    );
    browser.quit("looks-said").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn what_happens_while_a_code_is_shown_is_said_each_time() {
    let (world, browser) = at_the_code("looks-said-meanwhile", "Handelsbanken").await;
    browser.qr().await;
    listen(&browser).await;
    // The page's clock alone: no bank has ended anything.
    browser.skip(Duration::from_secs(31)).await;
    browser.reads("begin again below").await;
    browser
        .mishear("\"scaStatus\":", "\"psuMessage\":\"Look into your app.\",\"scaStatus\":")
        .await;
    browser.reads("Look into your app.").await;
    for _ in 0..2 {
        world.fail_often(u32::MAX, "GET", "/psd2/consent", Fault::Drop);
        browser.reads("The connection is poor").await;
        world.release();
        browser.no_longer_reads("The connection is poor").await;
    }
    // Also where the code fills the screen.
    browser.click("Enlarge the code").await;
    browser.eval("window.said.push('enlarged')", vec![]).await;
    world.fail_often(u32::MAX, "GET", "/psd2/consent", Fault::Drop);
    let spoken = "return window.said.slice(window.said.indexOf('enlarged')).some(line => line.includes(arguments[0]))";
    while browser.eval(spoken, vec![json!("The connection is poor")]).await != json!(true) {
        sleep(PAUSE).await;
    }
    let said = browser.eval("return window.said", vec![]).await;
    let said: Vec<String> = serde_json::from_value(said).expect("lines");
    let times = |words: &str| said.iter().filter(|line| line.contains(words)).count();
    assert_eq!(times("If the app does not react any more"), 1, "{said:?}");
    assert_eq!(times("Look into your app."), 1, "{said:?}");
    assert_eq!(times("The connection is poor"), 3, "{said:?}");
    browser.quit("looks-said-meanwhile").await;
}

const LISTEN: &str = "
    window.said = [];
    const regions = '[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]';
    const last = new Map();
    const say = region => {
        // Beside a dialog that is open nothing else is read, and nothing of one that is not.
        const dialog = root.querySelector('dialog[open]');
        if (dialog ? !dialog.contains(region) : !region.checkVisibility()) return;
        const text = region.textContent.trim().replace(/\\s+/g, ' ');
        if (text && text !== last.get(region)) {
            const kind = region.getAttribute('role') ?? region.getAttribute('aria-live');
            window.said.push(`${kind}: ${text}`);
        }
        last.set(region, text);
    };
    new MutationObserver(changes => {
        const touched = new Set();
        for (const { target, addedNodes } of changes) {
            const place = target.nodeType === 1 ? target : target.parentElement;
            touched.add(place?.closest(regions));
            for (const node of [...addedNodes].filter(node => node.nodeType === 1)) {
                [node, ...node.querySelectorAll(regions)].filter(it => it.matches(regions)).forEach(it => touched.add(it));
            }
        }
        touched.delete(null);
        touched.delete(undefined);
        touched.forEach(say);
    }).observe(root, { subtree: true, childList: true, characterData: true });
    root.addEventListener('focusin', event => {
        const it = event.target;
        if (it.localName === 'h2') window.said.push(`focus: heading ${it.textContent.trim()}`);
    });";
