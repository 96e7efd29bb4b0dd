//! A person links an account, in each language, and the page gets one event.

use sandbox::SignOutcome;

use crate::support::scenario;

scenario!(a_person_links_seb_by_its_name, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
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
    assert_eq!(browser.linked_events().await, 1);
});

scenario!(a_swedish_page_has_a_swedish_widget, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.screen("choose-bank").await;
    browser.set_language("sv").await;
    browser.reads("Välj bank").await;
    browser.click("SEB").await;
    browser.click("Visa QR-kod").await;
    browser.reads("Starta BankID-appen och läs av QR-koden.").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.reads("Din bank är kopplad").await;
    let text = browser.text().await;
    assert!(text.contains("kr"), "amounts follow the page's language: {text}");
});

scenario!(the_language_can_change_during_a_link, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.screen("choose-bank").await;
    browser.set_language("fi").await;
    browser.reads("Valitse pankki").await;
    browser.click("SEB").await;
    browser.reads("Hemkassan pyytää lupaa lukea pankistasi").await;
    browser.click("Näytä QR-koodi").await;
    browser.reads("Käynnistä BankID-sovellus ja lue QR-koodi.").await;
    browser.set_language("nn-NO").await;
    browser.reads("Start BankID-appen og skann QR-koden.").await;
    let order = world.scan(&browser.qr().await);
    browser.set_language("da").await;
    browser.set_texts(r#"{"linkedLead": "Nu ser {service} dette"}"#).await;
    world.sign(&order);
    browser.reads("Din bank er tilknyttet").await;
    browser.reads("Nu ser Hemkassan dette").await;
    // The same link from start to end, and only the languages that were asked for.
    assert_eq!(browser.linked_events().await, 1);
    assert_eq!(browser.loaded_texts().await, ["en", "fi", "nb", "da", "names"]);
});
