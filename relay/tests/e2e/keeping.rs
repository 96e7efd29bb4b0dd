//! What must be kept: a consent to its session, a page's content policy, a page's own names.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Browser, SWEDBANK, World, at_the_code, choose_bank, logs};

/// Calls the relay from the page, as the widget would.
async fn call(browser: &Browser, method: &str, path: &str, headers: Value) -> Value {
    let script = "
        const [method, path, headers] = arguments;
        fetch(path, { method, headers: { 'x-ais-link': '1', ...headers } })
            .then(async answer => done([answer.status, await answer.text()]))
            .catch(error => done([0, String(error)]));";
    browser.wait_for(script, vec![json!(method), json!(path), headers]).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn another_browser_cannot_use_the_consent_of_the_first() {
    let world = World::new("keeping-session").await;
    let first = Browser::new().await;
    first.open(&world).await;
    first.screen("choose-bank").await;
    let keep = "link.addEventListener('ais-link-linked', ({ detail }) => window.linked = detail)";
    first.eval(keep, vec![]).await;
    first.click("SEB").await;
    first.click("Show QR code").await;
    let order = world.scan(&first.qr().await);
    world.sign(&order);
    first.screen("linked").await;
    let consent = first.eval("return window.linked.consentId", vec![]).await;
    let consent = consent.as_str().unwrap();

    let second = Browser::new().await;
    second.open(&world).await;
    second.screen("choose-bank").await;
    world.sandbox.clear_requests();
    let bank = json!({"x-bicfi": "ESSESESS"});
    let paths = ["", "/status", "/authorisations"]
        .map(|end| format!("/psd2/consent/v1/consents/{consent}{end}"));
    for path in &paths {
        let answer = call(&second, "GET", path, bank.clone()).await;
        assert_eq!(answer[0], 404, "{path}");
        assert!(answer[1].as_str().unwrap().contains("SESSION_UNKNOWN"), "{answer}");
    }
    assert_eq!(call(&second, "DELETE", &paths[0], bank.clone()).await[0], 404);
    assert_eq!(call(&second, "POST", &paths[2], bank).await[0], 404);
    let with_consent = json!({"x-bicfi": "ESSESESS", "consent-id": consent});
    let accounts = "/psd2/accountinformation/v1/accounts?withBalance=true";
    assert_eq!(call(&second, "GET", accounts, with_consent.clone()).await[0], 404);
    assert_eq!(world.sandbox.requests().len(), 0, "nothing reaches the platform");
    // The first still can.
    assert_eq!(call(&first, "GET", accounts, with_consent).await[0], 200);
    first.quit("keeping-session-first").await;
    second.quit("keeping-session-second").await;
}

/// A page with the strictest policy that the element needs, and no other help.
const STRICT: &str = r#"<!doctype html><html lang="sv"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'">
<title>Strict</title>
<script src="probe.js"></script>
<script type="module" src="/ais-link.js"></script>
<script type="module" src="/ais-link.js?again"></script>
</head><body><ais-link lang="en"></ais-link><ais-link lang="sv"></ais-link></body></html>"#;

const PROBE: &str = "window.violations = [];
document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI));
window.addEventListener('error', event => violations.push(event.message));
window.addEventListener('unhandledrejection', event => violations.push(String(event.reason)));";

/// A folder with the page, for this test alone.
fn strict_pages() -> PathBuf {
    let folder = logs().join("strict-pages");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("index.html"), STRICT).expect("a page");
    std::fs::write(folder.join("probe.js"), PROBE).expect("a script");
    folder
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_strict_policy_holds_the_script_may_load_twice_and_stand_twice() {
    let world = World::with_pages("keeping-policy", &strict_pages()).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
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
    let second = "return document.querySelectorAll('ais-link')[1].shadowRoot.textContent";
    let second = browser.eval(second, vec![]).await;
    assert!(second.as_str().unwrap().contains("Välj bank"), "{second}");
    assert_eq!(browser.eval("return window.violations", vec![]).await, json!([]));
    let foreign = "return performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.startsWith(location.origin))";
    assert_eq!(browser.eval(foreign, vec![]).await, json!([]), "only the relay is asked");
    browser.quit("keeping-policy").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn but_for_a_consents_name_nothing_is_kept_where_a_script_could_read_it() {
    let (world, browser) = at_the_code("keeping-storage", "SEB").await;
    let text = browser.qr().await;
    let order = world.scan(&text);
    world.sign(&order);
    browser.screen("linked").await;
    let kept = browser
        .eval(
            "const { 'ais-link-bank': bank, ...kept } = {...sessionStorage};
            const [bic, , name] = bank.split('\\n');
            return [document.cookie, localStorage.length, kept, [bic, name], location.href]",
            vec![],
        )
        .await;
    let consent = world.sandbox.consents()[0].id.to_string();
    // Beside the consent's id the chosen entry of the bank list, which is public.
    let (consent, bank) = (json!({ "ais-link-consent": consent }), json!(["ESSESESS", "SEB"]));
    assert_eq!(kept, json!(["", 0, consent, bank, world.url("/")]));
    let cookies = browser.driver.get_all_cookies().await.unwrap();
    let [session] = &cookies[..] else { panic!("one cookie: {}", cookies.len()) };
    assert!(session.name.starts_with("__Host-Http-"), "{}", session.name);
    let all: Vec<String> = browser.console().await;
    let token = text.trim_start_matches("bankid:///?autostarttoken=");
    assert!(all.iter().all(|line| !line.contains(token)), "{all:?}");
    browser.quit("keeping-storage").await;
}
