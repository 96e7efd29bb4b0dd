//! Compares the calls between relay and sandbox in the end-to-end tests with the platform's OpenAPI
//! document, and prints how many they were.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::progress;
use crate::run::Run;
use crate::workspace::Workspace;

/// Compares the calls that the tests recorded in `logs`; `modules` has the validator.
pub(super) fn compare(workspace: &Workspace, modules: &Path, logs: &Path) -> Result<(), Error> {
    let script = workspace.root().join("sandbox/openapi/check.mjs");
    let log = logs.join("openapi.log");
    let run = Run::new("node").arg(script).arg(modules).arg(logs);
    let label = "Comparing the calls with the platform's OpenAPI document";
    progress::step(label, || progress::logged(label, ADVICE, run, &log))?;
    let told = fs::read_to_string(&log).map_err(Error::file("read", &log))?;
    progress::note(&format!("OpenAPI: {}.", told.lines().next().unwrap_or_default()));
    Ok(())
}

const ADVICE: &str = "see sandbox/openapi/README.md: the relay's request or the sandbox's answer is \
    not as the document has it, or a fault of the document is not known yet.";
