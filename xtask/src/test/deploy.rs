//! Checks the files in `relay/deploy` with the programs that read them. What they cannot tell: whether a cluster, an engine
//! or a service manager does with them what it should, because none of these runs here.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use fs_err as fs;

use crate::folders::{empty, root, scratch, target};
use crate::progress::step;
use crate::release;
use crate::run::{self, read};
use crate::setup::{KUBERNETES_VALIDATE, helm};

mod image;

/// All checks; what they make goes to the folder `logs`.
pub(super) fn check(logs: &Path) -> Result<()> {
    let logs = logs.join("deploy");
    fs::create_dir_all(&logs)?;
    step("Checking the unit of systemd", || unit(&logs))?;
    step("Installing into a folder", || install(&logs))?;
    step("Checking the Compose file", compose)?;
    step("Checking the alerts", alerts)?;
    step("Checking the chart and the manifests of Kubernetes", || chart(&logs))
}

/// What takes minutes: the program of a release, and the image with it.
pub(super) fn check_image() -> Result<()> {
    let program = release::program()?;
    let said = read(run::new(&program.to_string_lossy()).arg("--version"))?;
    ensure!(!said.contains("bundle: none"), "{said}");
    step("Building the image and starting its program", || image::check(&program))
}

/// systemd understands the unit, and finds it safe enough: it gives a score from 0 to 10, of which less is better.
fn unit(logs: &Path) -> Result<()> {
    let text = fs::read_to_string(file("ais-relay.service"))?;
    // It looks for the program, and for the handbook.
    let installed = text.replace("/usr/local/bin/ais-relay", "/bin/true");
    let copy = logs.join("ais-relay.service");
    fs::write(&copy, installed)?;
    let said = read(run::new("systemd-analyze").args(["verify", "--man=no"]).arg(&copy))?;
    ensure!(said.is_empty(), "{said}");
    let mut security = run::new("systemd-analyze");
    security.args(["security", "--offline=true", "--no-pager", "--threshold=15"]).arg(&copy);
    let said = read(&mut security)?;
    ensure!(said.contains("Overall exposure level"), "{said}");
    ensure!(text.contains("\nType=notify\n"), "the relay says when it is ready");
    Ok(())
}

/// The script installs a relay whose configuration is complete, and keeps what is there when it is run again.
fn install(logs: &Path) -> Result<()> {
    // Not among the logs: they are searched for secrets.
    let place = scratch("installed");
    empty(&place)?;
    let program = target().join("debug/ais-relay");
    let run = || {
        let mut run = run::new("sh");
        read(run.arg(file("install.sh")).arg(&program).env("ROOT", &place))
    };
    ensure!(run()?.contains("client-secret"), "it says what is missing");
    let at = |path: &str| place.join(path);
    fs::write(at("etc/ais-relay/client-secret"), "a secret")?;
    let key = fs::read(at("etc/ais-relay/store-key"))?;
    ensure!(run()?.is_empty() && fs::read(at("etc/ais-relay/store-key"))? == key, "a second run");
    let mode = fs::metadata(at("etc/ais-relay/store-key"))?.permissions().mode();
    ensure!(mode & 0o777 == 0o640, "{mode:o}");
    let unit = fs::read_to_string(at("etc/systemd/system/ais-relay.service"))?;
    let mut check = run::new(&at("usr/local/bin/ais-relay").to_string_lossy());
    check.arg("check");
    let own = unit.lines().filter_map(|line| line.strip_prefix("Environment="));
    let example = fs::read_to_string(at("etc/ais-relay/ais-relay.env"))?;
    for line in own.chain(example.lines().filter(|line| !line.starts_with('#'))) {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let here = |folder: &str| format!("{}{folder}", place.display());
        let value = value.replace("/etc/", &here("/etc/"));
        // The manager makes the folder.
        check.env(name, value.replace("/var/lib/ais-relay", &here("/var")));
    }
    fs::create_dir_all(at("var"))?;
    let said = read(&mut check)?;
    fs::write(logs.join("check.txt"), &said)?;
    ensure!(!said.contains("fault:"), "{said}");
    Ok(())
}

/// Compose understands its file, and all that the file names is there.
fn compose() -> Result<()> {
    // What `cargo xtask release` writes; Compose looks whether it is there.
    fs::create_dir_all(root().join("target/dist"))?;
    let mut run = run::new("docker-compose");
    let said = read(run.arg("--file").arg(file("compose.yml")).arg("config"))?;
    for part in ["read_only: true", "network_mode: service:relay", "AIS_RELAY_CLIENT_ID"] {
        ensure!(said.contains(part), "{part} is missing in {said}");
    }
    for name in ["nginx.conf", "ais-relay.env", "Dockerfile"] {
        ensure!(file(name).exists(), "{name} is missing");
    }
    Ok(())
}

/// Prometheus takes its configuration with the alerts, and they say to made-up series what they should.
fn alerts() -> Result<()> {
    let folder = file("monitoring");
    for arguments in [["check", "config", "prometheus.yml"], ["test", "rules", "alerts.test.yml"]] {
        let mut run = run::new("promtool");
        let said = read(run.args(arguments).current_dir(&folder))?;
        ensure!(said.contains("SUCCESS"), "{said}");
    }
    Ok(())
}

/// The chart is sound, makes the manifests that are checked in, and refuses what cannot work.
fn chart(logs: &Path) -> Result<()> {
    let values = file("kubernetes/values.yaml");
    read(helm().args(["lint", "--strict"]).arg(file("helm")).arg("--values").arg(&values))?;
    let template_as = |release: &str, more: &[&str]| {
        let mut run = helm();
        run.args(["template", release]).arg(file("helm")).arg("--values").arg(&values);
        read(run.args(more))
    };
    let template = |more: &[&str]| template_as("ais-relay", more);
    let made = template(&[])? + "\n";
    let kept = file("kubernetes/ais-relay.yaml");
    fs::write(logs.join("ais-relay.yaml"), &made)?;
    ensure!(
        fs::read_to_string(&kept)?.ends_with(&made),
        "{} is not what the chart makes: {}\n  Next: put that behind its first line.",
        kept.display(),
        logs.join("ais-relay.yaml").display()
    );
    let one = ["--set", "store.kind=sqlite,replicas=1,certificate=client"];
    let mtls = ["--set", "networkPolicy.enabled=false,ingress.enabled=false"];
    let seen = ["--set", "prometheusRule.enabled=true,dashboard.enabled=true"];
    for (name, more) in
        [("one", &[&one[..], &mtls].concat()[..]), ("many", &[]), ("monitored", &seen)]
    {
        let made = template(more)?;
        hardened(&made)?;
        let path = logs.join(name).with_extension("yaml");
        fs::write(&path, made)?;
        let mut validate = KUBERNETES_VALIDATE.run();
        read(validate.args(["--strict", "--kubernetes-version", VERSION]).arg(&path))?;
    }
    for release in ["ais-relay", "link"] {
        monitored(release, &template_as(release, &seen)?, logs)?;
    }
    for (more, why) in [
        ("store.kind=sqlite", "a SQLite file belongs to one relay"),
        ("clientId=", "/clientId"),
        ("publicOrigin=http://link.example.com", "/publicOrigin"),
        ("env.PATH=x", "PATH"),
        ("replica=2", "replica"),
        ("prometheusRule.on=true", "prometheusRule"),
    ] {
        let Err(error) = template(&["--set", more]) else {
            anyhow::bail!("the chart takes {more}");
        };
        ensure!(error.to_string().contains(why), "{more}: {error}");
    }
    Ok(())
}

/// What each rendering must have, beside its form.
fn hardened(manifests: &str) -> Result<()> {
    for part in [
        "runAsUser: 65532",
        "readOnlyRootFilesystem: true",
        "allowPrivilegeEscalation: false",
        "drop: [ALL]",
        "type: RuntimeDefault",
        "automountServiceAccountToken: false",
        "enableServiceLinks: false",
        "path: /health/ready, port: admin",
        "path: /health/live, port: admin",
        "kind: PodDisruptionBudget",
        "kind: ServiceMonitor",
    ] {
        ensure!(manifests.contains(part), "{part} is missing in\n{manifests}");
    }
    Ok(())
}

/// With both turned on the chart makes the dashboard and the alerts letter by letter as they are in `monitoring`, about the job of
/// its own service, and Prometheus takes these alerts.
fn monitored(release: &str, manifests: &str, logs: &Path) -> Result<()> {
    let own = |name: &str| fs::read_to_string(file("monitoring").join(name));
    let object = |kind: &str, start: &str, indent: &str| {
        let kind = format!("\nkind: {kind}\n");
        let (_, text) =
            manifests.split("\n---\n").find(|it| it.contains(&kind))?.split_once(start)?;
        let lines = text.trim_end().lines().map(|line| line.strip_prefix(indent).unwrap_or(line));
        Some(lines.collect::<Vec<_>>().join("\n") + "\n")
    };
    let dashboard = object("ConfigMap", "\n  ais-relay.json: |\n", "    ");
    ensure!(dashboard == Some(own("dashboard.json")?), "the dashboard: {dashboard:?}");
    ensure!(manifests.contains("\n    grafana_dashboard: \"1\"\n"), "{manifests}");
    let rules = object("PrometheusRule", "\nspec:\n", "  ").unwrap_or_default();
    let expected = own("alerts.yml")?.replace("job=\"ais-relay\"", &format!("job=\"{release}\""));
    ensure!(rules == expected, "the alerts: {rules}");
    let path = logs.join("rules.yml");
    fs::write(&path, rules)?;
    let said = read(run::new("promtool").args(["check", "rules"]).arg(path))?;
    ensure!(said.contains("SUCCESS"), "{said}");
    Ok(())
}

fn file(name: &str) -> PathBuf {
    root().join("relay/deploy").join(name)
}

/// The version of Kubernetes whose schemas count.
const VERSION: &str = "1.35";
