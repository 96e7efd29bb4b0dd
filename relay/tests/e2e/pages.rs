//! The element in real pages: in every kind of container, under their styles and keys, moved about, with more
//! banks than a person scrolls through.

mod containers;
mod dark;
mod keys;
mod many;
mod memory;
mod moving;
mod styles;

use std::sync::Arc;

use crate::support::{Browser, Scenario, World};

/// A world whose page has `head` in its head and `body` in its body, and a browser that shows it.
async fn page(scenario: &Scenario, head: &str, body: &str) -> (Arc<World>, Arc<Browser>) {
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">{head}\
         <script type=\"module\" src=\"/ais-link.js\"></script></head><body>{body}</body></html>"
    );
    scenario.page(scenario.write_pages(&[("index.html", &text)])).await
}

/// The element, and nothing else.
const TAG: &str = "<ais-link country=\"SE\" service=\"Hemkassan\"></ais-link>";
