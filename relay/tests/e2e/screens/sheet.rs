//! Puts the pictures on one sheet: a row for each screen, a column for each scheme and width, and two
//! screens side by side. The sheet is a page, of which the browser takes a picture.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::camera::{SCHEMES, file, folder};
use super::{EXCERPT, SCREENS};
use crate::support::Scenario;

/// The widths of the two screens.
const WIDTHS: [u32; 2] = [360, 1280];

/// Writes the sheet as a page, `index.html`, and as a picture of it, `contact-sheet.png`.
pub(super) async fn compose(scenario: &Scenario) {
    let picture = take(scenario, "index.html", &html(), "png").await;
    fs::write(folder().join("contact-sheet.png"), picture).expect("a picture can be written");
}

/// Writes the screens that show most as one small picture, light above dark, to `file`.
pub(super) async fn excerpt(scenario: &Scenario, file: &Path) {
    let mut html = format!("{HEAD}<style>{SMALL}</style></head><body><main>");
    for scheme in SCHEMES {
        for screen in EXCERPT {
            let [phone, _] = WIDTHS;
            html.push_str(&figure(screen, scheme, phone));
        }
    }
    html.push_str("</main></body></html>");
    let picture = take(scenario, "excerpt.html", &html, "webp").await;
    assert!(picture.len() < MOST_BYTES, "{} bytes are too many for a README", picture.len());
    fs::write(file, picture).expect("a picture can be written");
}

/// Writes the page `name` beside the pictures; gives a picture of it, of the kind `format`.
async fn take(scenario: &Scenario, name: &str, html: &str, format: &str) -> Vec<u8> {
    let page = folder().join(name);
    fs::write(&page, html).expect("a page can be written");
    let page = page.canonicalize().expect("the page was written");
    let browser = scenario.browser().await;
    browser.goto(&format!("file://{}", page.display())).await;
    let missing = browser.missing_pictures().await;
    assert!(missing.is_empty(), "every screen has its pictures, but not {missing:?}");
    browser.picture_of(browser.main_place().await, format).await
}

fn html() -> String {
    let mut html = format!("{HEAD}<style>{STYLE}</style></head><body><main>");
    for (part, screens) in SCREENS {
        write!(html, "<h1>{part}</h1>").expect("a text can be added to");
        for screen in screens {
            html.push_str("<section>");
            for scheme in SCHEMES {
                for width in WIDTHS {
                    html.push_str(&figure(screen, scheme, width));
                }
            }
            html.push_str("</section>");
        }
    }
    html.push_str("</main></body></html>");
    html
}

/// One picture, with what it is.
fn figure(screen: &str, scheme: &str, width: u32) -> String {
    let file = file(screen, scheme, width);
    format!(
        "<figure class=\"{scheme}\"><img src=\"{file}\" alt=\"{file}\">\
         <figcaption><b>{screen}</b> {scheme} {width}</figcaption></figure>\n"
    )
}

const HEAD: &str =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Screens</title>";

/// Three quarters of the size: Chromium takes no picture higher than 16384 pixels.
const STYLE: &str = "
    body { margin: 0; background: #e7e9ee; color: #1a2230; font: 13px/1.4 system-ui, sans-serif; }
    main { inline-size: max-content; padding: 24px; display: grid; grid-template-columns: repeat(2, max-content); column-gap: 64px; }
    h1 { grid-column: 1 / -1; font-size: 28px; margin: 32px 0 12px; }
    section { display: grid; grid-template-columns: repeat(2, 270px 324px); gap: 20px; padding-block: 20px; align-content: start; border-top: 1px solid #c9cedb; }
    figure { margin: 0; }
    img { display: block; zoom: .75; border-radius: 8px; }
    figcaption { padding-block-start: 6px; }";

/// Half of the size: a README is 800 pixels wide.
const SMALL: &str = "
    body { margin: 0; background: #e7e9ee; }
    main { inline-size: max-content; padding: 16px; display: grid; grid-template-columns: repeat(8, max-content); gap: 16px; align-items: start; }
    figure { margin: 0; }
    img { display: block; zoom: .5; border-radius: 16px; }
    figcaption { display: none; }";

/// What a picture in a README may weigh.
const MOST_BYTES: usize = 150_000;
