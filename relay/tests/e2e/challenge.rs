//! The code and its clock: a new code, another device, the whole screen, an old frame, and a page that is
//! open inside another app.

mod orders;

use std::num::NonZeroU32;
use std::time::Duration;

use sandbox::{Fault, SignOutcome};

use crate::accessibility::look;
use crate::support::{
    FACEBOOK, Key, Options, SWEDBANK, Scheme, Setting, Size, ask_for_the_code, at_the_code,
    let_pass, scenario,
};

scenario!(a_code_that_ran_out_is_followed_by_a_new_one_that_links, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let first = browser.qr().await;
    let_pass(&world, &browser, Duration::from_secs(31)).await;
    browser.reads("The BankID app is not responding").await;
    look(&browser, "expired").await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    let second = browser.qr().await;
    assert_ne!(first, second);
    let order = world.scan(&second);
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(world.count("POST", "/authorisations"), 2);
    assert_eq!(world.count("DELETE", "/consents"), 0, "it is the same consent");
});

scenario!(a_reloaded_page_offers_a_new_code_too, async |scenario| {
    // The bank's clock runs as in the field.
    let slowness = NonZeroU32::MIN;
    let world = scenario.world_with(Setting { slowness, ..Setting::default() }).await;
    let browser = scenario.browser().await;
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
});

scenario!(a_person_changes_the_device_twice_and_links, async |scenario| {
    let browser = scenario.browser().await;
    for bank in ["SEB", "Handelsbanken", SWEDBANK] {
        let world = scenario.world().await;
        browser.open_as_new_visitor(&world).await;
        ask_for_the_code(&browser, bank).await;
        let unused = browser.qr().await;
        browser.click("Use this device").await;
        browser.reads("Open BankID").await;
        assert!(world.sandbox.scan(&unused).is_err(), "the first order has ended");
        browser.click("Use another device").await;
        browser.reads("Scan the QR code").await;
        browser.picture(&bank[..3].to_lowercase()).await;
        let mut order = world.scan(&browser.qr().await);
        if let SignOutcome::NextStep { .. } = world.sign(&order) {
            browser.reads("Step 2 of 2").await;
            order = world.scan(&browser.qr().await);
            world.sign(&order);
        }
        browser.screen("linked").await;
        assert_eq!(world.count("POST", "/authorisations"), 3, "{bank}: {}", order.bank);
    }
});

scenario!(a_bank_that_refuses_a_second_authorisation_gets_a_new_consent, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let fault = Fault::Status { status: 409, retry_after: None };
    world.fail("POST", "/psd2/consent/v1/consents/", fault);
    browser.click("Use this device").await;
    browser.reads("Open BankID").await;
    browser.click("Use another device").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(world.count("DELETE", "/consents/"), 1);
});

scenario!(a_code_fills_the_screen_until_escape_or_a_tap, async |scenario| {
    for (scheme, size) in [(Scheme::Light, Size::Desktop), (Scheme::Dark, Size::Phone)] {
        let world = scenario.world().await;
        let options = Options { scheme, size, ..Options::default() };
        let browser = scenario.browser_with(options).await;
        browser.open(&world).await;
        browser.click("Handelsbanken").await;
        browser.click("Show QR code").await;
        browser.screen("challenge").await;
        let before = browser.code_width().await;
        browser.click("Enlarge the code").await;
        assert!(browser.code_width().await > before);
        // The frames go on, and can be read.
        let first = browser.qr().await;
        world.sandbox.advance(Duration::from_secs(1));
        browser.qr_after(&first).await;
        look(&browser, "challenge").await;
        browser.press(Key::Escape).await;
        assert!(!browser.has_full_code().await);
        assert_eq!(browser.focused().await.as_deref(), Some("Enlarge the code"));
        browser.click("Enlarge the code").await;
        assert!(browser.has_full_code().await);
        browser.tap_full_code().await;
        assert!(!browser.has_full_code().await);
        let order = world.scan(&browser.qr().await);
        world.sign(&order);
        browser.screen("linked").await;
    }
});

scenario!(a_code_that_fills_the_screen_can_be_replaced_too, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let first = browser.qr().await;
    browser.click("Enlarge the code").await;
    // The page's clock alone: at the bank the order goes on.
    browser.advance_clock(Duration::from_secs(31)).await;
    browser.reads("begin again below").await;
    assert_eq!(browser.full_code_buttons().await, ["Get a new code", "Close"]);
    browser.click("Get a new code").await;
    let second = browser.qr_after(&first).await;
    world.sign(&world.scan(&second));
    browser.screen("linked").await;
});

scenario!(a_code_that_is_cut_off_gets_a_notice, async |scenario| {
    let (_world, browser) = at_the_code(&scenario, "SEB").await;
    browser.qr().await;
    assert_eq!(browser.cut_off_notice().await, "");
    browser.push_code_below_the_edge().await;
    browser.reads("The QR code is not fully visible").await;
    browser.picture("cut").await;
    browser.pull_code_back().await;
    browser.no_cut_off_notice().await;
});

scenario!(a_frame_that_is_too_old_disappears_and_comes_back, async |scenario| {
    let browser = scenario.browser().await;
    for bank in ["Handelsbanken", SWEDBANK] {
        let world = scenario.world().await;
        browser.open_as_new_visitor(&world).await;
        ask_for_the_code(&browser, bank).await;
        let first = browser.qr().await;
        world.hold("GET", "/psd2/consent");
        browser.reads("The code comes back by itself").await;
        browser.picture(&bank[..4].to_lowercase()).await;
        // A screen reader gets the words as words, and later the code as a picture.
        assert!(!browser.has_drawn_code().await && !browser.has_picture().await);
        world.release();
        let next = browser.qr().await;
        assert_eq!(browser.code_label().await, "QR code for the BankID app");
        assert_ne!(first, next);
        world.scan(&next);
        browser.screen("signing").await;
    }
});

scenario!(a_page_inside_another_app_says_where_to_open_it, async |scenario| {
    let world = scenario.world().await;
    let options = Options { size: Size::Phone, ..Options::default() };
    let browser = scenario.browser_with(options).await;
    // A page that finds its way by a fragment.
    let address = world.url("/#/banks");
    browser.goto(&address).await;
    browser.screen("choose-bank").await;
    browser.set_user_agent(FACEBOOK).await;
    browser.click("SEB").await;
    browser.reads("Open it in Safari instead").await;
    look(&browser, "ready").await;
    browser.click("Copy the address").await;
    browser.reads("The address is copied.").await;
    assert_eq!(browser.pasted().await, address);
    assert!(browser.offers("Copy the address").await, "it can be copied again");
    browser.click("BankID on this device").await;
    browser.screen("challenge").await;
    let links = [("bankid:///", "origin"), ("https://app.bankid.com/", "origin")];
    let links = links.map(|(address, policy)| (address.to_owned(), policy.to_owned()));
    assert_eq!(browser.links().await, links);
    look(&browser, "challenge").await;
});
