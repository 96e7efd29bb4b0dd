//! What is released: the relay's program for each system, with the bundle inside; the chart; the package of npm; a bill of materials;
//! the notes; checksums of all of it, and a signature of these. Two builds of one commit are the same, byte for byte.

use std::path::{Path, PathBuf, absolute};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use fs_err as fs;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::folders::{empty, root, target};
use crate::progress::{note, say, step};
use crate::run::{self, read};
use crate::{bundle, notice, package, setup, turn};

mod archive;
mod materials;
mod notes;
mod program;
mod twice;

/// Build what is released, in target/dist.
///
/// The relay for Linux on x86-64 and on arm64, each with the bundle inside, as one file and as an archive with the files to deploy it;
/// the chart; the package of npm; a bill of materials, which is held against its schema; the notes from CHANGELOG.md, which must have
/// this version; and SHA256SUMS. The compilers for both systems are installed first where they are missing.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Sign SHA256SUMS with this secret key of minisign. It asks for the key's password, if it has one. Where the public key is
    /// beside it (`NAME.pub` for `NAME.key`), the signature is verified.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Build all of it once more, from a clone in another folder, and say of each file whether it is the same; fail where a byte
    /// differs. Nothing is signed then.
    #[arg(long)]
    verify: bool,
}

/// `cargo xtask build --release`.
pub(crate) fn build() -> Result<()> {
    let made = program()?;
    note(&format!("The relay, with the bundle inside, is {}", made.display()));
    Ok(())
}

/// Builds the relay for this machine, with the bundle inside; the program.
pub(crate) fn program() -> Result<PathBuf> {
    program::build(&bundle::build()?, None)
}

/// `cargo xtask release`.
pub(crate) fn release(args: &Args) -> Result<()> {
    let _turn = turn::take(turn::Files::Release)?;
    if args.verify {
        twice::can_be_cloned()?;
    }
    let dist = target().join("dist");
    empty(&dist)?;
    notes::write(&dist)?;
    setup::for_package()?;
    let bundle = bundle::build()?;
    say("Building what is released");
    for name in PAPERS {
        fs::copy(root().join(name), dist.join(name))?;
    }
    for system in SYSTEMS {
        setup::for_system(system.name, system.compiler, system.package)?;
        let made = program::build(&bundle, Some(system))?;
        let folder = dist.join(system.platform);
        fs::create_dir(&folder)?;
        fs::copy(made, folder.join("ais-relay"))?;
        archive::write(
            &dist,
            &format!("ais-relay-{VERSION}-{}", system.name),
            &contents(&folder)?,
        )?;
    }
    let chart = archive::of_folder(&root().join("relay/deploy/helm"), "ais-relay")?;
    archive::pack(&dist.join(format!("ais-relay-chart-{VERSION}.tgz")), &chart)?;
    package::checked(&bundle)?;
    package::copy_packed(&dist)?;
    let bill = step("Writing the bill of materials", || materials::write(&dist))?;
    materials::validate(&bill)?;
    fs::write(dist.join(SUMS), sums(&dist)?)?;
    if args.verify {
        twice::verify(&dist)?;
    }
    if let Some(key) = &args.key {
        sign(&dist.join(SUMS), key)?;
    }
    note(&format!("All of it is in {}", dist.display()));
    Ok(())
}

/// What an archive has: the program, the papers, and the files to deploy it.
fn contents(program: &Path) -> Result<archive::Files> {
    let mut files = archive::of_folder(&root().join("relay/deploy"), "deploy")?;
    files.insert("ais-relay".into(), (fs::read(program.join("ais-relay"))?, 0o755));
    for name in
        PAPERS.into_iter().chain(["docs/deploying.md", "docs/operating.md", "docs/relay.md"])
    {
        files.insert(name.into(), (fs::read(root().join(name))?, 0o644));
    }
    Ok(files)
}

/// A line for each file in the folder, as `sha256sum` writes and reads them.
fn sums(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let name = entry.path().strip_prefix(folder)?.display().to_string();
        if entry.file_type().is_file() {
            let sum: [u8; 32] = Sha256::digest(fs::read(entry.path())?).into();
            lines.push(format!("{}  {name}\n", sum.map(|byte| format!("{byte:02x}")).concat()));
        }
    }
    Ok(lines.concat())
}

/// Signs by the program minisign, so that no code of ours reads the key.
fn sign(sums: &Path, key: &Path) -> Result<()> {
    setup::ensure_minisign()?;
    // It may ask for the password.
    let status = Command::new("minisign").args(["-S", "-s"]).arg(key).arg("-m").arg(sums).status();
    ensure!(status.context("Could not start `minisign`")?.success(), "minisign did not sign");
    let public = key.with_extension("pub");
    if !public.is_file() {
        note(&format!("NOT VERIFIED: the signature. {} is not there.", public.display()));
        return Ok(());
    }
    let mut verify = run::new("minisign");
    read(verify.args(["-V", "-q", "-p"]).arg(absolute(&public)?).arg("-m").arg(sums)).map(drop)
}

/// A system that the relay is built for.
#[derive(Clone, Copy)]
struct System {
    /// Its name in Rust, and in the archive's.
    name: &'static str,
    /// Its name for containers, which the Dockerfile has.
    platform: &'static str,
    /// The C compiler for it on another machine, and Debian's package of that.
    compiler: &'static str,
    package: &'static str,
}

const SYSTEMS: [System; 2] = [
    System {
        name: "x86_64-unknown-linux-gnu",
        platform: "linux-amd64",
        compiler: "x86_64-linux-gnu-gcc",
        package: "gcc-x86-64-linux-gnu",
    },
    System {
        name: "aarch64-unknown-linux-gnu",
        platform: "linux-arm64",
        compiler: "aarch64-linux-gnu-gcc",
        package: "gcc-aarch64-linux-gnu",
    },
];
const VERSION: &str = env!("CARGO_PKG_VERSION");
const SUMS: &str = "SHA256SUMS";
/// What goes along with each copy.
pub(crate) const PAPERS: [&str; 3] = ["LICENSE-MIT", "LICENSE-APACHE", notice::FILE];
