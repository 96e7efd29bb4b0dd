//! `<ais-accounts>` as a person uses it: what they have linked, its balances and transactions, and the end of it.

mod faults;
mod lists;

use std::sync::Arc;

use serde_json::json;

use crate::accessibility::axe;
use crate::support::{BackEnd, Browser, Key, Scenario, Setting, scenario};

const LINK: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Link</title>
<script type="module" src="/ais-link.js"></script></head><body><main><ais-link></ais-link></main></body></html>"#;

/// The page of a host that has made a view session: what the document shows, with the token from the address.
fn page() -> String {
    let text = include_str!("../../../docs/element.md");
    let (_, snippet) = text.split_once("-->\n```html\n<script type=\"module\"").expect("a snippet");
    let (snippet, _) = snippet.split_once("```").expect("it ends");
    let snippet =
        snippet.replace("https://link.example.com/", "/").replace(" token=\"vt_...\"", "");
    [HEAD, snippet.as_str(), "</main></body></html>"].concat()
}

const HEAD: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Accounts</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>body { margin: 16px; background: Canvas; color-scheme: light dark }</style>
<script type="module" src="/token.js"></script></head><body><main class="offer"><script type="module""#;

const TOKEN: &str = "
window.heard = [];
for (const name of ['renew', 'removed', 'failed'])
    document.addEventListener(`ais-accounts-${name}`, ({ detail }) => heard.push([name, Object.values(detail)[0]]));
document.querySelector('ais-accounts').setAttribute('token', location.search.slice(1));";

/// A person, and a host whose pages have both elements.
pub(crate) struct Visit {
    pub(crate) host: BackEnd,
    pub(crate) browser: Arc<Browser>,
}

impl Visit {
    pub(crate) async fn new(
        scenario: &Scenario,
        browser: Arc<Browser>,
        variables: &[(&str, &str)],
    ) -> Self {
        let page = page();
        let files = [("index.html", LINK), ("accounts.html", &*page), ("token.js", TOKEN)];
        let pages = scenario.write_pages(&files);
        let variables = [&[("AIS_RELAY_SERVICE_NAME", "Kassan")], variables].concat();
        let setting = Setting { pages, variables: &variables, ..Setting::default() };
        Self { host: BackEnd::with(scenario, setting).await, browser }
    }

    /// The person links `bank`.
    pub(crate) async fn link(&self, bank: &str) -> String {
        let body = json!({ "client_reference": "customer-4711", "purpose": "To show your budget" });
        let made = self.host.call("POST /v1/link-sessions", &body.to_string()).await;
        let (world, browser) = (&self.host.world, &self.browser);
        browser.open(world).await;
        browser.screen("choose-bank").await;
        browser.set_attribute("token", made["token"].as_str().expect("it has a token")).await;
        browser.reads("Kassan asks you to link your bank").await;
        browser.click(bank).await;
        browser.click("Show QR code").await;
        world.sign(&world.scan(&browser.qr().await));
        browser.screen("linked").await;
        let session = self.host.session(made["id"].as_str().expect("it has an id")).await;
        session["connection_id"].as_str().expect("it has a connection").to_owned()
    }

    /// A new view session of the person; gives its page.
    pub(crate) async fn view_session(&self) -> String {
        let made =
            self.host.call("POST /v1/view-sessions", r#"{"client_reference":"customer-4711"}"#);
        let made = made.await;
        let token = made["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        self.host.world.url(&format!("/accounts.html?{token}"))
    }

    /// The person opens the page of a new view session.
    pub(crate) async fn view(&self) {
        self.browser.goto(&self.view_session().await).await;
    }
}

/// A person with a browser of the usual kind.
async fn visit(scenario: &Scenario, variables: &[(&str, &str)]) -> Visit {
    Visit::new(scenario, scenario.browser().await, variables).await
}

async fn is_sound(browser: &Browser) {
    axe::finds_nothing(browser, "ais-accounts", "ais-accounts").await;
    assert_eq!(browser.layout_faults().await, [""; 0]);
}

scenario!(a_person_sees_their_accounts_and_removes_the_access, async |scenario| {
    let visit = visit(&scenario, &[]).await;
    let (world, browser) = (&visit.host.world, &visit.browser);
    let connection = visit.link("SEB").await;
    visit.view().await;
    browser.screen("connections").await;
    browser.reads("Kassan can read from these banks").await;
    for shown in ["SEB", "Connected", "To show your budget", "accounts, balances, transactions"] {
        browser.reads(shown).await;
    }
    is_sound(browser).await;

    // With the keyboard alone.
    browser.press(Key::Tab).await;
    assert_eq!(browser.focused().await.as_deref(), Some("Show accounts: SEB"));
    browser.press(Key::Enter).await;
    browser.screen("accounts").await;
    browser.reads("Booked").await;
    browser.reads("As of").await;
    assert_eq!(browser.focused().await.as_deref(), Some("Accounts"));
    is_sound(browser).await;
    browser.click("Show transactions").await;
    browser.screen("transactions").await;
    browser.reads("Not booked yet").await;
    is_sound(browser).await;
    let first = browser.rows_of_transactions(0).await;
    browser.click("Show more").await;
    browser.rows_of_transactions(first).await;
    browser.click("Back").await;
    let focused = browser.focused().await.expect("the button that was used has the focus");
    assert!(focused.starts_with("Show transactions: "), "{focused}");
    browser.click("Back").await;
    browser.screen("connections").await;

    browser.click("Remove access").await;
    browser.reads("Remove the access to SEB?").await;
    is_sound(browser).await;
    browser.click("Keep it").await;
    browser.screen("connections").await;
    assert_eq!(browser.focused().await.as_deref(), Some("Remove access: SEB"));
    let deleted = world.count("DELETE", "/psd2/consent");
    browser.click("Remove access").await;
    browser.screen("remove").await;
    browser.click("Remove access").await;
    browser.screen("connections").await;
    browser.reads("The access to SEB is removed.").await;
    browser.reads("Ended on").await;
    for gone in ["Show accounts", "Remove access", "Renew"] {
        assert!(!browser.offers(gone).await, "{gone}");
    }
    world.wait_for_calls(deleted + 1, "DELETE", "/psd2/consent").await;
    assert_eq!(browser.noted::<Vec<[String; 2]>>("heard").await, [["removed", &connection]]);
    let known = visit.host.call(&format!("GET /v1/connections/{connection}"), "").await;
    assert_eq!(known["status"], "revoked", "{known}");
    // The element keeps nothing.
    assert_eq!(browser.session_storage().await.get("ais-accounts"), None);
    assert_eq!(browser.local_storage_length().await, 0);
});

scenario!(a_renewal_is_left_to_the_host, async |scenario| {
    let visit = visit(&scenario, &[]).await;
    let browser = &visit.browser;
    let connection = visit.link("SEB").await;
    let page = visit.view_session().await;
    browser.goto(&page).await;
    browser.screen("connections").await;
    assert!(!browser.offers("Renew").await);
    // The page believes that it ends soon.
    browser.rewrite_answers("\"daysLeft\":\\d+", "\"daysLeft\":9").await;
    browser.set_language("sv").await;
    browser.reads("Dina anslutna banker").await;
    browser.set_language("en").await;
    browser.remove_element().await;
    browser.put_element_back().await;
    browser.reads("Days\u{a0}left:\u{a0}9").await;
    browser.reads("Ends soon").await;
    is_sound(browser).await;
    browser.click("Renew").await;
    assert_eq!(browser.noted::<Vec<[String; 2]>>("heard").await, [["renew", &connection]]);
    assert_eq!(browser.state().await.as_deref(), Some("connections"));
});

scenario!(a_view_is_for_one_browser_and_one_hour, async |scenario| {
    let visit = visit(&scenario, &[]).await;
    let (browser, second) = (&visit.browser, scenario.browser().await);
    let page = visit.view_session().await;
    browser.goto(&page).await;
    browser.screen("empty").await;
    browser.reads("No bank is connected").await;
    is_sound(browser).await;
    second.goto(&page).await;
    second.screen("opened-elsewhere").await;
    second.reads("Opened in another browser").await;
    is_sound(&second).await;
    browser.reload().await;
    browser.screen("opened-elsewhere").await;
    assert_eq!(browser.noted::<Vec<[String; 2]>>("heard").await, [["failed", "opened-elsewhere"]]);
    browser.goto(&visit.host.world.url("/accounts.html?vt_none")).await;
    browser.screen("view-over").await;
    browser.reads("This view has ended").await;
    browser.goto(&visit.host.world.url("/accounts.html")).await;
    browser.screen("misconfigured").await;
    // The relay is away for a moment.
    let page = visit.view_session().await;
    browser.goto(&page).await;
    browser.screen("empty").await;
    browser.go_offline().await;
    browser.remove_element().await;
    browser.put_element_back().await;
    browser.screen("unreachable").await;
    assert!(browser.offers("Try again").await);
});

scenario!(a_page_without_account_data_shows_permissions_alone, async |scenario| {
    let visit = visit(&scenario, &[("AIS_RELAY_ACCOUNT_DATA", "backend")]).await;
    let browser = &visit.browser;
    visit.link("SEB").await;
    visit.view().await;
    browser.reads("Your accounts and transactions are shown by Kassan, not here.").await;
    assert!(!browser.offers("Show accounts").await);
    assert!(browser.offers("Remove access").await);
});
