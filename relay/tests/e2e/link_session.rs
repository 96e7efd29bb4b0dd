//! A link session of the host's own server, through the element: the host's terms, one browser, and what the host hears.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::support::{BackEnd, Browser, World, scenario};

/// The name of the service that asks.
const SERVICE: &[(&str, &str)] = &[("AIS_RELAY_SERVICE_NAME", "Kassan")];

scenario!(a_person_links_under_the_hosts_terms_and_the_host_hears_of_it, async |scenario| {
    let host = BackEnd::start(&scenario, SERVICE).await;
    let (id, token) = host.link_session().await;
    let (world, browser) = (&host.world, scenario.browser().await);
    browser.open(world).await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", &token).await;
    browser.reads("Kassan asks you to link your bank: To see what you can afford").await;
    browser.click("SEB").await;
    browser.reads("Kassan asks to read from your bank").await;
    let text = browser.text().await;
    assert!(text.contains("balances") && !text.contains("transactions"), "{text}");
    browser.click("Show QR code").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
    let session = host.session(&id).await;
    assert_eq!(session["status"], "succeeded", "{session}");
    let connection = session["connection_id"].as_str().expect("it has a connection").to_owned();
    let connection = host.call(&format!("GET /v1/connections/{connection}"), "").await;
    assert_eq!(connection["client_reference"], "customer-4711", "{connection}");
    assert!(!browser.offers("Connect another bank").await);
});

scenario!(a_second_browser_reads_that_the_link_was_opened_in_another, async |scenario| {
    let host = BackEnd::start(&scenario, SERVICE).await;
    let (id, token) = host.link_session().await;
    let (first, second) = (scenario.browser().await, scenario.browser().await);
    for browser in [&first, &second] {
        browser.open(&host.world).await;
        browser.screen("choose-bank").await;
    }
    first.set_attribute("token", &token).await;
    first.reads("Kassan asks you to link your bank").await;
    second.set_attribute("token", &token).await;
    second.screen("opened-elsewhere").await;
    second.reads("Opened in another browser").await;
    assert!(!second.offers("Try again").await);
    let session = host.session(&id).await;
    assert_eq!(
        (&session["status"], &session["reason"]),
        (&"failed".into(), &"opened-elsewhere".into())
    );
});

scenario!(a_person_who_cancels_gives_the_link_up, async |scenario| {
    let host = BackEnd::start(&scenario, SERVICE).await;
    let (id, token) = host.link_session().await;
    let (world, browser) = (&host.world, scenario.browser().await);
    sees_a_code(world, &browser, &token).await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    is_cancelled(&host, &id).await;
    // Its time is over, for this browser too.
    browser.reload().await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", &token).await;
    browser.screen("link-over").await;
});

scenario!(a_page_that_ends_the_element_at_once_takes_no_cancelling_back, async |scenario| {
    let host = BackEnd::start(&scenario, SERVICE).await;
    let (world, browser) = (&host.world, scenario.browser().await);
    for (deletions, what_the_page_does) in
        [(1, "link.remove()"), (2, "location.href = '/redirect?left'")]
    {
        let (id, token) = host.link_session().await;
        sees_a_code(world, &browser, &token).await;
        browser.when_cancelled(what_the_page_does).await;
        browser.click("Cancel").await;
        is_cancelled(&host, &id).await;
        world.wait_for_calls(deletions, "DELETE", "/psd2/consent").await;
    }
});

/// Goes as far as the QR code, on a new page with this token.
async fn sees_a_code(world: &World, browser: &Browser, token: &str) {
    browser.open(world).await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", token).await;
    browser.reads("Kassan asks you to link your bank").await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.qr().await;
}

/// Waits until the host's server sees that the link session `id` is cancelled.
async fn is_cancelled(host: &BackEnd, id: &str) {
    let cancelled = async {
        while host.session(id).await["status"] != "cancelled" {
            sleep(Duration::from_millis(50)).await;
        }
    };
    let is_in_time = timeout(Duration::from_mins(1), cancelled).await;
    is_in_time.expect("the host hears of it");
}
