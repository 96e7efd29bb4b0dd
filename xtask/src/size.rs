//! The size budget: what a page loads in one language, compressed with brotli.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::bundle;
use crate::error::Error;
use crate::progress::Progress;
use crate::workspace::Workspace;

mod parts;

/// Show the size of what a page loads, and fail when it is over the budget.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also show the biggest parts of the wasm module.
    #[arg(long)]
    parts: bool,
}

/// `cargo xtask size`.
pub(crate) fn command(
    args: &Args,
    workspace: &Workspace,
    progress: &Progress,
) -> Result<ExitCode, Error> {
    let folder = bundle::build(workspace, progress)?;
    let sizes = measure(&folder)?;
    print!("\n{}", table(&sizes));
    if args.parts {
        println!("\n{}", parts::show(workspace, progress)?);
    }
    check(&sizes).map(|()| ExitCode::SUCCESS)
}

/// Fails when the bundle in `folder` is over the budget; gives the size with brotli, in bytes, in the
/// heaviest language.
pub(crate) fn check_folder(folder: &Path) -> Result<u64, Error> {
    let sizes = measure(folder)?;
    check(&sizes)?;
    Ok(in_heaviest(&sizes, |size| size.brotli))
}

/// One file of the bundle, in bytes.
struct Size {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Measures each file that a page may load.
fn measure(folder: &Path) -> Result<Vec<Size>, Error> {
    let mut sizes = Vec::new();
    for path in [files(folder)?, files(&folder.join("assets"))?].concat() {
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        if bundle::served(&name) {
            sizes.push(Size {
                name,
                raw: length(&path)?,
                gzip: length(&bundle::compressed(&path, "gz"))?,
                brotli: length(&bundle::compressed(&path, "br"))?,
            });
        }
    }
    Ok(sizes)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}

fn length(path: &Path) -> Result<u64, Error> {
    fs::metadata(path).map(|data| data.len()).map_err(Error::file("measure", path))
}

impl Size {
    /// Whether it is a language: a page loads one of them.
    fn is_language(&self) -> bool {
        self.name.trim_start_matches("assets/").starts_with(bundle::TEXTS)
    }
}

/// What a page loads in every language.
fn in_each(sizes: &[Size], of: impl Fn(&Size) -> u64) -> u64 {
    sizes.iter().filter(|size| !size.is_language()).map(of).sum()
}

/// What a page loads in the heaviest language: the common files, and one with texts.
fn in_heaviest(sizes: &[Size], of: impl Fn(&Size) -> u64) -> u64 {
    let texts = sizes.iter().filter(|size| size.is_language()).map(&of).max();
    in_each(sizes, of) + texts.unwrap_or_default()
}

fn table(sizes: &[Size]) -> String {
    let width = sizes.iter().map(|size| size.name.len()).max().unwrap_or(0).max(HEAVIEST.len());
    let line = |name: &str, raw: &str, gzip: &str, brotli: &str| {
        format!("  {name:width$} {raw:>9} {gzip:>9} {brotli:>9}\n")
    };
    let number = |name: &str, size: [u64; 3]| {
        let [raw, gzip, brotli] = size.map(|bytes| bytes.to_string());
        line(name, &raw, &gzip, &brotli)
    };
    let files = sizes.iter().map(|size| number(&size.name, [size.raw, size.gzip, size.brotli]));
    let kinds: [fn(&Size) -> u64; 3] = [|size| size.raw, |size| size.gzip, |size| size.brotli];
    let sums = [
        number(BARE, kinds.map(|of| in_each(sizes, of))),
        number(HEAVIEST, kinds.map(|of| in_heaviest(sizes, of))),
    ];
    let head = line("bytes", "raw", "gzip", "brotli");
    format!("{head}{}{}", files.collect::<String>(), sums.concat())
}

fn check(sizes: &[Size]) -> Result<(), Error> {
    let brotli = in_heaviest(sizes, |size| size.brotli);
    if brotli <= BUDGET {
        return Ok(());
    }
    Err(Error::Value {
        what: format!("A page loads {brotli} bytes with brotli."),
        expected: format!(
            "at most {BUDGET}. `cargo xtask size --parts` shows where they come from"
        ),
    })
}

/// What a page may load in any one language, in bytes with brotli.
const BUDGET: u64 = 100_000;
const BARE: &str = "without texts";
const HEAVIEST: &str = "in the heaviest language";

#[cfg(test)]
mod tests {
    use super::{BUDGET, Size, check, in_heaviest, table};

    fn named(name: &str, brotli: u64) -> Size {
        Size { name: name.to_owned(), raw: 300_000, gzip: 100_000, brotli }
    }

    fn size(brotli: u64) -> Size {
        named("a.js", brotli)
    }

    #[test]
    fn a_page_loads_one_language() {
        let texts = |lang, brotli| named(&format!("assets/texts-{lang}-0123.txt"), brotli);
        let sizes = [size(BUDGET - 20), texts("sv", 10), texts("fi", 20), texts("da", 15)];
        assert_eq!(in_heaviest(&sizes, |size| size.brotli), BUDGET);
        assert!(check(&sizes).is_ok());
        assert!(check(&[size(BUDGET - 20), texts("fi", 21)]).is_err());
    }

    #[test]
    fn the_budget_holds_for_all_files_together() {
        assert!(check(&[size(BUDGET / 2), size(BUDGET / 2)]).is_ok());
        let error = check(&[size(BUDGET / 2), size(BUDGET / 2 + 1)]).unwrap_err().to_string();
        assert!(error.contains(&(BUDGET + 1).to_string()), "{error}");
    }

    #[test]
    fn the_table_ends_with_the_sums() {
        let table = table(&[size(10), size(20), named("assets/texts-sv-0123.txt", 5)]);
        let mut lines = table.lines().rev().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let heaviest = ["in", "the", "heaviest", "language", "900000", "300000", "35"];
        assert_eq!(lines.next().unwrap(), heaviest);
        assert_eq!(lines.next().unwrap(), ["without", "texts", "600000", "200000", "30"]);
    }
}
