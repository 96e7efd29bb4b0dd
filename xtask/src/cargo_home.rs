//! Cargo's own folder: where its programs are, and the compiler's flags that keep its name out of the output.

use std::env;
use std::path::{Path, PathBuf};

/// Cargo's own folder of this person.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    let home = || folder("HOME").or_else(|| folder("USERPROFILE")).map(|home| home.join(".cargo"));
    folder("CARGO_HOME").or_else(home)
}

/// Where `cargo install` puts programs.
pub(crate) fn install_folder() -> Option<PathBuf> {
    folder("CARGO_INSTALL_ROOT").or_else(cargo_home).map(|root| root.join("bin"))
}

/// Flags of the compiler, as `CARGO_ENCODED_RUSTFLAGS` takes them, that keep the names of this
/// machine's folders out of what it writes: the same module comes out on each machine. `root` is
/// the folder of what is compiled.
pub(crate) fn nameless_flags(root: &Path) -> String {
    flags(root, cargo_home().as_deref())
}

fn flags(root: &Path, cargo_home: Option<&Path>) -> String {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags = vec![remap(root, "ais-link")];
    flags.extend(cargo_home.map(|home| remap(home, "cargo")));
    // Between flags, cargo wants this byte: a blank may be part of a path.
    flags.join("\u{1f}")
}

fn folder(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::flags;

    #[test]
    fn paths_with_blanks_stay_whole() {
        let flags = flags(Path::new("/my work"), Some(Path::new("/c")));
        let flags: Vec<&str> = flags.split('\u{1f}').collect();
        let expect = ["--remap-path-prefix=/my work=ais-link", "--remap-path-prefix=/c=cargo"];
        assert_eq!(flags, expect);
    }
}
