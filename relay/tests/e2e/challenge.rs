//! The code and its clock: a new code, another device, the whole screen, an old frame, and a page that is
//! open inside another app.

mod told;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use sandbox::Fault;
use serde_json::json;

use crate::accessibility::look;
use crate::support::{
    Browser, FACEBOOK, Scheme, Size, Wishes, World, at_the_code, required, time_goes_by,
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_that_ran_out_is_followed_by_a_new_one_that_links() {
    let (world, browser) = at_the_code("challenge-new-code", "SEB").await;
    let first = browser.qr().await;
    time_goes_by(&world, &browser, Duration::from_secs(31)).await;
    browser.reads("The BankID app is not responding").await;
    look(&browser, "expired", "looks-light-1280-new-code").await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    let second = browser.qr().await;
    assert_ne!(first, second);
    let order = world.scan(&second);
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(world.count("POST", "/authorisations"), 2);
    assert_eq!(world.count("DELETE", "/consents"), 0, "it is the same consent");
    browser.quit("challenge-new-code").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_page_that_is_loaded_again_offers_the_new_code_too() {
    // In the field's own time.
    let name = "challenge-reloaded";
    let pages = PathBuf::from(required("AIS_LINK_PAGES"));
    let world = World::with(name, &pages, NonZeroU32::MIN, &[]).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.screen_within("expired", Duration::from_mins(2)).await;
    browser.reload().await;
    browser.screen("expired").await;
    browser.click("Get a new code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    browser.quit(name).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_changes_the_device_on_the_way_and_links() {
    for bank in ["SEB", "Handelsbanken", "Swedbank and Sparbankerna"] {
        let name = format!("challenge-device-{}", bank[..3].to_lowercase());
        let (world, browser) = at_the_code(&name, bank).await;
        let unused = browser.qr().await;
        browser.click("Use this device").await;
        browser.reads("Open BankID").await;
        assert!(world.sandbox.scan(&unused).is_err(), "the first order is over");
        browser.click("Use another device").await;
        browser.reads("Scan the QR code").await;
        browser.picture(&name).await;
        let mut order = world.scan(&browser.qr().await);
        if let sandbox::SignOutcome::NextStep { .. } = world.sign(&order) {
            browser.reads("Step 2 of 2").await;
            order = world.scan(&browser.qr().await);
            world.sign(&order);
        }
        browser.screen("linked").await;
        assert_eq!(world.count("POST", "/authorisations"), 3, "{bank}: {}", order.bank);
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_bank_that_wants_no_second_authorisation_is_asked_for_a_new_consent() {
    let (world, browser) = at_the_code("challenge-refused", "SEB").await;
    let fault = Fault::Status { status: 409, retry_after: None };
    world.fail("POST", "/psd2/consent/v1/consents/", fault);
    browser.click("Use this device").await;
    browser.reads("Open BankID").await;
    browser.click("Use another device").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(world.count("DELETE", "/consents/"), 1);
    browser.quit("challenge-refused").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_fills_the_screen_and_escape_or_a_tap_brings_it_back() {
    const OPEN: &str = "return !!root.querySelector('dialog[open] .qr')";
    for (scheme, size) in [(Scheme::Light, Size::Desktop), (Scheme::Dark, Size::Phone)] {
        let name = match scheme {
            Scheme::Light => "challenge-full-light",
            Scheme::Dark => "challenge-full-dark",
        };
        let world = World::new(name).await;
        let browser = Browser::with(Wishes { scheme, size, ..Wishes::default() }).await;
        browser.open(&world).await;
        browser.click("Handelsbanken").await;
        browser.click("Show QR code").await;
        let small = "return root.querySelector('.qr').getBoundingClientRect().width";
        browser.screen("challenge").await;
        let before = browser.eval(small, vec![]).await.as_f64().unwrap();
        browser.click("Enlarge the code").await;
        assert!(browser.eval(small, vec![]).await.as_f64().unwrap() > before);
        // The frames go on, and can be read.
        let first = browser.qr().await;
        world.sandbox.advance(Duration::from_secs(1));
        browser.qr_after(&first).await;
        look(&browser, "challenge", name).await;
        browser.driver.action_chain().send_keys("\u{e00c}").perform().await.unwrap();
        assert_eq!(browser.eval(OPEN, vec![]).await, json!(false));
        let focused = "return root.activeElement?.innerText";
        assert_eq!(browser.eval(focused, vec![]).await, json!("Enlarge the code"));
        browser.click("Enlarge the code").await;
        assert_eq!(browser.eval(OPEN, vec![]).await, json!(true));
        browser.eval("root.querySelector('.full .qr').click()", vec![]).await;
        assert_eq!(browser.eval(OPEN, vec![]).await, json!(false));
        let order = world.scan(&browser.qr().await);
        world.sign(&order);
        browser.screen("linked").await;
        browser.quit(name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_that_fills_the_screen_is_followed_by_a_new_one_too() {
    let (world, browser) = at_the_code("challenge-full-new", "SEB").await;
    let first = browser.qr().await;
    browser.click("Enlarge the code").await;
    // No bank has ended anything.
    browser.skip(Duration::from_secs(31)).await;
    let there = "return [...root.querySelectorAll('dialog[open] button')].filter(it => it.checkVisibility()).map(it => it.innerText)";
    browser.reads("begin again below").await;
    assert_eq!(browser.eval(there, vec![]).await, json!(["Get a new code", "Close"]));
    browser.click("Get a new code").await;
    let second = browser.qr_after(&first).await;
    world.sign(&world.scan(&second));
    browser.screen("linked").await;
    browser.quit("challenge-full-new").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_that_is_cut_off_is_said() {
    let (_world, browser) = at_the_code("challenge-cut", "SEB").await;
    let said = "return root.querySelector('.cut').textContent";
    browser.qr().await;
    assert_eq!(browser.eval(said, vec![]).await, json!(""));
    // As on a small window: half of the code is below the edge.
    let cut = "link.style.marginTop = `${innerHeight - root.querySelector('.qr').getBoundingClientRect().top - 100}px`";
    browser.eval(cut, vec![]).await;
    browser.reads("The QR code is not fully visible").await;
    browser.picture("looks-light-1280-cut").await;
    browser.eval("link.style.marginTop = ''", vec![]).await;
    while browser.eval(said, vec![]).await != json!("") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    browser.quit("challenge-cut").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_frame_that_is_too_old_is_taken_off_and_comes_back() {
    for bank in ["Handelsbanken", "Swedbank and Sparbankerna"] {
        let name = format!("challenge-stale-{}", bank[..4].to_lowercase());
        let (world, browser) = at_the_code(&name, bank).await;
        let first = browser.qr().await;
        world.hold("GET", "/psd2/consent");
        browser.reads("The code comes back by itself").await;
        browser.picture(&format!("looks-light-1280-{name}")).await;
        // The words are read as words, and a code again as a picture.
        let picture = "return !!root.querySelector('.qr svg, .qr canvas') || !!root.querySelector('.screen [role=img]')";
        assert_eq!(browser.eval(picture, vec![]).await, json!(false));
        world.release();
        let next = browser.qr().await;
        let named = "return root.querySelector('.qr > [role=img]')?.ariaLabel";
        assert_eq!(browser.eval(named, vec![]).await, json!("QR code for the BankID app"));
        assert_ne!(first, next);
        world.scan(&next);
        browser.screen("signing").await;
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_page_inside_another_app_says_where_to_open_it() {
    let world = World::new("challenge-in-app").await;
    let browser = Browser::with(Wishes { size: Size::Phone, ..Wishes::default() }).await;
    // A page that finds its way by a fragment.
    let address = world.url("/#/banks");
    browser.goto(&address).await;
    browser.screen("choose-bank").await;
    browser.pretend(FACEBOOK).await;
    browser.click("SEB").await;
    browser.reads("Open it in Safari instead").await;
    look(&browser, "ready", "looks-light-360-in-app").await;
    browser.click("Copy the address").await;
    browser.reads("The address is copied.").await;
    assert_eq!(browser.pasted().await, address);
    assert!(browser.offers("Copy the address").await, "it can be copied again");
    browser.click("BankID on this device").await;
    browser.screen("challenge").await;
    let links = "return [...root.querySelectorAll('a')].map(it => [it.href.split('?')[0], it.referrerPolicy])";
    let expected = json!([["bankid:///", "origin"], ["https://app.bankid.com/", "origin"]]);
    assert_eq!(browser.eval(links, vec![]).await, expected);
    look(&browser, "challenge", "looks-light-360-in-app").await;
    browser.quit("challenge-in-app").await;
}
