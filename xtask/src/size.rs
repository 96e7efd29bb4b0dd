//! The size budget: what a page loads for an element in one language, compressed with brotli.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use fs_err as fs;
use walkdir::WalkDir;

use crate::bundle::{self, ACCOUNTS, Element, LINK, compressed};

/// `cargo xtask size`.
pub(crate) fn command() -> Result<()> {
    let sizes = measure(&bundle::build()?)?;
    println!("\n   brotli  file");
    for (name, bytes) in &sizes {
        println!("{bytes:9}  {name}");
    }
    for (element, _) in BUDGETS {
        println!("{:9}  <{}> without texts", common(&element, &sizes), element.tag);
        println!("{:9}  <{}> in the heaviest language", heaviest(&element, &sizes), element.tag);
    }
    check(&sizes).map(drop)
}

/// Fails when the bundle in `folder` is over the budget; returns the bytes of each element in the heaviest language.
pub(crate) fn check_folder(folder: &Path) -> Result<[u64; 2]> {
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

/// The files of an element, with their sizes.
fn files<'a>(element: &'a Element, sizes: &'a Sizes) -> impl Iterator<Item = (&'a str, u64)> {
    let sizes = sizes.iter().map(|(name, bytes)| (&**name, *bytes));
    sizes.filter(|(name, _)| element.owns(name))
}

/// What a page loads for an element in every language.
fn common(element: &Element, sizes: &Sizes) -> u64 {
    let files = files(element, sizes).filter(|(name, _)| !name.starts_with(element.texts));
    files.map(|(_, bytes)| bytes).sum()
}

/// What a page loads for an element in the heaviest language: the common files, and one with texts.
fn heaviest(element: &Element, sizes: &Sizes) -> u64 {
    let texts = files(element, sizes).filter(|(name, _)| name.starts_with(element.texts));
    common(element, sizes) + texts.map(|(_, bytes)| bytes).max().unwrap_or_default()
}

fn check(sizes: &Sizes) -> Result<[u64; 2]> {
    for (element, budget) in &BUDGETS {
        let scripts = files(element, sizes).filter(|(name, _)| !name.contains('/'));
        let (script, all) =
            (scripts.map(|(_, bytes)| bytes).sum::<u64>(), heaviest(element, sizes));
        let tag = element.tag;
        ensure!(
            script <= SCRIPT_BUDGET,
            "A page loads {script} bytes with brotli before a tag <{tag}> is on it.\n  \
             Expected: at most {SCRIPT_BUDGET}: the rest comes with the first tag"
        );
        ensure!(
            all <= *budget,
            "A page loads {all} bytes with brotli for <{tag}>.\n  \
             Expected: at most {budget}. `twiggy top target/xtask/{tag}.named.wasm` shows where they come from"
        );
    }
    Ok(BUDGETS.map(|(element, _)| heaviest(&element, sizes)))
}

/// What a page may load for each element in any one language, in bytes with brotli.
const BUDGETS: [(Element, u64); 2] = [(LINK, 100_000), (ACCOUNTS, 60_000)];
/// What a page may load before a tag is on it: the script that it names.
const SCRIPT_BUDGET: u64 = 2_000;

#[cfg(test)]
mod tests {
    use super::{BUDGETS, SCRIPT_BUDGET, check};

    #[test]
    fn the_script_and_the_files_with_the_heaviest_language_have_a_budget() {
        for (element, budget) in BUDGETS {
            let [script, rest] = [SCRIPT_BUDGET, budget - SCRIPT_BUDGET - 7];
            for (script, rest, said) in
                [(script, rest, ""), (script + 1, 5, "before a tag"), (script, rest + 1, "twiggy")]
            {
                let (tag, texts) = (element.tag, element.texts);
                let files = [
                    (format!("{tag}.js"), script),
                    (format!("assets/{tag}-01.wasm"), rest),
                    (format!("{texts}sv-01.txt"), 7),
                    (format!("{texts}fi-01.txt"), 5),
                ];
                let error = check(&files.into()).err().map(|error| error.to_string());
                let words = error.as_deref().unwrap_or_default();
                assert!(words.contains(said), "{error:?}");
                assert_eq!(words.contains(&format!("<{tag}>")), !said.is_empty(), "{error:?}");
            }
        }
    }
}
