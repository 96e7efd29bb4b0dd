//! Runs all tests, with all that they need, and counts them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;

use crate::browser::Browser;
use crate::bundle;
use crate::cache;
use crate::error::Error;
use crate::logs;
use crate::progress::{self, Progress};
use crate::run::Run;
use crate::screens;
use crate::setup::{self, TestTools};
use crate::size;
use crate::workspace::Workspace;

mod demo;
mod summary;
mod types;

use demo::Platform;
use summary::{Counts, Summary};

/// Run all tests: native, in a headless browser, and end to end.
///
/// What is missing (wasm-pack, Chromium and ChromeDriver, Firefox and geckodriver, axe-core, TypeScript)
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
    let wanted = |suite| args.only.is_none_or(|only| only == suite);
    let logs = workspace.target().join("test-logs");
    cache::remove(&logs)?;
    let browsers = browsers(args.browser);
    for browser in &browsers {
        // A folder for each: the runs in both write logs of the same names.
        let folder = logs.join(browser.key());
        fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    }
    let mut session = Session { workspace, progress, logs, summary: Summary::default() };
    let needed = wanted(Suite::Wasm) || wanted(Suite::E2e);
    let tools = if needed { session.set_up(&browsers) } else { None };
    if wanted(Suite::Native) {
        session.native();
    }
    if let Some(tools) = &tools {
        if wanted(Suite::Wasm) {
            for browser in &browsers {
                session.wasm(*browser, tools);
            }
        }
        if wanted(Suite::E2e) {
            session.end_to_end(&browsers, tools);
        }
    }
    session.scan(wanted(Suite::E2e));
    Ok(session.summary.finish())
}

/// The browsers to test in; says which one is left out.
fn browsers(wanted: Option<Browser>) -> Vec<Browser> {
    let (used, left): (Vec<_>, Vec<_>) = Browser::ALL
        .into_iter()
        .partition(|browser| wanted.is_none_or(|wanted| wanted == *browser));
    for browser in left {
        println!("No test is run in {}: another browser was asked for.\n", browser.key());
    }
    used
}

/// One run of this command.
struct Session<'a> {
    workspace: &'a Workspace,
    progress: &'a Progress,
    logs: PathBuf,
    summary: Summary,
}

impl Session<'_> {
    fn set_up(&mut self, browsers: &[Browser]) -> Option<TestTools> {
        println!("Setting up");
        self.summary.step("set-up", || setup::for_tests(browsers, self.workspace, self.progress))
    }

    fn native(&mut self) {
        println!("Testing");
        let run = self.cargo(&["test", "--workspace", "--no-fail-fast"]);
        self.suite("native tests", "native", run);
    }

    fn wasm(&mut self, browser: Browser, tools: &TestTools) {
        let (name, option) = match browser {
            Browser::Chromium => ("wasm in Chromium", "--chrome"),
            Browser::Firefox => ("wasm in Firefox", "--firefox"),
        };
        let run = tools
            .toolchain
            .run("wasm-pack", &tools.folders)
            .dir(self.workspace.root())
            .args(["test", "--headless", option, "wasm"]);
        self.suite(name, &format!("wasm-{}", browser.key()), run);
    }

    fn end_to_end(&mut self, browsers: &[Browser], tools: &TestTools) {
        let Some(bundle) =
            self.summary.step("bundle", || bundle::build(self.workspace, self.progress))
        else {
            return;
        };
        let size = self.summary.step("size budget", || size::check_folder(&bundle));
        if let Some(bytes) = size {
            progress::note(&format!("A page loads {bytes} bytes with brotli."));
        }
        self.summary
            .step("types", || types::check(&bundle, self.workspace, &tools.types, &self.logs));
        for (name, platform) in [("demo", Platform::Plain), ("demo with TLS", Platform::Tls)] {
            self.summary.step(name, || demo::answers(platform, self.workspace, &self.logs));
        }
        for browser in browsers {
            self.end_to_end_in(*browser, &bundle, tools);
        }
    }

    fn end_to_end_in(&mut self, browser: Browser, bundle: &Path, tools: &TestTools) {
        let name = match browser {
            Browser::Chromium => "e2e in Chromium",
            Browser::Firefox => "e2e in Firefox",
        };
        // The same packages as the native tests: with others, cargo would build them once more.
        let run = self
            .cargo(&["test", "--workspace", "--test", "e2e", "--", "--ignored"])
            .arg("--test-threads=2")
            // They test little and take a minute: they have a command of their own.
            .args(["--skip", screens::FILTER])
            .first_on_path(&tools.folders)
            .env("AIS_LINK_BROWSER", browser.key())
            .env("AIS_LINK_LOGS", self.logs.join(browser.key()))
            .env("AIS_LINK_BUNDLE", bundle)
            .env("AIS_LINK_PAGES", self.workspace.root().join("www"))
            .env("AIS_LINK_AXE", &tools.axe);
        self.suite(name, &format!("e2e-{}", browser.key()), run);
    }

    fn scan(&mut self, logs_expected: bool) {
        let logs = &self.logs;
        let scanned = self.summary.step("log scan", || logs::scan(logs, RUNNER, logs_expected));
        if let Some(files) = scanned {
            progress::note(&format!("{files} logs hold no secret and no personal data."));
        }
    }

    fn cargo(&self, args: &[&str]) -> Run {
        setup::cargo(self.workspace).env("AIS_LINK_LOGS", &self.logs).args(args)
    }

    /// Runs one test runner and counts the tests in its output.
    fn suite(&mut self, name: &'static str, file: &str, run: Run) {
        let log = self.logs.join(format!("{RUNNER}{file}.log"));
        let label = format!("Running the {name}");
        self.summary
            .step(name, || progress::step(&label, || progress::logged(&label, ADVICE, run, &log)));
        self.summary.add(name, counted(&log));
    }
}

fn counted(log: &Path) -> Counts {
    let text = fs::read(log).unwrap_or_default();
    Counts::in_output(&String::from_utf8_lossy(&text))
}

/// How the names of the test runners' own logs begin.
const RUNNER: &str = "run-";
const ADVICE: &str = "see the failure above; `cargo xtask test --only <suite>` runs one suite.";
