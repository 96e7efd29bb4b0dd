//! Puts the widget's bundle into the binary, where `AIS_RELAY_EMBED` names its folder: `cargo xtask build --release` sets it. Without
//! it the binary has none, as in tests.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rustc-env=AIS_RELAY_TARGET={}", env::var("TARGET")?);
    let folder = env::var_os(VARIABLE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let names = folder.as_deref().map(names).transpose()?.unwrap_or_default();
    let mut table = String::from("&[");
    for (name, path) in names {
        println!("cargo::rerun-if-changed={}", path.display());
        let path = path.to_str().ok_or("a path is not Unicode")?;
        write!(table, "({name:?}, include_bytes!({path:?})),")?;
    }
    table.push(']');
    let made = PathBuf::from(env::var("OUT_DIR")?).join("embedded.rs");
    Ok(fs::write(made, table)?)
}

/// The files that a page may load, by their paths in the bundle, in the same order on each machine.
fn names(folder: &Path) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    if !folder.is_absolute() || !folder.join("ais-link.js").is_file() {
        return Err(
            format!("{VARIABLE} must be the whole path of a folder with ais-link.js").into()
        );
    }
    let mut names = Vec::new();
    for (prefix, folder) in [("", folder.to_owned()), ("assets/", folder.join("assets"))] {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().into_string().map_err(|_| "a name is not Unicode")?;
            let is_served = !prefix.is_empty() || SCRIPTS.iter().any(|end| name.ends_with(end));
            if entry.file_type()?.is_file() && is_served {
                names.push((format!("{prefix}{name}"), entry.path()));
            }
        }
    }
    names.sort();
    Ok(names)
}

const VARIABLE: &str = "AIS_RELAY_EMBED";
/// Which files beside the folder `assets` a page loads: scripts, and their compressed copies.
const SCRIPTS: [&str; 3] = [".js", ".js.br", ".js.gz"];
