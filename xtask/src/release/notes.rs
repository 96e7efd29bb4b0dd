//! The notes of a release: the part of CHANGELOG.md that its version has, in the form of Keep a Changelog. A version without a part, or
//! without a day, is not released.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use super::VERSION;
use crate::folders::root;

/// Writes those of this version into `folder`.
pub(super) fn write(folder: &Path) -> Result<()> {
    let text = of(&fs::read_to_string(root().join(FILE))?, VERSION)?;
    Ok(fs::write(folder.join("RELEASE-NOTES.md"), text)?)
}

/// The part of `changelog` about `version`, with its heading.
fn of(changelog: &str, version: &str) -> Result<String> {
    let heading = format!("## [{version}] - ");
    let at = changelog.find(&heading).with_context(|| {
        format!(
            "{FILE} has no part for {version}: put what is unreleased under `{heading}YYYY-MM-DD`"
        )
    })?;
    let part = &changelog[at..];
    let part = part.find("\n## ").map_or(part, |end| &part[..end]).trim_end();
    let (first, rest) = part.split_once('\n').unwrap_or((part, ""));
    ensure!(is_day(&first[heading.len()..]), "{FILE}: `{first}` does not end with a day");
    ensure!(rest.contains("\n- "), "{FILE}: the part for {version} names no change");
    Ok(format!("{part}\n"))
}

/// Whether it is such as `2026-01-31`.
fn is_day(text: &str) -> bool {
    let form = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    form.eq(*b"0000-00-00")
}

const FILE: &str = "CHANGELOG.md";

#[cfg(test)]
mod tests {
    use super::{FILE, VERSION, of};
    use crate::folders::root;

    #[test]
    fn a_version_needs_its_part_with_a_day_and_a_change() {
        let text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Later\n\n## [0.2.0] - 2026-02-28\n\n### Fixed\n\n\
            - Two\n\n## [0.1.0] - 2026-01-31\n\n### Added\n\n- One\n";
        assert_eq!(of(text, "0.2.0").unwrap(), "## [0.2.0] - 2026-02-28\n\n### Fixed\n\n- Two\n");
        assert_eq!(of(text, "0.1.0").unwrap(), "## [0.1.0] - 2026-01-31\n\n### Added\n\n- One\n");
        for (text, version, why) in [
            (text, "0.3.0", "no part for 0.3.0"),
            (&text.replace("2026-02-28", "soon"), "0.2.0", "a day"),
            (&text.replace("- One", ""), "0.1.0", "no change"),
        ] {
            let error = of(text, version).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn the_changelog_has_a_part_for_what_comes_and_one_for_this_version() {
        let text = fs_err::read_to_string(root().join(FILE)).unwrap();
        assert!(text.contains("\n## [Unreleased]\n"));
        of(&text, VERSION).unwrap();
    }
}
