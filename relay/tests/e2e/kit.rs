//! What the other tests rely on: that tabs, the back button, fields and blocked windows are the
//! browser's own, that a browser of an earlier test is as good as new, and that a failure is a failure.

use std::fs::read;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::slice::from_ref;

use crate::support::{Options, Popups, Scenario, logs, play, scenario};

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

/// A folder with the two pages.
fn pages(scenario: &Scenario) -> PathBuf {
    scenario.write_pages(&[("index.html", HERE), ("there.html", THERE), ("kit.js", SCRIPT)])
}

scenario!(a_person_goes_from_page_to_page_and_from_tab_to_tab, async |scenario| {
    let (world, browser) = scenario.page(pages(&scenario)).await;
    browser.fill("Name of the person", "Elsa").await;
    browser.page_reads("Hello Elsa.").await;
    browser.click("Go there").await;
    browser.page_reads("This is there.").await;
    assert_eq!(browser.address().await, world.url("/there.html"));
    browser.back().await;
    browser.page_reads("This is here.").await;
    browser.add_to_page("Written by hand.").await;
    browser.reload().await;
    let text = browser.page_text().await;
    assert!(!text.contains("Written by hand."), "{text}");

    let first = browser.tab().await;
    let second = browser.new_tab().await;
    browser.goto(&world.url("/there.html")).await;
    browser.page_reads("This is there.").await;
    browser.switch_to(&first).await;
    browser.page_reads("This is here.").await;
    browser.switch_to(&second).await;
    browser.close_tab(&first).await;
    assert_eq!(browser.tabs().await, [first]);
    browser.page_reads("This is here.").await;
});

scenario!(a_window_opens_after_a_click_and_closes_itself, async |scenario| {
    let (_world, browser) = scenario.page(pages(&scenario)).await;
    let opener = browser.tab().await;
    browser.click("Open a window").await;
    browser.switch_to_popup(from_ref(&opener)).await;
    browser.page_reads("This is there.").await;
    browser.click("Close this window").await;
    browser.wait_for_tabs(1).await;
    browser.switch_to(&opener).await;
    browser.page_reads("It opened.").await;
    // Without a click the browser opens none.
    assert!(!browser.opens_window_unasked().await);
});

scenario!(a_browser_that_blocks_windows_opens_none, async |scenario| {
    let world = scenario.world_serving(pages(&scenario)).await;
    let options = Options { popups: Popups::Blocked, ..Options::default() };
    let browser = scenario.browser_with(options).await;
    browser.open(&world).await;
    browser.click("Open a window").await;
    browser.page_reads("It was blocked.").await;
    assert_eq!(browser.tabs().await.len(), 1);
});

scenario!(a_browser_that_was_given_back_is_as_good_as_new, async |scenario| {
    let (world, used) = scenario.page(pages(&scenario)).await;
    let other_host = world.url("/there.html").replace("localhost", "127.0.0.1");
    used.set_cookie("left=1; max-age=9999").await;
    used.leave_in_storage_and_console("left").await;
    used.new_window().await;
    used.goto(&other_host).await;
    used.set_cookie("left=2; max-age=9999").await;
    scenario.give_back(used).await;

    let next = scenario.browser().await;
    next.keep_from_others();
    assert_eq!(next.tabs().await.len(), 1);
    next.open(&world).await;
    let (width, history) = next.width_and_history().await;
    assert!(width > 1200, "{width}");
    // The empty page that a browser begins with counts in some.
    assert!(history <= 2, "{history}");
    assert_eq!(next.script_cookies().await, "");
    assert!(next.session_storage().await.is_empty());
    next.goto(&other_host).await;
    assert_eq!(next.script_cookies().await, "");
    assert!(!next.console().await.join(" ").contains("left"), "the console is the test's own");
});

#[test]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
fn a_scenario_that_panics_leaves_a_picture_and_fails() {
    let played = catch_unwind(|| {
        play("e2e::kit::panics", |scenario| async move {
            let (_world, browser) = scenario.page(pages(&scenario)).await;
            browser.page_reads("This is here.").await;
            panic!("this is meant");
        });
    });
    let panic = played.expect_err("the panic reaches the test");
    assert_eq!(panic.downcast_ref(), Some(&"this is meant"));
    let picture = read(logs().join("kit-panics-failed.png")).expect("there is a picture");
    assert!(picture.starts_with(b"\x89PNG"));
    assert!(logs().join("kit-panics-console.log").exists());
}
