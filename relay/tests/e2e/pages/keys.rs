//! A page's own keys and links do not act on the element: who types the name of a bank types it there, and a link
//! leads where it says.

use serde_json::json;

use super::{TAG, page};
use crate::support::{Browser, World};

/// A page that acts on single keys, as pages of videos and of mail do. It leaves fields alone, as far as it sees any.
const HOTKEYS: &str = "<script>
    window.acted = [];
    for (const name of ['keydown', 'keypress', 'keyup']) document.addEventListener(name, event => {
        if (/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
        acted.push(event.key);
        if (event.key.length === 1 || event.key === 'Enter') event.preventDefault();
    });
    document.addEventListener('input', event => acted.push(event.target.value.length));
</script>";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn keys_that_a_page_acts_on_are_typed_in_the_element() {
    let world = World::with_pages("pages-keys", &page("pages-keys", HOTKEYS, TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.fill("Search for your bank", "seb ").await;
    browser.reads("Banks found: 1").await;
    assert_eq!(browser.eval("return acted", vec![]).await, json!([]));
    let press = async |keys: &str| {
        browser.driver.action_chain().send_keys(keys).perform().await.expect("keys are pressed");
    };
    press("\u{e00c}").await;
    assert_eq!(browser.eval("return [...new Set(acted)]", vec![]).await, json!(["Escape"]));
    browser.fill("Search for your bank", "provb").await;
    // Down to the bank, and Enter there: the key is let go when the next screen is on.
    press("\u{e015}").await;
    let chain = browser.driver.action_chain();
    chain.key_down('\u{e007}').perform().await.expect("a key is pressed");
    browser.screen("ready").await;
    let chain = browser.driver.action_chain();
    chain.key_up('\u{e007}').perform().await.expect("a key is let go");
    browser.fill("Your Swedish personal number", "e1").await;
    assert_eq!(browser.eval("return [...new Set(acted)]", vec![]).await, json!(["Escape"]));
    browser.quit("pages-keys").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_pages_base_does_not_lead_its_links_elsewhere() {
    let head = "<base target=\"_blank\">";
    let world = World::with_pages("pages-base", &page("pages-base", head, TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.click("SEB").await;
    browser.click("BankID on this device").await;
    browser.screen("challenge").await;
    let targets = "return [...new Set([...root.querySelectorAll('a')].map(it => it.target))]";
    assert_eq!(browser.eval(targets, vec![]).await, json!(["_self"]));
    browser.click("Cancel").await;
    browser.click("Choose another bank").await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.page_reads("A page of the sandbox").await;
    assert_eq!(browser.tabs().await.len(), 1);
    browser.quit("pages-base").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn words_that_a_translator_has_rewritten_are_not_said_again() {
    let world = World::with_pages("pages-translated", &page("pages-translated", "", TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.click("Handelsbanken").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.eval(TRANSLATE, vec![]).await;
    world.fail_often(u32::MAX, "GET", "/psd2/consent", sandbox::Fault::Drop);
    browser.reads("Übersetzt: The connection is poor").await;
    // Each second the screen is brought up to date.
    browser.wait_for("setTimeout(done, 4000)", vec![]).await;
    let said = browser
        .eval("return said.filter(it => it.includes('The connection is poor'))", vec![])
        .await;
    assert_eq!(said, json!(["The connection is poor. We keep trying."]));
    browser.quit("pages-translated").await;
}

/// Rewrites each text that comes, as a translator of pages does, and takes down what a screen reader was given anew.
const TRANSLATE: &str = "
    window.said = [];
    const live = root.querySelector('.live');
    new MutationObserver(changes => {
        for (const { target, addedNodes } of changes) for (const node of addedNodes) {
            if (node.nodeType !== 3 || !node.data.trim() || target.localName === 'font') continue;
            if (live.contains(node)) said.push(node.data);
            const [outer, inner] = ['font', 'font'].map(name => document.createElement(name));
            inner.textContent = `Übersetzt: ${node.data}`;
            outer.append(inner);
            node.replaceWith(outer);
        }
    }).observe(root, { subtree: true, childList: true });";
