//! The size budget: what a page loads in one language, compressed with brotli.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use fs_err as fs;
use walkdir::WalkDir;
use walrus::Module;

use crate::bundle::{self, TEXTS, compressed};
use crate::folders::scratch;

/// Show the size of what a page loads, and fail when it is over the budget.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also show the biggest functions of the wasm module, as they are before wasm-opt.
    #[arg(long)]
    parts: bool,
}

/// `cargo xtask size`.
pub(crate) fn command(args: &Args) -> Result<()> {
    let sizes = measure(&bundle::build()?)?;
    println!("\n   brotli  file");
    let sums = [("without texts", common(&sizes)), ("in the heaviest language", heaviest(&sizes))];
    for (name, bytes) in sizes.iter().map(|(name, bytes)| (&**name, *bytes)).chain(sums) {
        println!("{bytes:9}  {name}");
    }
    if args.parts {
        show_parts()?;
    }
    check(&sizes).map(drop)
}

/// Fails when the bundle in `folder` is over the budget; returns the bytes in the heaviest language.
pub(crate) fn check_folder(folder: &Path) -> Result<u64> {
    check(&measure(folder)?)
}

/// The files that a page may load, in bytes with brotli.
type Sizes = BTreeMap<String, u64>;

fn measure(folder: &Path) -> Result<Sizes> {
    let mut sizes = Sizes::new();
    for entry in WalkDir::new(folder) {
        let path = entry?.into_path();
        let name = path.strip_prefix(folder)?.display().to_string();
        if bundle::served(&name) {
            sizes.insert(name, fs::metadata(compressed(&path, "br"))?.len());
        }
    }
    Ok(sizes)
}

/// What a page loads in every language.
fn common(sizes: &Sizes) -> u64 {
    sizes.iter().filter(|(name, _)| !name.starts_with(TEXTS)).map(|(_, bytes)| bytes).sum()
}

/// What a page loads in the heaviest language: the common files, and one with texts.
fn heaviest(sizes: &Sizes) -> u64 {
    let texts = sizes.iter().filter(|(name, _)| name.starts_with(TEXTS));
    common(sizes) + texts.map(|(_, bytes)| bytes).max().copied().unwrap_or_default()
}

fn check(sizes: &Sizes) -> Result<u64> {
    let scripts = sizes.iter().filter(|(name, _)| !name.contains('/'));
    let (script, all) = (scripts.map(|(_, bytes)| bytes).sum::<u64>(), heaviest(sizes));
    ensure!(
        script <= SCRIPT_BUDGET,
        "A page loads {script} bytes with brotli before a tag is on it.\n  \
         Expected: at most {SCRIPT_BUDGET}: the rest comes with the first tag"
    );
    ensure!(
        all <= BUDGET,
        "A page loads {all} bytes with brotli.\n  \
         Expected: at most {BUDGET}. `cargo xtask size --parts` shows where they come from"
    );
    Ok(all)
}

/// Prints the biggest functions of the module in the bundle.
fn show_parts() -> Result<()> {
    let module = Module::from_buffer(&fs::read(scratch("named.wasm"))?)?;
    let functions = module.funcs.iter_local().map(|(id, function)| {
        let size = function.original_range.as_ref().map_or(0, ExactSizeIterator::len);
        (Reverse(size), module.funcs.get(id).name.as_deref().unwrap_or_default())
    });
    let mut functions: Vec<_> = functions.collect();
    functions.sort_unstable();
    println!("\n  bytes  function, before wasm-opt");
    for (Reverse(size), name) in functions.iter().take(40) {
        println!("{size:7}  {name}");
    }
    Ok(())
}

/// What a page may load in any one language, in bytes with brotli.
const BUDGET: u64 = 100_000;
/// What a page may load before a tag is on it: the script that it names.
const SCRIPT_BUDGET: u64 = 2_000;

#[cfg(test)]
mod tests {
    use super::{BUDGET, SCRIPT_BUDGET, check, heaviest};

    #[test]
    fn a_page_loads_the_common_files_and_one_language() {
        let texts = [("assets/texts-sv-01.txt", 7), ("assets/texts-fi-01.txt", 5)];
        let files = [("ais-link.js", 10), ("assets/ais-link-01.wasm", 20)].into_iter().chain(texts);
        assert_eq!(heaviest(&files.map(|(name, bytes)| (name.to_owned(), bytes)).collect()), 37);
    }

    #[test]
    fn each_budget_is_a_limit_that_may_be_reached() {
        let [script, rest] = [SCRIPT_BUDGET, BUDGET - SCRIPT_BUDGET];
        for (script, rest, said) in
            [(script, rest, ""), (script + 1, 5, "before a tag"), (script, rest + 1, "--parts")]
        {
            let files = [("ais-link.js", script), ("assets/ais-link-01.wasm", rest)];
            let error = check(&files.map(|(name, bytes)| (name.to_owned(), bytes)).into()).err();
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(said) && error.is_empty() == said.is_empty(), "{error}");
        }
    }
}
