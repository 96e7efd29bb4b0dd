//! The bank's own page: on the way there, and still there. What the person reads before they leave stands
//! on the screen before (`ready.rs`).

use protocol::flow::{Bank, BankPage, Input};

use super::Act;
use super::build::{Build, Screen};
use super::dom::el;
use crate::browser::page;
use crate::names::PART_ACTION;
use crate::settings::Redirect;

/// The way to the bank: a real link, for a browser may refuse to go by itself.
pub(super) fn redirecting(mut build: Build<'_>, bank: &Bank, address: &BankPage) -> Screen {
    let text = build.words();
    let link = el("a").class("action").part(PART_ACTION).attr("href", address.as_str());
    let link = link.attr("referrerpolicy", "origin");
    let help = match build.show.settings.redirect {
        Redirect::SameTab => text.ready_away(),
        Redirect::Popup => {
            link.set("target", page::WINDOW);
            text.popup_help()
        }
    };
    let help = head(&mut build, bank, help);
    let link = link.text(&build.fill(text.go(), Some(bank)));
    let cancel = build.cancel();
    build.foot([link, cancel]);
    build.finish(&help, None)
}

/// The bank's page was left, or is open in another window; a new way there is one click away.
pub(super) fn at_bank(mut build: Build<'_>, bank: &Bank) -> Screen {
    let text = build.words();
    let help = head(&mut build, bank, text.at_bank_help());
    let label = build.fill(text.go(), Some(bank));
    let go = build.action(&label, || Act::Input(Input::Retry));
    let other = build.plain(text.other_bank(), || Act::Input(Input::Back));
    let cancel = build.cancel().class("quiet");
    build.foot([go, other, cancel]);
    build.finish(&help, None)
}

fn head(build: &mut Build<'_>, bank: &Bank, help: &str) -> String {
    build.add_logo(bank);
    build.heading(&build.fill(build.words().away_heading(), Some(bank)));
    let help = build.fill(help, Some(bank));
    build.paragraph("lead", &help);
    help
}
