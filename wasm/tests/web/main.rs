//! The element in a headless browser, without a relay: its life, its attributes, its events.

#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;
use std::rc::Rc;

use ais_link::text::{LANGUAGES, NAMES, names};
use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect, encode_uri_component};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CustomEvent, Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

mod attributes;
mod offline;

wasm_bindgen_test_configure!(run_in_browser);

/// An address without a server.
const NOWHERE: &str = "http://127.0.0.1:9/";

#[wasm_bindgen(module = "/src/element.js")]
extern "C" {
    fn create(load: &Closure<dyn Fn() -> Promise<Object>>) -> Function;
    fn define(class: &Function);
}

/// Defines the element with this module as its Rust half.
fn defined() {
    // The style sheet is the loader's.
    let dress = Function::new_no_args("");
    let connect = Closure::<dyn Fn(HtmlElement, ShadowRoot) -> JsValue>::new(|host, root| {
        ais_link_module::connect(host, root).into()
    });
    let half = Object::new();
    for (name, function) in [("dress", dress.into()), ("connect", connect.into_js_value())] {
        Reflect::set(&half, &name.into(), &function).expect("the page allows it");
    }
    let load = Closure::new(move || Promise::resolve(&half));
    define(&create(&load));
    // The class calls it for the life of the page.
    load.forget();
}

fn document() -> web_sys::Document {
    web_sys::window().and_then(|window| window.document()).expect("a page")
}

fn body() -> HtmlElement {
    document().body().expect("a page has a body")
}

/// What sends a request, and reads the answer.
fn fetching() -> Function {
    const SEND: &str = concat!(include_str!("../../src/read.js"), "return read(fetch(request))");
    Function::new_with_args("request", SEND)
}

/// The languages as files: addresses with their content, and one that fails.
fn files() -> Object {
    let files = Object::new();
    let set = |lang: &str, address: &str| {
        Reflect::set(&files, &lang.into(), &address.into()).expect("the page allows it");
    };
    let languages = LANGUAGES.iter().map(|(lang, words)| (*lang, words.list().to_vec()));
    for (name, lines) in languages.chain([(NAMES, names().collect())]) {
        let lines = String::from(encode_uri_component(&lines.join("\n")));
        set(name, &["data:text/plain,", &lines].concat());
    }
    set("nb", &[NOWHERE, "assets/texts-nb.txt"].concat());
    files
}

/// An element with `attributes`, in the page.
fn connected(attributes: &[(&str, &str)]) -> Element {
    ais_link_module::start(NOWHERE, files(), fetching());
    defined();
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

fn has_screen(element: &Element) -> bool {
    root(element).query_selector(".base").expect("a sound selector").is_some()
}

fn text(element: &Element) -> String {
    root(element).text_content().unwrap_or_default()
}

fn heading(element: &Element) -> String {
    let heading = root(element).query_selector("h2").expect("a sound selector");
    heading.and_then(|heading| heading.text_content()).unwrap_or_default()
}

/// Waits until the element shows `expected`: a file takes its own time to load.
async fn reads(element: &Element, expected: &str) {
    for _ in 0..250 {
        if text(element).contains(expected) {
            return;
        }
        turn().await;
    }
    panic!("no {expected:?} in {:?}", text(element));
}

/// Lets all waiting tasks run.
async fn turn() {
    TimeoutFuture::new(20).await;
}

#[wasm_bindgen_test]
async fn a_script_that_runs_twice_defines_once() {
    defined();
    defined();
    let element = connected(&[]);
    reads(&element, "Choose your bank").await;
    element.remove();
}

#[wasm_bindgen_test]
async fn the_first_screen_is_announced_by_attribute_and_event() {
    let events = Rc::new(RefCell::new(Vec::new()));
    let recorded = Rc::clone(&events);
    let listener = EventListener::new(&document(), "ais-link-state", move |event| {
        let event: &CustomEvent = event.dyn_ref().expect("the page allows it");
        let state =
            Reflect::get(&event.detail(), &JsValue::from_str("state")).expect("the page allows it");
        recorded
            .borrow_mut()
            .push((state.as_string().expect("the page allows it"), event.composed()));
    });
    let element = connected(&[]);
    turn().await;
    assert_eq!(element.get_attribute("state").as_deref(), Some("loading-banks"));
    assert_eq!(*events.borrow(), [("loading-banks".to_owned(), true)]);
    drop(listener);
    element.remove();
}

#[wasm_bindgen_test]
async fn the_language_is_that_of_the_nearest_element_around_also_outside_a_shadow_tree() {
    let around = document().create_element("main").expect("a sound name");
    around.set_attribute("lang", "fi").expect("a sound name");
    body().append_child(&around).expect("the body takes it");
    let host = document().create_element("div").expect("a sound name");
    around.append_child(&host).expect("an element takes it");
    let shadow =
        host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).expect("it has none");
    let element = connected(&[("lang", "")]);
    shadow.append_child(&element).expect("a shadow tree takes it");
    reads(&element, "Valitse pankki").await;
    around.remove();
}

#[wasm_bindgen_test]
async fn the_language_is_the_elements_or_the_pages() {
    let page = document().document_element().expect("the page allows it");
    page.set_attribute("lang", "sv").expect("the page allows it");
    let own = connected(&[("lang", "sv-FI")]);
    let inherits = connected(&[]);
    reads(&own, "Välj bank").await;
    reads(&inherits, "Välj bank").await;
    page.remove_attribute("lang").expect("the page allows it");
    own.set_attribute("lang", "en").expect("the page allows it");
    reads(&own, "Choose your bank").await;
    own.remove();
    inherits.remove();
}

#[wasm_bindgen_test]
async fn every_language_comes_when_it_is_asked_for() {
    let element = connected(&[("lang", "en")]);
    for (lang, start) in [("fi", "Valitse pankki"), ("da-DK", "Vælg bank"), ("SV", "Välj bank")] {
        element.set_attribute("lang", lang).expect("the page allows it");
        reads(&element, start).await;
        let base = root(&element).first_element_child().expect("the widget is there");
        assert_eq!(base.get_attribute("lang"), Some(ais_link::text::language(lang)));
    }
    element.remove();
}

#[wasm_bindgen_test]
async fn a_language_that_fails_to_load_or_does_not_exist_is_english() {
    for lang in ["nb", "no", "de"] {
        let element = connected(&[("lang", lang)]);
        reads(&element, "Choose your bank").await;
        element.remove();
    }
}

#[wasm_bindgen_test]
async fn texts_that_fail_to_load_are_loaded_again() {
    let element = connected(&[("lang", "sv")]);
    ais_link_module::start(NOWHERE, Object::new(), fetching());
    element.remove();
    body().append_child(&element).expect("the body takes it");
    turn().await;
    assert_eq!(text(&element), "");
    ais_link_module::start(NOWHERE, files(), fetching());
    reads(&element, "Välj bank").await;
    element.remove();
}

#[wasm_bindgen_test]
async fn no_other_language_is_seen_before_the_right_one() {
    let element = connected(&[("lang", "fi")]);
    let mut seen = text(&element);
    while seen.is_empty() {
        TimeoutFuture::new(0).await;
        seen = text(&element);
    }
    assert_eq!(seen, "Valitse pankki");
    element.remove();
}

/// Sets a property of the element, as a page does.
fn set_texts(element: &Element, texts: &[(&str, JsValue)]) {
    let own = Object::new();
    for (name, text) in texts {
        Reflect::set(&own, &(*name).into(), text).expect("the page allows it");
    }
    Reflect::set(element, &"texts".into(), &own).expect("the page allows it");
}

#[wasm_bindgen_test]
async fn a_page_has_texts_of_its_own() {
    let element = connected(&[("lang", "sv")]);
    turn().await;
    set_texts(&element, &[("banksHeading", "<b>Vår bank</b>".into())]);
    reads(&element, "<b>Vår bank</b>").await;
    // They apply in every language, and removing them restores ours.
    element.set_attribute("lang", "fi").expect("the page allows it");
    let finnish = || root(&element).query_selector("[lang=fi]").expect("a sound selector");
    while finnish().is_none() {
        turn().await;
    }
    assert_eq!(heading(&element), "<b>Vår bank</b>");
    Reflect::set(&element, &"texts".into(), &JsValue::NULL).expect("the page allows it");
    reads(&element, "Valitse pankki").await;
    element.remove();
}

#[wasm_bindgen_test]
async fn texts_of_unknown_names_and_kinds_change_nothing() {
    let element = connected(&[("lang", "en")]);
    let odd = [
        ("banks_heading", "No such name".into()),
        ("banksHeading", JsValue::from_f64(7.0)),
        ("search", JsValue::NULL),
        ("constructor", "No such name".into()),
    ];
    reads(&element, "Choose your bank").await;
    set_texts(&element, &odd);
    turn().await;
    assert_eq!(heading(&element), "Choose your bank");
    for odd in [JsValue::from_str("texts"), JsValue::from_f64(7.0), JsValue::TRUE] {
        Reflect::set(&element, &"texts".into(), &odd).expect("the page allows it");
        turn().await;
        assert_eq!(heading(&element), "Choose your bank");
    }
    element.remove();
}

#[wasm_bindgen_test]
async fn an_error_of_the_page_is_shown_in_its_language() {
    let element = connected(&[("lang", "da"), ("country", "Danmark")]);
    reads(&element, "Ikke tilgængelig").await;
    element.remove();
}

#[wasm_bindgen_test]
async fn words_change_without_a_restart() {
    let states = Rc::new(RefCell::new(0));
    let counts = Rc::clone(&states);
    let listener =
        EventListener::new(&document(), "ais-link-state", move |_| *counts.borrow_mut() += 1);
    let element = connected(&[("lang", "en")]);
    turn().await;
    for (name, value) in [("lang", "sv"), ("service", "Hemkassan"), ("redirect", "popup")] {
        element.set_attribute(name, value).expect("the page allows it");
    }
    reads(&element, "Välj bank").await;
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
    assert!(!has_screen(&element), "only what the page has put into the tag");
}

#[wasm_bindgen_test]
async fn an_invalid_country_is_reported_and_can_be_corrected() {
    let element = connected(&[("country", "Sweden")]);
    reads(&element, "not set up correctly").await;
    element.set_attribute("country", "fi").expect("the page allows it");
    reads(&element, "Choose your bank").await;
    element.remove();
}

#[wasm_bindgen_test]
async fn a_removed_element_leaves_nothing_and_can_begin_again() {
    let element = connected(&[]);
    turn().await;
    element.remove();
    assert!(!has_screen(&element), "only what the page has put into the tag");
    body().append_child(&element).expect("the page allows it");
    reads(&element, "Choose your bank").await;
    assert!(has_screen(&element));
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
    assert!(!has_screen(&element), "only what the page has put into the tag");
    drop(removes);
}

#[wasm_bindgen_test]
async fn nothing_has_an_inline_style() {
    let element = connected(&[]);
    reads(&element, "Choose your bank").await;
    let styled =
        root(&element).query_selector_all("[style], style, script").expect("the page allows it");
    assert_eq!(styled.length(), 0);
    element.remove();
}
