//! The size budget: what a page loads, compressed with brotli.

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

/// Fails when the bundle in `folder` is over the budget; gives the size with brotli, in bytes.
pub(crate) fn check_folder(folder: &Path) -> Result<u64, Error> {
    let sizes = measure(folder)?;
    check(&sizes)?;
    Ok(total(&sizes, |size| size.brotli))
}

/// One file of the bundle, in bytes.
struct Size {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Measures each file that a page loads.
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

fn total(sizes: &[Size], of: impl Fn(&Size) -> u64) -> u64 {
    sizes.iter().map(of).sum()
}

fn table(sizes: &[Size]) -> String {
    let width = sizes.iter().map(|size| size.name.len()).max().unwrap_or(0).max(TOTAL.len());
    let line = |name: &str, raw: &str, gzip: &str, brotli: &str| {
        format!("  {name:width$} {raw:>9} {gzip:>9} {brotli:>9}\n")
    };
    let number = |name: &str, size: [u64; 3]| {
        let [raw, gzip, brotli] = size.map(|bytes| bytes.to_string());
        line(name, &raw, &gzip, &brotli)
    };
    let files = sizes.iter().map(|size| number(&size.name, [size.raw, size.gzip, size.brotli]));
    let sum = [total(sizes, |s| s.raw), total(sizes, |s| s.gzip), total(sizes, |s| s.brotli)];
    let head = line("bytes", "raw", "gzip", "brotli");
    format!("{head}{}{}", files.collect::<String>(), number(TOTAL, sum))
}

fn check(sizes: &[Size]) -> Result<(), Error> {
    let brotli = total(sizes, |size| size.brotli);
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

/// What a page may load, in bytes with brotli.
const BUDGET: u64 = 80_000;
const TOTAL: &str = "together";

#[cfg(test)]
mod tests {
    use super::{BUDGET, Size, check, table};

    fn size(brotli: u64) -> Size {
        Size { name: "a.js".to_owned(), raw: 300_000, gzip: 100_000, brotli }
    }

    #[test]
    fn the_budget_holds_for_all_files_together() {
        assert!(check(&[size(BUDGET / 2), size(BUDGET / 2)]).is_ok());
        let error = check(&[size(BUDGET / 2), size(BUDGET / 2 + 1)]).unwrap_err().to_string();
        assert!(error.contains(&(BUDGET + 1).to_string()), "{error}");
    }

    #[test]
    fn the_table_ends_with_the_sums() {
        let table = table(&[size(10), size(20)]);
        let last: Vec<&str> = table.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(last, ["together", "600000", "200000", "30"]);
    }
}
