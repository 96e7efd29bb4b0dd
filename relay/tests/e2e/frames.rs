//! The element in a page that is inside another one, of the same origin and of another: the bank's page is never
//! inside a frame.

use std::slice::from_ref;
use std::sync::Arc;

use crate::redirect::allow;
use crate::support::{Scenario, World, hosted, scenario, serve};

/// The page with the element, for the relay at `relay`.
fn inner(relay: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>Inner</title>\
         <script type=module src={relay}/ais-link.js></script>\
         <ais-link service=Hemkassan></ais-link></html>"
    )
}

/// A page with `frame` in it.
fn outer(frame: &str, attributes: &str) -> String {
    format!(
        "<!doctype html><html lang=en><title>Outer</title><p>Around it.</p>\
         <iframe src=\"{frame}\" {attributes} width=900 height=800></iframe></html>"
    )
}

/// Links at a bank with a page of its own, in a frame at `address` of a page.
async fn links_in_a_frame(scenario: &Scenario, world: &World, address: &str) {
    let browser = scenario.browser().await;
    browser.goto(address).await;
    let page = browser.tab().await;
    browser.enter_frame().await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.switch_to_popup(from_ref(&page)).await;
    browser.page_reads("A page of the sandbox").await;
    assert!(browser.is_outermost().await, "the bank has a window of its own");
    assert!(!browser.has_opener().await, "the bank cannot reach the page");
    allow(&browser).await;
    browser.wait_for_tabs(1).await;
    browser.switch_to(&page).await;
    browser.page_reads("Around it.").await;
    browser.enter_frame().await;
    browser.screen("linked").await;
    assert_eq!(world.count("DELETE", "/consents"), 0);
}

/// A world with a host's pages: the one with the element, and those around it.
async fn world(scenario: &Scenario) -> (Arc<World>, String) {
    hosted(scenario, "localhost", "", |path, relay| match path {
        "/inner" => inner(relay),
        "/sandboxed" => outer("/inner", "sandbox=\"allow-scripts allow-same-origin allow-forms\""),
        _ => outer("/inner", ""),
    })
    .await
}

scenario!(in_a_frame_of_the_same_origin_the_bank_has_its_own_window, async |scenario| {
    let (world, host) = world(&scenario).await;
    links_in_a_frame(&scenario, &world, &host).await;
});

scenario!(in_a_frame_of_another_origin_the_bank_has_its_own_window, async |scenario| {
    let (world, host) = world(&scenario).await;
    let around = serve("", move |_| outer(&format!("{host}/inner"), ""));
    links_in_a_frame(&scenario, &world, &format!("http://localhost:{around}/")).await;
});

scenario!(a_frame_without_any_way_to_the_bank_says_what_to_do, async |scenario| {
    let (_world, host) = world(&scenario).await;
    let browser = scenario.browser().await;
    browser.goto(&format!("{host}/sandboxed")).await;
    browser.enter_frame().await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.screen("redirecting").await;
    assert!(browser.offers("Continue to Nordea").await);
    browser.click("Continue to Nordea").await;
    assert_eq!(browser.path().await, "/inner");
    assert!(browser.has_element().await);
    assert_eq!(browser.tabs().await.len(), 1);
});
