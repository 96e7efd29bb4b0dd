//! The example of a host's own server, used in the browser: it asks for the link, hears of it, reads, renews and disconnects.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use relay::{Clock as _, SystemClock};
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, Response, redirect};
use serde_json::json;
use standardwebhooks::Webhook;

use crate::accessibility::axe;
use crate::support::{Browser, SECRET, Scenario, Site, World, required, scenario};

scenario!(a_site_hears_of_a_link_reads_renews_and_disconnects, async |scenario| {
    let (site, browser) = (Site::start(&scenario).await, scenario.browser().await);
    let world = &site.back_end.world;
    browser.goto(&site.origin).await;
    browser.click("Kim").await;
    browser.page_reads("Link your first bank").await;
    browser.click("Link a bank").await;
    let purpose = "To show what comes in and what goes out";
    browser.reads(&format!("Hemkassan asks you to link your bank: {purpose}")).await;
    browser.click("SEB").await;
    sign(world, &browser).await;
    browser.click("See your accounts").await;
    browser.page_reads("link.succeeded").await;
    browser.page_reads("of 4 reads left today").await;
    let text = browser.page_text().await;
    for shown in ["Your household", "active", "Until 20", "kr"] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
    assert!(browser.transactions().await.len() > 5, "{text}");
    let before = browser.connections().await;
    assert!(before.len() > 1, "a connection has accounts: {before:?}");

    // Who backs out of a renewal changes nothing.
    browser.click("Renew").await;
    browser.screen("ready").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.click("Cancel").await;
    browser.click("Back to your household").await;
    browser.page_reads("link.cancelled").await;
    assert_eq!(browser.connections().await, before);
    assert!(!browser.page_text().await.contains("connection.renewed"));
    let deleted = world.count("DELETE", "/psd2/consent");

    browser.click("Renew").await;
    sign(world, &browser).await;
    browser.click("See your accounts").await;
    browser.page_reads("connection.renewed").await;
    // The old consent ends at the bank, and connection and accounts stay the same.
    world.wait_for_calls(deleted + 1, "DELETE", "/psd2/consent").await;
    assert_eq!(browser.connections().await, before);

    browser.click("Disconnect").await;
    browser.page_reads("ended by the host").await;
    browser.page_reads("connection.revoked").await;
    world.wait_for_calls(deleted + 2, "DELETE", "/psd2/consent").await;
    assert_eq!(browser.connections().await, before[..1]);
});

scenario!(the_demo_page_shows_what_the_server_heard_beside_what_the_page_heard, async |scenario| {
    let (site, browser) = on_demo_page(&scenario).await;
    let world = &site.back_end.world;
    browser.click("SEB").await;
    sign(world, &browser).await;
    browser.page_reads("ais-link-linked").await;
    browser.page_reads("link.succeeded").await;
    browser.click("Ask for another link").await;
    browser.screen("choose-bank").await;
    // The site's own pages show the visitor's connection.
    browser.click("its own pages").await;
    browser.page_reads("of 4 reads left today").await;
});

scenario!(the_demo_page_shows_what_is_linked_with_a_token_of_the_server, async |scenario| {
    let (site, browser) = on_demo_page(&scenario).await;
    let world = &site.back_end.world;
    assert!(!browser.page_has("ais-accounts").await, "nothing is linked yet");
    browser.click("SEB").await;
    sign(world, &browser).await;
    browser.turn_to("ais-accounts").await;
    browser.screen("connections").await;
    for shown in ["SEB", "To show what comes in and what goes out"] {
        browser.reads(shown).await;
    }
    axe::finds_nothing(&browser, "#sharing", "the demo page").await;
    // A reload shows it again: the server knows the visitor.
    browser.reload().await;
    browser.turn_to("ais-accounts").await;
    browser.screen("connections").await;
    browser.click("Show accounts").await;
    browser.reads("As of").await;
    browser.click("Back").await;
    browser.click("Remove access").await;
    browser.screen("remove").await;
    browser.click("Remove access").await;
    browser.reads("Ended on").await;
    browser.page_reads("ais-accounts-removed").await;
    browser.page_reads("connection.revoked").await;
});

scenario!(a_site_shows_what_a_person_shares_and_renews_it_from_there, async |scenario| {
    let (site, browser) = linked_as_kim(&scenario).await;
    let world = &site.back_end.world;
    browser.click("What you share").await;
    browser.screen("connections").await;
    browser.reads("Hemkassan can read from these banks").await;
    axe::finds_nothing(&browser, "main", "the page of what is shared").await;
    // The page believes that it ends soon.
    browser.rewrite_answers("\"daysLeft\":\\d+", "\"daysLeft\":9").await;
    browser.remove_element().await;
    browser.put_element_back().await;
    browser.click("Renew").await;
    // The server's link session for that connection: its bank is chosen already.
    browser.screen("ready").await;
    sign(world, &browser).await;
    browser.click("See your accounts").await;
    browser.page_reads("connection.renewed").await;
    // What is shown is the person's who is logged in: another one sees nothing of it.
    browser.click("Log out").await;
    browser.click("Robin").await;
    browser.page_reads("Link your first bank").await;
    browser.goto(&site.url("/sharing")).await;
    browser.screen("empty").await;
    assert!(!browser.text().await.contains("SEB"));
});

scenario!(a_site_does_nothing_for_a_stranger, async |scenario| {
    let (site, browser) = linked_as_kim(&scenario).await;
    let [connection, ..] = &browser.connections().await[..] else { panic!("one connection") };
    let (robin, origin) = (log_in(&site, "customer-4712").await, site.origin.as_str());
    for act in ["renew", "refresh", "disconnect"] {
        let path = format!("/connections/{connection}/{act}");
        assert_eq!(post(&site, &path, &robin, origin).await.status(), 404, "{act}");
    }
    // A page of another site makes the person's browser send a form.
    let kim = log_in(&site, "customer-4711").await;
    let path = format!("/connections/{connection}/disconnect");
    for other in ["http://shop.example", "null", ""] {
        assert_eq!(post(&site, &path, &kim, other).await.status(), 403, "{other:?}");
    }
    // A webhook counts only with the signature of the secret that the relay has.
    let now = i64::try_from(SystemClock.now().as_millis() / 1000).unwrap();
    let body = json!({
        "type": "connection.revoked", "timestamp": "2026-11-28T10:00:00Z",
        "data": { "connection_id": connection, "client_reference": "customer-4711", "status": "revoked" },
    });
    let body = body.to_string();
    let hook = |secret: &str, body: &str| {
        let signature = Webhook::new(secret).unwrap().sign("ev_1", now, body.as_bytes()).unwrap();
        let request = Client::new().post(site.url("/webhooks")).body(body.to_owned());
        let request = request.header("webhook-id", "ev_1").header("webhook-timestamp", now);
        request.header("webhook-signature", signature).send()
    };
    let forged = hook("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", &body).await.unwrap();
    assert_eq!(forged.status(), 400);
    assert!(!browser.page_text().await.contains("connection.revoked"));
    assert_eq!(hook(SECRET, &body).await.unwrap().status(), 204);
    browser.page_reads("connection.revoked").await;
});

/// The demo page, whose server asks to link a bank.
async fn on_demo_page(scenario: &Scenario) -> (Site, Arc<Browser>) {
    let pages = |origin: &str| demo_page(scenario, origin);
    let (site, browser) = (Site::with_pages(scenario, pages).await, scenario.browser().await);
    browser.open(&site.back_end.world).await;
    browser.reads("Hemkassan asks you to link your bank").await;
    (site, browser)
}

/// The site's own pages, where Kim has linked a bank and sees the household.
async fn linked_as_kim(scenario: &Scenario) -> (Site, Arc<Browser>) {
    let (site, browser) = (Site::start(scenario).await, scenario.browser().await);
    browser.goto(&site.origin).await;
    browser.click("Kim").await;
    browser.page_reads("Link your first bank").await;
    browser.click("Link a bank").await;
    browser.click("SEB").await;
    sign(&site.back_end.world, &browser).await;
    browser.click("See your accounts").await;
    browser.page_reads("of 4 reads left today").await;
    (site, browser)
}

/// The person reads the code with their phone and signs.
async fn sign(world: &World, browser: &Browser) {
    browser.click("Show QR code").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
}

/// Copies the demo page, with settings that name the site; gives the folder.
fn demo_page(scenario: &Scenario, origin: &str) -> PathBuf {
    let read = |name: &str| {
        let path = PathBuf::from(required("AIS_LINK_PAGES")).join(name);
        fs::read_to_string(path).expect("the demo page is there")
    };
    let names = ["index.html", "demo.js", "demo.css"];
    let texts = names.map(read);
    let files: Vec<_> = names.into_iter().zip(texts.iter().map(String::as_str)).collect();
    let folder = scenario.write_pages(&files);
    fs::create_dir_all(folder.join("demo")).expect("the folder of logs can be written");
    let settings = json!({ "bankid": "about:blank", "host": origin }).to_string();
    fs::write(folder.join("demo/settings.json"), settings).expect("it can be written");
    folder
}

/// Logs a person in, and gives the cookie.
async fn log_in(site: &Site, person: &str) -> String {
    let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    let request = client.post(site.url("/login")).header(ORIGIN, &site.origin);
    let answer = request.body(format!("person={person}")).send().await.expect("the site answers");
    let cookie = answer.headers()[SET_COOKIE].to_str().expect("it is text");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    cookie.split(';').next().expect("it has a value").to_owned()
}

/// Sends a form of the site as a browser with `cookie` on a page of `origin` does.
async fn post(site: &Site, path: &str, cookie: &str, origin: &str) -> Response {
    let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    let request = client.post(site.url(path)).header(COOKIE, cookie);
    let request = if origin.is_empty() { request } else { request.header(ORIGIN, origin) };
    request.send().await.expect("the site answers")
}
