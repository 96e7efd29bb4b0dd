//! The bank's own page: on the way there, and still there. What the person reads before they leave stands
//! on the screen before (`ready.rs`).

use protocol::flow::{BankPage, Input};

use super::Act;
use super::build::{Build, Screen};
use super::dom::el;
use crate::browser::page;
use crate::names::PART_ACTION;
use crate::settings::Redirect;

/// The way to the bank: a real link, for a browser may refuse to go by itself.
pub(super) fn redirecting(mut build: Build<'_>, address: &BankPage) -> Screen {
    let text = build.words();
    let link = el("a").part(PART_ACTION).attr("href", address.as_str());
    let link = link.attr("referrerpolicy", "origin");
    let help = match build.show.settings.redirect {
        Redirect::SameTab => text.ready_away(),
        Redirect::Popup => {
            link.set("target", page::WINDOW);
            text.popup_help()
        }
    };
    let help = head(&build, help);
    let link = link.text(&build.fill(text.go()));
    let cancel = build.cancel();
    build.foot(&[link, cancel]);
    build.finish(&help, None)
}

/// The bank's page was left, or is open in another window; a new way there is one click away.
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
