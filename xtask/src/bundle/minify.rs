//! Minifies scripts with esbuild, where it is installed. A script's behaviour stays the same.

use std::fs;
use std::path::PathBuf;

use crate::error::Error;
use crate::run::Run;

/// The minifier.
pub(super) enum Minifier {
    /// esbuild's script, for node, and a file for what it is to read.
    Esbuild { script: PathBuf, scratch: PathBuf },
    /// Leaves scripts as they are.
    None,
}

impl Minifier {
    /// esbuild if there is one.
    pub(super) fn new(esbuild: Option<PathBuf>, scratch: PathBuf) -> Self {
        esbuild.map_or(Self::None, |script| Self::Esbuild { script, scratch })
    }

    /// The smaller script.
    pub(super) fn minify(&self, text: &str) -> Result<String, Error> {
        let Self::Esbuild { script, scratch } = self else { return Ok(text.to_owned()) };
        fs::write(scratch, text).map_err(Error::file("write", scratch))?;
        let run = Run::new("node").arg(script).arg(scratch).args(FLAGS);
        run.read().map(|small| small + "\n")
    }
}

/// `es2022`: what every browser has that can run the module.
const FLAGS: [&str; 4] = ["--minify", "--format=esm", "--target=es2022", "--legal-comments=none"];
