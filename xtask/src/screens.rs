//! Pictures of every screen of the widget, and all of them on one sheet. The end-to-end kit takes them.

use anyhow::Result;

use crate::bundle;
use crate::folders::{empty, root, scratch, target};
use crate::progress;
use crate::setup::{self, Browser};
use crate::{test, turn};

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
pub(crate) fn screens(args: &Args) -> Result<()> {
    println!("Setting up");
    setup::for_tests(&[Browser::Chromium])?;
    let bundle = bundle::build()?;
    let _turn = turn::take(turn::Files::Screens)?;
    println!("Looking");
    let (folder, logs) = (target().join("screens"), scratch("screens-logs"));
    empty(&folder)?;
    empty(&logs)?;
    let mut run = test::end_to_end(Browser::Chromium, &bundle, &logs);
    run.arg(FILTER).env("AIS_LINK_SCREENS", &folder);
    if args.readme {
        run.env("AIS_LINK_EXCERPT", root().join("www/screens.webp"));
    }
    progress::run("Taking pictures of every screen", ADVICE, &mut run)?;
    progress::note(&format!("The sheet is {}.", folder.join("contact-sheet.png").display()));
    Ok(())
}

/// How the names of the tests begin that take the pictures.
pub(crate) const FILTER: &str = "screens::";
const ADVICE: &str = "see the screen that is named above: it did not come, or went too soon.";
