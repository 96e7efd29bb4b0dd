//! What the person is asked before anything begins: which bank of a group, who they are, and what they permit.

use std::num::NonZeroU32;
use std::path::Path;

use sandbox::{Access, SignOutcome};
use serde_json::json;

use crate::accessibility::look;
use crate::support::{Browser, SWEDBANK, World, required};

/// Numbers that nobody has, with right check digits.
const PERSON: &str = "19811218-9876";
const COMPANY: &str = "555555-5555";

/// A person on the demo page, whose element has `attributes`, in a world with both contexts.
async fn asked(name: &str, attributes: &[(&str, &str)]) -> (World, Browser) {
    asked_in("private,corporate", name, attributes).await
}

/// The same in a world with these contexts.
async fn asked_in(contexts: &str, name: &str, attributes: &[(&str, &str)]) -> (World, Browser) {
    let pages = required("AIS_LINK_PAGES");
    let contexts = [("AIS_RELAY_CONTEXT", contexts)];
    let world = World::with(name, Path::new(&pages), NonZeroU32::MIN, &contexts).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    let set = "link.setAttribute(arguments[0], arguments[1])";
    for (name, value) in attributes {
        browser.eval(set, vec![json!(name), json!(value)]).await;
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

/// Nothing of the number is where a script, a person or another page could find it.
async fn is_gone(browser: &Browser, number: &str) {
    let kept = "return [root.innerHTML, location.href, JSON.stringify(sessionStorage),
        JSON.stringify(localStorage), document.cookie,
        ...[...root.querySelectorAll('input')].map(it => it.value)].join(' ')";
    let kept = browser.eval(kept, vec![]).await;
    let last = &number[number.len() - 6..];
    assert!(!kept.as_str().expect("it is text").contains(last), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_group_asks_which_bank_and_every_call_names_it() {
    let (world, browser) = asked("asking-group", &[]).await;
    browser.click(SWEDBANK).await;
    browser.screen("choose-affiliated").await;
    browser.eval("root.querySelector('input').focus()", vec![]).await;
    let keys = browser.driver.action_chain();
    keys.send_keys("norr").perform().await.expect("keys are typed");
    browser.reads("Banks found: 1").await;
    let keys = browser.driver.action_chain();
    keys.send_keys("\u{e015}").send_keys("\u{e007}").perform().await.expect("keys are typed");
    browser.screen("ready").await;
    browser.reads("Sparbanken Norrvik").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    assert!(matches!(world.sign(&order), SignOutcome::NextStep { .. }));
    browser.reads("Step 2 of 2").await;
    // The page that comes back knows the bank by its own name.
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
    browser.quit("asking-group").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_number_that_is_mistyped_goes_nowhere_and_a_right_one_goes_once() {
    let (world, browser) = asked("asking-person", &[]).await;
    browser.click("Provbanken").await;
    // Enter in the field is as good as the button.
    browser.fill("Your Swedish personal number (optional)", "19811218-9875\u{e007}").await;
    browser.reads("One of the digits is wrong").await;
    let focused = "const focused = root.activeElement;
        const told = root.getElementById(focused.getAttribute('aria-describedby'));
        return [focused.getAttribute('aria-invalid'), told.innerText.includes('digits')]";
    assert_eq!(browser.eval(focused, vec![]).await, json!(["true", true]));
    // A telephone shows its numbers: what is asked for can be typed with them.
    let keys = "return root.querySelector('input').inputMode";
    assert_eq!(browser.eval(keys, vec![]).await, json!("numeric"));
    look(&browser, "ready", "asking-person").await;
    assert_eq!(sent(&world, "POST", "psu-id"), []);
    browser.fill("Your Swedish personal number (optional)", PERSON).await;
    browser.click("Continue to Provbanken").await;
    browser.page_reads("A page of the sandbox").await;
    assert_eq!(sent(&world, "POST", "psu-id")[0].as_deref(), Some("198112189876"));
    browser.click("Allow").await;
    browser.screen("linked").await;
    is_gone(&browser, PERSON).await;
    assert!(!world.log().contains("1218"), "the relay logs none of it");
    browser.quit("asking-person").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_company_says_who_asks_and_for_whom() {
    let (world, browser) = asked("asking-company", &[("context", "corporate")]).await;
    // What companies should know is said where it concerns them.
    browser.click("Handelsbanken").await;
    browser.reads("may require your company to authorise you").await;
    browser.click("Choose another bank").await;
    browser.click("Provbanken").await;
    browser.click("Continue to Provbanken").await;
    browser.reads("Your bank needs this.").await;
    browser.fill("Your Swedish personal number", PERSON).await;
    browser.click("Continue to Provbanken").await;
    let focused = "return root.activeElement?.id";
    assert_eq!(browser.eval(focused, vec![]).await, json!("company"));
    look(&browser, "ready", "asking-company").await;
    assert_eq!(sent(&world, "POST", "psu-id"), []);
    browser.fill("Your company", COMPANY).await;
    browser.click("Continue to Provbanken").await;
    browser.page_reads("A page of the sandbox").await;
    assert_eq!(sent(&world, "POST", "psu-corporate-id")[0].as_deref(), Some("5555555555"));
    browser.click("Allow").await;
    browser.screen("linked").await;
    is_gone(&browser, COMPANY).await;
    browser.quit("asking-company").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_relay_for_companies_needs_no_word_of_the_page() {
    let (_world, browser) = asked_in("corporate", "asking-plain-company", &[]).await;
    browser.click("Handelsbanken").await;
    browser.reads("may require your company to authorise you").await;
    browser.reads("Your company").await;
    browser.quit("asking-plain-company").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_page_asks_for_less_and_the_person_reads_and_grants_no_more() {
    let attributes =
        [("data", "accounts balances"), ("frequency-per-day", "1"), ("validity-days", "30")];
    let (world, browser) = asked("asking-less", &attributes).await;
    browser.click("SEB").await;
    browser.reads("at most once a day").await;
    assert!(!browser.text().await.contains("transactions"), "nobody asks for them");
    browser.click("Show QR code").await;
    world.sign(&world.scan(&browser.qr().await));
    browser.screen("linked").await;
    let consent = world.sandbox.consents().pop().expect("there is one");
    let access = Access { accounts: Some(vec![]), balances: Some(vec![]), ..Access::default() };
    assert_eq!((consent.access, consent.frequency_per_day), (access, 1));
    assert!(consent.recurring_indicator);

    browser.click("Connect another bank").await;
    browser.eval("link.setAttribute('recurring', 'false')", vec![]).await;
    browser.eval("link.setAttribute('data', 'accounts')", vec![]).await;
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
    let queries = world.sandbox.requests();
    let last = queries.iter().rfind(|seen| seen.path.ends_with("/accounts"));
    assert_eq!(last.and_then(|seen| seen.query.as_deref()), None, "no balances are asked for");
    let shown = "return [...root.querySelectorAll('.balance')].map(it => it.innerText).join()";
    let shown = browser.eval(shown, vec![]).await;
    assert!(!shown.to_string().contains(|letter: char| letter.is_ascii_digit()), "{shown}");
    browser.eval("link.setAttribute('data', 'everything')", vec![]).await;
    browser.reads("This page is not set up correctly").await;
    browser.quit("asking-less").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn terms_that_change_under_way_hold_from_the_next_link_on() {
    let (world, browser) = asked("asking-later", &[]).await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    for (name, value) in [("data", "accounts"), ("recurring", "false"), ("validity-days", "9")] {
        let set = "link.setAttribute(arguments[0], arguments[1])";
        browser.eval(set, vec![json!(name), json!(value)]).await;
    }
    world.sign(&order);
    browser.screen("linked").await;
    let consents = world.sandbox.consents();
    let [consent] = &consents[..] else { panic!("{consents:?}") };
    assert!(consent.recurring_indicator, "it is what the person was asked for");
    let last = world.sandbox.requests();
    let last = last.iter().rfind(|seen| seen.path.ends_with("/accounts"));
    assert_eq!(last.and_then(|seen| seen.query.as_deref()), Some("withBalance=true"));
    browser.click("Connect another bank").await;
    browser.click("SEB").await;
    browser.reads("Once. The permission ends by itself").await;
    browser.quit("asking-later").await;
}
