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
