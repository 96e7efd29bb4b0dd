//! Makes the bundle: the files that a relay serves so that a page can use the widget. It does
//! nothing when none of their inputs has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cache;
use crate::error::Error;
use crate::notice;
use crate::progress::{self, Progress};
use crate::setup::{self, BundleTools};
use crate::workspace::Workspace;

mod assets;
mod bindings;
mod compile;
mod compress;
mod entry;
mod minify;
mod package;
mod stamp;
mod texts;
mod types;
mod wasm_opt;

pub(crate) use compress::with_suffix as compressed;
use entry::Sources;
use minify::Minifier;
pub(crate) use texts::PREFIX as TEXTS;
use texts::Texts;
pub(crate) use wasm_opt::{Names, optimise};

/// `cargo xtask build`.
pub(crate) fn command(workspace: &Workspace, progress: &Progress) -> Result<ExitCode, Error> {
    let folder = build(workspace, progress)?;
    progress::note(&format!("The bundle is in {}", folder.display()));
    Ok(ExitCode::SUCCESS)
}

/// Makes the bundle where it is out of date; returns its folder.
pub(crate) fn build(workspace: &Workspace, progress: &Progress) -> Result<PathBuf, Error> {
    progress::say("Building the widget");
    let tools = setup::for_bundle(progress)?;
    let wasm = compile::compile(workspace, &tools, progress)?;
    let folder = workspace.web();
    let texts = texts::write(workspace, progress)?;
    let sources = Sources::read(workspace)?;
    let stamp = stamp::stamp(&wasm, &sources, &texts, &tools)?;
    let kept = fs::read_to_string(stamp_file(workspace));
    if folder.is_dir() && kept.is_ok_and(|kept| kept == stamp) {
        progress::note("The bundle is up to date.");
        return add_licences(workspace, folder);
    }
    let files = make(workspace, &tools, &wasm, &sources, &texts, progress)?;
    progress::step("Compressing with brotli and gzip", || write(&folder, &files))?;
    let path = stamp_file(workspace);
    fs::write(&path, stamp).map_err(Error::file("write", &path))?;
    add_licences(workspace, folder)
}

/// Puts the licences beside the scripts, so that every copy has them. No page loads them.
fn add_licences(workspace: &Workspace, folder: PathBuf) -> Result<PathBuf, Error> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE", notice::FILE] {
        let (from, to) = (workspace.root().join(name), folder.join(name));
        fs::copy(&from, to).map_err(Error::file("copy", &from))?;
    }
    Ok(folder)
}

/// The module with its function names, before `wasm-opt`: the names show where its bytes come from.
pub(crate) fn named_module(workspace: &Workspace) -> PathBuf {
    workspace.scratch().join("named.wasm")
}

/// The files by their path in the bundle.
type Files = BTreeMap<String, Vec<u8>>;

fn make(
    workspace: &Workspace,
    tools: &BundleTools,
    wasm: &Path,
    sources: &Sources,
    texts: &Texts,
    progress: &Progress,
) -> Result<Files, Error> {
    let scratch = workspace.scratch();
    let minifier = Minifier::new(tools.esbuild.clone(), scratch.join("script.js"));
    fs::create_dir_all(&scratch).map_err(Error::file("create", &scratch))?;
    let bound = progress::step("Making the bindings", || bindings::bind(wasm))?;
    let named = named_module(workspace);
    fs::write(&named, &bound.wasm).map_err(Error::file("write", &named))?;
    let small = scratch.join("small.wasm");
    optimise(tools.wasm_opt.as_deref(), Names::Strip, &named, &small, progress)?;
    let wasm = fs::read(&small).map_err(Error::file("read", &small))?;
    assets::arrange(sources, &bound, wasm, texts, &minifier)
}

/// Writes all files with their compressed copies beside the old bundle, then swaps the two.
fn write(folder: &Path, files: &Files) -> Result<(), Error> {
    let partial = folder.with_extension("partial");
    cache::remove(&partial)?;
    for (name, bytes) in files {
        let path = partial.join(name);
        let parent = path.parent().unwrap_or(&partial);
        fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        fs::write(&path, bytes).map_err(Error::file("write", &path))?;
        if served(name) {
            compress::beside(&path, bytes)?;
        }
    }
    cache::publish(&partial, folder)
}

/// Whether a page may load this file.
pub(crate) fn served(name: &str) -> bool {
    let kind = Path::new(name).extension();
    kind.is_some_and(|kind| kind == "js" || kind == "txt" || kind == "wasm")
}

fn stamp_file(workspace: &Workspace) -> PathBuf {
    workspace.scratch().join("bundle.stamp")
}

#[cfg(test)]
mod tests {
    use super::served;

    #[test]
    fn types_and_compressed_copies_are_not_loaded_by_a_page() {
        assert!(served("ais-link.js") && served("assets/ais-link-0123.wasm"));
        assert!(served("assets/texts-sv-0123.txt"));
        assert!(!served("ais-link.d.ts") && !served("ais-link.js.br"));
    }
}
