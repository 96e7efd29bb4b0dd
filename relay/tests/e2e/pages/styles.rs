//! No style of the page's text reaches into the element, and its buttons keep their shape in a browser that knows less
//! CSS.

use super::{TAG, page};
use crate::support::{Browser, scenario};

/// Styles that a page may have around the element, or give to all that it has.
const STYLES: [&str; 12] = [
    "white-space: pre",
    "white-space: nowrap; text-overflow: ellipsis",
    "letter-spacing: .4em; word-spacing: 1em",
    "text-align: right; text-align-last: right",
    "text-transform: uppercase",
    "text-indent: 4em",
    "line-height: 3",
    "font: italic small-caps 900 9px/1 serif",
    "font-size: 40px; font-stretch: condensed; font-feature-settings: 'smcp'",
    "cursor: wait; text-shadow: 2px 2px red; caret-color: red",
    "word-break: break-all; line-break: anywhere; hyphens: auto; tab-size: 20",
    "color: lime; -webkit-text-fill-color: lime; text-underline-offset: 9px; quotes: none; writing-mode: vertical-rl",
];

scenario!(no_style_of_the_pages_text_reaches_in, async |scenario| {
    let (world, browser) = page(&scenario, "", TAG).await;
    for screen in ["choose-bank", "ready"] {
        // Each on a page without such a style before: a click may miss what still moves.
        browser.open_as_new_visitor(&world).await;
        if screen == "ready" {
            browser.click("Handelsbanken").await;
        }
        browser.screen(screen).await;
        browser.point_away().await;
        browser.settle().await;
        browser.remember_looks().await;
        for style in STYLES {
            for rule in ["body {STYLE}", "body, body * {STYLE}"] {
                let rule = rule.replace("STYLE", style);
                let changed = browser.looks_changed_by(&rule).await;
                assert!(changed.is_empty(), "{screen}: {rule}: {changed:#?}");
            }
        }
    }
});

scenario!(styles_of_the_element_as_a_whole_do_reach_in, async |scenario| {
    let (_world, browser) = page(&scenario, "", TAG).await;
    browser.screen("choose-bank").await;
    for (style, property, value) in [
        ("visibility: hidden", "visibility", "hidden"),
        ("direction: rtl", "direction", "rtl"),
        ("color-scheme: dark", "colorScheme", "dark"),
        ("--ais-link-font: monospace", "fontFamily", "monospace"),
    ] {
        assert_eq!(browser.computed_with(style, property).await, value, "{style}");
    }
});

scenario!(sentences_begin_at_the_side_where_those_of_the_page_begin, async |scenario| {
    let (_world, browser) = page(&scenario, "", TAG).await;
    browser.click("SEB").await;
    browser.screen("ready").await;
    for (direction, side) in [("ltr", "left"), ("rtl", "right")] {
        let away = browser.sentences_away_from(direction, side).await;
        assert!(away.is_empty(), "{direction}: {away:#?}");
    }
});

scenario!(buttons_have_their_shape_in_a_browser_without_light_dark, async |scenario| {
    let (_world, browser) = page(&scenario, "", TAG).await;
    browser.click("Handelsbanken").await;
    browser.screen("ready").await;
    browser.settle().await;
    let light = browser.shapes().await;
    browser.forget_light_dark().await;
    assert_eq!(browser.shapes().await, light, "as in a browser that knows it");
    if Browser::has_devtools() {
        browser.emulate_media(&[("prefers-color-scheme", "dark")]).await;
        let dark = browser.shapes().await;
        assert_ne!(dark, light, "it follows the system");
        browser.restore_light_dark().await;
        assert_eq!(browser.shapes().await, dark);
    }
});

scenario!(what_is_pressed_looks_so_by_our_own_style_alone, async |scenario| {
    let (_world, browser) = page(&scenario, "", TAG).await;
    for (screen, what) in [("choose-bank", ".bank"), ("ready", ".action"), ("ready", ".quiet")] {
        if screen == "ready" && what == ".action" {
            browser.click("Handelsbanken").await;
            browser.screen("ready").await;
            browser.settle().await;
        }
        browser.screen(screen).await;
        let before = browser.look_of(what).await;
        browser.point_at(what).await;
        let over = browser.look_of(what).await;
        browser.hold_pointer().await;
        let pressed = browser.look_of(what).await;
        assert_ne!(pressed, over, "{what}");
        assert_ne!(pressed, before, "{what}");
        if Browser::has_devtools() {
            let [_, _, tap] = pressed;
            assert_eq!(tap.as_deref(), Some("rgba(0, 0, 0, 0)"), "{what}: the browser's own box");
        }
        browser.point_away().await;
    }
});
