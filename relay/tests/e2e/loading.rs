//! How the element comes into a page: with the first tag, and after as many tries as that takes.

use std::ffi::OsStr;
use std::fs::{
    copy, create_dir_all, read_dir, read_to_string, remove_dir_all, remove_file, rename, write,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Browser, Scenario, Setting, World, logs, required, scenario};

/// A page that has the script, and not yet a tag.
pub(crate) const EMPTY: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty</title>
<script type="module" src="/ais-link.js"></script></head><body><p>Not yet.</p></body></html>"#;

/// A folder with the empty page.
pub(crate) fn pages(scenario: &Scenario) -> PathBuf {
    scenario.write_pages(&[("index.html", EMPTY)])
}

/// A copy of the bundle. It is not among the logs: its example of a personal number is no leak.
pub(crate) fn bundle(scenario: &Scenario) -> PathBuf {
    let from = PathBuf::from(required("AIS_LINK_BUNDLE"));
    // Browsers that are tested at one time have a folder each.
    let browser = logs().file_name().map(OsStr::to_owned).unwrap_or_default();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(browser).join(scenario.name());
    drop(remove_dir_all(&folder));
    create_dir_all(folder.join("assets")).expect("a folder");
    for part in ["", "assets"] {
        for entry in read_dir(from.join(part)).expect("there is a bundle").flatten() {
            if entry.path().is_file() {
                copy(entry.path(), folder.join(part).join(entry.file_name())).expect("a copy");
            }
        }
    }
    folder
}

/// What a new release does: other names in `assets/`, and an entry that knows them.
fn release(bundle: &Path) {
    let entry = bundle.join("ais-link.js");
    let mut text = read_to_string(&entry).expect("the entry");
    for file in read_dir(bundle.join("assets")).expect("the assets").flatten() {
        let name = file.file_name().into_string().expect("plain names");
        let new = format!("new-{name}");
        rename(file.path(), file.path().with_file_name(&new)).expect("another name");
        text = text.replace(&format!("assets/{name}"), &format!("assets/{new}"));
    }
    write(entry, text).expect("the new entry");
    for old in ["ais-link.js.br", "ais-link.js.gz"] {
        remove_file(bundle.join(old)).expect("the copy of the old one");
    }
}

scenario!(a_page_without_the_tag_loads_the_entry_alone, async |scenario| {
    let (_world, browser) = scenario.page(pages(&scenario)).await;
    browser.page_reads("Not yet.").await;
    assert_eq!(browser.loaded_scripts().await, ["/ais-link.js"]);
    browser.add_element().await;
    browser.screen("choose-bank").await;
    assert_eq!(browser.noted::<Value>("failed").await, json!([]));
    let shown = browser.page_text().await;
    assert!(!shown.contains("One moment"), "{shown}");
});

scenario!(the_page_loads_again_what_did_not_come_even_from_a_new_release, async |scenario| {
    let bundle = bundle(&scenario);
    let variables = &[("AIS_RELAY_BUNDLE", bundle.to_str().expect("a plain path"))];
    let setting = Setting { pages: pages(&scenario), variables, ..Setting::default() };
    let (world, browser) = (scenario.world_with(setting).await, scenario.browser().await);
    browser.open(&world).await;
    browser.page_reads("Not yet.").await;
    world.kill_relay();
    browser.add_element().await;
    browser.screen("unreachable").await;
    browser.page_reads("One moment, please.").await;
    release(&bundle);
    world.start_relay();
    browser.screen("choose-bank").await;
    let failed = json!([{ "reason": "unreachable", "supportCode": null }]);
    assert_eq!(browser.noted::<Value>("failed").await, failed);
});

/// A page whose element finds no module: whatever it asks for, the script has asked for.
async fn page_without_module(scenario: &Scenario, tag: &str) -> (Arc<World>, Arc<Browser>) {
    let bundle = bundle(scenario);
    for file in read_dir(bundle.join("assets")).expect("the assets").flatten() {
        if file.file_name().to_string_lossy().contains(".wasm") {
            remove_file(file.path()).expect("it was there");
        }
    }
    let variables = &[("AIS_RELAY_BUNDLE", bundle.to_str().expect("a plain path"))];
    let pages =
        scenario.write_pages(&[("index.html", &EMPTY.replace("<p>", &format!("{tag}<p>")))]);
    let setting = Setting { pages, variables, ..Setting::default() };
    let (world, browser) = (scenario.world_with(setting).await, scenario.browser().await);
    browser.open(&world).await;
    browser.screen("unreachable").await;
    (world, browser)
}

scenario!(texts_session_and_banks_are_asked_for_while_the_module_loads, async |scenario| {
    let (world, browser) =
        page_without_module(&scenario, "<ais-link country=SE lang=sv></ais-link>").await;
    world.wait_for_call("GET", "/aspsps").await;
    assert_eq!(browser.loaded_texts().await, ["sv"]);
    // The first answer sets the cookie, the second shows whether it is kept.
    browser.has_asked(2, "/session/consents").await;
});

scenario!(an_element_whose_token_says_more_asks_by_itself, async |scenario| {
    let tag = "<ais-link country=SE token=lt_x></ais-link>";
    let (world, browser) = page_without_module(&scenario, tag).await;
    assert_eq!(world.count("GET", "/aspsps"), 0);
    assert_eq!(browser.questions("/session/consents").await, 0);
});

scenario!(an_early_answer_serves_once_and_none_about_links_does, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.screen("choose-bank").await;
    assert_eq!(browser.questions("/session/consents").await, 2);
    assert_eq!(browser.questions("/aspsps?").await, 1);
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.reload().await;
    browser.screen("challenge").await;
    // The early one, and the element's own, after which the link has its right age.
    assert_eq!(browser.questions("/session/consents").await, 2);
    assert_eq!(world.count("POST", "/psd2/consent/v1/consents"), 2);
});
