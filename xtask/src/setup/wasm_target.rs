//! A compiler for wasm32 with its standard library, had in one of three ways: the toolchain has
//! it, rustup adds it, or Debian's packages bring a toolchain that can build it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cache::Cache;
use crate::error::Error;
use crate::progress::{self, Progress};
use crate::run::{Run, find};
use crate::setup::debian;

/// Which compiler makes wasm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmToolchain {
    /// The one that compiles everything else.
    Usual,
    /// Debian's, beside the one that compiles everything else.
    Debian,
}

impl WasmToolchain {
    /// A run of `program` in which `cargo` and `rustc` are this toolchain's. `folders` are
    /// searched before the rest of PATH.
    pub(crate) fn run(self, program: &str, folders: &[PathBuf]) -> Run {
        let run = match self {
            Self::Usual => Run::new(program).first_on_path(folders),
            Self::Debian => debian::run(program, folders),
        };
        run.env("CARGO_TERM_COLOR", "never")
    }

    /// What a person types to use this toolchain by hand, where that is not just `cargo`.
    pub(crate) fn hint(self) -> Option<String> {
        let hint = "To run wasm-pack by hand, put Debian's toolchain first in that shell: \
                    `unset RUSTUP_TOOLCHAIN; export PATH=/usr/bin:$PATH`.";
        (self == Self::Debian).then(|| hint.to_owned())
    }
}

/// Finds or makes a toolchain for wasm32.
pub(super) fn prepare(progress: &Progress, cache: &Cache) -> Result<WasmToolchain, Error> {
    match Choice::from_variable(env::var(CHOICE).ok().as_deref())? {
        Choice::Rustup => {
            if usual_has_std() || rustup_adds_std(progress) {
                return Ok(WasmToolchain::Usual);
            }
            Err(Error::missing(format!("the standard library for {TARGET}"), ADVICE))
        }
        Choice::Debian => debian::prepare(progress, cache).map(|()| WasmToolchain::Debian),
        Choice::Any => {
            if usual_has_std() {
                return Ok(WasmToolchain::Usual);
            }
            // Before rustup: where it could not add the target once, it would try in vain again.
            if debian::ready() || !rustup_adds_std(progress) {
                debian::prepare(progress, cache)?;
                return Ok(WasmToolchain::Debian);
            }
            Ok(WasmToolchain::Usual)
        }
    }
}

/// Whether the toolchain's folder of libraries that `rustc` names holds a standard library.
pub(super) fn has_std(rustc: Run) -> bool {
    let folder = rustc.args(["--print", "target-libdir", "--target", TARGET]).read();
    folder.is_ok_and(|folder| holds_std(Path::new(&folder)))
}

fn usual_has_std() -> bool {
    has_std(Run::new("rustc"))
}

fn holds_std(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// Lets rustup add the target to the toolchain in use; a failure is no fault, there is another way.
fn rustup_adds_std(progress: &Progress) -> bool {
    if find("rustup", &[]).is_none() {
        return false;
    }
    let run = Run::new("rustup").args(["target", "add", TARGET]).limit(RUSTUP_LIMIT);
    let label = format!("Adding {TARGET} with rustup");
    let added = progress.run(&label, ADVICE, run).is_ok() && usual_has_std();
    if !added {
        progress::note("rustup could not get it; looking for another way.");
    }
    added
}

/// Which ways may be gone.
#[derive(Debug, PartialEq)]
enum Choice {
    Any,
    Rustup,
    Debian,
}

impl Choice {
    fn from_variable(value: Option<&str>) -> Result<Self, Error> {
        match value {
            None | Some("") => Ok(Self::Any),
            Some("rustup") => Ok(Self::Rustup),
            Some("debian") => Ok(Self::Debian),
            Some(other) => Err(Error::Value {
                what: format!("{CHOICE} is `{other}`."),
                expected: "`rustup`, `debian`, or not set".to_owned(),
            }),
        }
    }
}

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// The variable that forces a way.
const CHOICE: &str = "AIS_LINK_WASM_TOOLCHAIN";
/// The library is some 20 MB; a machine that cannot fetch it within this time goes another way.
const RUSTUP_LIMIT: Duration = Duration::from_mins(3);
/// What a person can do.
pub(super) const ADVICE: &str =
    "run `rustup target add wasm32-unknown-unknown` (with network); then try again.";

#[cfg(test)]
mod tests {
    use super::{Choice, WasmToolchain};

    #[test]
    fn a_way_can_be_forced_and_a_typing_error_is_refused() {
        assert_eq!(Choice::from_variable(None).unwrap(), Choice::Any);
        assert_eq!(Choice::from_variable(Some("debian")).unwrap(), Choice::Debian);
        assert!(
            Choice::from_variable(Some("Debian")).unwrap_err().to_string().contains("`Debian`")
        );
    }

    #[test]
    fn only_the_unusual_toolchain_needs_a_hint() {
        assert!(WasmToolchain::Usual.hint().is_none());
        assert!(WasmToolchain::Debian.hint().unwrap().contains("/usr/bin"));
    }
}
