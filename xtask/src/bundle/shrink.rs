//! Makes files smaller: the module with wasm-opt, scripts with esbuild, where these are installed, and compressed copies
//! of all, so that a relay compresses nothing.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;
use fs_err as fs;

use crate::folders::scratch;
use crate::progress;
use crate::run::{self, read};
use crate::setup::{BINARYEN, ESBUILD};
use crate::wasm_file;

/// The scripts of wasm-opt and esbuild, for node; none where node or npm is missing.
pub(super) fn tools() -> [Option<PathBuf>; 2] {
    [BINARYEN.script("bin/wasm-opt"), ESBUILD.script("bin/esbuild")]
}

/// The module of the element `tag` without what a browser does not need.
pub(super) fn module(tag: &str, named: &[u8]) -> Result<Vec<u8>> {
    let [input, output] = ["named", "small"].map(|it| scratch(&format!("{tag}.{it}.wasm")));
    fs::write(&input, named)?;
    let [Some(wasm_opt), _] = tools() else { return Ok(named.to_owned()) };
    let optimise = |what, passes: &str, input: &Path, output: &Path| {
        let mut run = run::new("node");
        run.arg(&wasm_opt).args(passes.split(' ')).arg(input).arg("-o").arg(output);
        let advice = "Node.js 20 or later is needed; or take node off PATH to go without wasm-opt.";
        progress::run(what, advice, &mut run).map(drop)
    };
    optimise("Optimising with wasm-opt", PASSES, &input, &output)?;
    let placed = scratch("placed.wasm");
    fs::write(&placed, wasm_file::name_by_place(&fs::read(&output)?)?)?;
    optimise("Ordering the functions", ORDER, &placed, &output)?;
    Ok(fs::read(output)?)
}

/// A script that does the same in less.
pub(crate) fn script(text: &str) -> Result<String> {
    let [_, Some(esbuild)] = tools() else { return Ok(text.to_owned()) };
    let input = scratch("script.js");
    fs::write(&input, text)?;
    // `es2022`: what every browser has that can run the module.
    let flags = ["--minify", "--format=esm", "--target=es2022", "--legal-comments=none"];
    Ok(read(run::new("node").arg(esbuild).arg(input).args(flags))? + "\n")
}

/// The path of a compressed copy.
pub(crate) fn compressed(path: &Path, kind: &str) -> PathBuf {
    path.with_added_extension(kind)
}

/// As small as brotli can, which looks back 4 MB: more than any file of ours.
pub(crate) fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

pub(super) fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Measured with brotli, which is what is downloaded: a module came to 77.5 kB with -O1 and to 79.2 kB
/// with -Oz, although that leaves fewer bytes before compression. The other passes take 0.4 kB away.
///
/// The first four bring the code into a form with more equal parts, which saves another 1 kB. They may
/// assume that there is nothing at the lowest addresses, where Rust has its stack, and that no load and no
/// division traps, because Rust checks these itself. They do not assume that nothing else traps: that would save 0.4 kB,
/// but remove the checks.
///
/// Functions that are very small, and small ones with one caller, stand in their callers: that saves 0.7 kB, and a browser
/// compiles a fifth fewer of them. With larger ones the module grows again.
const PASSES: &str = "--ignore-implicit-traps --low-memory-unused --flatten --rereloop \
    --one-caller-inline-max-function-size=25 --always-inline-max-function-size=4 --flexible-inline-max-function-size=0 \
    -O1 --inlining --converge -O1 --dae-optimizing --dae-optimizing --duplicate-function-elimination --rse --vacuum --strip-debug";
/// Sorts the functions by their names, and removes what browsers do not read.
const ORDER: &str =
    "--reorder-functions-by-name --strip-debug --strip-producers --strip-target-features";
