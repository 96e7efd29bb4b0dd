//! Makes the module smaller with wasm-opt, where it is installed.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::progress::Progress;
use crate::run::Run;
use crate::wasm_file;

/// Whether the functions' names stay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// They go: a browser does not need them.
    Strip,
    /// They stay: a person wants to read them.
    Keep,
}

/// Writes a smaller `input` to `output`. Without wasm-opt, only the sections that no browser
/// needs are left out.
pub(crate) fn optimise(
    wasm_opt: Option<&Path>,
    names: Names,
    input: &Path,
    output: &Path,
    progress: &Progress,
) -> Result<(), Error> {
    if let Some(script) = wasm_opt {
        let names = if names == Names::Keep { "--debuginfo" } else { "--strip-debug" };
        let run = Run::new("node")
            .arg(script)
            .args(PASSES)
            .args([names, "--strip-producers", "--strip-target-features"])
            .args([input, Path::new("-o"), output]);
        return progress.run("Optimising with wasm-opt", ADVICE, run);
    }
    let module = fs::read(input).map_err(Error::file("read", input))?;
    if names == Names::Keep {
        return fs::write(output, module).map_err(Error::file("write", output));
    }
    let bare = wasm_file::without_custom_sections(&module)?;
    fs::write(output, bare).map_err(Error::file("write", output))
}

/// Measured with brotli, which is what is downloaded: a module came to 77.5 kB with -O1 and to 79.2 kB
/// with -Oz, although that leaves fewer bytes before compression. The other passes take 0.4 kB away.
///
/// The first five bring the code into a form with more equal parts, which saves another 1 kB. They may
/// assume that there is nothing at the lowest addresses, where Rust has its stack, and that no load and no
/// division traps, because Rust checks these itself. They do not assume that nothing else traps: that would save 0.4 kB,
/// but remove the checks. The last pass puts similar functions side by side.
const PASSES: [&str; 13] = [
    "--ignore-implicit-traps",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-O1",
    "--converge",
    "-O1",
    "--dae-optimizing",
    "--dae-optimizing",
    "--duplicate-function-elimination",
    "--rse",
    "--vacuum",
    "--reorder-functions-by-name",
];
const ADVICE: &str = "Node.js 20 or later is needed; or take node off PATH to go without wasm-opt.";
