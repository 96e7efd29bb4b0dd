//! Checks by programs of npm: the bundle's script in node and in bundles, its types, and the calls between relay and
//! sandbox against the platform's OpenAPI document.

use std::path::Path;

use anyhow::{Result, ensure};
use fs_err as fs;
use serde_json::json;

use crate::folders::root;
use crate::progress::{logged, note, step};
use crate::run::{self, read};
use crate::setup::{ESBUILD, OPENAPI, REACT_TYPES, TYPESCRIPT};

/// Imports the package in `bundle` in node, by its name; then once more from what esbuild makes of that, in each
/// format. The script must neither throw nor print there, because it has no page to work in.
pub(super) fn imports(bundle: &Path, logs: &Path) -> Result<()> {
    step("Importing the script on a server and from bundles", || {
        let folder = logs.join("imports");
        let package = folder.join("node_modules/ais-link");
        fs::create_dir_all(&package)?;
        for name in ["package.json", "ais-link.js"] {
            fs::copy(bundle.join(name), package.join(name))?;
        }
        let page = folder.join("page.mjs");
        fs::write(&page, "import \"ais-link\";\n")?;
        let silent = |script: &Path| {
            let printed = read(run::new("node").arg(script))?;
            ensure!(printed.is_empty(), "{} printed this: {printed}", script.display());
            Ok(())
        };
        silent(&page)?;
        // By the ending, node knows a module from a script.
        for (format, kind) in [("esm", "mjs"), ("cjs", "cjs"), ("iife", "cjs")] {
            let made = folder.join(format!("{format}.{kind}"));
            let mut run = run::new("node");
            // It warns of `import.meta`, which is empty in a script that is no module: the script knows that.
            run.arg(ESBUILD.file("bin/esbuild")).arg(&page).args(["--bundle", "--log-level=error"]);
            run.args(["--platform=browser", &format!("--format={format}")]);
            read(run.arg(format!("--outfile={}", made.display())))?;
            silent(&made)?;
        }
        Ok(())
    })
}

/// Compiles the pages in `wasm/tests/types`, in TypeScript and in React, with the types in `bundle`.
pub(super) fn types(bundle: &Path, logs: &Path) -> Result<()> {
    let options = json!({
        "extends": root().join("wasm/tests/types/tsconfig.json"),
        "compilerOptions": {
            "paths": {
                "ais-link": [bundle.join("ais-link.d.ts")],
                "ais-link-react": [bundle.join("ais-link-react.d.ts")],
                "react": [REACT_TYPES.file("index.d.ts")],
                "react/jsx-runtime": [REACT_TYPES.file("jsx-runtime.d.ts")],
            },
        },
    });
    let project = logs.join("tsconfig.json");
    fs::write(&project, options.to_string())?;
    let mut run = run::new("node");
    run.arg(TYPESCRIPT.file("lib/tsc.js")).arg("--project").arg(&project);
    let advice = "see wasm/src/typings.rs, wasm/src/react.d.ts and the pages in wasm/tests/types.";
    let label = "Compiling pages in TypeScript and in React";
    logged(label, advice, &mut run, &logs.join("types.log"))
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
