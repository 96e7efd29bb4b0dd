//! Runs the fuzz targets of `protocol/fuzz` and `relay/fuzz`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use fs_err as fs;

use crate::folders::{empty, root, target};
use crate::progress::{note, run as step};
use crate::{run, setup};

/// Give the fuzz targets arbitrary input, one after the other.
///
/// cargo-fuzz is installed first; it needs a C++ compiler. The installed Rust compiler is used; a variable lets it say
/// what code an input has reached. What reached new code stays in target/fuzz/corpus for the next run. An
/// input that fails its check is left in target/fuzz/artifacts, and the command fails.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// For how many seconds each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Run only this target.
    #[arg(long)]
    only: Option<String>,
    /// Keep the smallest inputs that reach the same code as all that were found: they become the seeds, which each test
    /// run tries again.
    #[arg(long)]
    keep: bool,
}

/// `cargo xtask fuzz`.
pub(crate) fn fuzz(args: &Args) -> Result<()> {
    let wanted = |name: &str| args.only.as_deref().is_none_or(|only| only == name);
    let targets =
        || TARGETS.iter().flat_map(|(part, names)| names.iter().map(move |name| (*part, *name)));
    let names: Vec<_> = targets().map(|(_, name)| name).collect();
    ensure!(names.iter().any(|name| wanted(name)), "The targets are {}.", names.join(", "));
    setup::for_fuzzing()?;
    for (part, name) in targets().filter(|(_, name)| wanted(name)) {
        let target = Target { part, name };
        target.run(args.seconds)?;
        if args.keep {
            target.keep()?;
        }
    }
    Ok(())
}

struct Target {
    /// The folder of the crate that has it.
    part: &'static str,
    name: &'static str,
}

impl Target {
    fn run(&self, seconds: u32) -> Result<()> {
        let corpus = self.corpus()?;
        let artifacts = scratch("artifacts");
        fs::create_dir_all(&artifacts)?;
        let label = format!("Fuzzing {} for {seconds} seconds, after compiling it", self.name);
        let found = artifacts.join(format!("{}-", self.name));
        let advice = format!(
            "the input that failed is {}*; run the target with it alone to see why.",
            found.display()
        );
        let mut run = self.command()?;
        run.arg(&corpus).arg(self.seeds()).arg("--");
        run.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={MAX_LENGTH}"));
        run.arg(format!("-artifact_prefix={}", found.display())).arg("-print_final_stats=1");
        step(&label, &advice, &mut run)
    }

    /// Replaces the seeds by some of the fewest inputs that reach all that the corpus reaches: short ones and long ones.
    fn keep(&self) -> Result<()> {
        let merged = scratch("merged").join(self.name);
        empty(&merged)?;
        let mut run = self.command()?;
        run.arg(&merged).arg(self.seeds()).arg(self.corpus()?).args(["--", "-merge=1"]);
        step(&format!("Choosing the seeds of {}", self.name), "run it again.", &mut run)?;
        let mut all = Vec::new();
        for entry in fs::read_dir(&merged)? {
            let path = entry?.path();
            all.push((fs::metadata(&path)?.len(), path));
        }
        all.sort();
        empty(&self.seeds())?;
        let (mut bytes, mut count) = (0, 0);
        let step = all.len().div_ceil(MOST_FILES).max(1);
        for (length, path) in all.into_iter().step_by(step) {
            bytes += length;
            if bytes > MOST_BYTES {
                break;
            }
            count += 1;
            fs::copy(&path, self.seeds().join(path.file_name().unwrap_or_default()))?;
        }
        note(&format!("{}: {count} seeds.", self.name));
        Ok(())
    }

    fn command(&self) -> Result<Command> {
        let folder = Path::new(self.part).join("fuzz");
        // The versions that are shipped, and not the newest ones.
        fs::copy(root().join("Cargo.lock"), root().join(&folder).join("Cargo.lock"))?;
        let mut run = run::new("cargo");
        // The code has no `unsafe` that a sanitizer would watch over.
        run.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"]);
        run.arg(folder).arg("--target-dir").arg(scratch("build")).arg(self.name);
        Ok(run)
    }

    fn corpus(&self) -> Result<PathBuf> {
        let corpus = scratch("corpus").join(self.name);
        fs::create_dir_all(&corpus)?;
        Ok(corpus)
    }

    fn seeds(&self) -> PathBuf {
        root().join(self.part).join("fuzz/seeds").join(self.name)
    }
}

fn scratch(name: &str) -> PathBuf {
    target().join("fuzz").join(name)
}

/// The targets by the crates that have them.
static TARGETS: [(&str, &[&str]); 2] = [
    ("protocol", &["call", "wire", "flow"]),
    ("relay", &["head", "forwarded", "returned", "link"]),
];
/// Bytes of an input. Longer ones reach nothing new, and are slow.
const MAX_LENGTH: u32 = 2048;
/// Bytes of all seeds of a target.
const MOST_BYTES: u64 = 32 * 1024;
const MOST_FILES: usize = 150;
