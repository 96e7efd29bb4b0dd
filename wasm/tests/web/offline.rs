//! The element on a device without a network, and with a relay that this page simulates: its texts, that it
//! resumes by itself, and the place of the page's own nodes.

use js_sys::eval;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use super::{JsCast, TimeoutFuture, connected, document, heading, reads, root, text};

/// The simulated relay: it answers once the device is online.
pub(super) const RELAY: &str = "http://127.0.0.1:9/played/";

/// Whether the device has a network.
#[derive(Clone, Copy)]
pub(super) enum Network {
    On,
    Off,
}

/// Simulates a relay with one bank, and a network in the state `network`.
pub(super) fn play(network: Network) {
    let off = matches!(network, Network::Off);
    run(&format!("window.off = {off}; {PLAY}"));
}

/// Ends the simulation.
pub(super) fn end() {
    run("window.end()");
}

fn run(script: &str) {
    eval(script).expect("the script runs");
}

/// Lets the page sleep for `seconds` at a time, until `done`. After each sleep it has a moment to send
/// requests.
async fn pass(element: &Element, seconds: u32, done: impl Fn(&Element) -> bool) {
    for _ in 0..15 {
        run(&format!("window.skip({seconds}000)"));
        for _ in 0..20 {
            if done(element) {
                return;
            }
            TimeoutFuture::new(50).await;
        }
    }
    panic!("nothing came: {:?}", text(element));
}

/// Waits for the screen `state`; offline, that takes a while.
pub(super) async fn screen(element: &Element, state: &str) {
    for _ in 0..300 {
        if element.get_attribute("state").as_deref() == Some(state) {
            return;
        }
        TimeoutFuture::new(50).await;
    }
    panic!("no {state}: {:?}", text(element));
}

/// The first bank of the list, whose rows come after its screen.
pub(super) async fn bank(element: &Element) -> HtmlElement {
    for _ in 0..300 {
        if let Some(bank) = root(element).query_selector(".bank").expect("a sound selector") {
            return bank.unchecked_into();
        }
        TimeoutFuture::new(50).await;
    }
    panic!("no bank: {:?}", text(element));
}

/// A paragraph of the page for the place `slot`.
fn own(element: &Element, slot: &str) -> HtmlElement {
    let own = document().create_element("p").expect("a sound name");
    own.set_slot(slot);
    own.set_text_content(Some(slot));
    element.append_child(&own).expect("the element takes it");
    own.unchecked_into()
}

#[wasm_bindgen_test]
async fn an_offline_device_says_so_and_resumes_by_itself() {
    play(Network::Off);
    let element = connected(&[("lang", "en"), ("relay", RELAY)]);
    let ended = own(&element, "ended");
    screen(&element, "loading-banks").await;
    pass(&element, 4, |element| text(element).contains("You are offline")).await;
    assert_eq!(element.get_attribute("state").as_deref(), Some("loading-banks"), "not the end yet");
    assert_eq!(ended.offset_height(), 0, "it stands on endings");
    pass(&element, 41, |element| heading(element) == "No connection").await;
    assert!(text(&element).contains("You are offline"), "{}", text(&element));
    assert!(ended.offset_height() > 0, "the page's own words are on the ending");
    play(Network::On);
    run("dispatchEvent(new Event('online'))");
    screen(&element, "choose-bank").await;
    assert_eq!(ended.offset_height(), 0);
    end();
    element.remove();
}

#[wasm_bindgen_test]
async fn a_search_that_finds_nothing_offers_all_banks() {
    play(Network::On);
    let element = connected(&[("lang", "en"), ("relay", RELAY)]);
    let banks = own(&element, "banks");
    screen(&element, "choose-bank").await;
    // The texts load in their own time.
    reads(&element, "Choose your bank").await;
    assert!(banks.offset_height() > 0, "the page's own words are above the list");
    let find = |selector| root(&element).query_selector(selector).expect("a sound selector");
    let search: web_sys::HtmlInputElement = find("input").expect("a search").unchecked_into();
    search.set_value("Nowhere");
    search.dispatch_event(&web_sys::Event::new("input").expect("a sound name")).expect("it goes");
    reads(&element, "No bank matches").await;
    let row: HtmlElement = find(".list li").expect("a row").unchecked_into();
    assert_eq!(row.offset_height(), 0);
    let all: HtmlElement = find(".screen > button").expect("a button").unchecked_into();
    assert_eq!(all.text_content().as_deref(), Some("Show all banks"));
    all.click();
    assert!(row.offset_height() > 0);
    assert_eq!((search.value(), all.offset_height()), (String::new(), 0));
    assert!(search.matches(":focus").expect("a sound selector"), "the person types on");
    end();
    element.remove();
}

#[wasm_bindgen_test]
async fn a_bank_without_a_logo_has_its_initials_on_every_screen() {
    play(Network::On);
    let element = connected(&[("lang", "en"), ("relay", RELAY)]);
    let initials = || root(&element).query_selector(".initials").expect("a sound selector");
    for state in ["choose-bank", "ready"] {
        screen(&element, state).await;
        // The simulated relay sends no pictures.
        let drawn =
            || initials().is_some_and(|it| it.unchecked_into::<HtmlElement>().offset_height() > 0);
        while !drawn() {
            TimeoutFuture::new(50).await;
        }
        assert_eq!(initials().and_then(|it| it.text_content()).as_deref(), Some("S"), "{state}");
        let bank = root(&element).query_selector(".bank").expect("a sound selector");
        if let Some(bank) = bank {
            bank.unchecked_into::<HtmlElement>().click();
        }
    }
    end();
    element.remove();
}

#[wasm_bindgen_test]
async fn ids_are_asked_for_even_if_the_profile_arrives_late() {
    play(Network::On);
    run("window.profile = new Promise(tell => window.tell = tell)");
    let element = connected(&[("lang", "en"), ("relay", RELAY)]);
    screen(&element, "choose-bank").await;
    let find = |selector| root(&element).query_selector(selector).expect("a sound selector");
    bank(&element).await.click();
    screen(&element, "ready").await;
    assert!(find("input").is_none(), "nothing is known of it yet");
    run(
        "window.tell({ psu_id: 'must', psu_id_format: 'se-personal', longest_days: 2, usual_days: 1 })",
    );
    reads(&element, "personal number").await;
    assert!(find("input").is_some());
    end();
    element.remove();
}

const PLAY: &str = "
    if (!window.end) {
        const [ask, now] = [window.fetch, performance.now.bind(performance)];
        let skipped = 0;
        performance.now = () => now() + skipped;
        window.skip = span => {
            skipped += span;
            for (const hidden of [true, false]) {
                Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
                document.dispatchEvent(new Event('visibilitychange'));
            }
        };
        Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => !window.off });
        window.fetch = async (asked, ...rest) => {
            const address = String(asked.url ?? asked);
            if (!address.includes('/played/')) return ask(asked, ...rest);
            if (window.off) throw new TypeError('There is no network.');
            if (address.includes('/profiles/')) return Response.json(await window.profile ?? {});
            return Response.json(address.includes('/session/')
                ? { consents: [] }
                : { aspsps: [{ bicFi: 'ESSESESS', name: 'SEB' }] });
        };
        window.end = () => {
            window.fetch = ask;
            performance.now = now;
            delete navigator.onLine;
            delete document.hidden;
            delete window.end;
            delete window.profile;
        };
    }";
