//! Ways to come back from the BankID app on the same phone: by the address that the app opens, in this browser
//! or in another one, by hand, in another tab, or after minutes.

use std::path::PathBuf;
use std::time::Duration;

use protocol::wire::ConsentStatus;
use sandbox::PendingOrder;
use serde_json::json;

use super::bank::heard_linked;
use crate::support::{Browser, Size, Wishes, World, required};

/// A person with an iPhone who has opened the app for an order of SEB, and the address that the app opens
/// when they have signed.
async fn in_the_app(world: &World) -> (Browser, PendingOrder, String) {
    let browser = Browser::with(Wishes { size: Size::Phone, ..Wishes::default() }).await;
    browser.open(world).await;
    browser.screen("choose-bank").await;
    browser.pretend(SAFARI).await;
    browser.click("SEB").await;
    browser.click("BankID on this device").await;
    browser.screen("challenge").await;
    let asked = "const given = new URL(root.querySelector('a.action').href).searchParams;
        return [given.get('autostarttoken'), given.get('redirect')];";
    let asked = browser.eval(asked, vec![]).await;
    let [token, back] =
        [0, 1].map(|at| asked[at].as_str().expect("the app is told both").to_owned());
    assert!(back.starts_with(&world.url("/redirect?state=")), "{back}");
    let order = world.scan(&format!("bankid:///?autostarttoken={token}"));
    (browser, order, back)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_app_may_come_back_in_another_tab_by_hand_or_after_minutes() {
    let world = World::new("app-back").await;
    let (browser, order, back) = in_the_app(&world).await;
    let first = browser.tab().await;
    browser.look_away().await;
    world.sign(&order);
    // The app opens the address in a tab of its own.
    let second = browser.new_tab().await;
    browser.goto(&back).await;
    browser.screen("linked").await;
    assert_eq!(browser.address().await, world.url("/"), "no state");
    assert_eq!(heard_linked(&browser).await, 1);
    // The person looks at the old tab again, minutes later.
    browser.look_at(&first).await;
    browser.skip(Duration::from_mins(10)).await;
    browser.screen("linked").await;
    browser.reads("Your bank is connected").await;
    // The address may be opened once more, and the page by hand.
    browser.look_at(&second).await;
    for address in [&back, &world.url("/")] {
        browser.goto(address).await;
        browser.screen("linked").await;
    }
    assert_eq!(world.sandbox.consents().len(), 1);
    browser.quit("app-back").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_operator_decides_what_a_return_of_the_app_in_another_browser_means() {
    for choice in ["refuse", "ignore"] {
        let name = format!("app-foreign-{choice}");
        let pages = PathBuf::from(required("AIS_LINK_PAGES"));
        let variables = [("AIS_RELAY_FOREIGN_RETURN", choice)];
        let world = World::with(&name, &pages, World::SLOWNESS, &variables).await;
        let (browser, order, back) = in_the_app(&world).await;
        browser.look_away().await;
        world.sign(&order);
        let other = Browser::new().await;
        other.goto(&back).await;
        other.page_reads(if choice == "refuse" { REFUSED } else { IGNORED }).await;
        browser.look_back().await;
        let (screen, status, heard) = match choice {
            "refuse" => ("foreign-completion", ConsentStatus::TerminatedByTpp, 0),
            _ => ("linked", ConsentStatus::Valid, 1),
        };
        browser.screen(screen).await;
        assert_eq!(world.sandbox.consents()[0].status, status, "{choice}");
        assert_eq!(heard_linked(&browser).await, heard, "{choice}");
        assert_eq!(other.eval("return location.search", vec![]).await, json!(""), "no state");
        browser.quit(&name).await;
        other.quit(&format!("{name}-other")).await;
    }
}

const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const REFUSED: &str = "This was begun in another browser";
const IGNORED: &str = "Go back to where you began";
