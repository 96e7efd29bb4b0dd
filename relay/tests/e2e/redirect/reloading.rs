//! A page that is loaded again, on every screen: the link goes on at the right one.

use std::time::Duration;

use relay::{Clock as _, SystemClock};
use tokio::time::{sleep, timeout};

use super::bank::{allow, at_the_bank, heard_linked};
use crate::support::{Browser, SOON, Tab, World, at_the_code};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn screens_before_the_bank_begin_anew() {
    let world = World::new("reload-before").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    for clicks in [&[][..], &["Nordea"], &["SEB"]] {
        browser.screen("choose-bank").await;
        for click in clicks {
            browser.click(click).await;
            browser.screen("ready").await;
        }
        browser.reload().await;
    }
    browser.screen("choose-bank").await;
    assert!(world.sandbox.consents().is_empty());
    // While the steps are under way, too: what was made is gone on with, or made anew.
    world.hold("POST", "/psd2/consent/v1/consents");
    browser.click("Danske Bank").await;
    browser.click("Continue to Danske Bank").await;
    browser.screen("preparing").await;
    browser.reload().await;
    browser.screen("choose-bank").await;
    world.release();
    browser.quit("reload-before").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_bank_that_is_being_contacted_is_contacted_anew() {
    let (world, browser) = at_the_code("reload-contacting", "SEB").await;
    // As the relay tells it in the moment before the bank has said how it wants the person to approve.
    browser.mishear("\"scaApproach\":\"DECOUPLED\",", "").await;
    browser
        .eval(
            // Put back at once, it would only have moved.
            "const own = link; own.remove();
            return new Promise(done => setTimeout(() => done(document.querySelector('.offer').append(own)), 50))",
            vec![],
        )
        .await;
    // SEB has no page that the person could come back from.
    browser.screen("ready").await;
    world.called("DELETE", "/consent/v1/consents/").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    browser.quit("reload-contacting").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn screens_after_the_bank_go_on() {
    let world = World::new("reload-after").await;
    let browser = at_the_bank(&world, "Nordea").await;
    browser.open(&world).await;
    browser.screen("at-bank").await;
    browser.reload().await;
    browser.screen("at-bank").await;
    browser.click("Continue to Nordea").await;
    world.hold("GET", "/psd2/accountinformation/v1/accounts");
    allow(&browser).await;
    browser.screen("finishing").await;
    browser.reload().await;
    world.release();
    browser.screen("linked").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.reload().await;
    browser.screen("linked").await;
    browser.reads("NordeaYour bank is connected").await;
    assert_eq!(heard_linked(&browser).await, 1, "once for each page");
    browser.click("Connect another bank").await;
    browser.screen("choose-bank").await;
    browser.reload().await;
    browser.screen("choose-bank").await;
    browser.quit("reload-after").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn accounts_of_which_a_closed_tab_did_not_hear_come_in_the_next() {
    let world = World::new("reload-closed").await;
    let browser = at_the_bank(&world, "Nordea").await;
    world.hold("GET", "/psd2/accountinformation/v1/accounts");
    allow(&browser).await;
    browser.screen("finishing").await;
    let closed = browser.tab().await;
    let next = browser.new_tab().await;
    browser.look_at(&closed).await;
    browser.close_tab(&next).await;
    browser.open(&world).await;
    browser.screen("finishing").await;
    world.release();
    browser.screen("linked").await;
    assert_eq!(heard_linked(&browser).await, 1);
    // It was told: a further tab begins afresh.
    browser.new_tab().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.quit("reload-closed").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_code_is_shown_again_and_a_signature_is_waited_for() {
    let (world, browser) = at_the_code("reload-code", "Handelsbanken").await;
    browser.reload().await;
    browser.screen("challenge").await;
    let order = world.scan(&browser.qr().await);
    browser.screen("signing").await;
    browser.reload().await;
    browser.screen("signing").await;
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.quit("reload-code").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn two_tabs_at_one_link_ask_once_a_second_and_both_see_the_end() {
    let (world, browser) = at_the_code("reload-two-tabs", "SEB").await;
    let first = browser.tab().await;
    // A window of its own: a tab would hide the first one, which would then not ask.
    let second = browser.new_window().await;
    browser.open(&world).await;
    browser.screen("challenge").await;
    let tabs = [&first, &second];
    let mut begun = Vec::new();
    for tab in tabs {
        begun.push(asked(&browser, tab).await);
    }
    let heard = || world.count("GET", "/authorisations/");
    let (before, since) = (heard(), SystemClock.now());
    let rounds = async {
        while heard() < before + ROUNDS {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, rounds).await.expect("the platform is asked again and again");
    let (count, took) = (heard() - before, SystemClock.now().since(since));
    // The first comes at once, and may have been under way before; each further one comes a second later.
    let most = took.as_secs() + 2;
    assert!(u64::try_from(count).unwrap() <= most, "{count} questions in {took:?}");
    for (tab, begun) in tabs.into_iter().zip(begun) {
        let own = asked(&browser, tab).await - begun;
        assert!(own >= 2, "both ask, not one of them alone: {own}");
    }
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    for tab in [&second, &first] {
        browser.look_at(tab).await;
        browser.screen("linked").await;
    }
    browser.look_at(&second).await;
    assert_eq!(world.sandbox.consents().len(), 1);
    browser.quit("reload-two-tabs").await;
}

/// How often the page in `tab` has asked for the status of an authorisation.
async fn asked(browser: &Browser, tab: &Tab) -> u64 {
    browser.look_at(tab).await;
    let script = "return performance.getEntriesByType('resource')
        .filter(it => it.name.includes('/authorisations/')).length";
    browser.eval(script, vec![]).await.as_u64().expect("a length is a number")
}

/// Questions that the platform must have heard before they are counted.
const ROUNDS: usize = 6;
