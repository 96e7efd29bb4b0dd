//! Writes the texts of all languages, and their names, for the bundle: a file for each, with a line for
//! each text, in the order that the module expects. Beside them it writes the types of each element for TypeScript, and the
//! class of `<ais-accounts>`. It runs during the bundling.

use std::env;
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;

use ais_link::accounts;
use ais_link::text::{LANGUAGES, NAMES, TYPES, names};
use ais_link::typings::TYPINGS;

/// Takes the folder to write to.
fn main() -> Result<(), Error> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::new(ErrorKind::InvalidInput, "name the folder"))?;
    let write = |name: &str, lines: &[&str]| {
        fs::write(folder.join([name, ".txt"].concat()), lines.join("\n"))
    };
    for (lang, words) in &LANGUAGES {
        write(lang, &words.list())?;
    }
    write(NAMES, &names().collect::<Vec<_>>())?;
    for (lang, words) in &accounts::text::LANGUAGES {
        write(&["accounts-", lang].concat(), &words.list())?;
    }
    write("accounts-names", &accounts::text::names().collect::<Vec<_>>())?;
    fs::write(folder.join("accounts-element.js"), accounts::names::class())?;
    for (name, typings, texts) in [
        ("ais-link.d.ts", TYPINGS, TYPES),
        ("ais-accounts.d.ts", accounts::typings::TYPINGS, accounts::text::TYPES),
    ] {
        let types = [typings.trim_start(), texts, "\nexport {};\n"].join("\n");
        fs::write(folder.join(name), types)?;
    }
    Ok(())
}
