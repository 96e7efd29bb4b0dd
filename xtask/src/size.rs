//! The size budget: what a page loads in one language, compressed with brotli.

use std::fs;
use std::path::Path;
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

/// Fails when the bundle in `folder` is over the budget; returns the size with brotli, in bytes, in the
/// heaviest language.
pub(crate) fn check_folder(folder: &Path) -> Result<u64, Error> {
    let sizes = measure(folder)?;
    check(&sizes)?;
    Ok(in_heaviest(&sizes)[BROTLI])
}

/// One file of the bundle, in bytes: as it is, with gzip, and with brotli.
struct Size {
    name: String,
    bytes: [u64; 3],
}

/// Measures each file that a page may load.
fn measure(folder: &Path) -> Result<Vec<Size>, Error> {
    let mut sizes = Vec::new();
    for place in [folder, &folder.join("assets")] {
        let entries = fs::read_dir(place).map_err(Error::file("read", place))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            if bundle::served(&name) {
                let [gzip, brotli] = ["gz", "br"].map(|kind| bundle::compressed(&path, kind));
                let bytes = [length(&path)?, length(&gzip)?, length(&brotli)?];
                sizes.push(Size { name, bytes });
            }
        }
    }
    sizes.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(sizes)
}

fn length(path: &Path) -> Result<u64, Error> {
    fs::metadata(path).map(|data| data.len()).map_err(Error::file("measure", path))
}

/// Whether the file is a language: a page loads one of them.
fn is_language(size: &Size) -> bool {
    size.name.trim_start_matches("assets/").starts_with(bundle::TEXTS)
}

/// What a page loads in every language.
fn in_each(sizes: &[Size]) -> [u64; 3] {
    let common = sizes.iter().filter(|size| !is_language(size));
    common.fold([0; 3], |sum, size| [0, 1, 2].map(|kind| sum[kind] + size.bytes[kind]))
}

/// What a page loads in the heaviest language: the common files, and one with texts.
fn in_heaviest(sizes: &[Size]) -> [u64; 3] {
    let texts = |kind| {
        sizes.iter().filter(|size| is_language(size)).map(move |size| size.bytes[kind]).max()
    };
    let each = in_each(sizes);
    [0, 1, 2].map(|kind| each[kind] + texts(kind).unwrap_or_default())
}

fn table(sizes: &[Size]) -> String {
    let mut rows: Vec<_> = sizes.iter().map(|size| (&*size.name, size.bytes)).collect();
    rows.extend([
        ("without texts", in_each(sizes)),
        ("in the heaviest language", in_heaviest(sizes)),
    ]);
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let head = format!("  {:width$} {:>9} {:>9} {:>9}\n", "bytes", "raw", "gzip", "brotli");
    rows.iter().fold(head, |table, (name, [raw, gzip, brotli])| {
        table + &format!("  {name:width$} {raw:>9} {gzip:>9} {brotli:>9}\n")
    })
}

fn check(sizes: &[Size]) -> Result<(), Error> {
    let script: u64 =
        sizes.iter().filter(|size| !size.name.contains('/')).map(|size| size.bytes[BROTLI]).sum();
    if script > SCRIPT_BUDGET {
        return Err(Error::Value {
            what: format!("A page loads {script} bytes with brotli before a tag is on it."),
            expected: format!("at most {SCRIPT_BUDGET}: the rest comes with the first tag"),
        });
    }
    let brotli = in_heaviest(sizes)[BROTLI];
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

/// The place of the size with brotli.
const BROTLI: usize = 2;
/// What a page may load in any one language, in bytes with brotli.
const BUDGET: u64 = 100_000;
/// What a page may load before a tag is on it: the script that it names.
const SCRIPT_BUDGET: u64 = 2_000;

#[cfg(test)]
mod tests {
    use super::{BUDGET, SCRIPT_BUDGET, Size, check, in_heaviest, table};

    fn named(name: &str, brotli: u64) -> Size {
        Size { name: name.to_owned(), bytes: [300_000, 100_000, brotli] }
    }

    fn size(brotli: u64) -> Size {
        named("assets/a.js", brotli)
    }

    #[test]
    fn a_page_loads_one_language() {
        let texts = |lang, brotli| named(&format!("assets/texts-{lang}-0123.txt"), brotli);
        let sizes = [size(BUDGET - 20), texts("sv", 10), texts("fi", 20), texts("da", 15)];
        assert_eq!(in_heaviest(&sizes), [600_000, 200_000, BUDGET]);
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
    fn the_script_has_a_budget_of_its_own() {
        assert!(check(&[named("ais-link.js", SCRIPT_BUDGET), size(5_000)]).is_ok());
        let error = check(&[named("ais-link.js", SCRIPT_BUDGET + 1), size(5_000)]).unwrap_err();
        assert!(error.to_string().contains("before a tag"), "{error}");
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
