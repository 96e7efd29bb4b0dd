//! The house rules that neither the compiler nor clippy checks: how files begin and end, how long
//! they are, and which part of the project may use which.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::error::Error;
use crate::progress;
use crate::workspace::Workspace;

mod folders;
mod layers;
mod paths;
mod text;

/// Check the house rules: how files begin and end, their length, who may use whom.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// `cargo xtask tidy`.
pub(crate) fn command(_: &Args, workspace: &Workspace) -> Result<ExitCode, Error> {
    progress::step("Checking the house rules", || check(workspace.root()))?;
    Ok(ExitCode::SUCCESS)
}

/// Checks the project in `root`.
pub(crate) fn check(root: &Path) -> Result<(), Error> {
    let mut findings = Vec::new();
    let mut sources = BTreeMap::new();
    for path in files(root)? {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let name = name.replace('\\', "/");
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        findings.extend(text::check(&name, &text));
        findings.extend(layers::check(&name, &text));
        sources.insert(name, text);
    }
    findings.extend(folders::check(&sources));
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort();
    Err(Error::Value {
        what: findings.join("\n"),
        expected: "files that keep the house rules (STYLE.md)".to_owned(),
    })
}

/// The project's text files, without those that tools make.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::file("read", folder))?.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !MADE.contains(&name.as_str()) {
                found.extend(files(&path)?);
            }
        } else if is_text(&name) || folder.file_name().is_some_and(|name| name == ".ci") {
            found.push(path);
        }
    }
    Ok(found)
}

fn is_text(name: &str) -> bool {
    let kind = name.rsplit_once('.').map(|(_, kind)| kind);
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

/// Folders that tools make.
const MADE: [&str; 4] = [".git", "node_modules", "pkg", "target"];
const KINDS: [&str; 10] = ["css", "html", "js", "json", "md", "rs", "sh", "svg", "toml", "yml"];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{check, files};

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the project")
    }

    #[test]
    fn the_project_keeps_the_house_rules() {
        if let Err(error) = check(root()) {
            panic!("{error}");
        }
    }

    #[test]
    fn sources_and_scripts_are_looked_at_and_built_files_are_not() {
        let files = files(root()).unwrap();
        let has = |end: &str| files.iter().any(|path| path.ends_with(end));
        assert!(has("xtask/src/tidy.rs") && has("Cargo.toml") && has(".ci/run"));
        assert!(!files.iter().any(|path| path.starts_with(root().join("target"))));
    }
}
