//! Pictures of every screen of the widget, and all of them on one sheet. The end-to-end kit takes them.

use std::process::ExitCode;

use crate::browser::Browser;
use crate::bundle;
use crate::cache;
use crate::error::Error;
use crate::progress::{self, Progress};
use crate::setup;
use crate::workspace::Workspace;

/// Take a picture of every screen of the widget, and put them on one sheet.
///
/// In Chromium, light and dark, on a phone (360 pixels wide) and on a desktop (1280). The sheet is
/// target/screens/contact-sheet.png; beside it are the single pictures, and index.html shows them
/// all in a browser. What is missing (Chromium, ChromeDriver) is installed first.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write an excerpt of the sheet to www/screens.webp, too: the picture in the README.
    #[arg(long)]
    readme: bool,
}

/// `cargo xtask screens`.
pub(crate) fn screens(
    args: &Args,
    workspace: &Workspace,
    progress: &Progress,
) -> Result<ExitCode, Error> {
    println!("Setting up");
    let tools = setup::for_tests(&[Browser::Chromium], workspace, progress)?;
    let bundle = bundle::build(workspace, progress)?;
    println!("Looking");
    let folder = workspace.target().join("screens");
    cache::remove(&folder)?;
    let logs = workspace.scratch().join("screens-logs");
    cache::remove(&logs)?;
    for made in [&folder, &logs] {
        std::fs::create_dir_all(made).map_err(Error::file("create", made))?;
    }
    // The same packages as the tests: with others, cargo would build them once more.
    let mut run = setup::cargo(workspace)
        .args(["test", "--workspace", "--test", "e2e", "--", "--ignored", FILTER])
        .first_on_path(&tools.folders)
        .env("AIS_LINK_BROWSER", Browser::Chromium.key())
        .env("AIS_LINK_LOGS", &logs)
        .env("AIS_LINK_SCREENS", &folder)
        .env("AIS_LINK_BUNDLE", bundle)
        .env("AIS_LINK_PAGES", workspace.root().join("www"));
    if args.readme {
        run = run.env("AIS_LINK_EXCERPT", workspace.root().join("www/screens.webp"));
    }
    progress.run("Taking pictures of every screen", ADVICE, run)?;
    // As a person at the project's top folder would name it.
    let sheet = folder.join("contact-sheet.png");
    let sheet = sheet.strip_prefix(workspace.root()).unwrap_or(&sheet);
    progress::note(&format!("The sheet is {}.", sheet.display()));
    Ok(ExitCode::SUCCESS)
}

/// How the names of the tests begin that take the pictures.
pub(crate) const FILTER: &str = "screens::";
const ADVICE: &str = "see the screen that is named above: it did not come, or went too soon.";
