//! The relay's program: optimised, without symbols, with the bundle inside, and the same from any folder.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use super::System;
use crate::folders::{root, target};
use crate::progress::{self, note};
use crate::run;

/// Builds the relay with `bundle` inside, for `system` or for the machine that builds; the program.
pub(super) fn build(bundle: &Path, system: Option<System>) -> Result<PathBuf> {
    let mut run = run::new("cargo");
    run.args(["build", "--release", "--locked", "--package", "relay", "--bin", "ais-relay"]);
    run.env("AIS_RELAY_EMBED", bundle);
    run.env("CARGO_ENCODED_RUSTFLAGS", flags("--remap-path-prefix=").join(BETWEEN));
    run.env("CFLAGS", flags("-ffile-prefix-map=").join(" "));
    // The allocator's C code has the time of its compilation inside. The same moment for each commit: what cargo has kept
    // from an earlier build is then the same, too.
    run.env("SOURCE_DATE_EPOCH", "0");
    let (mut made, mut label) = (target().to_owned(), "Compiling the relay".to_owned());
    if let Some(System { name, compiler, .. }) = system {
        run.args(["--target", name]);
        let name_in_c = name.replace('-', "_");
        if !name.starts_with(env::consts::ARCH) {
            let linker = format!("CARGO_TARGET_{}_LINKER", name_in_c.to_uppercase());
            run.env(linker, compiler).env(format!("CC_{name_in_c}"), compiler);
        }
        made.push(name);
        label = format!("{label} for {name}");
    }
    progress::run(&label, "see the compiler's messages above.", &mut run)?;
    made.push("release/ais-relay");
    check(&fs::read(&made)?, bundle).with_context(|| made.display().to_string())?;
    Ok(made)
}

/// No folder of this machine is in the program, so that it is the same on each.
fn flags(flag: &str) -> [String; 3] {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let cargo_home = cargo_home.unwrap_or_default();
    // Of two that fit, the last counts.
    let places = [(root(), "ais-link"), (target(), "target"), (&cargo_home, "cargo")];
    places.map(|(from, to)| format!("{flag}{}={to}", from.display()))
}

/// Fails where `program` has another bundle inside, is too large, or wants a newer C library than the image has. The
/// scripts name all other files by hashes of their content.
fn check(program: &[u8], bundle: &Path) -> Result<()> {
    for entry in fs::read_dir(bundle)? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "js") {
            let (name, script) = (path.display(), fs::read(&path)?);
            ensure!(has(program, &script), "it has not this {name}: build it again");
        }
    }
    ensure!(program.len() < MOST_BYTES, "{} bytes are too many", program.len());
    let text = String::from_utf8_lossy(program);
    let versions = text.split("GLIBC_2.").skip(1).filter_map(|rest| {
        let number = rest.split(|it: char| !it.is_ascii_digit()).next()?;
        number.parse::<u32>().ok()
    });
    let newest = versions.max().unwrap_or_default();
    note(&format!("The program has {} bytes, and wants glibc 2.{newest}.", program.len()));
    ensure!(newest <= GLIBC, "it wants glibc 2.{newest}; the image has 2.{GLIBC}");
    Ok(())
}

fn has(program: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else { return true };
    let starts = program.iter().enumerate().filter(|(_, byte)| *byte == first);
    starts.map(|(at, _)| &program[at..]).any(|rest| rest.starts_with(part))
}

/// The size of the program in bytes, with the bundle inside.
const MOST_BYTES: usize = 20_000_000;
/// The minor version of the C library in the base of the image, which is Debian 12's.
const GLIBC: u32 = 36;
/// What cargo wants between flags: a blank may be part of a path.
const BETWEEN: &str = "\u{1f}";

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::{MOST_BYTES, check};
    use crate::folders::{empty, scratch};

    #[test]
    fn an_old_bundle_a_large_program_and_a_new_library_are_refused() {
        let bundle = scratch("program-test");
        empty(&bundle).unwrap();
        fs::write(bundle.join("ais-link.js"), "import('assets/ais-link-0a.js')").unwrap();
        let inside = "...iimport('assets/ais-link-0a.js')...GLIBC_2.36\0GLIBC_2.4\0";
        for (program, expected) in [
            (inside.to_owned(), None),
            (inside.replace("0a", "0b"), Some("has not this")),
            (inside.replace("2.36", "2.38"), Some("wants glibc 2.38")),
            (inside.to_owned() + &" ".repeat(MOST_BYTES), Some("too many")),
        ] {
            let found = check(program.as_bytes(), &bundle).err().map(|error| error.to_string());
            assert_eq!(found.is_some(), expected.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()));
        }
    }
}
