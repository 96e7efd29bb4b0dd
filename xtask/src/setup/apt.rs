//! Packages of Debian and its derivatives, where this person may install them without a password.

use crate::error::Error;
use crate::progress::Progress;
use crate::run::{Run, find};

/// Installs `packages`, or returns the command that a person must type.
pub(super) fn install(packages: &[&str], progress: &Progress) -> Result<(), Error> {
    let names = packages.join(" ");
    let by_hand = format!("as administrator, run `apt-get install -y {names}`; then try again.");
    let update = apt_get("update").ok_or_else(|| Error::missing(&names, &by_hand))?;
    let install = apt_get("install").ok_or_else(|| Error::missing(&names, &by_hand))?;
    // Old lists name packages that the mirror no longer has.
    progress.run("Reading the package lists", &by_hand, update)?;
    let install = install.args(["-y", "--no-install-recommends"]).args(packages);
    progress.run(&format!("Installing {names}"), &by_hand, install)
}

/// Whether packages can be installed at all.
pub(super) fn usable() -> bool {
    find("apt-get", &[]).is_some() && privileged("true").is_some()
}

/// A run of `program` with administrator's rights, if sudo grants them without a question.
pub(super) fn privileged(program: &str) -> Option<Run> {
    let root = Run::new("id").arg("-u").read().is_ok_and(|id| id == "0");
    if root {
        return Some(Run::new(program));
    }
    Run::new("sudo").args(["-n", "true"]).read().ok()?;
    Some(Run::new("sudo").args(["-n", program]))
}

fn apt_get(verb: &str) -> Option<Run> {
    find("apt-get", &[])?;
    // sudo drops the environment, env sets it behind sudo.
    let run = privileged("env")?.arg("DEBIAN_FRONTEND=noninteractive").arg("apt-get");
    Some(run.args(["-q", "-o", LOCK_WAIT, verb]))
}

/// Another package manager may be at work, on a machine that has just started for example.
const LOCK_WAIT: &str = "DPkg::Lock::Timeout=300";
