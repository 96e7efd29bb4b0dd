//! The folders that the commands use: the checkout, cargo's target folder, and the cache of this person.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use anyhow::Result;
use fs_err as fs;
use serde_json::Value as Json;

use crate::run::read;

/// The checkout's top folder.
pub(crate) fn root() -> &'static Path {
    &PLACES[0]
}

/// Cargo's target folder.
pub(crate) fn target() -> &'static Path {
    &PLACES[1]
}

/// The commands' own intermediate files.
pub(crate) fn scratch(name: &str) -> PathBuf {
    target().join("xtask").join(name)
}

/// Asked of cargo, so that a moved checkout and `CARGO_TARGET_DIR` are both respected.
static PLACES: LazyLock<[PathBuf; 2]> = LazyLock::new(|| {
    let ask = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let text = read(Command::new("cargo").args(ask)).expect("cargo has started this program");
    let metadata: Json = serde_json::from_str(&text).expect("cargo writes JSON");
    let place = |key| metadata[key].as_str().map(PathBuf::from).expect("cargo names its folders");
    ["workspace_root", "target_directory"].map(place)
});

/// Files that are the same for every checkout, so that a fresh clone starts fast. Anything in this folder may be deleted
/// at any time.
pub(crate) fn cache() -> PathBuf {
    let set = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::home_dir().map(|home| home.join(".cache"));
    let usual = || set("XDG_CACHE_HOME").or_else(home).map(|base| base.join("ais-link"));
    set("AIS_LINK_CACHE").or_else(usual).unwrap_or_else(|| target().join("cache"))
}

/// The free space of the disk that has cargo's target folder, in GB; none where the system does not say.
pub(crate) fn free_gigabytes() -> Option<f64> {
    // Cargo has made the folder: this program is in it.
    let disk = rustix::fs::statvfs(target()).ok()?;
    #[expect(clippy::cast_precision_loss, reason = "it is a figure for people")]
    let bytes = (disk.f_bavail.saturating_mul(disk.f_frsize)) as f64;
    Some(bytes / 1e9)
}

/// Makes `folder` an empty one.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// Moves a finished folder to its place, so that the place never has a half-made one.
pub(crate) fn publish(made: &Path, place: &Path) -> Result<()> {
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    Ok(fs::rename(made, place)?)
}
