//! Makes the module smaller with wasm-opt, where it is to be had.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::progress::Progress;
use crate::run::Run;
use crate::wasm_file;

/// What becomes of the functions' names.
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
    let module = fs::read(input).map_err(Error::file("read", input))?;
    if let Some(script) = wasm_opt {
        let hollow = wasm_file::without_panic_words(&module).ok_or_else(no_module)?;
        let hollowed = input.with_extension("hollow.wasm");
        fs::write(&hollowed, hollow).map_err(Error::file("write", &hollowed))?;
        let names = if names == Names::Keep { "--debuginfo" } else { "--strip-debug" };
        let run = command(script, &module)
            .args(PASSES)
            .args([names, "--strip-producers", "--strip-target-features"])
            .args([&hollowed, Path::new("-o"), output]);
        return progress.run("Optimising with wasm-opt", ADVICE, run);
    }
    if names == Names::Keep {
        return fs::write(output, module).map_err(Error::file("write", output));
    }
    let bare = wasm_file::without_custom_sections(&module).ok_or_else(no_module)?;
    fs::write(output, bare).map_err(Error::file("write", output))
}

fn no_module() -> Error {
    Error::Bindings("what the bindings were made of is not a wasm module".to_owned())
}

/// wasm-opt, told which features it may use: those that the module uses already.
fn command(script: &Path, module: &[u8]) -> Run {
    let features = wasm_file::target_features(module);
    Run::new("node").arg(script).args(features.iter().map(|feature| flag(feature)))
}

fn flag(feature: &str) -> String {
    let name = match feature {
        "nontrapping-fptoint" => "nontrapping-float-to-int",
        "simd128" => "simd",
        "atomics" => "threads",
        same => same,
    };
    format!("--enable-{name}")
}

/// Measured with brotli, which is what is downloaded: a module came to 77.5 kB with -O1 and to 79.2 kB
/// with -Oz, although that leaves fewer bytes before compression. The other passes take 0.4 kB away.
///
/// The first five bring the code into a form in which more of it is seen to be the same, another 1 kB. They may
/// take for granted that nothing traps, and that there is nothing at the lowest addresses: Rust has its stack there.
const PASSES: [&str; 11] = [
    "--traps-never-happen",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-O1",
    "--converge",
    "-O1",
    "--dae-optimizing",
    "--duplicate-function-elimination",
    "--rse",
    "--vacuum",
];
const ADVICE: &str = "Node.js 20 or later is needed; or take node off PATH to go without wasm-opt.";

#[cfg(test)]
mod tests {
    use super::flag;

    #[test]
    fn the_compilers_names_are_turned_into_those_of_wasm_opt() {
        assert_eq!(flag("bulk-memory"), "--enable-bulk-memory");
        assert_eq!(flag("nontrapping-fptoint"), "--enable-nontrapping-float-to-int");
    }
}
