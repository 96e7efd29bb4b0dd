//! What the person is asked before anything begins: which bank of a group, who they are, and what they permit.

use std::num::NonZeroU32;
use std::sync::Arc;

use sandbox::{Access, SignOutcome};

use crate::accessibility::look;
use crate::support::{Browser, Key, SWEDBANK, Scenario, Setting, World, scenario};

/// Invented numbers with right check digits.
const PERSON: &str = "19811218-9876";
const COMPANY: &str = "555555-5555";

/// A person on the demo page, whose element has `attributes`, in a world with both contexts.
async fn asked(scenario: &Scenario, attributes: &[(&str, &str)]) -> (Arc<World>, Arc<Browser>) {
    asked_in("private,corporate", scenario, attributes).await
}

/// The same in a world with these contexts.
async fn asked_in(
    contexts: &str,
    scenario: &Scenario,
    attributes: &[(&str, &str)],
) -> (Arc<World>, Arc<Browser>) {
    let variables = &[("AIS_RELAY_CONTEXT", contexts)];
    let setting = Setting { slowness: NonZeroU32::MIN, variables, ..Setting::default() };
    let (world, browser) = (scenario.world_with(setting).await, scenario.browser().await);
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    for (name, value) in attributes {
        browser.set_attribute(name, value).await;
    }
    (world, browser)
}

/// The values of the header `name` on calls with `method` about consents and accounts.
fn sent(world: &World, method: &str, name: &str) -> Vec<Option<String>> {
    let requests = world.sandbox.requests().into_iter();
    let about = |path: &str| path.contains("/consents") || path.contains("/accounts");
    let requests = requests.filter(|seen| seen.method == method && about(&seen.path));
    requests.map(|seen| seen.header(name).map(str::to_owned)).collect()
}

/// Fails where part of `number` can be found by a script, a person or another page.
async fn is_gone(browser: &Browser, number: &str) {
    let text = browser.findable_text().await;
    let last = &number[number.len() - 6..];
    assert!(!text.contains(last), "{text}");
}

scenario!(a_group_asks_which_bank_and_every_call_names_it, async |scenario| {
    let (world, browser) = asked(&scenario, &[]).await;
    browser.click(SWEDBANK).await;
    browser.screen("choose-affiliated").await;
    browser.focus_field().await;
    browser.press("norr").await;
    browser.reads("Banks found: 1").await;
    browser.press(Key::Down + Key::Enter).await;
    browser.screen("ready").await;
    browser.reads("Sparbanken Norrvik").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    assert!(matches!(world.sign(&order), SignOutcome::NextStep { .. }));
    browser.reads("Step 2 of 2").await;
    // A reloaded page knows the bank by its own name.
    browser.reload().await;
    browser.screen("challenge").await;
    browser.reads("Sparbanken Norrvik").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
    browser.reads("Sparbanken Norrvik").await;
    for method in ["POST", "PUT", "GET"] {
        let values = sent(&world, method, "x-affiliatedaspsp-id");
        let all = values.iter().all(|value| value.as_deref() == Some("08114"));
        assert!(all && !values.is_empty(), "{method}: {values:?}");
    }
});

scenario!(a_mistyped_number_goes_nowhere_and_a_right_one_goes_once, async |scenario| {
    let (world, browser) = asked(&scenario, &[]).await;
    browser.click("Provbanken").await;
    // Enter in the field is as good as the button.
    browser.fill("Your Swedish personal number (optional)", "19811218-9875").await;
    browser.press(Key::Enter).await;
    browser.reads("One of the digits is wrong").await;
    let (is_invalid, description) = browser.focused_fault().await;
    assert!(is_invalid && description.contains("digits"), "{description}");
    // A telephone shows its number keys, which are enough for this field.
    assert_eq!(browser.input_mode().await, "numeric");
    look(&browser, "ready").await;
    assert_eq!(sent(&world, "POST", "psu-id"), []);
    browser.fill("Your Swedish personal number (optional)", PERSON).await;
    browser.click("Continue to Provbanken").await;
    browser.page_reads("A page of the sandbox").await;
    assert_eq!(sent(&world, "POST", "psu-id")[0].as_deref(), Some("198112189876"));
    browser.click("Allow").await;
    browser.screen("linked").await;
    is_gone(&browser, PERSON).await;
    // Four digits are in the time of a line or in an id now and then, six are not.
    assert!(!world.log().contains("811218"), "the relay logs none of it");
});

scenario!(a_company_says_who_asks_and_for_whom, async |scenario| {
    let (world, browser) = asked(&scenario, &[("context", "corporate")]).await;
    // What companies should know is said where it concerns them.
    browser.click("Handelsbanken").await;
    browser.reads("may require your company to authorise you").await;
    browser.click("Choose another bank").await;
    browser.click("Provbanken").await;
    browser.click("Continue to Provbanken").await;
    browser.reads("Your bank needs this.").await;
    browser.fill("Your Swedish personal number", PERSON).await;
    browser.click("Continue to Provbanken").await;
    assert_eq!(browser.focused_id().await.as_deref(), Some("company"));
    look(&browser, "ready").await;
    assert_eq!(sent(&world, "POST", "psu-id"), []);
    browser.fill("Your company", COMPANY).await;
    browser.click("Continue to Provbanken").await;
    browser.page_reads("A page of the sandbox").await;
    assert_eq!(sent(&world, "POST", "psu-corporate-id")[0].as_deref(), Some("5555555555"));
    browser.click("Allow").await;
    browser.screen("linked").await;
    is_gone(&browser, COMPANY).await;
});

scenario!(a_relay_for_companies_needs_no_attribute_of_the_page, async |scenario| {
    let (_world, browser) = asked_in("corporate", &scenario, &[]).await;
    browser.click("Handelsbanken").await;
    browser.reads("may require your company to authorise you").await;
    browser.reads("Your company").await;
});

scenario!(a_page_asks_for_less_and_the_person_grants_no_more, async |scenario| {
    let attributes =
        [("data", "accounts balances"), ("frequency-per-day", "1"), ("validity-days", "30")];
    let (world, browser) = asked(&scenario, &attributes).await;
    browser.click("SEB").await;
    browser.reads("at most once a day").await;
    assert!(!browser.text().await.contains("transactions"), "the page does not ask for them");
    browser.click("Show QR code").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
    let consent = world.sandbox.consents().pop().expect("there is one");
    let access = Access { accounts: Some(vec![]), balances: Some(vec![]), ..Access::default() };
    assert_eq!((consent.access, consent.frequency_per_day), (access, 1));
    assert!(consent.recurring_indicator);

    browser.click("Connect another bank").await;
    browser.set_attribute("recurring", "false").await;
    browser.set_attribute("data", "accounts").await;
    browser.screen("choose-bank").await;
    browser.click("Handelsbanken").await;
    browser.reads("Once. The permission ends by itself").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    let consents = world.sandbox.consents();
    let once = consents.iter().find(|it| it.bic_fi == "HANDSESS").expect("there is one");
    let access = Access { accounts: Some(vec![]), ..Access::default() };
    assert_eq!((&once.access, once.recurring_indicator), (&access, false));
    let requests = world.sandbox.requests();
    let last = requests.iter().rfind(|seen| seen.path.ends_with("/accounts"));
    assert_eq!(last.and_then(|seen| seen.query.as_deref()), None, "no balances are asked for");
    let shown = browser.balances().await.concat();
    assert!(!shown.contains(|letter: char| letter.is_ascii_digit()), "{shown}");
    browser.set_attribute("data", "everything").await;
    browser.reads("This page is not set up correctly").await;
});

scenario!(terms_that_change_during_a_link_hold_from_the_next_link_on, async |scenario| {
    let (world, browser) = asked(&scenario, &[]).await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    for (name, value) in [("data", "accounts"), ("recurring", "false"), ("validity-days", "9")] {
        browser.set_attribute(name, value).await;
    }
    world.sign(&order);
    browser.screen("linked").await;
    let consents = world.sandbox.consents();
    let [consent] = &consents[..] else { panic!("{consents:?}") };
    assert!(consent.recurring_indicator, "it is what the person was asked for");
    let requests = world.sandbox.requests();
    let last = requests.iter().rfind(|seen| seen.path.ends_with("/accounts"));
    assert_eq!(last.and_then(|seen| seen.query.as_deref()), Some("withBalance=true"));
    browser.click("Connect another bank").await;
    browser.click("SEB").await;
    browser.reads("Once. The permission ends by itself").await;
});
