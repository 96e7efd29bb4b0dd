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
use crate::{notice, run, setup, turn};

mod bindings;
mod element;
mod files;
mod shrink;

pub(crate) use element::{ACCOUNTS, ELEMENTS, Element, LINK};
pub(crate) use shrink::{brotli, compressed, script};

/// `cargo xtask build`.
pub(crate) fn command() -> Result<()> {
    note(&format!("The bundle is in {}", build()?.display()));
    Ok(())
}

/// Makes the bundle where it is out of date; returns its folder. Another command that makes it comes first.
pub(crate) fn build() -> Result<PathBuf> {
    say("Building the elements");
    setup::for_bundle()?;
    let _turn = turn::take(turn::Files::Bundle)?;
    let folder = target().join("web");
    let inputs = Inputs::read()?;
    let (stamp, file) = (inputs.stamp(), scratch("bundle.stamp"));
    if folder.is_dir() && fs::read_to_string(&file).is_ok_and(|kept| kept == stamp) {
        note("The bundle is up to date.");
    } else {
        let mut files = Files::new();
        for (element, module) in ELEMENTS.iter().zip(&inputs.modules) {
            let label = format!("Making the bindings of <{}>", element.tag);
            let bind = || bindings::bind(element.tag, module, &inputs.sources.loader);
            let (module, glue) = progress::step(&label, bind)?;
            let module = shrink::module(element.tag, &module)?;
            files::arrange(&mut files, &inputs, element, &glue, module)?;
        }
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
    /// The module of each element, which the linker wrote.
    modules: Vec<Vec<u8>>,
    /// The files that a program of the widget's crate writes: the texts of each language, the types, and a class.
    written: BTreeMap<String, String>,
    /// The scripts.
    sources: files::Sources,
}

impl Inputs {
    fn read() -> Result<Self> {
        let flags = flags();
        let mut cargo = setup::cargo_for_wasm(&flags.each_ref().map(String::as_str));
        cargo.args(["build", "--lib", "--profile", "bundle", "--target", setup::TARGET]);
        for element in &ELEMENTS {
            cargo.args(["--package", element.package]);
        }
        progress::run("Compiling the elements for wasm32", ADVICE, &mut cargo)?;
        let made = target().join(setup::TARGET).join("bundle");
        let modules = ELEMENTS.iter().map(|element| fs::read(made.join(element.module())));
        let modules = modules.collect::<Result<_, _>>()?;

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

        Ok(Self { modules, written, sources: files::Sources::read()? })
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
        module.modules.push(vec![1]);
        written.written.insert("sv.txt".to_owned(), String::new());
        source.sources.loader.push('a');
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
