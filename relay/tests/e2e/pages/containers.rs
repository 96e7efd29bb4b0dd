//! The element has a width of its own wherever a page puts it, and gives way where there is less.

use serde_json::json;

use super::{TAG, page};
use crate::support::{Browser, World};

/// Containers as a page writes them; the element stands in the innermost `i`.
const CONTAINERS: [&str; 30] = [
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
    "<table><tr><td><i></i></table>",
    "<dialog open><i></i></dialog>",
    "<dialog><i></i></dialog>",
    "<fieldset><legend>Bank</legend><i></i></fieldset>",
    "<details open><summary>Bank</summary><i></i></details>",
    "<ul style='padding:0;list-style:none;display:flex'><li><i></i></ul>",
    "<div class='host'></div>",
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_element_has_a_sensible_width_in_every_kind_of_container() {
    let world = World::with_pages("pages-containers", &page("pages-containers", "", TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    let widths: &[u32] = if Browser::has_devtools() { &[1280, 768, 360, 320] } else { &[1280] };
    for width in widths {
        if Browser::has_devtools() {
            let metrics =
                json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
            browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        }
        for container in CONTAINERS {
            let faults = browser.eval(MEASURE, vec![json!(container)]).await;
            assert_eq!(faults, json!([]), "{width} pixels, {container}");
        }
    }
    browser.quit("pages-containers").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_page_gives_the_element_another_width() {
    let world = World::with_pages("pages-width", &page("pages-width", "", TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    for (style, width) in [
        ("inline-size: 300px", 300),
        ("inline-size: 100%; max-inline-size: none", 600),
        ("max-inline-size: 20rem", 320),
    ] {
        let measure = "document.body.style.cssText = 'margin: 0; inline-size: 600px';
            link.style.cssText = arguments[0];
            return Math.round(link.getBoundingClientRect().width)";
        let is = browser.eval(measure, vec![json!(style)]).await;
        assert_eq!(is, json!(width), "{style}");
    }
    browser.quit("pages-width").await;
}

/// Puts the element into a container; what is wrong with its size there.
const MEASURE: &str = "
    for (const dialog of document.querySelectorAll('dialog')) dialog.close?.();
    const box = document.createElement('div');
    box.innerHTML = arguments[0];
    document.body.replaceChildren(box);
    const host = box.querySelector('.host');
    if (host) {
        const shadow = host.attachShadow({ mode: 'open' });
        shadow.innerHTML = '<div style=\"display:flex\"><slot></slot></div>';
        host.append(document.createElement('i'));
    }
    box.querySelector('i').replaceWith(link);
    const dialog = box.querySelector('dialog:not([open])');
    dialog?.showModal();
    const { width, height } = link.getBoundingClientRect();
    const base = root.querySelector('.base');
    const page = document.documentElement;
    const faults = [];
    const least = page.clientWidth < 340 ? 240 : 280;
    if (width < least || width > 416.5) faults.push(`it is ${width} pixels wide`);
    if (height < 300 || height > 900) faults.push(`it is ${height} pixels high`);
    if (Math.abs(base.getBoundingClientRect().width - width) > .5) faults.push('its frame has another width');
    if (page.scrollWidth > page.clientWidth) faults.push(`the page is ${page.scrollWidth} pixels wide`);
    if (base.scrollWidth > base.clientWidth) faults.push(`what is in it is ${base.scrollWidth} pixels wide`);
    if (dialog && dialog.scrollWidth > dialog.clientWidth) faults.push('the dialog scrolls sideways');
    if (link.getAttribute('state') !== 'choose-bank') faults.push('it is on another screen');
    return faults;";
