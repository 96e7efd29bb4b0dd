//! A second build of the same commit, from a clone in another folder, and each file of the two held against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use fs_err as fs;
use walkdir::WalkDir;

use crate::folders::{empty, root, scratch};
use crate::progress::{self, note};
use crate::run::{self, read};

/// Fails where a clone would not be what is in this folder.
pub(super) fn can_be_cloned() -> Result<()> {
    let changed = read(run::new("git").args(["status", "--porcelain"]))?;
    ensure!(changed.is_empty(), "Commit first: --verify builds a clone.\n{changed}");
    Ok(())
}

/// Builds a clone of this commit, and prints for each file whether it is the same as in `dist`. Fails where one is not.
pub(super) fn verify(dist: &Path) -> Result<()> {
    let clone = scratch("clone");
    empty(&clone)?;
    let commit =
        |folder: &Path| read(run::new("git").args(["rev-parse", "HEAD"]).current_dir(folder));
    read(run::new("git").args(["clone", "--quiet"]).arg(root()).arg(&clone))?;
    let (first, second) = (commit(root())?, commit(&clone)?);
    ensure!(first == second, "The clone has the commit {second}, this folder {first}.");
    let mut again = run::new("cargo");
    again.current_dir(&clone).env_remove("CARGO_TARGET_DIR").args(["xtask", "release"]);
    progress::run("Building it once more, elsewhere", "see the log above.", &mut again)?;
    let found = compare(dist, &clone.join("target/dist"))?;
    note(&list(&found));
    let others = found.iter().filter(|(_, same)| **same != Same::Yes).count();
    // The clone stays, for those who look for the reason.
    ensure!(
        others == 0,
        "{others} of {} files differ between two builds of {first}; the second is in {}",
        found.len(),
        clone.display()
    );
    note(&format!("All {} files are the same in both builds, byte for byte.", found.len()));
    Ok(fs::remove_dir_all(clone)?)
}

/// Whether a file is the same in both builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Same {
    /// All bytes are.
    Yes,
    /// Only so many bytes from the start are.
    Until(usize),
    OnlyInFirst,
    OnlyInSecond,
}

/// All files of both folders, by their names.
fn compare(first: &Path, second: &Path) -> Result<BTreeMap<PathBuf, Same>> {
    let (ours, theirs) = (names(first)?, names(second)?);
    ensure!(!ours.is_empty(), "{} has no files", first.display());
    let mut found = BTreeMap::new();
    for name in ours.union(&theirs) {
        let same = match (ours.contains(name), theirs.contains(name)) {
            (true, false) => Same::OnlyInFirst,
            (false, _) => Same::OnlyInSecond,
            (true, true) => {
                let (one, other) = (fs::read(first.join(name))?, fs::read(second.join(name))?);
                let until = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
                if one == other { Same::Yes } else { Same::Until(until) }
            }
        };
        found.insert(name.clone(), same);
    }
    Ok(found)
}

fn names(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut names = BTreeSet::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            names.insert(entry.path().strip_prefix(folder)?.to_owned());
        }
    }
    Ok(names)
}

/// A line for each file.
fn list(found: &BTreeMap<PathBuf, Same>) -> String {
    let line = |(name, same): (&PathBuf, &Same)| {
        let word = match same {
            Same::Yes => "the same".to_owned(),
            Same::Until(bytes) => format!("DIFFERS from byte {bytes} on"),
            Same::OnlyInFirst => "ONLY in the first build".to_owned(),
            Same::OnlyInSecond => "ONLY in the second build".to_owned(),
        };
        format!("{}: {word}", name.display())
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::{compare, list};
    use crate::folders::{empty, scratch};

    #[test]
    fn each_file_of_both_builds_is_named_with_what_is_the_same() {
        let folders = ["one", "two"].map(|name| scratch("twice-test").join(name));
        for (folder, chart, own) in
            [(&folders[0], "chart", "bill"), (&folders[1], "chars", "notes")]
        {
            empty(&folder.join("linux-arm64")).unwrap();
            fs::write(folder.join("linux-arm64/ais-relay"), [7; 9]).unwrap();
            fs::write(folder.join("chart.tgz"), chart).unwrap();
            fs::write(folder.join(own), "").unwrap();
        }
        let [one, two] = &folders;
        let text = list(&compare(one, two).unwrap());
        assert_eq!(
            text,
            "bill: ONLY in the first build\nchart.tgz: DIFFERS from byte 4 on\n\
             linux-arm64/ais-relay: the same\nnotes: ONLY in the second build"
        );
        // One that is cut off differs, too.
        fs::write(two.join("chart.tgz"), "char").unwrap();
        assert!(list(&compare(one, two).unwrap()).contains("chart.tgz: DIFFERS from byte 4 on"));
        assert_eq!(list(&compare(one, one).unwrap()).matches(": the same").count(), 3);
        empty(two).unwrap();
        assert!(compare(two, one).is_err(), "nothing was built");
    }
}
