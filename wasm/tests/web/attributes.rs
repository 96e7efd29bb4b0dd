//! What a page sets and changes: invalid attributes are reported in the console, others apply.

use js_sys::eval;
use wasm_bindgen_test::wasm_bindgen_test;

use super::offline::{Network, RELAY, bank, end, play, screen};
use super::{JsValue, connected, reads, text, turn};

/// The console's errors since `listen`; the recording ends.
fn said() -> String {
    let said = eval("console.error = window.error; window.said.join()").expect("the script runs");
    said.as_string().expect("it is text")
}

fn listen() {
    let script = "window.said = []; window.states = []; window.error = console.error;
        console.error = text => said.push(text);
        addEventListener('ais-link-state', event => states.push(event.detail.state), { once: true })";
    eval(script).expect("the script runs");
}

#[wasm_bindgen_test]
async fn an_invalid_attribute_is_reported_with_its_valid_values() {
    for (name, value, expected) in [
        ("relay", "http://", "an address"),
        ("relay", "https://link.example.com/ais-link.js", "without a file"),
        ("relay", "/assets/relay.html", "without a file"),
        ("relay", "https://link.example.com/?x=1", "an address"),
        ("relay", "https://link.example.com/#x", "an address"),
        ("relay", "https://me:secret@link.example.com/", "an address"),
        ("relay", "ftp://link.example.org/", "http or https"),
        ("relay", "javascript:alert(1)", "http or https"),
        ("relay", "data:text/plain,x", "http or https"),
        ("relay", "link.example.com/relay", "such as https://link.example.com/"),
        ("relay", "localhost:8080", "an address"),
        ("relay", "https:/link.example.org", "an address"),
        ("relay", "https://link example.com/", "an address"),
        ("relay", "https://link.example.com:99999/", "an address"),
        ("relay", "undefined", "an address"),
        ("relay", "[object Object]", "an address"),
        ("country", "Sweden", "two letters"),
        ("context", "both", "private or corporate"),
        ("redirect", "tab", "popup"),
        ("validity-days", "soon", "a whole number"),
        ("frequency-per-day", "often", "a whole number"),
        ("recurring", "yes", "true or false"),
        ("data", "accounts, balances", "accounts, balances and transactions"),
    ] {
        listen();
        let element = connected(&[("lang", "en"), (name, value)]);
        reads(&element, "not set up correctly").await;
        let said = said();
        assert!(said.contains(name) && said.contains(expected), "{name}: {said:?}");
        assert!(!said.contains(value) || name == "data", "{said:?}");
        let state = || element.get_attribute("state");
        assert_eq!(state().as_deref(), Some("misconfigured"));
        let states = eval("window.states.join()").expect("the script runs").as_string();
        assert_eq!(states, state());
        element.remove_attribute(name).expect("the page allows it");
        while state().as_deref() != Some("loading-banks") {
            turn().await;
        }
        element.remove();
    }
}

#[wasm_bindgen_test]
async fn a_relay_may_be_at_any_address_that_the_browser_can_reach() {
    for relay in [
        "https://link.example.com",
        "https://link.example.com/",
        "HTTPS://link.example.com:8443/relay",
        "http://127.0.0.1:9/v1.2",
        "//127.0.0.1:9/",
        "/",
        "/relay",
        "./relay/",
        "../",
        " /relay/ ",
    ] {
        let element = connected(&[("lang", "en"), ("relay", relay)]);
        reads(&element, "Choose your bank").await;
        assert_ne!(element.get_attribute("state").as_deref(), Some("misconfigured"), "{relay}");
        element.remove();
    }
}

#[wasm_bindgen_test]
fn every_attribute_is_a_property_too() {
    let element = connected(&[]);
    for (property, name, value, text, read) in [
        ("relay", "relay", "'/relay/'", "/relay/", "/relay/"),
        ("country", "country", "'FI'", "FI", "FI"),
        ("service", "service", "'Kassan'", "Kassan", "Kassan"),
        ("redirect", "redirect", "'popup'", "popup", "popup"),
        ("context", "context", "'corporate'", "corporate", "corporate"),
        ("data", "data", "'balances'", "balances", "balances"),
        ("validityDays", "validity-days", "90", "90", "90"),
        ("frequencyPerDay", "frequency-per-day", "2", "2", "2"),
        ("recurring", "recurring", "false", "false", "false"),
        ("recurring", "recurring", "true", "true", "true"),
        ("recurring", "recurring", "''", "", "true"),
        ("lang", "lang", "'sv'", "sv", "sv"),
    ] {
        let is = |script: &str| {
            let script = script.replace("PROPERTY", property).replace("VALUE", value);
            let run = js_sys::Function::new_with_args("element", &script);
            let is = run.call1(&JsValue::NULL, &element).expect("the script runs");
            is.as_string().unwrap_or_default()
        };
        assert_eq!(
            is("element.PROPERTY = VALUE; return String(element.PROPERTY)"),
            read,
            "{property}"
        );
        assert_eq!(element.get_attribute(name).as_deref(), Some(text), "{property}");
        if property != "lang" {
            for nothing in ["null", "undefined"] {
                is(&["element.PROPERTY = ", nothing].concat());
                assert_eq!(element.get_attribute(name), None, "{property}");
                element.set_attribute(name, text).expect("the page allows it");
            }
        }
        element.remove_attribute(name).expect("the page allows it");
    }
    element.remove();
}

#[wasm_bindgen_test]
async fn the_accounts_are_read_whether_the_page_names_them_or_not() {
    let element = connected(&[("lang", "en"), ("data", "balances")]);
    reads(&element, "Choose your bank").await;
    element.remove();
}

#[wasm_bindgen_test]
async fn changed_terms_appear_on_the_present_screen() {
    play(Network::On);
    let element = connected(&[("lang", "en"), ("relay", RELAY)]);
    screen(&element, "choose-bank").await;
    bank(&element).await.click();
    reads(&element, "at most 4 times a day").await;
    for (name, value, read) in [
        ("frequency-per-day", "1", "at most once a day"),
        ("recurring", "false", "The permission ends by itself"),
    ] {
        element.set_attribute(name, value).expect("the page allows it");
        reads(&element, read).await;
        assert_eq!(element.get_attribute("state").as_deref(), Some("ready"));
    }
    element.set_attribute("data", "balances").expect("the page allows it");
    while text(&element).contains("transactions") {
        turn().await;
    }
    reads(&element, "Their balances").await;
    element.set_attribute("recurring", "perhaps").expect("the page allows it");
    reads(&element, "not set up correctly").await;
    end();
    element.remove();
}
