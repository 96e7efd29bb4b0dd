//! Compiles pages in TypeScript and in React that use the element, against the bundle's types.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::error::Error;
use crate::progress;
use crate::run::Run;
use crate::setup::TypeTools;
use crate::workspace::Workspace;

/// Checks the pages in `wasm/tests/types` with the types in `bundle`; the compiler's words go to a file in
/// `logs`.
pub(super) fn check(
    bundle: &Path,
    workspace: &Workspace,
    tools: &TypeTools,
    logs: &Path,
) -> Result<(), Error> {
    let pages = workspace.root().join("wasm/tests/types");
    let react = &tools.react;
    let options = json!({
        "compilerOptions": {
            "strict": true,
            "noEmit": true,
            "exactOptionalPropertyTypes": true,
            "noUncheckedIndexedAccess": true,
            "target": "es2022",
            "module": "esnext",
            "moduleResolution": "bundler",
            "lib": ["es2022", "dom"],
            "types": [],
            "jsx": "react-jsx",
            "paths": {
                "ais-link": [bundle.join("ais-link.d.ts")],
                "ais-link-react": [bundle.join("ais-link-react.d.ts")],
                "react": [react.join("index.d.ts")],
                "react/jsx-runtime": [react.join("jsx-runtime.d.ts")],
            },
        },
        "files": [pages.join("page.ts"), pages.join("react.tsx")],
    });
    let project = logs.join("tsconfig.json");
    fs::write(&project, options.to_string()).map_err(Error::file("write", &project))?;
    let run = Run::new("node").arg(&tools.typescript).arg("--project").arg(&project);
    let label = "Compiling pages in TypeScript and in React";
    progress::step(label, || progress::logged(label, ADVICE, run, &logs.join("types.log")))
}

const ADVICE: &str =
    "see wasm/src/typings.rs, wasm/src/react.d.ts and the pages in wasm/tests/types.";
