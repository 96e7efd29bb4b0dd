//! Words of the page's own, in the element's places for them.

use crate::support::{Browser, scenario};

scenario!(words_of_the_pages_own_appear_where_they_belong, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.fill_slots().await;
    assert_eq!(shown(&browser, "choose-bank").await, ["banks"]);
    browser.click("SEB").await;
    assert_eq!(shown(&browser, "ready").await, ["terms"]);
    browser.click("Show QR code").await;
    assert!(shown(&browser, "challenge").await.is_empty());
    browser.click("Cancel").await;
    assert_eq!(shown(&browser, "cancelled").await, ["ended"]);
    browser.click("Try again").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    assert_eq!(shown(&browser, "linked").await, ["linked"]);
});

scenario!(the_same_words_change_nothing_and_others_keep_what_was_typed, async |scenario| {
    const WORDS: &str = r#"{ "banksHeading": "Which bank?" }"#;
    let (_world, browser) = scenario.demo_page().await;
    browser.set_texts(WORDS).await;
    browser.reads("Which bank?").await;
    browser.fill("Search for your bank", "provb").await;
    browser.reads("Banks found: 1").await;
    browser.mark_field().await;
    browser.set_texts(WORDS).await;
    browser.settle().await;
    assert_eq!(browser.field().await, (true, "provb".to_owned(), true));
    browser.set_language("sv").await;
    browser.reads("Banker som hittades: 1").await;
    assert_eq!(browser.field().await, (false, "provb".to_owned(), true));
    browser.set_language("en").await;
    browser.reads("Banks found: 1").await;

    browser.click("Provbanken").await;
    browser.fill("Your Swedish personal number", "19811218").await;
    browser.mark_field().await;
    browser.set_texts(WORDS).await;
    browser.settle().await;
    assert_eq!(browser.field().await, (true, "19811218".to_owned(), true));
    browser.set_attribute("service", "Kassan").await;
    browser.reads("Kassan asks to read").await;
    assert_eq!(browser.field().await, (false, "19811218".to_owned(), true));

    browser.click("Choose another bank").await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.click("Enlarge the code").await;
    browser.set_texts(WORDS).await;
    browser.settle().await;
    assert!(browser.has_full_code().await);
});

/// The slots whose words can be seen on the screen `state`.
async fn shown(browser: &Browser, state: &str) -> Vec<String> {
    browser.screen(state).await;
    browser.settle().await;
    browser.slots_in_sight().await
}
