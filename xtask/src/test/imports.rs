//! Imports the bundle's script as programs on a server and bundlers do. The script must neither throw nor print there,
//! because it has no page to work in.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::progress;
use crate::run::Run;

/// Imports the package in `bundle` in node, by its name; then once more from what esbuild makes of that, in each
/// format. All files go to a folder in `logs`.
pub(super) fn check(bundle: &Path, esbuild: &Path, logs: &Path) -> Result<(), Error> {
    progress::step("Importing the script on a server and from bundles", || {
        let folder = logs.join("imports");
        let package = folder.join("node_modules/ais-link");
        fs::create_dir_all(&package).map_err(Error::file("create", &package))?;
        for name in ["package.json", "ais-link.js"] {
            let from = bundle.join(name);
            fs::copy(&from, package.join(name)).map_err(Error::file("copy", &from))?;
        }
        let page = folder.join("page.mjs");
        fs::write(&page, "import \"ais-link\";\n").map_err(Error::file("write", &page))?;
        silent(&page)?;
        for (format, kind) in FORMATS {
            let made = folder.join(format!("{format}.{kind}"));
            let run = Run::new("node").arg(esbuild).arg(&page).args(FLAGS);
            run.arg(format!("--format={format}"))
                .arg(format!("--outfile={}", made.display()))
                .read()?;
            silent(&made)?;
        }
        Ok(())
    })
}

/// Runs a script in node.
fn silent(script: &Path) -> Result<(), Error> {
    match Run::new("node").arg(script).read()?.as_str() {
        "" => Ok(()),
        printed => Err(Error::Value {
            what: format!("{} printed this: {printed}", script.display()),
            expected: "nothing".to_owned(),
        }),
    }
}

/// esbuild's formats, with the ending by which node knows a module from a script.
const FORMATS: [(&str, &str); 3] = [("esm", "mjs"), ("cjs", "cjs"), ("iife", "cjs")];

/// It warns of `import.meta`, which is empty in a script that is no module: the script knows that.
const FLAGS: [&str; 3] = ["--bundle", "--log-level=error", "--platform=browser"];
