//! Screens on which the person waits, or has only to begin.

use protocol::flow::Input;
use protocol::wire::ScaMethod;

use super::Act;
use super::build::{Build, Screen};
use super::dom::el;
use super::methods::name;

pub(super) fn idle(mut build: Build<'_>) -> Screen {
    let text = build.words();
    build.heading(text.idle_heading());
    build.lead(text.idle_help());
    let start = build.action(text.start(), || Act::Input(Input::Retry));
    build.foot(&[start]);
    build.finish("", None)
}

/// Grey rows where the banks will be: the page does not jump when they come.
pub(super) fn loading(build: Build<'_>) -> Screen {
    build.heading(build.words().banks_heading());
    build.add(&el("div").class("skeleton field"));
    let rows = el("div").class("list").attr("aria-hidden", "true");
    build.add(&rows.add_all((0..ROWS).map(|_| el("div").class("skeleton row"))));
    build.finish("", None)
}

pub(super) fn preparing(build: Build<'_>) -> Screen {
    let text = build.words();
    build.heading(text.preparing_heading());
    wait(build, text.preparing_help())
}

/// The person goes on in their app; with a method that only the bank knows, in the bank's words.
pub(super) fn signing(build: Build<'_>, method: Option<&ScaMethod>) -> Screen {
    let text = build.words();
    let (heading, help) = match method {
        Some(method) => (name(method), method.explanation.as_deref().unwrap_or(text.method_help())),
        None => (text.signing_heading(), text.signing_help()),
    };
    build.heading(heading);
    wait(build, help)
}

pub(super) fn finishing(build: Build<'_>) -> Screen {
    let text = build.words();
    build.heading(text.finishing_heading());
    let help = build.fill(text.finishing_help());
    wait(build, &help)
}

/// The rest of a screen on which something else goes on: what the bank tells, and three calm dots, which are
/// still where the person wants less motion.
fn wait(mut build: Build<'_>, help: &str) -> Screen {
    build.lead(help);
    build.add(&build.back);
    build.add(&build.message);
    let dots = el("div").class("pulse").attr("aria-hidden", "true");
    build.add(&dots.add_all((0..3).map(|_| el("span"))));
    let cancel = build.cancel();
    build.foot(&[cancel]);
    build.finish(help, None)
}

/// Some more than fit, so that the list ends where the screen does.
const ROWS: usize = 6;
