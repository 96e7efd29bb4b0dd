//! Checks by programs of npm: the package's entry in bundles, its types, and the calls between relay and
//! sandbox against the platform's OpenAPI document.

use std::path::Path;

use anyhow::{Result, ensure};
use fs_err as fs;
use serde_json::json;

use crate::folders::root;
use crate::package;
use crate::progress::{logged, note, step};
use crate::run::{self, read};
use crate::setup::{ESBUILD, OPENAPI, REACT_TYPES, REDOCLY, TYPESCRIPT};

/// Imports what esbuild makes of the package's entry for each element, in each format. The script must neither throw nor print there, because
/// node has no page to work in.
pub(super) fn imports(logs: &Path) -> Result<()> {
    step("Importing the package from bundles", || {
        let folder = logs.join("imports");
        fs::create_dir_all(&folder)?;
        let page = folder.join("page.mjs");
        let entries = ["index.js", "accounts/index.js"].map(|name| package::folder().join(name));
        let imports = entries.map(|entry| format!("import {:?};\n", entry.display().to_string()));
        fs::write(&page, imports.concat())?;
        // By the ending, node knows a module from a script.
        for (format, kind) in [("esm", "mjs"), ("cjs", "cjs"), ("iife", "cjs")] {
            let made = folder.join(format!("{format}.{kind}"));
            let mut run = run::new("node");
            run.arg(ESBUILD.file("bin/esbuild")).arg(&page).arg("--bundle");
            run.args(["--log-level=warning", "--platform=browser", &format!("--format={format}")]);
            read(run.arg(format!("--outfile={}", made.display())))?;
            let printed = read(run::new("node").arg(&made))?;
            ensure!(printed.is_empty(), "{} printed this: {printed}", made.display());
        }
        Ok(())
    })
}

/// Compiles the pages in `wasm/tests/types`, in TypeScript and in React, with the package's types.
pub(super) fn types(logs: &Path) -> Result<()> {
    let package = package::folder();
    let options = json!({
        "extends": root().join("wasm/tests/types/tsconfig.json"),
        "compilerOptions": {
            "paths": {
                "ais-link": [package.join("index.d.ts")],
                "ais-link/accounts": [package.join("accounts/index.d.ts")],
                "ais-link/*": [package.join("*.d.ts")],
                "react": [REACT_TYPES.file("index.d.ts")],
                "react/jsx-runtime": [REACT_TYPES.file("jsx-runtime.d.ts")],
            },
        },
    });
    let project = logs.join("tsconfig.json");
    fs::write(&project, options.to_string())?;
    let mut run = run::new("node");
    run.arg(TYPESCRIPT.file("lib/tsc.js")).arg("--project").arg(&project);
    let advice = "see wasm/src/typings.rs, wasm/package and the pages in wasm/tests/types.";
    let label = "Compiling pages in TypeScript and in React";
    logged(label, advice, &mut run, &logs.join("types.log"))
}

/// Checks the form of the OpenAPI document of the back-end port. A warning is no fault.
pub(super) fn document(logs: &Path) -> Result<()> {
    let mut run = run::new("node");
    run.arg(REDOCLY.file("bin/cli.js")).args(["lint", "docs/backend.openapi.json"]);
    // It would tell its makers that it runs.
    run.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    let advice = "see the handlers in relay/src/backend, from which the document is made.";
    let label = "Checking the form of docs/backend.openapi.json";
    logged(label, advice, &mut run, &logs.join("redocly.log"))
}

/// Compares the calls that the end-to-end tests recorded in `logs`, and prints how many they were.
pub(super) fn openapi(logs: &Path) -> Result<()> {
    let log = logs.join("openapi.log");
    let mut run = run::new("node");
    run.arg(root().join("sandbox/openapi/check.mjs")).arg(OPENAPI.modules()).arg(logs);
    let advice = "see sandbox/openapi/README.md: the relay's request or the sandbox's answer is \
        not as the document has it, or a fault of the document is not known yet.";
    logged("Comparing the calls with the platform's OpenAPI document", advice, &mut run, &log)?;
    let said = fs::read_to_string(&log)?;
    note(&format!("OpenAPI: {}.", said.lines().next().unwrap_or_default()));
    Ok(())
}
