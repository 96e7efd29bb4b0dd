//! Runs all tests, installs what they need first, and counts them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use clap::ValueEnum;

use crate::browser::Browser;
use crate::bundle;
use crate::cache;
use crate::clock::Stopwatch;
use crate::error::Error;
use crate::logs;
use crate::progress::{self, Progress};
use crate::run::Run;
use crate::screens;
use crate::setup::{self, TestTools};
use crate::size;
use crate::workspace::Workspace;

mod demo;
mod document;
mod imports;
mod summary;
mod types;

use demo::Platform;
use summary::{Counts, Summary};

/// Run all tests: native, in a headless browser, and end to end.
///
/// What is missing (wasm-pack, Chromium and ChromeDriver, Firefox and geckodriver, axe-core, TypeScript,
/// openapi-backend)
/// is installed first. The demo is started, with and without TLS, and asked for its page; pages in
/// TypeScript are compiled. The output of the tests and the logs of what they start are in
/// target/test-logs, which is searched for secrets and personal data at the end.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run only these tests.
    #[arg(long, value_enum)]
    only: Option<Suite>,
    /// Run the tests that need a browser in this one alone; otherwise in each.
    #[arg(long, value_enum)]
    browser: Option<Browser>,
}

/// A kind of tests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// The tests that need no browser.
    Native,
    /// The widget's tests in a headless browser.
    Wasm,
    /// The whole product, used as a person would.
    E2e,
}

/// `cargo xtask test`.
pub(crate) fn test(
    args: &Args,
    workspace: &Workspace,
    progress: &Progress,
) -> Result<ExitCode, Error> {
    let watch = Stopwatch::start();
    let wanted = Wanted(args.only);
    let logs = workspace.target().join("test-logs");
    cache::remove(&logs)?;
    let browsers = browsers(args.browser);
    for browser in &browsers {
        // A folder for each: the runs in both write logs of the same names.
        let folder = logs.join(browser.key());
        fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    }
    let session = Session { workspace, progress, logs };
    let mut summary = Summary::default();
    let needed = wanted.includes(Suite::Wasm) || wanted.includes(Suite::E2e);
    let tools = if needed { session.set_up(&browsers, &mut summary) } else { None };
    let plan = Plan { wanted, browsers: &browsers, tools: tools.as_ref() };
    session.run(plan, &mut summary);
    if let Some(tools) = plan.tools_for(Suite::E2e) {
        summary.step("OpenAPI document", || {
            document::compare(workspace, &tools.openapi, &session.logs)
        });
    }
    session.scan(wanted.includes(Suite::E2e), &mut summary);
    Ok(summary.finish(watch))
}

/// The browsers to test in; says which one is left out.
fn browsers(wanted: Option<Browser>) -> Vec<Browser> {
    let (used, left): (Vec<_>, Vec<_>) = Browser::ALL
        .into_iter()
        .partition(|browser| wanted.is_none_or(|wanted| wanted == *browser));
    for browser in left {
        let key = browser.key();
        progress::say(&format!("No test is run in {key}: another browser was asked for.\n"));
    }
    used
}

/// The kinds of tests that were asked for.
#[derive(Clone, Copy)]
struct Wanted(Option<Suite>);

impl Wanted {
    fn includes(self, suite: Suite) -> bool {
        self.0.is_none_or(|only| only == suite)
    }
}

/// The suites to run, and their tools.
#[derive(Clone, Copy)]
struct Plan<'a> {
    wanted: Wanted,
    browsers: &'a [Browser],
    /// `None` where they are not needed, or could not be installed.
    tools: Option<&'a TestTools>,
}

impl<'a> Plan<'a> {
    /// The tools of a suite that was asked for.
    fn tools_for(self, suite: Suite) -> Option<&'a TestTools> {
        self.tools.filter(|_| self.wanted.includes(suite))
    }
}

/// One run of this command.
struct Session<'a> {
    workspace: &'a Workspace,
    progress: &'a Progress,
    logs: PathBuf,
}

impl Session<'_> {
    fn set_up(&self, browsers: &[Browser], summary: &mut Summary) -> Option<TestTools> {
        progress::say("Setting up");
        summary.step("set-up", || setup::for_tests(browsers, self.workspace, self.progress))
    }

    /// Runs everything in two threads: neither a compiler nor most tests keep all processors busy all the time,
    /// because tests wait for the banks' clocks and for screens. Each thread passes its results to the other.
    fn run(&self, plan: Plan<'_>, summary: &mut Summary) {
        // The results that one thread makes and the other waits for; `None` where making them failed.
        let (compiled, tests) = mpsc::channel();
        let (made, bundle) = mpsc::channel();
        let mut beside = Summary::default();
        let (first, second) = (&mut *summary, &mut beside);
        thread::scope(move |scope| {
            scope.spawn(move || self.second_lane(plan, &made, &tests, second));
            self.first_lane(plan, &compiled, &bundle, first);
        });
        summary.append(beside);
    }

    /// The tests without a browser, and those in all browsers but the last.
    fn first_lane(
        &self,
        plan: Plan<'_>,
        compiled: &Sender<Option<()>>,
        bundle: &Receiver<Option<PathBuf>>,
        summary: &mut Summary,
    ) {
        let native = plan.wanted.includes(Suite::Native);
        let end_to_end = plan.tools_for(Suite::E2e);
        let needed = native || end_to_end.is_some();
        let tests = if needed { self.compile(summary) } else { Some(()) };
        // A thread that has ended needs it no more.
        let _ = compiled.send(tests);
        if native && tests.is_some() {
            let run = self.cargo(&["test", "--workspace", "--no-fail-fast"]);
            self.suite("native tests", "native", run, summary);
        }
        let bundle = bundle.recv().ok().flatten();
        let (Some(tools), Some(bundle), Some(())) = (end_to_end, bundle, tests) else { return };
        for (name, platform) in DEMOS {
            summary.step(name, || demo::answers(platform, self.workspace, &self.logs));
        }
        let others = plan.browsers.len() - 1;
        for browser in &plan.browsers[..others] {
            self.end_to_end_in(*browser, &bundle, tools, summary);
        }
    }

    /// The bundle, the widget's own tests, and the tests in the last browser.
    fn second_lane(
        &self,
        plan: Plan<'_>,
        made: &Sender<Option<PathBuf>>,
        tests: &Receiver<Option<()>>,
        summary: &mut Summary,
    ) {
        let end_to_end = plan.tools_for(Suite::E2e);
        let bundle = end_to_end.and_then(|tools| self.bundle(tools, summary));
        let _ = made.send(bundle.clone());
        let tests = tests.recv().ok().flatten();
        if let Some(tools) = plan.tools_for(Suite::Wasm) {
            for browser in plan.browsers {
                self.wasm(*browser, tools, summary);
            }
        }
        if let (Some(tools), Some(bundle), Some(())) = (end_to_end, bundle, tests) {
            let last = plan.browsers.last().expect("there is a browser");
            self.end_to_end_in(*last, &bundle, tools, summary);
        }
    }

    fn compile(&self, summary: &mut Summary) -> Option<()> {
        let run = self.cargo(&["test", "--workspace", "--no-run"]);
        let log = self.logs.join(format!("{RUNNER}compile.log"));
        let label = "Compiling the tests";
        summary.step("compile", || {
            progress::step(label, || progress::logged(label, COMPILE_ADVICE, run, &log))
        })
    }

    fn bundle(&self, tools: &TestTools, summary: &mut Summary) -> Option<PathBuf> {
        let bundle = summary.step("bundle", || bundle::build(self.workspace, self.progress))?;
        if let Some(bytes) = summary.step("size budget", || size::check_folder(&bundle)) {
            progress::note(&format!("A page loads {bytes} bytes with brotli."));
        }
        summary.step("imports", || imports::check(&bundle, &tools.esbuild, &self.logs));
        summary.step("types", || types::check(&bundle, self.workspace, &tools.types, &self.logs));
        Some(bundle)
    }

    fn wasm(&self, browser: Browser, tools: &TestTools, summary: &mut Summary) {
        let (name, option) = match browser {
            Browser::Chromium => ("wasm in Chromium", "--chrome"),
            Browser::Firefox => ("wasm in Firefox", "--firefox"),
        };
        let run = tools
            .toolchain
            .run("wasm-pack", &tools.folders)
            .dir(self.workspace.root())
            .args(["test", "--headless", option, "wasm"]);
        self.suite(name, &format!("wasm-{}", browser.key()), run, summary);
    }

    fn end_to_end_in(
        &self,
        browser: Browser,
        bundle: &Path,
        tools: &TestTools,
        summary: &mut Summary,
    ) {
        let name = match browser {
            Browser::Chromium => "e2e in Chromium",
            Browser::Firefox => "e2e in Firefox",
        };
        // The same packages as the native tests: with others, cargo would build them once more.
        let run = self
            .cargo(&["test", "--workspace", "--test", "e2e", "--", "--ignored"])
            .arg(format!("--test-threads={PEOPLE}"))
            // They test little and take a minute: they have a command of their own.
            .args(["--skip", screens::FILTER])
            .first_on_path(&tools.folders)
            .env("AIS_LINK_BROWSER", browser.key())
            .env("AIS_LINK_LOGS", self.logs.join(browser.key()))
            .env("AIS_LINK_BUNDLE", bundle)
            .env("AIS_LINK_PAGES", self.workspace.root().join("www"))
            .env("AIS_LINK_AXE", &tools.axe);
        self.suite(name, &format!("e2e-{}", browser.key()), run, summary);
    }

    fn scan(&self, logs_expected: bool, summary: &mut Summary) {
        let accounts = self.workspace.root().join("sandbox/data/accounts.toml");
        let scanned =
            summary.step("log scan", || logs::scan(&self.logs, &accounts, RUNNER, logs_expected));
        if let Some(files) = scanned {
            progress::note(&format!("{files} logs hold no secret and no personal data."));
        }
    }

    fn cargo(&self, args: &[&str]) -> Run {
        setup::cargo(self.workspace).env("AIS_LINK_LOGS", &self.logs).args(args)
    }

    /// Runs one test runner and counts the tests in its output.
    fn suite(&self, name: &'static str, file: &str, run: Run, summary: &mut Summary) {
        let log = self.logs.join(format!("{RUNNER}{file}.log"));
        let label = format!("Running the {name}");
        summary
            .step(name, || progress::step(&label, || progress::logged(&label, ADVICE, run, &log)));
        summary.add(name, counted(&log));
    }
}

fn counted(log: &Path) -> Counts {
    let text = fs::read(log).unwrap_or_default();
    Counts::in_output(&String::from_utf8_lossy(&text))
}

/// How the names of the test runners' own logs begin.
const RUNNER: &str = "run-";
/// How many tests use the product at one time in each browser. Each waits for a third of the time at least:
/// for the bank's clock, for the next poll, or to see that nothing happens.
const PEOPLE: usize = 3;
const DEMOS: [(&str, Platform); 2] = [("demo", Platform::Plain), ("demo with TLS", Platform::Tls)];
const COMPILE_ADVICE: &str = "see the compiler's messages above.";
const ADVICE: &str = "see the failure above; `cargo xtask test --only <suite>` runs one suite.";
