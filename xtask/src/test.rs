//! Runs all tests, installs what they need first, and counts them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::thread;

use anyhow::Result;
use clap::ValueEnum;

use crate::folders::{empty, free_gigabytes, root, scratch, target};
use crate::progress::{logged, note, say};
use crate::setup::{AXE, Browser, SCHEMATHESIS, STANDARD_WEBHOOKS, VERIFIER};
use crate::{bench, bundle, fuzz, host, logs, package, run, screens, setup, size, turn};

mod apps;
mod checks;
mod demo;
mod deploy;
mod summary;

use summary::Summary;

/// Run all tests: native, in a headless browser, and end to end.
///
/// What is missing (wasm-bindgen's test runner, Chromium and ChromeDriver, Firefox and geckodriver, axe-core,
/// TypeScript, openapi-backend, the libraries of Standard Webhooks, Schemathesis, Redocly) is installed first. The demo
/// is started, with and without TLS, and asked for its page; pages in TypeScript are compiled. The output of the tests
/// and the logs of what they start are in target/test-logs, which is searched for secrets and personal data at the end.
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
    /// The files that deploy the relay, with the programs that read them, and the relay behind nginx and Caddy and before
    /// Prometheus.
    Deploy,
    /// Apps made with the package and the tools that it supports. Each other run has two of them.
    Apps,
    /// Webhooks of a relay, verified by the official libraries of Node.js and Python: 1,000 where these alone run.
    Webhooks,
    /// The back-end port of a relay, held against its OpenAPI document.
    Api,
    /// A relay that is killed 200 times while persons link, on SQLite and then on PostgreSQL. Each other run kills it less
    /// often.
    Kills,
}

/// `cargo xtask test`.
pub(crate) fn test(args: &Args) -> Result<ExitCode> {
    let _turn = turn::take(turn::Files::Tests)?;
    let logs = target().join("test-logs");
    if !logs.exists()
        && let Some(free) = free_gigabytes().filter(|free| *free < ROOM)
    {
        let place = target().display();
        say(&format!(
            "{free:.1} GB are free on the disk; the first run of all tests writes up to {ROOM} GB in {place}.\n"
        ));
    }
    empty(&logs)?;
    let browsers = args.browser.map_or(Browser::ALL.to_vec(), |only| vec![only]);
    for left in Browser::ALL.iter().filter(|browser| !browsers.contains(browser)) {
        say(&format!("No test is run in {}: another browser was asked for.\n", left.key()));
    }
    for browser in &browsers {
        // A folder for each: the runs in both write logs of the same names.
        empty(&logs.join(browser.key()))?;
    }
    let tests = Tests { logs, ..Tests::default() };
    let wants = |suite| args.only.is_none_or(|only| only == suite);
    let [native, mut wasm, mut e2e] = [Suite::Native, Suite::Wasm, Suite::E2e].map(wants);
    let deploy = wants(Suite::Deploy);
    if args.only == Some(Suite::Apps) {
        say("Setting up");
        if tests.summary.step("set-up", || setup::for_tests(&Browser::ALL)).is_some() {
            tests.apps(&[]);
        }
    }
    if wasm || e2e {
        say("Setting up");
        let set_up = || setup::for_tests(&browsers).and_then(|()| host::prepare(&scratch(HOST)));
        let ready = tests.summary.step("set-up", set_up).is_some();
        (wasm, e2e) = (wasm && ready, e2e && ready);
    }
    // Two threads: neither a compiler nor most tests keep all processors busy all the time, because tests wait for the
    // banks' clocks and for screens. A third one fuzzes in the time that these leave.
    thread::scope(|scope| {
        scope.spawn(|| tests.second_lane(wasm, e2e, &browsers));
        if args.only.is_none() {
            scope.spawn(|| tests.fuzzed());
        }
        tests.first_lane(native, e2e, &browsers);
        if deploy {
            tests.deployed(args.only);
        }
    });
    if wants(Suite::Webhooks) {
        tests.webhooks(if args.only.is_some() { 1000 } else { 48 });
    }
    if wants(Suite::Api) {
        // With a server the port answers alike: that is tried where there is time for it.
        tests.api(if args.only.is_some() { "back_end_port" } else { "back_end_port_answers" });
    }
    if args.only == Some(Suite::Kills) {
        tests.kills();
    }
    if e2e {
        tests.summary.step("OpenAPI document", || checks::openapi(&tests.logs));
    }
    if let Some(files) = tests.summary.step("log scan", || logs::scan(&tests.logs)) {
        note(&format!("{files} logs hold no secret and no personal data."));
    }
    Ok(tests.summary.finish())
}

/// One run of this command.
#[derive(Default)]
struct Tests {
    logs: PathBuf,
    summary: Summary,
    /// What both threads need; the one that needs it first makes it. `None` where that failed.
    bundle: OnceLock<Option<PathBuf>>,
    compiled: OnceLock<Option<()>>,
}

impl Tests {
    /// The tests without a browser, the demo, and the tests in all browsers but the last.
    fn first_lane(&self, native: bool, e2e: bool, browsers: &[Browser]) {
        if !(native || e2e) || self.compiled().is_none() {
            return;
        }
        if native {
            let mut run = self.cargo(&["test", "--workspace", "--no-fail-fast"]);
            self.suite("native tests", &mut run);
        }
        let bundle = if e2e { self.bundle() } else { None };
        let Some(bundle) = bundle else { return };
        self.summary.step("demo", || demo::answers(&[], &self.logs.join("demo.log")));
        let log = self.logs.join("demo-tls.log");
        self.summary.step("demo with TLS", || demo::answers(&["--tls"], &log));
        if browsers.contains(&Browser::Chromium) {
            self.apps(&apps::USUAL);
        }
        for browser in &browsers[..browsers.len() - 1] {
            self.end_to_end(*browser, &bundle);
        }
    }

    /// The files that deploy the relay; the image too, if nothing else is tested.
    fn deployed(&self, only: Option<Suite>) {
        let install = || setup::for_deploy();
        if self.summary.step("set-up for deploying", install).is_none() || self.compiled().is_none()
        {
            return;
        }
        self.summary.step("deploying", || deploy::check(&self.logs));
        let mut run = self.cargo(&["test", "--workspace", "--test", "relay", "--"]);
        run.args(["--ignored", "sandboxed::proxied::", "sandboxed::prometheus::"]);
        self.suite("tests with web servers and Prometheus", &mut run);
        if only.is_some() {
            self.summary.step("image", deploy::check_image);
        } else {
            note("The image is built by `cargo xtask test --only deploy` alone.");
        }
    }

    fn apps(&self, names: &[&str]) {
        let (Some(bundle), Some(())) = (self.bundle(), self.compiled()) else { return };
        self.summary.tries("apps", || apps::link(&bundle, names, &self.logs));
    }

    /// The fuzz targets, beside the tests that wait for browsers.
    fn fuzzed(&self) {
        if self.compiled().is_some() {
            self.summary.step("fuzzing", fuzz::all_for_a_minute);
        }
    }

    /// The bundle, the widget's own tests, and the tests in the last browser.
    fn second_lane(&self, wasm: bool, e2e: bool, browsers: &[Browser]) {
        let bundle = if e2e { self.bundle() } else { None };
        for browser in browsers.iter().filter(|_| wasm) {
            self.wasm(*browser);
        }
        let (Some(bundle), Some(last)) = (bundle, browsers.last()) else { return };
        if self.compiled().is_some() {
            self.end_to_end(*last, &bundle);
        }
    }

    fn compiled(&self) -> Option<()> {
        let log = self.logs.join("run-compile.log");
        let (label, advice) = ("Compiling the tests", "see the compiler's messages above.");
        let mut run = self.cargo(&["test", "--workspace", "--no-run"]);
        let compile = || self.summary.step("compile", || logged(label, advice, &mut run, &log));
        *self.compiled.get_or_init(compile)
    }

    fn bundle(&self) -> Option<PathBuf> {
        let make = || {
            let bundle = self.summary.step("bundle", bundle::build)?;
            let sizes = self.summary.step("size budget", || size::check_folder(&bundle));
            for (element, bytes) in bundle::ELEMENTS.iter().zip(sizes.into_iter().flatten()) {
                note(&format!("A page loads {bytes} bytes with brotli for <{}>.", element.tag));
            }
            if self.summary.step("package", || package::checked(&bundle)).is_some() {
                self.summary.step("imports", || checks::imports(&self.logs));
                self.summary.step("types", || checks::types(&self.logs));
            }
            Some(bundle)
        };
        self.bundle.get_or_init(make).clone()
    }

    fn wasm(&self, browser: Browser) {
        let driver = browser.driver();
        let mut run = setup::cargo_for_wasm(&[]);
        run.args(["test", "--package", "ais-link", "--target", setup::TARGET])
            .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
            .env(driver.to_uppercase(), run::find(driver).unwrap_or_default());
        self.suite(&format!("wasm in {}", browser.key()), &mut run);
    }

    fn end_to_end(&self, browser: Browser, bundle: &Path) {
        let mut run = end_to_end(browser, bundle, &self.logs.join(browser.key()));
        // They test little and take a minute: they have commands of their own.
        run.args(["--skip", screens::FILTER, "--skip", bench::FILTER]);
        run.arg(format!("--test-threads={PEOPLE}"));
        self.suite(&format!("e2e in {}", browser.key()), &mut run);
    }

    /// Lets the official libraries verify `number` webhooks.
    fn webhooks(&self, number: usize) {
        if self.summary.step("set-up for webhooks", setup::for_webhooks).is_none() {
            return;
        }
        let mut run = self.cargo(&["test", "--workspace", "--test", "kill", "--", "--ignored"]);
        run.args(["webhook", "--nocapture"]).env("AIS_LINK_WEBHOOKS", number.to_string());
        run.env("AIS_LINK_WEBHOOKS_NODE", STANDARD_WEBHOOKS.modules());
        run.env("AIS_LINK_WEBHOOKS_PYTHON", VERIFIER.program());
        self.suite("webhooks", &mut run);
    }

    /// Checks the document of the back-end port, and the port itself against it.
    fn api(&self, filter: &str) {
        if self.summary.step("set-up for the API", setup::for_api).is_none() {
            return;
        }
        self.summary.step("form of the API's document", || checks::document(&self.logs));
        let mut run = self.cargo(&["test", "--workspace", "--test", "kill", "--", "--ignored"]);
        run.args([filter, "--nocapture", "--test-threads=1"]);
        run.env("AIS_LINK_SCHEMATHESIS", SCHEMATHESIS.program());
        self.suite("API", &mut run);
    }

    /// Kills one relay again and again; how often, `AIS_LINK_KILLS` may say.
    fn kills(&self) {
        let mut run = self.cargo(&["test", "--workspace", "--test", "kill", "--"]);
        run.args(["loses_no_link_and_no_event", "--nocapture", "--test-threads=1"]);
        if env::var_os(KILLS).is_none() {
            run.env(KILLS, "200");
        }
        self.suite("kills", &mut run);
    }

    fn cargo(&self, args: &[&str]) -> Command {
        let mut run = run::new("cargo");
        run.args(args).env("AIS_LINK_LOGS", &self.logs);
        run
    }

    /// Runs one test runner and counts the tests in its output.
    fn suite(&self, name: &str, run: &mut Command) {
        let log = self.logs.join(format!("run-{}.log", name.replace(' ', "-")));
        let advice = "see the failure above; `cargo xtask test --only <suite>` runs one suite.";
        let label = format!("Running the {name}");
        self.summary.suite(name, &log, || logged(&label, advice, run, &log));
    }
}

/// A run of the end-to-end tests in `browser`. Its further arguments are the test runner's.
pub(crate) fn end_to_end(browser: Browser, bundle: &Path, logs: &Path) -> Command {
    let mut run = run::new("cargo");
    // The same packages as the native tests: with others, cargo would build them once more.
    run.args(["test", "--workspace", "--test", "e2e", "--", "--ignored"])
        .env("AIS_LINK_BROWSER", browser.key())
        .env("AIS_LINK_LOGS", logs)
        .env("AIS_LINK_BUNDLE", bundle)
        .env("AIS_LINK_PAGES", root().join("www"))
        .env("AIS_LINK_HOST", scratch(HOST))
        .env("AIS_LINK_AXE", AXE.file("axe.min.js"));
    run
}

/// The folder from which the tests run the example of a host's own server.
const HOST: &str = "e2e-host";
/// What a first run of all tests writes at most, in GB.
const ROOM: f64 = 9.0;
/// How often the tests kill a relay.
const KILLS: &str = "AIS_LINK_KILLS";
/// How many tests use the product at one time in each browser. Each waits for a third of the time at least:
/// for the bank's clock, for the next poll, or to see that nothing happens.
const PEOPLE: usize = 3;
