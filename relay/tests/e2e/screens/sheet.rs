//! Puts the pictures on one sheet: a row for each screen, a column for each scheme and width, and two
//! screens abreast. The browser sets it, as it sets any page.

use std::fmt::Write;
use std::fs;

use serde_json::json;

use super::SCREENS;
use super::camera::{SCHEMES, capture, file, folder};
use crate::support::Browser;

/// The widths of the two screens.
const WIDTHS: [u32; 2] = [360, 1280];

/// Writes the sheet as a page, `index.html`, and as a picture of it, `contact-sheet.png`.
pub(super) async fn compose() {
    let page = folder().join("index.html");
    fs::write(&page, html()).expect("a page can be written");
    let page = page.canonicalize().expect("the page was written");
    let browser = Browser::new().await;
    browser.goto(&format!("file://{}", page.display())).await;
    let missing = "return [...document.images].filter(it => !it.naturalWidth).map(it => it.alt)";
    assert_eq!(browser.eval(missing, vec![]).await, json!([]), "every screen has its pictures");
    let whole = "const box = document.querySelector('main').getBoundingClientRect();
        return { x: 0, y: 0, width: Math.ceil(box.width), height: Math.ceil(box.height), scale: 1 };";
    let place = browser.eval(whole, vec![]).await;
    let picture = capture(&browser, &place).await;
    fs::write(folder().join("contact-sheet.png"), picture).expect("a picture can be written");
    browser.quit("screens-sheet").await;
}

fn html() -> String {
    let mut html = format!("{HEAD}<style>{STYLE}</style></head><body><main>");
    for screen in SCREENS {
        html.push_str("<section>");
        for scheme in SCHEMES {
            for width in WIDTHS {
                let file = file(screen, scheme, width);
                let line = format!(
                    "<figure class=\"{scheme}\"><img src=\"{file}\" alt=\"{file}\">\
                     <figcaption><b>{screen}</b> {scheme} {width}</figcaption></figure>"
                );
                writeln!(html, "{line}").expect("a text can be added to");
            }
        }
        html.push_str("</section>");
    }
    html.push_str("</main></body></html>");
    html
}

const HEAD: &str =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Screens</title>";

/// Three quarters of the size: Chromium takes no picture higher than 16384 pixels.
const STYLE: &str = "
    body { margin: 0; background: #e7e9ee; color: #1a2230; font: 13px/1.4 system-ui, sans-serif; }
    main { inline-size: max-content; padding: 24px; display: grid; grid-template-columns: repeat(2, max-content); column-gap: 64px; }
    section { display: grid; grid-template-columns: repeat(2, 270px 324px); gap: 20px; padding-block: 20px; align-content: start; border-top: 1px solid #c9cedb; }
    figure { margin: 0; }
    img { display: block; zoom: .75; border-radius: 8px; }
    figcaption { padding-block-start: 6px; }";
