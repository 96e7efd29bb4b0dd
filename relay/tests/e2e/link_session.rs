//! A link session of the host's own server, through the element: the host's terms, one browser, and what the host hears.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{BackEnd, scenario};

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

scenario!(where_the_hosts_server_alone_reads_the_page_hears_of_the_connection, async |scenario| {
    let variables = [SERVICE, &[("AIS_RELAY_ACCOUNT_DATA", "backend")]].concat();
    let host = BackEnd::start(&scenario, &variables).await;
    let (world, browser) = (&host.world, scenario.browser().await);
    for (client, is_asked_for) in [(json!("customer-4711"), true), (Value::Null, false)] {
        browser.open_as_new_visitor(world).await;
        browser.screen("choose-bank").await;
        if is_asked_for {
            let (_, token) = host.link_session().await;
            browser.set_attribute("token", &token).await;
            browser.reads("Kassan asks you to link your bank").await;
        }
        browser.note_consent().await;
        browser.click("SEB").await;
        browser.click("Show QR code").await;
        world.sign(&world.scan(&browser.qr().await));
        browser.screen("linked").await;
        let linked: Value = browser.noted("linked").await;
        let mut members: Vec<_> = linked.as_object().expect("an object").keys().collect();
        members.sort();
        assert_eq!(members, ["bank", "connectionId", "consentId", "validUntil"]);
        let id = linked["connectionId"].as_str().expect("it has an id");
        let known = host.call(&format!("GET /v1/connections/{id}"), "").await;
        assert_eq!((&known["status"], &known["client_reference"]), (&json!("active"), &client));
        assert_eq!(known["valid_until"], linked["validUntil"]);
        assert_eq!(browser.balances().await, [""; 0]);
    }
    // The same page again shows the same end, and the bank was never asked for an account.
    browser.reload().await;
    browser.screen("linked").await;
    assert_eq!(world.count("GET", "/accounts"), 0);
});

scenario!(a_person_who_cancels_gives_the_link_up, async |scenario| {
    let host = BackEnd::start(&scenario, SERVICE).await;
    let (id, token) = host.link_session().await;
    let (world, browser) = (&host.world, scenario.browser().await);
    browser.open(world).await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", &token).await;
    browser.reads("Kassan asks you to link your bank").await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.click("Cancel").await;
    browser.screen("cancelled").await;
    while host.session(&id).await["status"] != "cancelled" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Its time is over, for this browser too.
    browser.reload().await;
    browser.screen("choose-bank").await;
    browser.set_attribute("token", &token).await;
    browser.screen("link-over").await;
});
