//! The example of a host's own server (`relay/examples/host`), with its package of npm, in a folder where Node.js runs it. The
//! sources stay as they are.

use std::path::Path;

use anyhow::Result;
use fs_err as fs;
use walkdir::WalkDir;

use crate::folders::{empty, root};
use crate::setup::STANDARD_WEBHOOKS;

/// Makes `place` a folder from which the server runs.
pub(crate) fn prepare(place: &Path) -> Result<()> {
    empty(place)?;
    copy(&root().join("relay/examples/host"), place)?;
    copy(&STANDARD_WEBHOOKS.modules(), &place.join(MODULES))
}

/// Copies a folder. What npm has put into that folder stays there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let own = |name: &std::ffi::OsStr| name != MODULES;
    for entry in
        WalkDir::new(from).into_iter().filter_entry(|it| it.depth() == 0 || own(it.file_name()))
    {
        let entry = entry?;
        let place = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(place)?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}

const MODULES: &str = "node_modules";

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use crate::folders::root;

    #[test]
    fn the_readme_shows_lines_of_the_example() {
        let readme = fs::read_to_string(root().join("README.md")).unwrap();
        let (_, block) = readme.split_once("```js\n// relay.js: ").unwrap();
        let (block, _) = block.split_once("```").unwrap();
        let parts = ["relay.js: ", block].concat();
        for part in parts.split("// ") {
            let (head, lines) = part.split_once('\n').unwrap();
            let (file, _) = head.split_once(": ").unwrap();
            let text = fs::read_to_string(root().join("relay/examples/host").join(file)).unwrap();
            for line in lines.lines().filter(|line| !line.is_empty()) {
                assert!(text.contains(line), "{file} has no {line}");
            }
        }
    }
}
