//! The size budget: what a page loads in one language, compressed with brotli.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use fs_err as fs;
use walkdir::WalkDir;

use crate::bundle::{self, TEXTS, compressed};

/// `cargo xtask size`.
pub(crate) fn command() -> Result<()> {
    let sizes = measure(&bundle::build()?)?;
    println!("\n   brotli  file");
    let sums = [("without texts", common(&sizes)), ("in the heaviest language", heaviest(&sizes))];
    for (name, bytes) in sizes.iter().map(|(name, bytes)| (&**name, *bytes)).chain(sums) {
        println!("{bytes:9}  {name}");
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
         Expected: at most {BUDGET}. `twiggy top target/xtask/named.wasm` shows where they come from"
    );
    Ok(all)
}

/// What a page may load in any one language, in bytes with brotli.
const BUDGET: u64 = 100_000;
/// What a page may load before a tag is on it: the script that it names.
const SCRIPT_BUDGET: u64 = 2_000;

#[cfg(test)]
mod tests {
    use super::{BUDGET, SCRIPT_BUDGET, check};

    #[test]
    fn the_script_and_the_files_with_the_heaviest_language_have_a_budget() {
        let [script, rest] = [SCRIPT_BUDGET, BUDGET - SCRIPT_BUDGET - 7];
        for (script, rest, said) in
            [(script, rest, ""), (script + 1, 5, "before a tag"), (script, rest + 1, "twiggy")]
        {
            let files = [("ais-link.js", script), ("assets/ais-link-01.wasm", rest)];
            let texts = [("assets/texts-sv-01.txt", 7), ("assets/texts-fi-01.txt", 5)];
            let all = files.into_iter().chain(texts).map(|(name, size)| (name.to_owned(), size));
            let error = check(&all.collect()).err().map(|error| error.to_string());
            assert!(error.as_deref().unwrap_or_default().contains(said), "{error:?}");
            assert_eq!(error.is_none(), said.is_empty());
        }
    }
}
