//! The element has a width of its own in every place of a page, and becomes narrower where there is less room.

use super::{TAG, page};
use crate::documents::{EMBEDDING, block};
use crate::support::{Browser, scenario};

/// Containers as a page writes them; the element takes the place of the innermost `i`.
const CONTAINERS: [&str; 31] = [
    "<div><i></i></div>",
    "<div style='display:flex'><i></i></div>",
    "<div style='display:flex;flex-wrap:wrap'><i></i><p>Beside it stands a longer text of the page's own.</p></div>",
    "<div style='display:flex;justify-content:center;align-items:center'><i></i></div>",
    "<div style='display:flex;flex-direction:column'><i></i></div>",
    "<div style='display:flex;flex-direction:column;align-items:center'><i></i></div>",
    "<div style='display:flex;flex-direction:column;align-items:flex-start'><i></i></div>",
    "<div style='display:inline-flex'><i></i></div>",
    "<div style='display:grid'><i></i></div>",
    "<div style='display:grid;place-items:center;min-height:100vh'><i></i></div>",
    "<div style='display:grid;grid-template-columns:auto'><i></i></div>",
    "<div style='display:grid;grid-template-columns:min-content'><i></i></div>",
    "<div style='display:grid;grid-template-columns:max-content;max-inline-size:100%'><i></i></div>",
    "<div style='display:grid;grid-template-columns:fit-content(100%)'><i></i></div>",
    "<div style='display:grid;grid-template-columns:minmax(0,1fr)'><i></i></div>",
    "<div style='display:inline-grid'><i></i></div>",
    "<div style='display:inline-block'><i></i></div>",
    "<div style='float:left'><i></i></div>",
    "<div style='position:absolute'><i></i></div>",
    "<div style='position:absolute;left:50%;transform:translateX(-50%);inline-size:max-content;max-inline-size:90%'><i></i></div>",
    "<div style='position:fixed;inset:0;margin:auto;inline-size:fit-content;block-size:fit-content'><i></i></div>",
    "<div style='inline-size:fit-content'><i></i></div>",
    "<div style='inline-size:min-content'><i></i></div>",
    "<div style='columns:280px'><i></i></div>",
    "<table><tr><td><i></i></table>",
    "<dialog open><i></i></dialog>",
    "<dialog><i></i></dialog>",
    "<fieldset><legend>Bank</legend><i></i></fieldset>",
    "<details open><summary>Bank</summary><i></i></details>",
    "<ul style='padding:0;list-style:none;display:flex'><li><i></i></ul>",
    "<div class='host'></div>",
];

scenario!(the_element_has_a_sensible_width_in_every_kind_of_container, async |scenario| {
    let (_world, browser) = page(&scenario, "", TAG).await;
    browser.screen("choose-bank").await;
    let widths: &[u32] = if Browser::has_devtools() { &[1280, 768, 360, 320] } else { &[1280] };
    for width in widths {
        if Browser::has_devtools() {
            browser.set_width(*width).await;
        }
        for container in CONTAINERS {
            let faults = browser.container_faults(container).await;
            assert!(faults.is_empty(), "{width} pixels, {container}: {faults:#?}");
        }
    }
});

scenario!(the_page_gives_the_element_another_width, async |scenario| {
    let (_world, browser) = page(&scenario, "", TAG).await;
    browser.screen("choose-bank").await;
    let documented = block(EMBEDDING, "ais-link { max-inline-size");
    let mut documented =
        documented.lines().map(|rule| rule.split_once("{ ").unwrap().1.split_once(" }").unwrap().0);
    let (whole, narrower) = (documented.next().unwrap(), documented.next().unwrap());
    for (style, width) in [
        ("inline-size: 300px", 300),
        ("inline-size: 100%; max-inline-size: none", 600),
        (whole, 600),
        (narrower, 480),
        ("max-inline-size: 20rem", 320),
    ] {
        assert_eq!(browser.width_with(style).await, width, "{style}");
    }
});
