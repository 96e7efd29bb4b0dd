//! The licences in a crate's source that every copy must include.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The texts that go along with the crate in `folder`, whose manifest says `licence`. Where there is a choice and
/// MIT is in it, that is chosen. A crate that brings none gets the text of the licence that it names.
pub(super) fn of(folder: &Path, licence: &str, root: &Path) -> Result<Vec<String>, Error> {
    let mut files = Vec::new();
    find(folder, DEPTH, &mut files)?;
    files.sort();
    let is_mit = |path: &PathBuf| name(path).contains("MIT");
    if !licence.contains("AND") && licence.contains("MIT") && files.iter().any(is_mit) {
        files.retain(is_mit);
    }
    if files.is_empty() {
        let own = if licence.contains("MIT") { "LICENSE-MIT" } else { "LICENSE-APACHE" };
        let text = read(&root.join(own))?;
        // The crate's own page names the owner.
        let text = text.lines().filter(|line| !line.starts_with("Copyright (c)"));
        return Ok(vec![text.collect::<Vec<_>>().join("\n")]);
    }
    files.iter().map(|path| read(path)).collect()
}

fn find(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::file("read", folder))?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if depth > 0 && !ASIDE.contains(&name(&path).to_lowercase().as_str()) {
                find(&path, depth - 1, found)?;
            }
        } else if is_licence(&name(&path)) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_licence(name: &str) -> bool {
    let name = name.to_lowercase();
    let (stem, kind) = name.split_once('.').unwrap_or((&name, ""));
    let words = ["license", "licence", "copying", "copyright", "notice", "unlicense"];
    words.iter().any(|word| stem.starts_with(word)) && !["rs", "toml", "py", "json"].contains(&kind)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The text, without blanks at the ends of lines: copies that differ only so are one.
fn read(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(Error::file("read", path))?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    Ok(lines.join("\n").trim_matches('\n').to_owned())
}

/// How deep licences of parts lie: C code in a crate has its own.
const DEPTH: u32 = 3;
/// Folders whose code is not linked.
const ASIDE: [&str; 9] =
    ["tests", "test", "benches", "examples", "fuzz", "docs", "doc", "ci", "util"];

#[cfg(test)]
mod tests {
    use super::is_licence;

    #[test]
    fn files_with_licences_are_known_by_their_names() {
        for name in ["LICENSE", "LICENSE-MIT", "License.txt", "COPYING", "LICENSE.md", "NOTICE"] {
            assert!(is_licence(name), "{name}");
        }
        for name in ["README.md", "license.rs", "licenses.toml", "Cargo.toml"] {
            assert!(!is_licence(name), "{name}");
        }
    }
}
