//! The benchmarks, and the page that keeps their tables.

use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use fs_err as fs;

use crate::folders::{empty, root, scratch, target};
use crate::progress::{self, note, say, step};
use crate::run::{self, read};
use crate::setup::{self, Browser, ESBUILD, FASTIFY, FASTIFY_PROXY, Package, QRCODE, REACT_DOM};
use crate::{bundle, size, test, turn};

/// Measure the relay beside nginx and a Node relay, and the element beside other pages, and keep the tables.
///
/// It builds the release binary first and takes some minutes. All programs of a table run one after the other on
/// this machine: the ratios hold elsewhere, the times do not. Leave the machine alone meanwhile. What is missing
/// (nginx, Node.js, fastify, React, Chromium) is installed first.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure only this, and keep no table.
    #[arg(long, value_enum)]
    only: Option<Part>,
}

/// A part of the benchmarks.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// CPU time of a call and the delay that it adds.
    Calls,
    /// Memory, and the time from the start to the first call.
    Memory,
    /// What polling costs the platform.
    Polling,
    /// Links a second on each database.
    Store,
    /// The page with the element, beside pages of the same function in plain JavaScript and React.
    Pages,
}

/// `cargo xtask bench`.
pub(crate) fn bench(args: &Args) -> Result<()> {
    say("Setting up");
    let nginx = setup::for_bench()?;
    let _turn = turn::take(turn::Files::Bench)?;
    let wants = |pages| args.only.is_none_or(|only| (only == Part::Pages) == pages);
    let mut tables = Vec::new();
    if wants(false) {
        tables.push(step("Measuring the relay", || relay(args, nginx))?);
    }
    if wants(true) {
        tables.push(pages()?);
    }
    let tables = tables.join("\n");
    say(&format!("\n{tables}"));
    if args.only.is_none() {
        let text = format!("{HEAD}\n{}\n{tables}", machine());
        fs::write(file(), text.trim_end().to_owned() + "\n")?;
        note(&format!("The tables are in {}.", file().display()));
    }
    Ok(())
}

/// The tables of the relay's own benchmark. Its progress goes to the terminal.
fn relay(args: &Args, nginx: Option<PathBuf>) -> Result<String> {
    let mut run = of_relay("--");
    let modules = [FASTIFY, FASTIFY_PROXY].map(Package::modules);
    run.env("AIS_BENCH_NODE_MODULES", env::join_paths(modules)?);
    if let Some(nginx) = nginx {
        run.env("AIS_BENCH_NGINX", nginx);
    }
    if let Some(part) = args.only.and_then(|part| part.to_possible_value()) {
        run.arg(part.get_name());
    }
    let log = scratch("bench.md");
    let status = run.stdout(fs::File::create(&log)?.into_file()).status()?;
    ensure!(status.success(), "The benchmark ended with {status}.");
    Ok(fs::read_to_string(&log)?.trim().to_owned() + "\n")
}

/// The tables of the pages, which Chromium opens.
fn pages() -> Result<String> {
    let bundle = bundle::build()?;
    let mut text = String::from(PAGES);
    let scripts = scratch("bench-scripts");
    empty(&scripts)?;
    for page in ["plain", "react"] {
        let script = scripts.join(page).with_extension("js");
        pack(&root().join("relay/benches/pages").join(page).with_extension("js"), &script)?;
        let bytes = bundle::brotli(&fs::read(&script)?)?.len();
        let _ = writeln!(text, "| {page} | {bytes} |");
    }
    let [link, _] = size::check_folder(&bundle)?;
    let _ = writeln!(text, "| `<ais-link>` in its heaviest language | {link} |\n");
    let relay = optimised_relay()?;
    let (table, logs) = (scratch("bench-pages.md"), scratch("bench-logs"));
    empty(&logs)?;
    let mut run = test::end_to_end(Browser::Chromium, &bundle, &logs);
    run.arg(FILTER).env("AIS_LINK_RELAY", relay);
    run.env("AIS_LINK_BENCH_SCRIPTS", &scripts).env("AIS_LINK_FIGURES", &table);
    progress::run("Measuring the pages", "see the failure above.", &mut run)?;
    Ok(text + &fs::read_to_string(table)?)
}

/// The relay that the first part of the benchmarks measures.
fn optimised_relay() -> Result<PathBuf> {
    progress::run(
        "Compiling the relay",
        "see the compiler's messages above.",
        &mut of_relay("--no-run"),
    )?;
    Ok(target().join("release/ais-relay").with_extension(env::consts::EXE_EXTENSION))
}

/// The relay's own benchmark, compiled as the relay is for a release, with this flag of `cargo bench`.
fn of_relay(flag: &str) -> Command {
    let mut run = run::new("cargo");
    run.args(["bench", "--package", "relay", "--bench", "relay", flag]);
    run
}

/// Writes `script` with all that it imports to `place`, as small as esbuild can.
fn pack(script: &Path, place: &Path) -> Result<()> {
    let esbuild = ESBUILD.script("bin/esbuild").context("esbuild is not installed.")?;
    let modules = [QRCODE, REACT_DOM].map(Package::modules);
    let mut run = run::new("node");
    run.arg(esbuild).arg(script).args(["--bundle", "--minify", "--format=esm"]);
    run.arg("--define:process.env.NODE_ENV=\"production\"");
    run.arg(format!("--outfile={}", place.display())).env("NODE_PATH", env::join_paths(modules)?);
    progress::run("Packing a page", "see esbuild's message above.", &mut run)
}

/// The machine and the programs, in a few lines.
fn machine() -> String {
    let told = |program, args: &[&str]| {
        read(run::new(program).args(args)).unwrap_or_else(|_| "not there".to_owned())
    };
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let mut text = String::from("| What | Which |\n|---|---|\n");
    for (what, which) in [
        ("Processor", format!("{cores} x {}", model.trim_start_matches([':', '\t', ' ']))),
        ("Kernel", told("uname", &["-sr"])),
        ("Compiler", told("rustc", &["--version"])),
        ("Node.js", told("node", &["--version"])),
        ("nginx", told("sh", &["-c", "nginx -v 2>&1"])),
    ] {
        let _ = writeln!(text, "| {what} | {which} |");
    }
    text
}

/// How the name of the test begins that measures pages.
pub(crate) const FILTER: &str = "figures::";

fn file() -> PathBuf {
    root().join("docs/benchmarks.md")
}

const HEAD: &str = "# Benchmarks

`cargo xtask bench` measures this and writes this page. The release build of the relay, nginx and a Node relay (fastify with its proxy plugin) run one
after the other on one machine, with the same browsers before them and the same platform behind them, which answers at once. Browsers and platform use the
same processors. So compare the ratios: times differ from machine to machine.

nginx and the Node relay set the same headers as the relay and log each call. They have none of its other work: no sessions, no owners of consents, no store,
no parsing of calls and bodies, no tokens that expire. The relay answers the list of banks, and a status that is final, from memory: those two rows show what its
own side of a call costs, and not a forwarded call. \"axum and reqwest alone\" is a program of some fifty lines (`relay/benches/relay/bare.rs`): the relay's libraries, which
set the same headers, and check, keep and log nothing.

## Aims

| What | Aim |
|---|---|
| CPU time of a forwarded call (accounts) | at most 1.5 times nginx's, under half of Node's |
| Delay that a forwarded call gets at half load, p99 | under 2 ms |
| Memory of the relay, idle | under 25 MB |
| Memory of the relay, 10,000 polling browsers | under 150 MB |
| List of banks on the page | before React at both speeds, at most 1.3 times plain JavaScript at full speed |

The relay does not reach nginx's 1.5, and with its libraries nothing could: they alone take more, before the relay does any work. A profile of account calls spreads
the rest thinly: reading and checking the request, its log line, JSON that is read before it is passed on, memory. No single part takes more than a tenth. nginx copies
bytes between two sockets, and looks at no body.

Over a network the element's list of banks comes before React's at both speeds, and within 1.3 times plain JavaScript's at full speed. Without a network it does not. There
the number of files and questions counts, and not their size or delay: the plain page asks for a script and the list; the element for a script, its other half, the
module, the texts, the session and the list, most of them at one time. A new visitor's element asks for the session twice, to see whether the browser keeps the
cookie, and once more at the tap: over a network each of the two costs one delay.
";

const PAGES: &str = "## Pages

Each page lists the banks of Sweden, has a search, shows SEB's QR code and polls. The other two are bundled and made small by esbuild, draw the code by the npm package
`qrcode`, and have none of the element's other functions. Chromium opens each nine times, as a new visitor with an empty cache, from the release build of the relay
on this machine; the middle counts, with the processor as it is and six times slower, without a network and with that of a telephone (4G: 100 ms, 9 Mbit/s down, 1.5 up). The work for a frame is the time for which the page's main thread is busy in a
second with an animated code (Handelsbanken's): it asks, reads the answer, draws and counts down. The platform's stand-in is a debug build, the same for all.

| Page | bytes with brotli |
|---|---|
";
