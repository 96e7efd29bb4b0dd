//! An element that moves about in the page keeps its screen, its fields and its looks.

use std::time::Duration;

use tokio::time::sleep;

use super::{TAG, page};
use crate::support::{Position, scenario};

scenario!(an_element_that_is_moved_goes_on_where_it_was, async |scenario| {
    let body = format!("{TAG}<main id=\"other\"></main><iframe src=\"about:blank\"></iframe>");
    let (world, browser) = page(&scenario, "", &body).await;
    browser.screen("choose-bank").await;
    browser.note_states().await;
    browser.fill("Search for your bank", "handels").await;
    browser.reads("Banks found: 1").await;
    for position in
        [Position::Other, Position::Top, Position::OtherWithoutGap, Position::Frame, Position::End]
    {
        browser.move_element(position).await;
        // Time for the element to react.
        sleep(Duration::from_millis(300)).await;
        let moved = browser.moved_element().await;
        assert_eq!(moved.typed, "handels", "{position:?}");
        assert_eq!(moved.banks, ["Handelsbanken"], "{position:?}");
        assert_eq!(moved.radius, "16px", "{position:?}");
        assert!(position == Position::Frame || moved.has_focus, "{position:?}");
    }
    let states: Vec<String> = browser.noted("states").await;
    assert!(states.is_empty(), "it begins nothing again: {states:?}");
    browser.click("Handelsbanken").await;
    browser.screen("ready").await;
    browser.move_element(Position::Other).await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.click("Enlarge the code").await;
    browser.move_element(Position::Top).await;
    assert!(browser.has_modal_code().await);
    browser.click("Close").await;
    let order = world.scan(&browser.qr().await);
    browser.move_element(Position::Other).await;
    world.sign(&order);
    browser.screen("linked").await;
});

scenario!(an_element_that_is_removed_asks_nothing_any_more, async |scenario| {
    let (world, browser) = page(&scenario, "", TAG).await;
    browser.click("Handelsbanken").await;
    browser.click("Show QR code").await;
    browser.qr().await;
    browser.remove_element().await;
    world.wait_until_quiet("GET", "/authorisations/").await;
});

scenario!(attributes_are_properties_and_the_element_follows_the_pages_language, async |scenario| {
    let early = "<script>addEventListener('DOMContentLoaded', () => {
        const link = document.querySelector('ais-link');
        link.country = 'FI'; link.validityDays = 30; link.recurring = false;
    })</script>";
    let (_world, browser) = page(&scenario, early, TAG).await;
    browser.reads("Nordea Finland").await;
    let values = browser.attributes(&["country", "validity-days", "recurring"]).await;
    assert_eq!(values, ["FI", "30", "false"].map(|value| Some(value.to_owned())));
    browser.set_page_language("fi").await;
    browser.reads("Valitse pankki").await;
    browser.wrap_in_language("sv").await;
    browser.reads("Välj bank").await;
    browser.set_language_around("da").await;
    browser.reads("Vælg bank").await;
});
