//! Builds the image from the Dockerfile by buildah, which needs no engine, and starts its program as its user on a read-only root, with
//! podman in a container too.
//! The base cannot be fetched from here: in its place is one with the libraries of this machine. So this does not try the base itself.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use super::file;
use crate::folders::{empty, root, scratch};
use crate::progress::note;
use crate::release::PAPERS;
use crate::run::{self, read};
use crate::setup;

/// Does so with `program`, the relay of a release.
pub(super) fn check(program: &Path) -> Result<()> {
    if read(run::new("id").arg("-u"))? != "0" {
        note("NOT CHECKED: the image. Only root can build one without an engine.");
        return Ok(());
    }
    setup::ensure_buildah()?;
    let folder = scratch("image");
    empty(&folder)?;
    let (base, dist) = (folder.join("base"), folder.join("dist"));
    fs::create_dir_all(dist.join("linux-amd64"))?;
    fs::copy(program, dist.join("linux-amd64/ais-relay"))?;
    for name in PAPERS {
        fs::copy(root().join(name), dist.join(name))?;
    }
    for library in read(run::new("ldd").arg(program))?.split_whitespace() {
        if let Some(path) = library.strip_prefix('/') {
            let copy = base.join(path);
            fs::create_dir_all(copy.parent().context("a library is in a folder")?)?;
            fs::copy(library, copy)?;
        }
    }
    fs::write(folder.join("Base"), "FROM scratch\nCOPY . /\n")?;
    let build = |from: &Path, name: &str, context: &Path| {
        let mut build = buildah(&folder, &["bud", "--quiet", "--build-arg", "BASE=localhost/base"]);
        read(build.arg("--file").arg(from).args(["--tag", name]).arg(context))
    };
    build(&folder.join("Base"), "localhost/base", &base)?;
    build(&file("Dockerfile"), "localhost/ais-relay", &dist)?;
    let form = "{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}}";
    let inspect = ["inspect", "--type", "image", "--format", form, "localhost/ais-relay"];
    let said = read(&mut buildah(&folder, &inspect))?;
    ensure!(said == "65532:65532 [/usr/local/bin/ais-relay]", "{said}");
    let container = read(&mut buildah(&folder, &["from", "localhost/ais-relay"]))?;
    let place = read(&mut buildah(&folder, &["mount", &container]))?;
    let mut start = run::new("unshare");
    start.args(["--mount", "sh", "-c", READ_ONLY, "sh", &place]);
    let said = read(start.args(["/usr/local/bin/ais-relay", "--version"]))?;
    ensure!(said.starts_with("ais-relay ") && !said.contains("bundle: none"), "{said}");
    read(&mut buildah(&folder, &["umount", &container]))?;
    contained(&folder, &said)
}

/// Starts the program in a container with the limits that the Compose file sets; it must say `expected` there, too.
fn contained(folder: &Path, expected: &str) -> Result<()> {
    setup::ensure_podman()?;
    let mut run = run::new("podman");
    run.args(["--runtime", "runc", "--cgroup-manager", "cgroupfs", "--storage-driver", "vfs"]);
    run.arg("--root").arg(folder.join("store")).arg("--runroot").arg(folder.join("run"));
    run.args(["run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL"]);
    // Its own limits are higher than what a machine may allow.
    run.args(["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"]);
    run.args(["--security-opt=no-new-privileges", "localhost/ais-relay", "--version"]);
    let output = run.output().context("Could not start `podman`")?;
    let [said, error] = [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it));
    // These say that no container was started; any other code is the program's.
    if matches!(output.status.code(), Some(125..=127)) {
        note(&format!("NOT CHECKED: the image in a container. None runs here: {}", error.trim()));
        return Ok(());
    }
    ensure!(output.status.success() && said.trim() == expected, "{said}{error}");
    Ok(())
}

/// A run of buildah that keeps all in `folder`, and starts nothing.
fn buildah(folder: &Path, args: &[&str]) -> Command {
    let mut run = run::new("buildah");
    run.env("BUILDAH_ISOLATION", "chroot").args(["--storage-driver", "vfs", "--root"]);
    run.arg(folder.join("store")).arg("--runroot").arg(folder.join("run")).args(args);
    run
}

/// Starts the program behind the folder `$1` in that folder, as the image's user, where nothing can be written.
const READ_ONLY: &str = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && \
    exec chroot --userspec=65532:65532 \"$@\"";
