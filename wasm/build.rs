//! Removes comments and spaces from the style sheets, since every page loads them in the module. It must not
//! change the meaning of a rule.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::var_os("OUT_DIR").expect("Cargo says where build scripts write");
    for (source, name) in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        let style = fs::read_to_string(source)?;
        fs::write(Path::new(&folder).join(name), bare(&style))?;
    }
    Ok(())
}

/// The style sheet on one line, without comments and unneeded spaces.
fn bare(style: &str) -> String {
    let mut rest = style;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let line = kept.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    [(" {", "{"), ("{ ", "{"), ("; ", ";"), (";}", "}"), ("} ", "}"), (": ", ":"), (", ", ",")]
        .into_iter()
        .fold(line, |line, (long, short)| line.replace(long, short))
}

/// The rules of both elements, and those of `<ais-accounts>` alone.
const SOURCES: [(&str, &str); 2] =
    [("src/view/style.css", "style.css"), ("src/accounts/view/style.css", "accounts.css")];
