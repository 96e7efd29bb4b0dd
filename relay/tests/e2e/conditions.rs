//! What a link depends on, where it is not as it should be: the device's clock, the cookie, the files of texts, and a
//! platform that has too much to do.

use std::fs::{read_dir, read_to_string, remove_file, write};

use sandbox::Fault;
use serde_json::{Value, json};

use crate::loading::{EMPTY, bundle, pages};
use crate::support::{Browser, Cookies, Options, SOON, Setting, hosted, scenario};

scenario!(a_device_with_a_wrong_clock_asks_for_days_by_the_relays_clock, async |scenario| {
    let world = scenario.world_serving(pages(&scenario)).await;
    let browser = scenario.browser().await;
    for days in [2, -2, 3 * 365, -3 * 365] {
        browser.open_as_new_visitor(&world).await;
        browser.page_reads("Not yet.").await;
        browser.set_date_off(days).await;
        browser.add_element().await;
        browser.screen("choose-bank").await;
        browser.click("SEB").await;
        browser.screen("ready").await;
        browser.reads(&browser.last_day(179).await).await;
        // The bank refuses a day that is over, and one beyond its limit.
        browser.click("Show QR code").await;
        browser.screen("challenge").await;
    }
});

scenario!(a_page_of_another_site_gets_an_error_before_anything_begins, async |scenario| {
    let page = |_: &str, relay: &str| {
        EMPTY
            .replace("src=\"/ais-link.js\"", &format!("src=\"{relay}/ais-link.js\""))
            .replace("<p>Not yet.</p>", &format!("<ais-link relay=\"{relay}\"></ais-link>"))
    };
    let (world, origin) = hosted(&scenario, "127.0.0.1", "", page).await;
    let browser = scenario.browser().await;
    browser.keep_from_others();
    browser.goto(&origin).await;
    browser.screen("other-site").await;
    browser.reads("This page is not set up correctly.").await;
    assert_eq!(world.count("POST", "/psd2/consent"), 0);
    let said = browser.console().await.join("\n");
    assert!(said.contains("AIS_RELAY_ALLOWED_ORIGINS") || !Browser::has_devtools(), "{said}");
});

scenario!(blocked_cookies_cause_an_error_before_anything_begins, async |scenario| {
    let world = scenario.world().await;
    let options = Options { cookies: Cookies::Blocked, ..Options::default() };
    let browser = scenario.browser_with(options).await;
    browser.keep_from_others();
    browser.open(&world).await;
    browser.screen("cookies-blocked").await;
    browser.reads("Cookies are blocked").await;
    browser.click("Try again").await;
    browser.screen("cookies-blocked").await;
    assert_eq!(world.count("POST", "/psd2/consent"), 0);
});

scenario!(texts_that_are_a_page_are_reported_and_loaded_again, async |scenario| {
    let bundle = bundle(&scenario);
    let mut kept = Vec::new();
    for file in read_dir(bundle.join("assets")).expect("the assets").flatten() {
        let (path, name) = (file.path(), file.file_name().into_string().expect("plain names"));
        if !name.starts_with("texts-") {
            continue;
        }
        if path.extension().is_some_and(|kind| kind == "txt") {
            kept.push((path.clone(), read_to_string(&path).expect("texts")));
            write(path, "<!doctype html><title>Signed out</title>").expect("a page");
        } else {
            remove_file(path).expect("a smaller copy");
        }
    }
    let variables = &[("AIS_RELAY_BUNDLE", bundle.to_str().expect("a plain path"))];
    let setting = Setting { pages: pages(&scenario), variables, ..Setting::default() };
    let (world, browser) = (scenario.world_with(setting).await, scenario.browser().await);
    browser.open(&world).await;
    browser.add_element().await;
    browser.screen("unreachable").await;
    browser.page_reads("One moment, please.").await;
    browser.note_announcements().await;
    browser.mark_announcements("texts").await;
    for (path, texts) in kept {
        write(path, texts).expect("the texts again");
    }
    world.restart_relay();
    browser.screen("choose-bank").await;
    browser.reads("Choose your bank").await;
    // The flow was at the list before its first screen could be shown.
    browser.announces_after("texts", "status: Choose your bank", SOON).await;
    let failed = json!([{ "reason": "unreachable", "supportCode": null }]);
    assert_eq!(browser.noted::<Value>("failed").await, failed);
});

scenario!(the_page_says_when_a_busy_platform_can_be_asked_again, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.click("SEB").await;
    browser.screen("ready").await;
    world.fail("POST", "/psd2/consent", Fault::Status { status: 429, retry_after: Some(12) });
    browser.click("Show QR code").await;
    browser.screen("busy").await;
    browser.reads("You can try again in ").await;
    assert!(!browser.offers("Try again").await);
    browser.reads("You can try again now.").await;
    browser.click("Try again").await;
    browser.screen("ready").await;
});
