//! A person links an account: by the keyboard, in each language, and the page hears of it once.

use sandbox::SignOutcome;
use serde_json::json;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_links_seb_by_its_name() {
    let world = World::new("linking-seb").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.click("SEB").await;
    browser.reads("Hemkassan asks to read from your bank").await;
    browser.click("Show QR code").await;

    let text = browser.qr().await;
    assert!(text.starts_with("bankid:///?autostarttoken="), "{text}");
    let order = world.scan(&text);
    assert_eq!(order.bank, "SEB");
    assert_eq!(world.sign(&order), SignOutcome::Finished);

    browser.screen("linked").await;
    browser.reads("Your bank is connected").await;
    let text = browser.text().await;
    assert!(text.contains("Lönekonto") && text.contains("SEK"), "{text}");
    // The page heard it once, and wrote it down.
    let heard = browser.eval("return [...document.querySelectorAll('#log li')].map(it => it.textContent).filter(it => it.includes('ais-link-linked'))", vec![]).await;
    assert_eq!(heard.as_array().unwrap().len(), 1, "{heard}");
    browser.quit("linking-seb").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_swedish_page_has_a_swedish_widget() {
    let world = World::new("linking-swedish").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.eval("link.lang = 'sv'", vec![]).await;
    browser.reads("Välj bank").await;
    browser.click("SEB").await;
    browser.click("Visa QR-kod").await;
    browser.reads("Starta BankID-appen och läs av QR-koden.").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.reads("Din bank är kopplad").await;
    let text = browser.text().await;
    assert!(text.contains("kr"), "amounts are in the page's way: {text}");
    browser.quit("linking-swedish").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_changes_the_language_on_the_way() {
    let world = World::new("linking-languages").await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.eval("link.lang = 'fi'", vec![]).await;
    browser.reads("Valitse pankki").await;
    browser.click("SEB").await;
    browser.reads("Hemkassan pyytää lupaa lukea pankistasi").await;
    browser.click("Näytä QR-koodi").await;
    browser.reads("Käynnistä BankID-sovellus ja lue QR-koodi.").await;
    browser.eval("link.lang = 'nn-NO'", vec![]).await;
    browser.reads("Start BankID-appen og skann QR-koden.").await;
    let order = world.scan(&browser.qr().await);
    browser
        .eval(
            // Firefox shows scripts of the driver an element without the page's own properties.
            "link.lang = 'da';
             const own = link.wrappedJSObject ?? link;
             const page = link.wrappedJSObject ? window.wrappedJSObject : window;
             own.texts = page.JSON.parse('{\"linkedLead\": \"Nu ser {service} dette\"}');",
            vec![],
        )
        .await;
    world.sign(&order);
    browser.reads("Din bank er tilknyttet").await;
    browser.reads("Nu ser Hemkassan dette").await;
    // The same link all along, and only the languages that were asked for.
    let heard = browser.eval("return [...document.querySelectorAll('#log li')].map(it => it.textContent).filter(it => it.includes('ais-link-linked'))", vec![]).await;
    assert_eq!(heard.as_array().unwrap().len(), 1, "{heard}");
    let loaded = "return performance.getEntriesByType('resource').map(it => it.name.match(/texts-([a-z]+)-/)?.[1]).filter((it, at, all) => it && all.indexOf(it) === at)";
    assert_eq!(browser.eval(loaded, vec![]).await, json!(["en", "fi", "nb", "da", "names"]));
    browser.quit("linking-languages").await;
}
