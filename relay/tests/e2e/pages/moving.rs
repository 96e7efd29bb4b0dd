//! The element is moved about in the page, and all goes on: its screen, what was typed, its looks.

use serde_json::json;

use super::{TAG, page};
use crate::support::{Browser, World};

/// Ways to another place, and back.
const WAYS: [&str; 5] = [
    "document.getElementById('other').append(link)",
    "document.body.prepend(link)",
    "const place = document.getElementById('other');
        if (place.moveBefore) place.moveBefore(link, null); else place.append(link)",
    "document.querySelector('iframe').contentDocument.body.append(link)",
    "document.body.append(link)",
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn an_element_that_is_moved_goes_on_where_it_was() {
    let body = format!("{TAG}<main id=\"other\"></main><iframe src=\"about:blank\"></iframe>");
    let world = World::with_pages("pages-moving", &page("pages-moving", "", &body)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser
        .eval(
            "window.moved = document.querySelector('ais-link'); window.states = [];
        document.addEventListener('ais-link-state', event => states.push(event.detail.state))",
            vec![],
        )
        .await;
    browser.fill("Search for your bank", "handels").await;
    browser.reads("Banks found: 1").await;
    for way in WAYS {
        let framed = way.contains("iframe");
        let way = way.replace("link", "moved");
        browser
            .eval(&[&way, "\n return new Promise(done => setTimeout(done, 300))"].concat(), vec![])
            .await;
        let is = browser.eval(KEPT, vec![]).await;
        assert_eq!(is["typed"], json!("handels"), "{way}");
        assert_eq!(is["shown"], json!(["Handelsbanken"]), "{way}");
        assert_eq!(is["radius"], json!("16px"), "{way}");
        assert!(framed || is["focus"] == json!(true), "{way}: {is}");
    }
    assert_eq!(browser.eval("return states", vec![]).await, json!([]), "it began nothing anew");
    browser.click("Handelsbanken").await;
    browser.screen("ready").await;
    browser.eval("document.getElementById('other').append(link)", vec![]).await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.click("Enlarge the code").await;
    browser.eval("document.body.prepend(link)", vec![]).await;
    let modal = "return !!root.querySelector('dialog:modal .qr')";
    assert_eq!(browser.eval(modal, vec![]).await, json!(true));
    browser.click("Close").await;
    let order = world.scan(&browser.qr().await);
    browser.eval("document.getElementById('other').append(link)", vec![]).await;
    world.sign(&order);
    browser.screen("linked").await;
    browser.quit("pages-moving").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn an_element_that_is_taken_out_asks_nothing_any_more() {
    let world = World::with_pages("pages-removed", &page("pages-removed", "", TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.click("Handelsbanken").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.eval("link.remove()", vec![]).await;
    world.quiet("GET", "/authorisations/").await;
    browser.quit("pages-removed").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn attributes_are_properties_and_the_pages_language_is_followed() {
    let early = "<script>addEventListener('DOMContentLoaded', () => {
        const link = document.querySelector('ais-link');
        link.country = 'FI'; link.validityDays = 30; link.recurring = false;
    })</script>";
    let world = World::with_pages("pages-properties", &page("pages-properties", early, TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.reads("Nordea Finland").await;
    let read = "return ['country', 'validity-days', 'recurring'].map(it => link.getAttribute(it))";
    assert_eq!(browser.eval(read, vec![]).await, json!(["FI", "30", "false"]));
    browser.eval("document.documentElement.lang = 'fi'", vec![]).await;
    browser.reads("Valitse pankki").await;
    browser
        .eval(
            "const around = document.createElement('div'); around.lang = 'sv';
        document.body.append(around); around.append(link)",
            vec![],
        )
        .await;
    browser.reads("Välj bank").await;
    browser.eval("document.querySelector('div').lang = 'da'", vec![]).await;
    browser.reads("Vælg bank").await;
    browser.quit("pages-properties").await;
}

const KEPT: &str = "
    const tree = window.moved.shadowRoot;
    const base = tree.querySelector('.base');
    return {
        typed: tree.querySelector('input').value,
        shown: [...tree.querySelectorAll('.bank')].filter(it => it.checkVisibility()).map(it => it.querySelector('.name').textContent),
        radius: base.ownerDocument.defaultView.getComputedStyle(base).borderTopLeftRadius,
        focus: tree.activeElement?.localName === 'input',
    };";
