//! How a link ends without accounts, and how the person goes on from there.

use std::time::Duration;

use sandbox::Fault;
use serde_json::json;

use crate::accessibility::look;
use crate::support::{Browser, World, at_the_code, time_goes_by};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_cancels_and_nothing_is_left_at_the_bank() {
    let (world, browser) = at_the_code("ending-cancel", "SEB").await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    browser.reads("Nothing was shared").await;
    world.called("DELETE", "/consent/v1/consents/").await;
    world.quiet("GET", "/authorisations/").await;
    browser.click("Try again").await;
    browser.screen("ready").await;
    browser.quit("ending-cancel").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_declines_in_the_app() {
    let (world, browser) = at_the_code("ending-reject", "SEB").await;
    let order = world.scan(&browser.qr().await);
    world.decline(&order);
    browser.screen("rejected").await;
    browser.reads("Not approved").await;
    browser.reads("Support code").await;

    browser.click("Try again").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    browser.quit("ending-reject").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_that_nobody_scans_expires() {
    let (world, browser) = at_the_code("ending-expire", "SEB").await;
    time_goes_by(&world, &browser, Duration::from_secs(31)).await;
    look(&browser, "expired", "looks-light-1280").await;
    browser.reads("The time ran out").await;
    assert!(browser.offers("Get a new code").await);
    assert!(browser.offers("Choose another bank").await);
    browser.quit("ending-expire").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn each_ending_has_an_event_of_its_own() {
    let (world, browser) = at_the_code("ending-events", "SEB").await;
    let listen = "window.ends = [];
        for (const name of ['linked', 'failed', 'expired', 'cancelled']) {
            document.addEventListener(`ais-link-${name}`, ({ detail }) =>
                ends.push([name, detail?.reason ?? detail?.validUntil ?? null]));
        }";
    browser.eval(listen, vec![]).await;
    time_goes_by(&world, &browser, Duration::from_secs(31)).await;
    browser.screen("expired").await;
    browser.click("Get a new code").await;
    let order = world.scan(&browser.qr().await);
    world.decline(&order);
    browser.screen("rejected").await;
    browser.click("Try again").await;
    browser.click("Show QR code").await;
    browser.screen("challenge").await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    browser.click("Try again").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    let ends = browser.eval("return ends", vec![]).await;
    let expected = json!([
        ["expired", "expired"],
        ["failed", "rejected"],
        ["cancelled", null],
        ["linked", ends[3][1]]
    ]);
    assert_eq!(ends, expected);
    let day = ends[3][1].as_str().expect("a day");
    assert_eq!((day.len(), day.matches('-').count()), (10, 2), "{day}");
    browser.quit("ending-events").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_platform_that_fails_on_the_way_costs_only_time() {
    let (world, browser) = at_the_code("ending-trouble", "SEB").await;
    let text = browser.qr().await;
    for fault in [Fault::Drop, Fault::Garbage, Fault::Status { status: 500, retry_after: None }] {
        world.fail("GET", "/psd2/consent", fault);
    }
    let before = world.count("GET", "/authorisations/");
    while world.count("GET", "/authorisations/") < before + 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let order = world.scan(&text);
    world.sign(&order);
    browser.screen("linked").await;
    browser.quit("ending-trouble").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_relay_that_is_gone_is_told_and_another_try_finds_it() {
    let world = World::new("ending-unreachable").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.eval("link.setAttribute('relay', 'http://127.0.0.1:9/')", vec![]).await;
    look(&browser, "unreachable", "looks-light-1280").await;
    browser.reads("No connection").await;
    browser.eval("link.removeAttribute('relay')", vec![]).await;
    browser.screen("choose-bank").await;
    browser.quit("ending-unreachable").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn an_element_that_is_removed_stops_all_that_it_started() {
    let (world, browser) = at_the_code("ending-removed", "SEB").await;
    browser.eval("window.gone = link; link.remove()", vec![]).await;
    world.quiet("GET", "/authorisations/").await;
    // The place for what the page has put into the tag, and nothing of ours.
    let left = "return [...window.gone.shadowRoot.children].map(it => it.localName)";
    assert_eq!(browser.eval(left, vec![]).await, json!(["slot"]));
    // Put back, it goes on where it was.
    browser.eval("document.querySelector('.offer').append(window.gone)", vec![]).await;
    browser.screen("challenge").await;
    browser.quit("ending-removed").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_hidden_page_asks_nothing_and_a_shown_one_catches_up() {
    let (world, browser) = at_the_code("ending-hidden", "SEB").await;
    let order = world.scan(&browser.qr().await);
    browser.look_away().await;
    world.quiet("GET", "/authorisations/").await;
    world.sign(&order);
    world.quiet("GET", "/accounts").await;
    assert_eq!(world.count("GET", "/accounts"), 0, "it asks though nobody looks");
    browser.look_back().await;
    browser.screen("linked").await;
    browser.quit("ending-hidden").await;
}
