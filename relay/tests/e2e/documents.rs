//! The pages and scripts in the documents, in a browser as they stand there. Only hosts differ.

use serde_json::Value;

use crate::support::scenario;

const README: &str = include_str!("../../../README.md");
/// How to embed the element.
pub(crate) const EMBEDDING: &str = include_str!("../../../docs/embedding.md");

/// The block of code in a document that holds `text`.
pub(crate) fn block<'d>(document: &'d str, text: &str) -> &'d str {
    let blocks = document.split("\n```").skip(1).step_by(2);
    let mut blocks = blocks.filter_map(|block| Some(block.split_once('\n')?.1));
    blocks.find(|block| block.contains(text)).expect("the document has it")
}

/// The policy under which the element works.
pub(crate) fn policy() -> &'static str {
    let line = block(EMBEDDING, "Content-Security-Policy: ").trim();
    line.strip_prefix("Content-Security-Policy: ").expect("the line begins with its name")
}

scenario!(the_lines_of_the_readme_link_a_bank, async |scenario| {
    let tags = block(README, "<ais-link country").replace("https://link.example.com", "");
    let script = block(README, "\"ais-link-linked\"");
    let (before, after) = script.split_once("// ").unwrap();
    let (members, after) = after.split_once('\n').unwrap();
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page</title></head>\
         <body>{tags}<script>{before}window.heard = detail;\n{after}</script></body></html>"
    );
    let (world, browser) = scenario.page(scenario.write_pages(&[("index.html", &page)])).await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    let heard: Value = browser.noted("heard").await;
    for member in ["consentId", "bank", "validUntil", "accounts"] {
        assert!(members.contains(member) && !heard[member].is_null(), "{member}: {heard}");
    }
    assert_eq!(heard["bank"]["bicFi"], "ESSESESS");
});
