//! The element in a page that is inside another one, of the same origin and of another: the bank's page is never
//! inside a frame.

use std::slice::from_ref;

use serde_json::json;

use crate::redirect::allow;
use crate::support::{Browser, World, hosted, serve};

/// The page with the element, for the relay at `relay`.
fn inner(relay: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>Inner</title>\
         <script type=module src={relay}/ais-link.js></script>\
         <ais-link service=Hemkassan></ais-link></html>"
    )
}

fn outer(frame: &str, more: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>Outer</title><p>Around it.</p>\
         <iframe src=\"{frame}\" {more} width=900 height=800></iframe></html>"
    )
}

/// Links at a bank with a page of its own, in a frame at `address` of a page.
async fn links_in_a_frame(world: &World, address: &str, name: &str) {
    let browser = Browser::new().await;
    browser.goto(address).await;
    let page = browser.tab().await;
    browser.driver.enter_frame(0).await.expect("there is a frame");
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.look_at_popup(from_ref(&page)).await;
    browser.page_reads("A page of the sandbox").await;
    let place = browser.wait_for("done([top === self, window.opener === null])", vec![]).await;
    assert_eq!(place, json!([true, true]), "a window of its own, without a way back");
    allow(&browser).await;
    browser.tabs_left(1).await;
    browser.look_at(&page).await;
    browser.page_reads("Around it.").await;
    browser.driver.enter_frame(0).await.expect("there is a frame");
    browser.screen("linked").await;
    assert_eq!(world.count("DELETE", "/consents"), 0);
    browser.quit(name).await;
}

/// A world with a host's pages: the one with the element, and those around it.
async fn world(name: &str) -> (World, String) {
    hosted(name, "localhost", "", |path, relay| match path {
        "/inner" => inner(relay),
        "/sandboxed" => outer("/inner", "sandbox=\"allow-scripts allow-same-origin allow-forms\""),
        _ => outer("/inner", ""),
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn in_a_frame_of_the_same_origin_the_bank_has_a_window_of_its_own() {
    let (world, host) = world("frames-same").await;
    links_in_a_frame(&world, &host, "frames-same").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn in_a_frame_of_another_origin_the_bank_has_a_window_of_its_own() {
    let (world, host) = world("frames-other").await;
    let around = serve("", move |_| outer(&format!("{host}/inner"), ""));
    links_in_a_frame(&world, &format!("http://localhost:{around}/"), "frames-other").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_frame_that_may_neither_open_a_window_nor_leave_shows_no_bank_and_says_what_to_do() {
    let (_world, host) = world("frames-sandbox").await;
    let browser = Browser::new().await;
    browser.goto(&format!("{host}/sandboxed")).await;
    browser.driver.enter_frame(0).await.expect("there is a frame");
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.screen("redirecting").await;
    assert!(browser.offers("Continue to Nordea").await);
    browser.click("Continue to Nordea").await;
    let place = "return [location.pathname, !!link.shadowRoot]";
    assert_eq!(browser.eval(place, vec![]).await, json!(["/inner", true]));
    assert_eq!(browser.tabs().await.len(), 1);
    browser.quit("frames-sandbox").await;
}
