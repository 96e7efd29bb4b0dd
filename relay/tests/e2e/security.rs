//! What protects the person: a consent belongs to one session, the element works under a strict content policy, and
//! the browser stores nothing personal.

use sandbox::Fault;
use serde_json::{Value, json};

use crate::documents::policy;
use crate::support::{SWEDBANK, at_the_code, choose_bank, scenario};

scenario!(another_browser_cannot_use_the_consent_of_the_first, async |scenario| {
    let (world, first) = scenario.demo_page().await;
    first.screen("choose-bank").await;
    first.note_consent().await;
    first.click("SEB").await;
    first.click("Show QR code").await;
    let order = world.scan(&first.qr().await);
    world.sign(&order);
    first.screen("linked").await;
    let consent = first.linked_consent().await;

    let second = scenario.browser().await;
    second.open(&world).await;
    second.screen("choose-bank").await;
    world.sandbox.clear_requests();
    let bank = json!({"x-bicfi": "ESSESESS"});
    let paths = ["", "/status", "/authorisations"]
        .map(|end| format!("/psd2/consent/v1/consents/{consent}{end}"));
    for path in &paths {
        let (status, text) = second.call_relay("GET", path, &bank).await;
        assert_eq!(status, 404, "{path}");
        assert!(text.contains("SESSION_UNKNOWN"), "{text}");
    }
    assert_eq!(second.call_relay("DELETE", &paths[0], &bank).await.0, 404);
    assert_eq!(second.call_relay("POST", &paths[2], &bank).await.0, 404);
    let with_consent = json!({"x-bicfi": "ESSESESS", "consent-id": consent});
    let accounts = "/psd2/accountinformation/v1/accounts?withBalance=true";
    assert_eq!(second.call_relay("GET", accounts, &with_consent).await.0, 404);
    assert_eq!(world.sandbox.requests().len(), 0, "nothing reaches the platform");
    // The first still can.
    assert_eq!(first.call_relay("GET", accounts, &with_consent).await.0, 200);
});

/// A page with the policy of the documents, the strictest under which the element works, and no other help.
const STRICT: &str = r#"<!doctype html><html lang="sv"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="POLICY">
<title>Strict</title>
<script src="probe.js"></script>
<script type="module" src="/ais-link.js"></script>
<script type="module" src="/ais-link.js?again"></script>
</head><body><ais-link lang="en"></ais-link><ais-link lang="sv"></ais-link></body></html>"#;

const PROBE: &str = "window.violations = [];
document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI));
window.addEventListener('error', event => violations.push(event.message));
window.addEventListener('unhandledrejection', event => violations.push(String(event.reason)));";

scenario!(under_a_strict_policy_script_and_element_may_occur_twice, async |scenario| {
    let page = STRICT.replace("POLICY", policy());
    let pages = scenario.write_pages(&[("index.html", &page), ("probe.js", PROBE)]);
    let (world, browser) = scenario.page(pages).await;
    // The animated picture and the drawn code, both under the policy.
    choose_bank(&browser, SWEDBANK).await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.reads("Step 2").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    browser.click("Connect another bank").await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    let second = browser.text_of_second_element().await;
    assert!(second.contains("Välj bank"), "{second}");
    assert_eq!(browser.noted::<Value>("violations").await, json!([]));
    let elsewhere = browser.loaded_elsewhere().await;
    assert!(elsewhere.is_empty(), "the page loads from the relay alone: {elsewhere:?}");
});

/// A page that lets any script run, and would note that one did.
const OPEN: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Open</title>
<script>window.ran = [];</script><script type="module" src="/ais-link.js"></script></head><body><ais-link></ais-link></body></html>"#;

/// Markup that runs a script where it is taken for markup.
const MARKUP: &str =
    "<img src=x onerror=ran.push(1)><script>ran.push(2)</script><b onmouseover=ran.push(3)>bold";

scenario!(markup_in_a_banks_texts_is_text, async |scenario| {
    let pages = scenario.write_pages(&[("index.html", OPEN)]);
    let (world, browser) = (scenario.world_serving(pages).await, scenario.browser().await);
    let edited = |merge| Fault::Edited { status: None, headers: Vec::new(), merge };
    let banks = json!({"aspsps": [
        {"bicFi": "ESSESESS", "name": MARKUP, "logoUrl": "https://evil.example/logo.svg"},
        {"bicFi": "SWEDSESS", "name": "Swedbank", "logoUrl": "javascript:ran.push(4)"},
    ]});
    let list = Fault::Answer { status: 200, headers: Vec::new(), body: banks.to_string() };
    world.fail("GET", "/psd2/aspspinformation/v1/aspsps", list);
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    browser.reads(MARKUP).await;
    world.fail("PUT", "/psd2/consent/v1/consents/", edited(json!({ "psuMessage": MARKUP })));
    browser.click(MARKUP).await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    let name = json!({"accounts": [{"resourceId": "r", "name": MARKUP, "ownerName": MARKUP}]});
    world.fail("GET", "/psd2/accountinformation/", edited(name));
    world.sign(&order);
    browser.screen("linked").await;
    browser.reads(MARKUP).await;
    assert_eq!(browser.noted::<Value>("ran").await, json!([]));
    let elsewhere = browser.loaded_elsewhere().await;
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
});

scenario!(a_policy_that_forbids_webassembly_leaves_the_page_whole, async |scenario| {
    let policy = policy().replace(" 'wasm-unsafe-eval'", "");
    let page = STRICT.replace("POLICY", &policy);
    let noting = "window.failed = [];
        addEventListener('ais-link-failed', event => failed.push(event.detail.reason));";
    let probe = [PROBE, noting].concat();
    let pages = scenario.write_pages(&[("index.html", &page), ("probe.js", &probe)]);
    let (_world, browser) = scenario.page(pages).await;
    browser.screen("unreachable").await;
    let failed: Vec<String> = browser.noted("failed").await;
    assert!(failed.contains(&"unreachable".to_owned()), "{failed:?}");
    let errors: Vec<String> = browser.noted("violations").await;
    assert!(errors.iter().all(|error| error.starts_with("script-src")), "{errors:?}");
});

scenario!(scripts_can_read_no_more_than_a_consents_id, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "SEB").await;
    let text = browser.qr().await;
    let order = world.scan(&text);
    world.sign(&order);
    browser.screen("linked").await;
    assert_eq!(browser.script_cookies().await, "");
    assert_eq!(browser.local_storage_length().await, 0);
    assert_eq!(browser.address().await, world.url("/"));
    // Beside the consent's id the chosen entry of the bank list, which is public.
    let mut stored = browser.session_storage().await;
    let bank = stored.remove("ais-link-bank").expect("the bank is stored");
    let bank: Vec<&str> = bank.as_str().expect("a text").split('\n').collect();
    assert_eq!((bank[0], bank[2]), ("ESSESESS", "SEB"));
    let consent = world.sandbox.consents()[0].id.to_string();
    assert_eq!(Value::Object(stored), json!({ "ais-link-consent": consent }));
    let cookies = browser.cookie_names().await;
    let [session] = &cookies[..] else { panic!("one cookie: {}", cookies.len()) };
    assert!(session.starts_with("__Host-Http-"), "{session}");
    let console = browser.console().await;
    let token = text.trim_start_matches("bankid:///?autostarttoken=");
    assert!(console.iter().all(|line| !line.contains(token)), "{console:?}");
});
