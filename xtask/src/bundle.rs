//! Makes the bundle: the files that a relay serves so that a page can use the widget. It does
//! nothing when none of their inputs has changed.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use fs_err as fs;
use sha2::{Digest, Sha256};

use crate::folders::{empty, publish, root, scratch, target};
use crate::progress::{self, note, say};
use crate::{notice, run, setup};

mod bindings;
mod files;
mod shrink;

pub(crate) use files::TEXTS;
pub(crate) use shrink::{brotli, compressed, script};

/// `cargo xtask build`.
pub(crate) fn command() -> Result<()> {
    note(&format!("The bundle is in {}", build()?.display()));
    Ok(())
}

/// Makes the bundle where it is out of date; returns its folder.
pub(crate) fn build() -> Result<PathBuf> {
    say("Building the widget");
    setup::for_bundle()?;
    let folder = target().join("web");
    let inputs = Inputs::read()?;
    let (stamp, file) = (inputs.stamp(), scratch("bundle.stamp"));
    if folder.is_dir() && fs::read_to_string(&file).is_ok_and(|kept| kept == stamp) {
        note("The bundle is up to date.");
    } else {
        let bind = || bindings::bind(&inputs.module, &inputs.sources[3]);
        let (module, glue) = progress::step("Making the bindings", bind)?;
        let files = files::arrange(&inputs, &glue, shrink::module(&module)?)?;
        progress::step("Compressing with brotli and gzip", || write(&folder, &files))?;
        fs::write(file, stamp)?;
    }
    // Beside the scripts, so that every copy has them. No page loads them.
    for name in ["LICENSE-MIT", "LICENSE-APACHE", notice::FILE] {
        fs::copy(root().join(name), folder.join(name))?;
    }
    Ok(folder)
}

/// What the bundle is made of.
#[derive(Debug, Default)]
struct Inputs {
    /// The module that the linker wrote.
    module: Vec<u8>,
    /// The files that a program of the widget's crate writes: the texts of each language, and the types.
    written: BTreeMap<String, String>,
    /// The element's class, the way back from a bank, and the scripts that load the rest and the module.
    sources: [String; 4],
}

impl Inputs {
    fn read() -> Result<Self> {
        let compile = ["build", "--package", "ais-link", "--lib", "--profile", "bundle"];
        let flags = flags();
        let mut cargo = setup::cargo_for_wasm(&flags.each_ref().map(String::as_str));
        cargo.args(compile).args(["--target", setup::TARGET]);
        progress::run("Compiling the widget for wasm32", ADVICE, &mut cargo)?;
        let module = target().join(setup::TARGET).join("bundle/ais_link.wasm");

        let folder = scratch(WRITTEN);
        empty(&folder)?;
        let mut cargo = run::new("cargo");
        cargo.args(["run", "--package", "ais-link", "--bin", "ais-link-texts", "--"]).arg(&folder);
        progress::run("Writing the texts of all languages", ADVICE, &mut cargo)?;
        let mut written = BTreeMap::new();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            written.insert(name, fs::read_to_string(entry.path())?);
        }
        ensure!(written.len() > 2, "wasm/src/bin/texts.rs has written no texts");

        let source = |name| fs::read_to_string(root().join("wasm/src").join(name));
        let [class, home, entry, loader] = files::SOURCES.map(source);
        Ok(Self { module: fs::read(module)?, written, sources: [class?, home?, entry?, loader?] })
    }

    /// A short text that changes whenever an input, a tool or this program does.
    fn stamp(&self) -> String {
        // Size and time are enough for a program that cargo builds. The paths of the tools name their versions.
        let known = |path| std::fs::metadata(path).and_then(|it| Ok((it.len(), it.modified()?)));
        let program = env::current_exe().and_then(known).ok();
        hash(format!("{self:?} {program:?} {:?}", shrink::tools()).as_bytes())
    }
}

/// `wasm_file` needs the linker's records. References to JavaScript's objects are off: a table of them and its
/// functions would be 1 kB more. No folder of this machine stands in the module, so that it is the same on each.
fn flags() -> [String; 4] {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let remap = |from: &Path, to| format!("--remap-path-prefix={}={to}", from.display());
    [
        remap(root(), "ais-link"),
        remap(&cargo_home.unwrap_or_default(), "cargo"),
        "-Clink-arg=--emit-relocs".to_owned(),
        "-Ctarget-feature=-reference-types".to_owned(),
    ]
}

/// The files by their path in the bundle.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes all files with their compressed copies beside the old bundle, then swaps the two.
fn write(folder: &Path, files: &Files) -> Result<()> {
    let partial = folder.with_extension("partial");
    empty(&partial.join("assets"))?;
    for (name, bytes) in files {
        let path = partial.join(name);
        fs::write(&path, bytes)?;
        if served(name) {
            fs::write(compressed(&path, "br"), brotli(bytes)?)?;
            fs::write(compressed(&path, "gz"), shrink::gzip(bytes)?)?;
        }
    }
    publish(&partial, folder)
}

/// Whether a page may load this file.
pub(crate) fn served(name: &str) -> bool {
    let kind = Path::new(name).extension();
    kind.is_some_and(|kind| kind == "js" || kind == "txt" || kind == "wasm")
}

/// The first 64 bits of the content's SHA-256, in hexadecimal.
fn hash(bytes: &[u8]) -> String {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    format!("{:016x}", u64::from_be_bytes(*hash.first_chunk().expect("it has 32 bytes")))
}

/// The scratch folder with what a program of the widget's crate writes: the texts and the types.
pub(crate) const WRITTEN: &str = "texts";
const ADVICE: &str = "see the compiler's messages above.";

#[cfg(test)]
mod tests {
    use super::{Inputs, served};

    #[test]
    fn each_input_changes_the_stamp() {
        let [first, mut module, mut written, mut source] = [(); 4].map(|()| Inputs::default());
        module.module.push(1);
        written.written.insert("sv.txt".to_owned(), String::new());
        source.sources[3].push('a');
        let stamps = [&first, &module, &written, &source].map(Inputs::stamp);
        assert!(stamps[1..].iter().all(|other| *other != stamps[0]));
        assert_eq!(first.stamp(), stamps[0]);
    }

    #[test]
    fn licences_and_compressed_copies_are_not_loaded_by_a_page() {
        let served = ["a.js", "a.wasm", "a.txt", "LICENSE-MIT", "a.js.br"].map(served);
        assert_eq!(served, [true, true, true, false, false]);
    }
}
