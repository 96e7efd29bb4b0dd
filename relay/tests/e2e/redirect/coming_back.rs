//! Ways to come back: twice, in another tab, in another browser, to a relay that was killed meanwhile.

use protocol::wire::ConsentStatus;
use reqwest::redirect::Policy;
use sandbox::SeenRequest;

use super::BANKS;
use super::bank::{Page, allow, at_the_bank, go_on, go_to_bank};
use crate::accessibility::look;
use crate::support::{Browser, SWEDBANK, World, scenario};

/// Approves at the bank without the browser that is there; gives the address to which the bank then sends it.
async fn allowed_elsewhere(browser: &Browser) -> String {
    let page = browser.address().await;
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).tls_certs_only([]);
    let client = client.build().expect("a client");
    // The bank refuses what it has no button for.
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
    panic!("the bank does not send the browser back")
}

/// How many codes were brought to the platform.
fn exchanges(world: &World) -> usize {
    let requests = world.sandbox.requests();
    let exchange = |seen: &&SeenRequest| seen.header("x-consentid").is_some();
    requests.iter().filter(exchange).count()
}

scenario!(each_bank_is_linked_after_back_button_closed_tab_and_two_returns, async |scenario| {
    let browser = scenario.browser().await;
    for (country, banks) in BANKS {
        let world = scenario.world_serving(Page::of(country).write(&scenario)).await;
        browser.open_as_new_visitor(&world).await;
        for bank in banks {
            go_to_bank(&browser, bank).await;
            let bank = if *bank == SWEDBANK { "Swedbank" } else { bank };
            browser.back().await;
            browser.reads(&format!("{bank}Approve at your bank")).await;
            browser.reload().await;
            go_on(&browser, bank).await;
            let old = browser.tab().await;
            let new = browser.new_tab().await;
            browser.switch_to(&old).await;
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
                assert_eq!(browser.linked_events().await, 1, "{bank}");
            }
            browser.click("Connect another bank").await;
        }
    }
});

scenario!(a_second_return_changes_nothing, async |scenario| {
    for (bank, codes) in [("Nordea", 1), ("Provbanken", 0)] {
        let (world, browser) = at_the_bank(&scenario, bank).await;
        let back = allowed_elsewhere(&browser).await;
        for _ in 0..2 {
            browser.goto(&back).await;
            browser.screen("linked").await;
            assert_eq!(browser.address().await, world.url("/"));
            assert_eq!(exchanges(&world), codes);
        }
        assert_eq!(world.sandbox.consents()[0].status, ConsentStatus::Valid);
    }
});

scenario!(a_victim_who_was_lured_into_approving_gives_nothing_away, async |scenario| {
    for bank in ["Nordea", "Provbanken"] {
        let (world, attacker) = at_the_bank(&scenario, bank).await;
        let back = allowed_elsewhere(&attacker).await;
        let victim = scenario.browser().await;
        victim.goto(&back).await;
        victim.page_reads("This was begun in another browser").await;
        assert!(!victim.address().await.contains("code="), "it is not left in the address");
        assert_eq!(exchanges(&world), 0);
        world.wait_for_log("foreign_completion").await;
        let status = world.sandbox.consents()[0].status.clone();
        assert_eq!(status, ConsentStatus::TerminatedByTpp, "ended at the platform");
        attacker.open(&world).await;
        look(&attacker, "foreign-completion").await;
        attacker.reads("nothing was shared").await;
        attacker.goto(&back).await;
        attacker.screen("foreign-completion").await;
        assert_eq!(attacker.linked_events().await, 0);
        attacker.click("Try again").await;
        attacker.screen("ready").await;
        // The second bank's two persons take these browsers.
        scenario.give_back(attacker).await;
        scenario.give_back(victim).await;
    }
});

scenario!(a_return_in_another_tab_of_the_same_browser_counts, async |scenario| {
    let (world, browser) = at_the_bank(&scenario, "Nordea").await;
    let back = allowed_elsewhere(&browser).await;
    let old = browser.tab().await;
    browser.new_tab().await;
    browser.goto(&back).await;
    browser.screen("linked").await;
    assert_eq!(browser.linked_events().await, 1);
    browser.switch_to(&old).await;
    browser.open(&world).await;
    browser.screen("linked").await;
});

scenario!(a_relay_that_is_killed_meanwhile_loses_nothing, async |scenario| {
    let (world, browser) = at_the_bank(&scenario, "Nordea").await;
    world.restart_relay();
    allow(&browser).await;
    browser.screen("linked").await;
    world.restart_relay();
    browser.reload().await;
    browser.screen("linked").await;
    browser.reads("NordeaYour bank is connected").await;
});

scenario!(the_return_page_alone_says_what_to_do, async |scenario| {
    let (world, browser) = (scenario.world().await, scenario.browser().await);
    for address in ["/redirect", "/redirect?state=x&code=y", "/redirect?error=access_denied"] {
        browser.goto(&world.url(address)).await;
        browser.page_reads("There is nothing to do here").await;
        assert_eq!(browser.address().await, world.url("/redirect"));
    }
    browser.picture("return-page").await;
    browser.open(&world).await;
    go_to_bank(&browser, "Nordea").await;
});

scenario!(cookies_with_any_letters_in_them_break_no_link, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    for cookie in
        ["city=Göteborg; path=/", "名前=値", "__Host-Http-ais-link=planted; path=/; secure"]
    {
        browser.set_cookie(cookie).await;
    }
    let set = browser.script_cookies().await;
    assert!(set.contains("Göteborg") && !set.contains("planted"), "{set}");
    browser.reload().await;
    go_to_bank(&browser, "Nordea").await;
    allow(&browser).await;
    browser.reads("NordeaYour bank is connected").await;
    assert_eq!(browser.linked_events().await, 1);
    assert_eq!(exchanges(&world), 1);
    // The session is still the same: a page that is loaded again finds the link.
    assert_eq!(world.count("DELETE", "/psd2/consent"), 0, "the relay has ended nothing");
});
