//! Words of the page's own, in the element's places for them.

use serde_json::{Value, json};

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn words_of_the_pages_own_stand_where_they_belong() {
    let world = World::new("looks-slots").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.eval(FILL_SLOTS, vec![]).await;
    assert_eq!(shown(&browser, "choose-bank").await, json!(["banks"]));
    browser.click("SEB").await;
    assert_eq!(shown(&browser, "ready").await, json!(["terms"]));
    browser.click("Show QR code").await;
    assert_eq!(shown(&browser, "challenge").await, json!([]));
    browser.click("Cancel").await;
    assert_eq!(shown(&browser, "cancelled").await, json!(["ended"]));
    browser.click("Try again").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    assert_eq!(shown(&browser, "linked").await, json!(["linked"]));
    browser.quit("looks-slots").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn words_that_are_given_again_change_nothing_and_others_keep_what_was_typed() {
    // As the page itself would: Firefox shows the driver's scripts an element that is not quite the page's.
    const AGAIN: &str = "
        const page = window.wrappedJSObject ?? window;
        (link.wrappedJSObject ?? link).texts = page.JSON.parse('{ \"banksHeading\": \"Which bank?\" }');";
    let world = World::new("slots-again").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.eval(AGAIN, vec![]).await;
    browser.reads("Which bank?").await;
    browser.fill("Search for your bank", "provb").await;
    browser.reads("Banks found: 1").await;
    mark(&browser).await;
    browser.eval(AGAIN, vec![]).await;
    browser.settle().await;
    assert_eq!(kept(&browser).await, json!([true, "provb", true]));
    browser.eval("link.lang = 'sv'", vec![]).await;
    browser.reads("Banker som hittades: 1").await;
    assert_eq!(kept(&browser).await, json!([false, "provb", true]));
    browser.eval("link.lang = 'en'", vec![]).await;
    browser.reads("Banks found: 1").await;

    browser.click("Provbanken").await;
    browser.fill("Your Swedish personal number", "19811218").await;
    mark(&browser).await;
    browser.eval(AGAIN, vec![]).await;
    browser.settle().await;
    assert_eq!(kept(&browser).await, json!([true, "19811218", true]));
    browser.eval("link.setAttribute('service', 'Kassan')", vec![]).await;
    browser.reads("Kassan asks to read").await;
    assert_eq!(kept(&browser).await, json!([false, "19811218", true]));

    browser.click("Choose another bank").await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.click("Enlarge the code").await;
    browser.eval(AGAIN, vec![]).await;
    browser.settle().await;
    let open = "return !!root.querySelector('dialog[open] .qr')";
    assert_eq!(browser.eval(open, vec![]).await, json!(true));
    browser.quit("slots-again").await;
}

/// Marks the field that is on, so that another one in its place is told from it.
async fn mark(browser: &Browser) {
    browser.eval("root.querySelector('input').dataset.marked = ''", vec![]).await;
}

/// Whether the field that is on was marked, what is typed in it, and whether the focus is there.
async fn kept(browser: &Browser) -> Value {
    let kept = "const input = root.querySelector('input');
        return ['marked' in input.dataset, input.value, root.activeElement === input]";
    browser.eval(kept, vec![]).await
}

/// The places whose words can be seen on the screen `state`.
async fn shown(browser: &Browser, state: &str) -> Value {
    browser.screen(state).await;
    browser.settle().await;
    let shown =
        "return [...link.children].filter(it => it.getClientRects().length).map(it => it.slot)";
    browser.eval(shown, vec![]).await
}

const FILL_SLOTS: &str = "
    for (const slot of ['banks', 'terms', 'linked', 'ended']) {
        const words = document.createElement('p');
        words.slot = slot;
        words.textContent = `Words of the page: ${slot}`;
        link.append(words);
    }";
