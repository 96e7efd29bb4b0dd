//! How the element comes into a page: with the first tag, and however often that takes.

use std::ffi::OsStr;
use std::fs::{copy, create_dir_all, read_dir, read_to_string, remove_dir_all, rename, write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::support::{Browser, World, logs, required};

/// A page that has the script, and not yet a tag.
pub(crate) const EMPTY: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Empty</title>
<script type="module" src="/ais-link.js"></script></head><body><p>Not yet.</p></body></html>"#;

/// Puts the tag into the page, with something of the page's own in it, and notes what fails.
pub(crate) const PUT: &str = "window.failed = [];
document.addEventListener('ais-link-failed', event => failed.push(event.detail));
const tag = document.createElement('ais-link');
tag.append('One moment, please.');
document.body.append(tag);";

const LOADED: &str = "return performance.getEntriesByType('resource')
    .map(it => new URL(it.name).pathname).filter(it => it.includes('ais-link'))";

pub(crate) fn pages(name: &str) -> PathBuf {
    let folder = logs().join(format!("{name}-pages"));
    create_dir_all(&folder).expect("a folder");
    write(folder.join("index.html"), EMPTY).expect("a page");
    folder
}

/// A copy of the bundle. It is not among the logs: its example of a personal number is no leak.
pub(crate) fn bundle(name: &str) -> PathBuf {
    let from = PathBuf::from(required("AIS_LINK_BUNDLE"));
    // Browsers that are tested at one time have a folder each.
    let browser = logs().file_name().map(OsStr::to_owned).unwrap_or_default();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(browser).join(name);
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
        std::fs::remove_file(bundle.join(old)).expect("the copy of the old one");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_page_without_the_tag_loads_the_entry_alone() {
    let world = World::with_pages("loading-late", &pages("loading-late")).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.page_reads("Not yet.").await;
    assert_eq!(browser.eval(LOADED, vec![]).await, json!(["/ais-link.js"]));
    browser.eval(PUT, vec![]).await;
    browser.screen("choose-bank").await;
    assert_eq!(browser.eval("return failed", vec![]).await, json!([]));
    let shown = browser.eval("return document.body.innerText", vec![]).await;
    assert!(!shown.as_str().expect("a text").contains("One moment"), "{shown}");
    browser.quit("loading-late").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_script_that_a_bundler_made_part_of_another_loads_the_rest_from_the_relay() {
    let folder = pages("loading-bundled");
    // What bundlers make of a module in a script that is none.
    let entry = read_to_string(PathBuf::from(required("AIS_LINK_BUNDLE")).join("ais-link.js"));
    let entry = entry.expect("the entry").replace("import.meta", "({})");
    let (class, _) = entry.rsplit_once("export").expect("it exports how it loads");
    let script = format!(
        "addEventListener('error', event => failed.push(event.message));
        var failed = []; (() => {{ {class} }})(); (() => {{ {class} }})();"
    );
    write(folder.join("app.js"), script).expect("a script");
    let page = EMPTY.replace("type=\"module\" src=\"/ais-link.js\"", "src=\"app.js\"");
    write(folder.join("index.html"), page).expect("a page");
    let world = World::with_pages("loading-bundled", &folder).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.page_reads("Not yet.").await;
    assert_eq!(browser.eval("return failed", vec![]).await, json!([]));
    browser
        .eval(
            "const tag = document.createElement('ais-link');
        tag.relay = '/';
        document.body.append(tag)",
            vec![],
        )
        .await;
    browser.screen("choose-bank").await;
    assert_eq!(browser.eval("return failed", vec![]).await, json!([]));
    browser.quit("loading-bundled").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_script_that_kept_its_name_but_not_what_lies_beside_it_loads_the_rest_from_the_relay() {
    let folder = pages("loading-alone");
    // What development servers do: they copy the one script that is imported.
    let deps = folder.join("deps");
    create_dir_all(&deps).expect("a folder");
    let entry = PathBuf::from(required("AIS_LINK_BUNDLE")).join("ais-link.js");
    copy(entry, deps.join("ais-link.js")).expect("a copy");
    let page = EMPTY.replace("/ais-link.js", "deps/ais-link.js?v=1");
    write(folder.join("index.html"), page).expect("a page");
    let world = World::with_pages("loading-alone", &folder).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.page_reads("Not yet.").await;
    browser.eval(&PUT.replace("document.body", "tag.relay = '/'; document.body"), vec![]).await;
    browser.screen("choose-bank").await;
    assert_eq!(browser.eval("return failed", vec![]).await, json!([]));
    browser.quit("loading-alone").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn what_does_not_come_is_asked_for_again_even_from_another_release() {
    let (pages, bundle) = (pages("loading-lost"), bundle("loading-lost-bundle"));
    let variable = bundle.to_str().expect("a plain path");
    let variables = [("AIS_RELAY_BUNDLE", variable)];
    let mut world = World::with("loading-lost", &pages, World::SLOWNESS, &variables).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.page_reads("Not yet.").await;
    world.kill();
    browser.eval(PUT, vec![]).await;
    browser.screen("unreachable").await;
    browser.page_reads("One moment, please.").await;
    release(&bundle);
    world.start();
    browser.screen("choose-bank").await;
    let told = json!([{ "reason": "unreachable", "supportCode": null }]);
    assert_eq!(browser.eval("return failed", vec![]).await, told);
    browser.quit("loading-lost").await;
}
