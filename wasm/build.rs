//! Removes comments and spaces from the style sheet, since every page loads it in the module. It must not
//! change the meaning of a rule.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={SOURCE}");
    let folder = env::var_os("OUT_DIR").expect("Cargo says where build scripts write");
    let style = fs::read_to_string(SOURCE)?;
    fs::write(Path::new(&folder).join("style.css"), bare(&style))
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

const SOURCE: &str = "src/view/style.css";
