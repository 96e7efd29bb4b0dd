//! The element in a headless browser, without a relay: its life, its attributes, its events.

#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CustomEvent, Element, HtmlElement, ShadowRoot};

wasm_bindgen_test_configure!(run_in_browser);

/// Nothing listens here.
const NOWHERE: &str = "http://127.0.0.1:9/";

fn document() -> web_sys::Document {
    web_sys::window().and_then(|window| window.document()).expect("a page")
}

fn body() -> HtmlElement {
    document().body().expect("a page has a body")
}

/// An element with `attributes`, in the page.
fn connected(attributes: &[(&str, &str)]) -> Element {
    ais_link::start(NOWHERE);
    let element = document().create_element("ais-link").expect("a sound name");
    for (name, value) in attributes {
        element.set_attribute(name, value).expect("a sound name");
    }
    body().append_child(&element).expect("the body takes it");
    element
}

fn root(element: &Element) -> ShadowRoot {
    element.shadow_root().expect("the root is open: axe-core cannot see a closed one")
}

fn text(element: &Element) -> String {
    root(element).text_content().unwrap_or_default()
}

/// Lets everything run that waits for its turn.
async fn turn() {
    TimeoutFuture::new(20).await;
}

#[wasm_bindgen_test]
async fn a_module_that_starts_twice_defines_once() {
    ais_link::start(NOWHERE);
    ais_link::start(NOWHERE);
    let element = connected(&[]);
    turn().await;
    assert!(text(&element).contains("Choose your bank"));
    element.remove();
}

#[wasm_bindgen_test]
async fn the_first_screen_is_told_by_attribute_and_event() {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = Rc::clone(&heard);
    let listener = EventListener::new(&document(), "ais-link-state", move |event| {
        let event: &CustomEvent = event.dyn_ref().expect("the page allows it");
        let state = js_sys::Reflect::get(&event.detail(), &JsValue::from_str("state"))
            .expect("the page allows it");
        hears.borrow_mut().push((state.as_string().expect("the page allows it"), event.composed()));
    });
    let element = connected(&[]);
    turn().await;
    assert_eq!(element.get_attribute("state").as_deref(), Some("loading-banks"));
    assert_eq!(*heard.borrow(), [("loading-banks".to_owned(), true)]);
    drop(listener);
    element.remove();
}

#[wasm_bindgen_test]
async fn the_language_is_the_elements_or_the_pages() {
    let page = document().document_element().expect("the page allows it");
    page.set_attribute("lang", "sv").expect("the page allows it");
    let own = connected(&[("lang", "sv-FI")]);
    let inherits = connected(&[]);
    turn().await;
    assert!(text(&own).contains("Välj bank"));
    assert!(text(&inherits).contains("Välj bank"));
    page.remove_attribute("lang").expect("the page allows it");
    own.set_attribute("lang", "en").expect("the page allows it");
    turn().await;
    assert!(text(&own).contains("Choose your bank"));
    own.remove();
    inherits.remove();
}

#[wasm_bindgen_test]
async fn words_change_without_a_new_beginning() {
    let states = Rc::new(RefCell::new(0));
    let counts = Rc::clone(&states);
    let listener =
        EventListener::new(&document(), "ais-link-state", move |_| *counts.borrow_mut() += 1);
    let element = connected(&[("lang", "en")]);
    turn().await;
    for (name, value) in [("lang", "sv"), ("service", "Hemkassan"), ("redirect", "popup")] {
        element.set_attribute(name, value).expect("the page allows it");
    }
    turn().await;
    assert!(text(&element).contains("Välj bank"), "{}", text(&element));
    assert_eq!(*states.borrow(), 1);
    // Another country has other banks.
    element.set_attribute("country", "FI").expect("the page allows it");
    turn().await;
    assert_eq!(*states.borrow(), 2);
    drop(listener);
    element.remove();
}

#[wasm_bindgen_test]
async fn a_page_that_is_shown_again_goes_on() {
    let element = connected(&[]);
    turn().await;
    let shown = web_sys::Event::new("pageshow").expect("a sound name");
    let window = web_sys::window().expect("a page");
    window.dispatch_event(&shown).expect("the page allows it");
    turn().await;
    assert_eq!(element.get_attribute("state").as_deref(), Some("loading-banks"));
    element.remove();
    window.dispatch_event(&shown).expect("the page allows it");
    turn().await;
    assert_eq!(root(&element).child_element_count(), 0);
}

#[wasm_bindgen_test]
async fn a_country_that_is_none_is_said_and_can_be_mended() {
    let element = connected(&[("country", "Sweden")]);
    turn().await;
    assert!(text(&element).contains("not set up correctly"), "{}", text(&element));
    element.set_attribute("country", "fi").expect("the page allows it");
    turn().await;
    assert!(text(&element).contains("Choose your bank"), "{}", text(&element));
    element.remove();
}

#[wasm_bindgen_test]
async fn an_element_that_is_removed_leaves_nothing_and_begins_anew() {
    let element = connected(&[]);
    turn().await;
    element.remove();
    assert_eq!(root(&element).child_element_count(), 0);
    body().append_child(&element).expect("the page allows it");
    turn().await;
    assert_eq!(root(&element).child_element_count(), 1);
    element.remove();
}

#[wasm_bindgen_test]
async fn a_listener_may_remove_the_element() {
    let removes = EventListener::once(&document(), "ais-link-state", |event| {
        let target = event.target().expect("the page allows it");
        target.dyn_into::<Element>().expect("the page allows it").remove();
    });
    let element = connected(&[]);
    turn().await;
    assert!(!element.is_connected());
    assert_eq!(root(&element).child_element_count(), 0);
    drop(removes);
}

#[wasm_bindgen_test]
async fn nothing_has_an_inline_style() {
    let element = connected(&[]);
    turn().await;
    let styled =
        root(&element).query_selector_all("[style], style, script").expect("the page allows it");
    assert_eq!(styled.length(), 0);
    element.remove();
}
