//! Runs the fuzz targets of `protocol/fuzz` and `relay/fuzz`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use crate::folders::{empty, root, target};
use crate::progress::{log_of, note, run as step};
use crate::{run, setup, turn};

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
    let names: Vec<_> = TARGETS.iter().flat_map(|(_, names)| *names).copied().collect();
    ensure!(names.iter().any(|name| wanted(name)), "The targets are {}.", names.join(", "));
    let _turn = turn::take(turn::Files::Fuzz)?;
    let fuzzer = Fuzzer { program: setup::for_fuzzing()?, is_patient: false };
    for (part, names) in &TARGETS {
        let names: Vec<_> = names.iter().copied().filter(|name| wanted(name)).collect();
        if names.is_empty() {
            continue;
        }
        fuzzer.build(part, &names)?;
        for name in names {
            fuzzer.run(part, name, args.seconds)?;
            if args.keep {
                fuzzer.keep(part, name)?;
            }
        }
    }
    Ok(())
}

/// Runs each target for a minute, and lets every other program go first.
pub(crate) fn all_for_a_minute() -> Result<()> {
    let _turn = turn::take(turn::Files::Fuzz)?;
    let fuzzer = Fuzzer { program: setup::for_fuzzing()?, is_patient: true };
    for (part, names) in &TARGETS {
        fuzzer.build(part, names)?;
        names.iter().try_for_each(|name| fuzzer.run(part, name, 60))?;
    }
    Ok(())
}

struct Fuzzer {
    /// cargo-fuzz.
    program: PathBuf,
    /// Whether other programs go first.
    is_patient: bool,
}

impl Fuzzer {
    fn build(&self, part: &str, names: &[&str]) -> Result<()> {
        let label = format!("Compiling the fuzz targets of {part}");
        let mut build = self.command("build", part)?;
        // With one name it builds one target, without a name all.
        if let [name] = names {
            build.arg(name);
        }
        step(&label, "see the compiler's messages above.", &mut build)
    }

    fn run(&self, part: &str, name: &str, seconds: u32) -> Result<()> {
        let corpus = corpus(name)?;
        let artifacts = scratch("artifacts");
        fs::create_dir_all(&artifacts)?;
        let label = format!("Fuzzing {name} for {seconds} seconds");
        let found = artifacts.join(format!("{name}-"));
        let advice = format!(
            "the input that failed is {}*; run the target with it alone to see why.",
            found.display()
        );
        let mut run = self.command("run", part)?;
        run.arg(name).arg(&corpus).arg(seeds(part, name)).arg("--");
        run.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={MAX_LENGTH}"));
        run.arg(format!("-artifact_prefix={}", found.display())).arg("-print_final_stats=1");
        step(&label, &advice, &mut run)?;
        let said = fs::read_to_string(log_of(&label))?;
        let units =
            said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
        let units = units.with_context(|| format!("{name} did not say how many inputs it ran"))?;
        note(&format!("{name}: {} inputs.", units.trim()));
        Ok(())
    }

    /// Replaces the seeds by some of the fewest inputs that reach all that the corpus reaches: short ones and long ones.
    fn keep(&self, part: &str, name: &str) -> Result<()> {
        let (merged, seeds) = (scratch("merged").join(name), seeds(part, name));
        empty(&merged)?;
        let mut run = self.command("run", part)?;
        run.arg(name).arg(&merged).arg(&seeds).arg(corpus(name)?).args(["--", "-merge=1"]);
        step(&format!("Choosing the seeds of {name}"), "run it again.", &mut run)?;
        let mut all = Vec::new();
        for entry in fs::read_dir(&merged)? {
            let path = entry?.path();
            all.push((fs::metadata(&path)?.len(), path));
        }
        all.sort();
        empty(&seeds)?;
        let (mut bytes, mut count) = (0, 0);
        let step = all.len().div_ceil(MOST_FILES).max(1);
        for (length, path) in all.into_iter().step_by(step) {
            bytes += length;
            if bytes > MOST_BYTES {
                break;
            }
            count += 1;
            fs::copy(&path, seeds.join(path.file_name().unwrap_or_default()))?;
        }
        note(&format!("{name}: {count} seeds."));
        Ok(())
    }

    fn command(&self, what: &str, part: &str) -> Result<Command> {
        let folder = Path::new(part).join("fuzz");
        // The versions that are shipped, and not the newest ones.
        fs::copy(root().join("Cargo.lock"), root().join(&folder).join("Cargo.lock"))?;
        let mut run = if self.is_patient {
            let mut patient = run::new("nice");
            patient.args(["-n", "19"]).arg(&self.program);
            // For a minute, a faster program is not worth the time that it takes to make it.
            patient.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
            patient
        } else {
            run::new(&self.program.to_string_lossy())
        };
        // The code has no `unsafe` that a sanitizer would watch over.
        run.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", what, "--sanitizer", "none", "--fuzz-dir"]);
        run.arg(folder).arg("--target-dir").arg(scratch("build"));
        Ok(run)
    }
}

fn corpus(name: &str) -> Result<PathBuf> {
    let corpus = scratch("corpus").join(name);
    fs::create_dir_all(&corpus)?;
    Ok(corpus)
}

fn seeds(part: &str, name: &str) -> PathBuf {
    root().join(part).join("fuzz/seeds").join(name)
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
