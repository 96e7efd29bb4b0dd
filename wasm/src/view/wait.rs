//! Screens on which the person waits, or has only to begin.

use protocol::flow::{Bank, Input, View};
use protocol::wire::ScaMethod;

use super::Act;
use super::build::{Build, Screen};
use super::dom::{El, el};
use super::methods::name;

pub(super) fn idle(mut build: Build<'_>) -> Screen {
    let text = build.words();
    build.heading(text.idle_heading());
    let start = build.action(text.start(), || Act::Input(Input::Retry));
    build.foot([start]);
    build.finish("", None)
}

/// Grey rows where the banks will be: the page does not jump when they come.
pub(super) fn loading(build: Build<'_>) -> Screen {
    let text = build.words();
    build.heading(text.loading_heading());
    build.add(&el("div").class("skeleton field"));
    let rows = el("div").class("list").attr("aria-hidden", "true");
    build.add(&rows.add_all((0..ROWS).map(|_| el("div").class("skeleton row"))));
    build.finish("", None)
}

pub(super) fn preparing(mut build: Build<'_>, bank: &Bank) -> Screen {
    let text = build.words();
    build.add_logo(bank);
    build.heading(&build.fill(text.preparing_heading(), Some(bank)));
    build.paragraph("lead", text.preparing_help());
    build.add(&pulse());
    let cancel = build.cancel();
    build.foot([cancel]);
    build.finish(text.preparing_help(), None)
}

/// The person goes on in their app; with a method that only the bank knows, in the bank's words.
pub(super) fn signing(mut build: Build<'_>, method: Option<&ScaMethod>) -> Screen {
    let text = build.words();
    let (heading, help) = match method {
        Some(method) => (name(method), method.explanation.as_deref().unwrap_or(text.method_help())),
        None => (text.signing_heading(), text.signing_help()),
    };
    build.heading(heading);
    build.paragraph("lead", help);
    let message = el("p").class("message");
    build.add(&message);
    build.add(&pulse());
    let cancel = build.cancel();
    build.foot([cancel]);
    let update = move |show: &super::Show<'_>| {
        if let View::Signing { message: told, .. } = show.view {
            message.say(told.unwrap_or_default());
        }
    };
    build.finish(help, Some(Box::new(update)))
}

pub(super) fn finishing(mut build: Build<'_>, bank: &Bank) -> Screen {
    let text = build.words();
    build.heading(text.finishing_heading());
    let help = build.fill(text.finishing_help(), Some(bank));
    build.paragraph("lead", &help);
    build.add(&pulse());
    let cancel = build.cancel();
    build.foot([cancel]);
    build.finish(&help, None)
}

/// Three calm dots. Still where the person wants less motion.
fn pulse() -> El {
    let dots = el("div").class("pulse").attr("aria-hidden", "true");
    dots.add_all((0..3).map(|_| el("span")))
}

/// Some more than fit, so that the list ends where the screen does.
const ROWS: usize = 6;
