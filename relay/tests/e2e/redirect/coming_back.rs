//! Ways to come back: twice, in another tab, in another browser, to a relay that was killed meanwhile.

use protocol::wire::ConsentStatus;
use reqwest::redirect::Policy;

use super::bank::{allow, at_the_bank, choose, go_on, go_to_bank, heard_linked};
use super::{BANKS, choosing};
use crate::accessibility::look;
use crate::support::{Browser, SWEDBANK, World};

/// Says yes at the bank without the browser that is there; the address that the bank then sends it to.
async fn allowed_elsewhere(browser: &Browser) -> String {
    let page = browser.address().await;
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).tls_certs_only([]);
    let client = client.build().expect("a client");
    // What a bank has no button for it refuses.
    for action in ["continue", "open-app", "confirm", "approve"] {
        let form = [("action", action), ("user-id", "elsa")];
        let answer = client.post(&page).form(&form).send().await.expect("the bank answers");
        if let Some(location) = answer.headers().get("location") {
            let location = location.to_str().expect("an address").to_owned();
            if location.contains("/redirect?") {
                return location;
            }
        }
    }
    panic!("the bank sends nobody back")
}

/// How many codes were brought to the platform.
fn exchanges(world: &World) -> usize {
    let requests = world.sandbox.requests();
    let exchange = |seen: &&sandbox::SeenRequest| seen.header("x-consentid").is_some();
    requests.iter().filter(exchange).count()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn each_bank_is_linked_after_the_back_button_a_closed_tab_and_two_returns() {
    for (country, banks) in BANKS {
        let name = format!("redirect-through-{country}");
        let (world, browser) = choosing(&name, country).await;
        for bank in banks {
            choose(&browser, bank).await;
            let bank = if *bank == SWEDBANK { "Swedbank" } else { bank };
            browser.back().await;
            browser.reads(&format!("{bank}Approve at your bank")).await;
            browser.reload().await;
            go_on(&browser, bank).await;
            let old = browser.tab().await;
            let new = browser.new_tab().await;
            browser.look_at(&old).await;
            browser.close_tab(&new).await;
            browser.open(&world).await;
            browser.screen("at-bank").await;
            browser.reads(&format!("You have not come back from {bank} yet")).await;
            go_on(&browser, bank).await;
            let back = allowed_elsewhere(&browser).await;
            for _ in 0..2 {
                browser.goto(&back).await;
                browser.reads(&format!("{bank}Your bank is connected")).await;
                assert_eq!(browser.address().await, world.url("/"), "{bank}");
                assert_eq!(heard_linked(&browser).await, 1, "{bank}");
            }
            browser.click("Connect another bank").await;
        }
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_second_return_changes_nothing() {
    for (bank, codes) in [("Nordea", 1), ("Provbanken", 0)] {
        let name = format!("redirect-twice-{}", bank[..4].to_lowercase());
        let world = World::new(&name).await;
        let browser = at_the_bank(&world, bank).await;
        let back = allowed_elsewhere(&browser).await;
        for _ in 0..2 {
            browser.goto(&back).await;
            browser.screen("linked").await;
            assert_eq!(browser.address().await, world.url("/"));
            assert_eq!(exchanges(&world), codes);
        }
        assert_eq!(world.sandbox.consents()[0].status, ConsentStatus::Valid);
        browser.quit(&name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn who_was_lured_into_approving_gives_nothing_away() {
    for bank in ["Nordea", "Provbanken"] {
        let name = format!("redirect-lured-{}", bank[..4].to_lowercase());
        let world = World::new(&name).await;
        let attacker = at_the_bank(&world, bank).await;
        let back = allowed_elsewhere(&attacker).await;
        let victim = Browser::new().await;
        victim.goto(&back).await;
        victim.page_reads("This was begun in another browser").await;
        assert!(!victim.address().await.contains("code="), "it is not left in the address");
        assert_eq!(exchanges(&world), 0);
        world.logged("foreign_completion").await;
        let status = world.sandbox.consents()[0].status.clone();
        assert_eq!(status, ConsentStatus::TerminatedByTpp, "ended at the platform");
        attacker.open(&world).await;
        look(&attacker, "foreign-completion", "looks-light-1280").await;
        attacker.reads("nothing was shared").await;
        attacker.goto(&back).await;
        attacker.screen("foreign-completion").await;
        assert_eq!(heard_linked(&attacker).await, 0);
        attacker.click("Try again").await;
        attacker.screen("ready").await;
        attacker.quit(&format!("{name}-attacker")).await;
        victim.quit(&format!("{name}-victim")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_return_in_another_tab_of_the_same_browser_counts() {
    let world = World::new("redirect-other-tab").await;
    let browser = at_the_bank(&world, "Nordea").await;
    let back = allowed_elsewhere(&browser).await;
    let old = browser.tab().await;
    browser.new_tab().await;
    browser.goto(&back).await;
    browser.screen("linked").await;
    assert_eq!(heard_linked(&browser).await, 1);
    browser.look_at(&old).await;
    browser.open(&world).await;
    browser.screen("linked").await;
    browser.quit("redirect-other-tab").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_relay_that_is_killed_meanwhile_loses_nothing() {
    let mut world = World::new("redirect-killed").await;
    let browser = at_the_bank(&world, "Nordea").await;
    world.restart();
    allow(&browser).await;
    browser.screen("linked").await;
    world.restart();
    browser.reload().await;
    browser.screen("linked").await;
    browser.reads("NordeaYour bank is connected").await;
    browser.quit("redirect-killed").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_page_for_the_way_back_alone_says_what_to_do() {
    let world = World::new("redirect-nothing").await;
    let browser = Browser::new().await;
    for address in ["/redirect", "/redirect?state=x&code=y", "/redirect?error=access_denied"] {
        browser.goto(&world.url(address)).await;
        browser.page_reads("There is nothing to do here").await;
        assert_eq!(browser.address().await, world.url("/redirect"));
    }
    browser.picture("redirect-nothing").await;
    go_to_bank(&browser, &world, "Nordea").await;
    browser.quit("redirect-nothing").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn cookies_with_any_letters_in_them_lose_nobody_their_link() {
    let world = World::new("redirect-cookies").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    let cookies = "document.cookie = 'city=Göteborg; path=/'; document.cookie = '名前=値';
        document.cookie = '__Host-Http-ais-link=planted; path=/; secure';
        return document.cookie";
    let set = browser.eval(cookies, vec![]).await;
    let set = set.as_str().expect("cookies");
    assert!(set.contains("Göteborg") && !set.contains("planted"), "{set}");
    browser.reload().await;
    go_to_bank(&browser, &world, "Nordea").await;
    allow(&browser).await;
    browser.reads("NordeaYour bank is connected").await;
    assert_eq!(heard_linked(&browser).await, 1);
    assert_eq!(exchanges(&world), 1);
    // The session is the one that it was: a page that is loaded again finds the link.
    let seen = world.count("DELETE", "/psd2/consent");
    assert_eq!(seen, 0, "nothing was ended");
    browser.quit("redirect-cookies").await;
}
