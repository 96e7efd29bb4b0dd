//! The bank's own page: on the way there, and while the person is there. The screen before (`ready.rs`) has
//! the text to read before leaving.

use protocol::flow::{BankPage, Input};

use super::Act;
use super::build::{Build, Screen};
use super::dom;
use crate::names::PART_ACTION;
use crate::settings::Redirect;

/// The way to the bank, since a browser may block the navigation: a link in the same tab. A link to a new
/// window would give the bank's page access to this one.
pub(super) fn redirecting(mut build: Build<'_>, address: &BankPage) -> Screen {
    let text = build.words();
    let go = build.fill(text.go());
    let (go, help) = match build.show.settings.redirect {
        Redirect::SameTab => {
            let link = dom::link(PART_ACTION).attr("href", address.as_str());
            (link.text(&go), text.ready_away())
        }
        Redirect::Popup => (build.action(&go, || Act::Leave), text.popup_help()),
    };
    let help = head(&build, help);
    let cancel = build.cancel();
    build.foot(&[go, cancel]);
    build.finish(&help, None)
}

/// The person left the bank's page, or it is open in another window; one click opens it again.
pub(super) fn at_bank(mut build: Build<'_>) -> Screen {
    let text = build.words();
    let help = head(&build, text.at_bank_help());
    let label = build.fill(text.go());
    let go = build.action(&label, || Act::Input(Input::Retry));
    let other = build.other_bank();
    let cancel = build.cancel();
    build.foot(&[go, other, cancel]);
    build.finish(&help, None)
}

fn head(build: &Build<'_>, help: &str) -> String {
    build.heading(build.words().away_heading());
    let help = build.fill(help);
    build.lead(&help);
    help
}
