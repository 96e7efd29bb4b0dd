//! Compiles the widget's crate to wasm.

use std::env;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::progress::Progress;
use crate::setup::BundleTools;
use crate::workspace::Workspace;

/// Compiles the crate; gives the module that the linker wrote.
pub(super) fn compile(
    workspace: &Workspace,
    tools: &BundleTools,
    progress: &Progress,
) -> Result<PathBuf, Error> {
    let run = tools
        .toolchain
        .run("cargo", &[])
        .dir(workspace.root())
        .without(&["RUSTFLAGS"])
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace.root(), cargo_home().as_deref()))
        .args(["build", "--package", "ais-link", "--lib"])
        .args(["--target", TARGET, "--profile", PROFILE]);
    progress.run("Compiling the widget for wasm32", "see the compiler's messages above.", run)?;
    Ok(workspace.target().join(TARGET).join(PROFILE).join("ais_link.wasm"))
}

/// The flags of the compiler: the same module comes out of each folder, and no file name of the
/// building machine goes into it.
fn flags(root: &Path, cargo_home: Option<&Path>) -> String {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags = vec![remap(root, "ais-link")];
    flags.extend(cargo_home.map(|home| remap(home, "cargo")));
    // Between flags, cargo wants this byte: a blank may be part of a path.
    flags.join("\u{1f}")
}

fn cargo_home() -> Option<PathBuf> {
    let var = |name| env::var_os(name).map(PathBuf::from);
    let home = || var("HOME").or_else(|| var("USERPROFILE")).map(|home| home.join(".cargo"));
    var("CARGO_HOME").or_else(home)
}

const TARGET: &str = crate::setup::TARGET;
const PROFILE: &str = "bundle";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::flags;

    #[test]
    fn paths_with_blanks_stay_whole() {
        let flags = flags(Path::new("/my work"), Some(Path::new("/c")));
        let flags: Vec<&str> = flags.split('\u{1f}').collect();
        assert_eq!(flags[0], "--remap-path-prefix=/my work=ais-link");
        assert_eq!(flags[1], "--remap-path-prefix=/c=cargo");
    }
}
