//! What a link stands on: a device whose clock is wrong, a browser or a page without the cookie, files of texts that
//! are none, and a platform that wants to be left alone.

use std::fs::{read_dir, read_to_string, remove_file, write};

use sandbox::Fault;
use serde_json::json;

use crate::loading::{EMPTY, PUT, bundle, pages};
use crate::support::{Browser, Cookies, Wishes, World, hosted};

/// Puts the device's clock off by so many milliseconds, and lets scripts see the true one.
const SET_CLOCK: &str = "window.TrueDate ??= Date;
const off = arguments[0];
window.Date = class extends TrueDate {
  constructor(...given) { given.length ? super(...given) : super(TrueDate.now() + off); }
  static now() { return TrueDate.now() + off; }
};";

/// The last day of a consent for 179 days, as the offer says it, by the true clock.
const UNTIL: &str = "const day = new TrueDate(TrueDate.now() + 179 * 864e5);
return new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeZone: 'UTC'}).format(day);";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_device_whose_clock_is_wrong_asks_for_the_days_of_the_relays() {
    let world = World::with_pages("ground-clock", &pages("ground-clock")).await;
    let browser = Browser::new().await;
    for days in [2, -2, 3 * 365, -3 * 365] {
        browser.afresh(&world).await;
        browser.page_reads("Not yet.").await;
        browser.eval(SET_CLOCK, vec![json!(i64::from(days) * 86_400_000)]).await;
        browser.eval(PUT, vec![]).await;
        browser.screen("choose-bank").await;
        browser.click("SEB").await;
        browser.screen("ready").await;
        let until = browser.eval(UNTIL, vec![]).await;
        browser.reads(until.as_str().expect("a day")).await;
        // The bank refuses a day that is over, and one beyond its limit.
        browser.click("Show QR code").await;
        browser.screen("challenge").await;
    }
    browser.quit("ground-clock").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_page_of_another_site_is_named_before_anything_begins() {
    let page = |_: &str, relay: &str| {
        EMPTY
            .replace("src=\"/ais-link.js\"", &format!("src=\"{relay}/ais-link.js\""))
            .replace("<p>Not yet.</p>", &format!("<ais-link relay=\"{relay}\"></ais-link>"))
    };
    let (world, origin) = hosted("ground-site", "127.0.0.1", "", page).await;
    let browser = Browser::new().await;
    browser.goto(&origin).await;
    browser.screen("other-site").await;
    browser.reads("This page is not set up correctly.").await;
    assert_eq!(world.count("POST", "/psd2/consent"), 0);
    let said = browser.console().await.join("\n");
    assert!(said.contains("AIS_RELAY_ALLOWED_ORIGINS") || !Browser::has_devtools(), "{said}");
    browser.end("ground-site").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn blocked_cookies_are_named_before_anything_begins() {
    let world = World::new("ground-cookies").await;
    let wishes = Wishes { cookies: Cookies::Blocked, ..Wishes::default() };
    let browser = Browser::with(wishes).await;
    browser.goto(&world.url("/")).await;
    browser.screen("cookies-blocked").await;
    browser.reads("Cookies are blocked").await;
    browser.click("Try again").await;
    browser.screen("cookies-blocked").await;
    assert_eq!(world.count("POST", "/psd2/consent"), 0);
    browser.end("ground-cookies").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn texts_that_are_a_page_are_told_and_asked_for_again() {
    let (pages, bundle) = (pages("ground-texts"), bundle("ground-texts-bundle"));
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
    let variables = [("AIS_RELAY_BUNDLE", bundle.to_str().expect("a plain path"))];
    let mut world = World::with("ground-texts", &pages, World::SLOWNESS, &variables).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.eval(PUT, vec![]).await;
    browser.screen("unreachable").await;
    browser.page_reads("One moment, please.").await;
    for (path, texts) in kept {
        write(path, texts).expect("the texts again");
    }
    world.restart();
    browser.screen("choose-bank").await;
    browser.reads("Choose your bank").await;
    let told = json!([{ "reason": "unreachable", "supportCode": null }]);
    assert_eq!(browser.eval("return failed", vec![]).await, told);
    browser.quit("ground-texts").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_platform_that_wants_rest_says_until_when() {
    let world = World::new("ground-rest").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
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
    browser.quit("ground-rest").await;
}
