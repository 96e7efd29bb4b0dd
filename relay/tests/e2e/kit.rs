//! What the other tests rely on: that tabs, the back button, fields and blocked windows are the
//! browser's own.

use std::path::PathBuf;
use std::slice::from_ref;

use serde_json::json;

use crate::support::{Browser, Popups, Wishes, World, logs};

const HERE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Here</title>
<script src="kit.js" defer></script></head><body><p>This is here.</p>
<label>Name of the person <input></label><output></output>
<button id="open">Open a window</button> <a href="there.html">Go there</a></body></html>"#;

const THERE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>There</title>
<script src="kit.js" defer></script></head><body><p>This is there.</p>
<button id="close">Close this window</button></body></html>"#;

const SCRIPT: &str = "
const by = id => document.getElementById(id);
by('open')?.addEventListener('click', () => {
    const opened = window.open('there.html', '_blank', 'popup,width=400,height=500');
    document.querySelector('output').textContent = opened ? 'It opened.' : 'It was blocked.';
});
by('close')?.addEventListener('click', () => window.close());
document.querySelector('input')?.addEventListener('input', event => {
    document.querySelector('output').textContent = `Hello ${event.target.value}.`;
});";

/// A folder with two pages, for the test `name` alone.
fn pages(name: &str) -> PathBuf {
    let folder = logs().join(format!("{name}-pages"));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in [("index.html", HERE), ("there.html", THERE), ("kit.js", SCRIPT)] {
        std::fs::write(folder.join(file), text).expect("a file");
    }
    folder
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_person_walks_from_page_to_page_and_from_tab_to_tab() {
    let world = World::with_pages("kit-walk", &pages("kit-walk")).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.fill("Name of the person", "Elsa").await;
    browser.page_reads("Hello Elsa.").await;
    browser.click("Go there").await;
    browser.page_reads("This is there.").await;
    assert_eq!(browser.address().await, world.url("/there.html"));
    browser.back().await;
    browser.page_reads("This is here.").await;
    browser.eval("document.body.append('Written by hand.')", vec![]).await;
    browser.reload().await;
    let text = browser.eval("return document.body.innerText", vec![]).await;
    assert!(!text.as_str().unwrap().contains("Written by hand."), "{text}");

    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.goto(&world.url("/there.html")).await;
    browser.page_reads("This is there.").await;
    browser.look_at(&first).await;
    browser.page_reads("This is here.").await;
    browser.look_at(&second).await;
    browser.close_tab(&first).await;
    assert_eq!(browser.tabs().await, [first]);
    browser.page_reads("This is here.").await;
    browser.quit("kit-walk").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_window_opens_after_a_click_and_closes_itself() {
    let world = World::with_pages("kit-popup", &pages("kit-popup")).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    let opener = browser.tab().await;
    browser.click("Open a window").await;
    browser.look_at_popup(from_ref(&opener)).await;
    browser.page_reads("This is there.").await;
    browser.click("Close this window").await;
    browser.tabs_left(1).await;
    browser.look_at(&opener).await;
    browser.page_reads("It opened.").await;
    // Without a click the browser opens none.
    let unasked = "return new Promise(told => setTimeout(() => told(window.open('there.html') === null), 6000))";
    assert_eq!(browser.eval(unasked, vec![]).await, json!(true));
    browser.quit("kit-popup").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_browser_that_blocks_windows_opens_none() {
    let world = World::with_pages("kit-blocked", &pages("kit-blocked")).await;
    let browser = Browser::with(Wishes { popups: Popups::Blocked, ..Wishes::default() }).await;
    browser.open(&world).await;
    browser.click("Open a window").await;
    browser.page_reads("It was blocked.").await;
    assert_eq!(browser.tabs().await.len(), 1);
    browser.quit("kit-blocked").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_browser_that_a_test_is_done_with_is_as_good_as_new() {
    let world = World::with_pages("kit-again", &pages("kit-again")).await;
    let left = Browser::new().await;
    left.open(&world).await;
    let leave =
        "document.cookie = 'left=1; max-age=9999'; sessionStorage.left = 1; console.log('left')";
    left.eval(leave, vec![]).await;
    left.new_window().await;
    left.goto(&world.url("/there.html").replace("localhost", "127.0.0.1")).await;
    left.eval("document.cookie = 'left=2; max-age=9999'", vec![]).await;
    left.quit("kit-again-left").await;

    let next = Browser::new().await;
    assert_eq!(next.tabs().await.len(), 1);
    let seen = "return [innerWidth, history.length, document.cookie, sessionStorage.length]";
    next.open(&world).await;
    let seen_now = next.eval(seen, vec![]).await;
    assert!(seen_now[0].as_u64() > Some(1200), "{seen_now}");
    // The empty page that a browser begins with counts in some.
    assert!(seen_now[1].as_u64() <= Some(2), "{seen_now}");
    assert_eq!((&seen_now[2], &seen_now[3]), (&json!(""), &json!(0)));
    next.goto(&world.url("/there.html").replace("localhost", "127.0.0.1")).await;
    assert_eq!(next.eval("return document.cookie", vec![]).await, json!(""));
    assert!(!next.console().await.join(" ").contains("left"), "the console is the test's own");
    next.end("kit-again-next").await;
}
