//! No style of the page's text reaches in, and what reaches a browser that knows less has its shape.

use serde_json::json;

use super::{TAG, page};
use crate::support::{Browser, World};

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

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn no_style_of_the_pages_text_reaches_in() {
    let world = World::with_pages("pages-styles", &page("pages-styles", "", TAG)).await;
    let browser = Browser::new().await;
    for screen in ["choose-bank", "ready"] {
        // Each on a page that had no such style yet: a click may miss what still moves.
        browser.afresh(&world).await;
        if screen == "ready" {
            browser.click("Handelsbanken").await;
        }
        browser.screen(screen).await;
        browser.point_away().await;
        browser.settle().await;
        browser.eval(SNAPSHOT, vec![]).await;
        for style in STYLES {
            for rule in ["body {STYLE}", "body, body * {STYLE}"] {
                let rule = rule.replace("STYLE", style);
                let faults = browser.eval(COMPARE, vec![json!(rule)]).await;
                assert_eq!(faults, json!([]), "{screen}: {rule}");
            }
        }
    }
    browser.quit("pages-styles").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn what_is_about_the_element_as_a_whole_does_reach_in() {
    let world = World::with_pages("pages-whole", &page("pages-whole", "", TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    for (style, property, value) in [
        ("visibility: hidden", "visibility", "hidden"),
        ("direction: rtl", "direction", "rtl"),
        ("color-scheme: dark", "colorScheme", "dark"),
        ("--ais-link-font: monospace", "fontFamily", "monospace"),
    ] {
        let read = "link.style.cssText = arguments[0];
            return getComputedStyle(root.querySelector('.base'))[arguments[1]]";
        let is = browser.eval(read, vec![json!(style), json!(property)]).await;
        assert_eq!(is, json!(value), "{style}");
    }
    browser.quit("pages-whole").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn buttons_have_their_shape_in_a_browser_without_light_dark() {
    let world = World::with_pages("pages-old", &page("pages-old", "", TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.click("Handelsbanken").await;
    browser.screen("ready").await;
    browser.settle().await;
    let now = browser.eval(SHAPES, vec![]).await;
    browser.eval(FORGET, vec![]).await;
    assert_eq!(browser.eval(SHAPES, vec![]).await, now, "as in a browser that knows it");
    if Browser::has_devtools() {
        let dark = json!([{ "name": "prefers-color-scheme", "value": "dark" }]);
        browser.devtools("Emulation.setEmulatedMedia", json!({ "features": dark })).await;
        let dark = browser.eval(SHAPES, vec![]).await;
        assert_ne!(dark, now, "it follows the system");
        browser.eval("root.adoptedStyleSheets[0].replaceSync(window.style)", vec![]).await;
        assert_eq!(browser.eval(SHAPES, vec![]).await, dark);
    }
    browser.quit("pages-old").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn what_is_pressed_looks_so_by_our_own_style_alone() {
    let world = World::with_pages("pages-pressed", &page("pages-pressed", "", TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    for (screen, what) in [("choose-bank", ".bank"), ("ready", ".action"), ("ready", ".quiet")] {
        if screen == "ready" && what == ".action" {
            browser.click("Handelsbanken").await;
            browser.screen("ready").await;
            browser.settle().await;
        }
        browser.screen(screen).await;
        let look = "const style = getComputedStyle(root.querySelector(arguments[0]));
            return [style.backgroundColor, style.filter, style.webkitTapHighlightColor]";
        let before = browser.eval(look, vec![json!(what)]).await;
        browser.point_at(what).await;
        let over = browser.eval(look, vec![json!(what)]).await;
        browser.press().await;
        let pressed = browser.eval(look, vec![json!(what)]).await;
        assert_ne!(pressed, over, "{what}");
        assert_ne!(pressed, before, "{what}");
        if Browser::has_devtools() {
            assert_eq!(pressed[2], json!("rgba(0, 0, 0, 0)"), "{what}: the browser's own box");
        }
        browser.point_away().await;
    }
    browser.quit("pages-pressed").await;
}

/// All that is computed of each node, but what only follows from the page's width.
const SNAPSHOT: &str = "
    window.looks = () => [...root.querySelectorAll('.base, .base *')].filter(it => it.checkVisibility()).map(it => {
        const style = getComputedStyle(it);
        return [`${it.localName}.${it.className.baseVal ?? it.className}`, Object.fromEntries([...style].map(name => [name, style.getPropertyValue(name)]))];
    });
    window.before = looks();";

const COMPARE: &str = "
    const sheet = document.createElement('style');
    sheet.textContent = arguments[0];
    document.head.append(sheet);
    const after = looks();
    sheet.remove();
    const faults = [];
    const size = /grid-template|size|width|height|origin|inset|top|bottom|left|right|margin/;
    window.before.forEach(([name, style], at) => {
        for (const [property, value] of Object.entries(style)) {
            const now = after[at]?.[1][property];
            if (now !== value && !size.test(property)) faults.push(`${name} ${property}: ${value}, ${now}`);
        }
    });
    return faults.slice(0, 9);";

/// What tells a button by its looks.
const SHAPES: &str = "
    return [...root.querySelectorAll('.base, button, .asked, .message')].filter(it => it.checkVisibility()).map(it => {
        const { color, backgroundColor, borderTopStyle, borderTopWidth, borderTopColor, borderTopLeftRadius } = getComputedStyle(it);
        return [it.className, color, backgroundColor, borderTopStyle, borderTopWidth, borderTopColor, borderTopLeftRadius];
    });";

/// Lets the browser know no `light-dark()` any more, as Safari before 17.5.
const FORGET: &str = "
    const [sheet] = root.adoptedStyleSheets;
    window.style = [...sheet.cssRules].map(rule => rule.cssText).join('\\n');
    sheet.replaceSync(window.style.replaceAll('light-dark(', 'no-such('));";
