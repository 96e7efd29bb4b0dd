//! What a screen reader says by itself while a person links a bank: real changes, once each, and no
//! repeated countdown. It also says where the focus goes.

use std::time::Duration;

use sandbox::Fault;

use super::transcript;
use crate::support::{Browser, SOON, at_the_code, let_pass, scenario};

/// What was said since the last call, under a heading.
async fn said_since(browser: &Browser, heading: &str) -> String {
    let mut lines: Vec<String> = browser.take_noted("said").await;
    // On a slow machine, and after a sleep, that is so.
    lines.retain(|line| !line.starts_with("status: The connection is"));
    format!("## {heading}\n{}\n\n", lines.join("\n"))
}

scenario!(a_screen_reader_says_what_changes_and_nothing_else, async |scenario| {
    let (world, browser) = scenario.demo_page().await;
    browser.screen("choose-bank").await;
    browser.note_announcements().await;
    let mut said = String::new();

    browser.fill("Search for your bank", "handels").await;
    browser.reads("Banks found: 1").await;
    browser.click("Handelsbanken").await;
    browser.screen("ready").await;
    said += &said_since(&browser, "A bank is found and chosen").await;

    world.hold("POST", "/psd2/consent");
    browser.click("Show QR code").await;
    browser.screen("preparing").await;
    world.release();
    let first = browser.qr().await;
    // The countdown and the frames go on meanwhile.
    world.sandbox.advance(Duration::from_secs(1));
    browser.qr_after(&first).await;
    said += &said_since(&browser, "The code is asked for, and moves").await;

    let_pass(&world, &browser, Duration::from_secs(31)).await;
    browser.screen("expired").await;
    browser.click("Get a new code").await;
    browser.screen("challenge").await;
    said +=
        &said_since(&browser, "The laptop sleeps, the code runs out, and a new one is asked for")
            .await;

    let order = world.scan(&browser.qr().await);
    browser.screen("signing").await;
    world.decline(&order);
    browser.screen("rejected").await;
    said += &said_since(&browser, "The person declines in the app").await;

    browser.click("Try again").await;
    browser.screen("ready").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    browser.screen("signing").await;
    world.sign(&order);
    browser.screen("linked").await;
    said += &said_since(&browser, "The person tries again, and approves").await;

    transcript::compare(
        "announcements.txt",
        include_str!("../transcripts/announcements.txt"),
        &said,
    );
});

scenario!(a_screen_reader_says_each_time_what_happens_beside_a_code, async |scenario| {
    let (world, browser) = at_the_code(&scenario, "Handelsbanken").await;
    browser.qr().await;
    browser.note_announcements().await;
    // The page's clock alone: at the bank the order goes on.
    browser.advance_clock(Duration::from_secs(31)).await;
    browser.reads("begin again below").await;
    browser
        .rewrite_answers("\"scaStatus\":", "\"psuMessage\":\"Look into your app.\",\"scaStatus\":")
        .await;
    browser.reads("Look into your app.").await;
    for _ in 0..2 {
        world.fail_often(u32::MAX, "GET", "/psd2/consent", Fault::Drop);
        browser.reads("The connection is poor").await;
        world.release();
        browser.no_longer_reads("The connection is poor").await;
    }
    // Also where the code fills the screen.
    browser.click("Enlarge the code").await;
    browser.mark_announcements("enlarged").await;
    world.fail_often(u32::MAX, "GET", "/psd2/consent", Fault::Drop);
    browser.announces_after("enlarged", "The connection is poor", SOON).await;
    let said: Vec<String> = browser.noted("said").await;
    let times = |words: &str| said.iter().filter(|line| line.contains(words)).count();
    assert_eq!(times("If the app does not react any more"), 1, "{said:?}");
    assert_eq!(times("Look into your app."), 1, "{said:?}");
    assert_eq!(times("The connection is poor"), 3, "{said:?}");
});
