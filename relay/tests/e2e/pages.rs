//! The element in pages as they are: in every kind of container, under their styles and keys, moved about, with more
//! banks than anybody scrolls through.

mod containers;
mod dark;
mod keys;
mod many;
mod moving;
mod styles;

use std::fs::{create_dir_all, write};
use std::path::PathBuf;

use crate::support::logs;

/// A page with `head` in its head and `body` in its body, for the test `name` alone.
fn page(name: &str, head: &str, body: &str) -> PathBuf {
    let folder = logs().join(format!("{name}-pages"));
    create_dir_all(&folder).expect("a folder");
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">{head}\
         <script type=\"module\" src=\"/ais-link.js\"></script></head><body>{body}</body></html>"
    );
    write(folder.join("index.html"), text).expect("a page");
    folder
}

/// The element, and nothing else.
const TAG: &str = "<ais-link country=\"SE\" service=\"Hemkassan\"></ais-link>";
