//! Screens on which the person waits, or only begins.

use protocol::flow::{Device, Input, Prompt, View};
use protocol::wire::ScaMethod;

use super::build::{Build, Screen, Update};
use super::dom::{El, el};
use super::methods::name;
use super::{Act, Show};

pub(super) fn idle(mut build: Build<'_>) -> Screen {
    let text = build.words();
    build.heading(text.idle_heading());
    build.lead(text.idle_help());
    let start = build.action(text.start(), || Act::Input(Input::Retry));
    build.foot(&[start]);
    build.finish("", None)
}

/// Grey rows in place of the banks, so that the page does not jump when they arrive.
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
    wait(build, text.preparing_help(), None)
}

/// The person continues in their app; with a method that the profile does not know, in the bank's words. A
/// new code is offered after a while, in case the app crashed.
pub(super) fn signing(
    mut build: Build<'_>,
    device: Device,
    method: Option<&ScaMethod>,
    prompt: Prompt,
) -> Screen {
    let text = build.words();
    let asked = build.fill(text.asked_help());
    let (heading, help) = match (method, prompt) {
        (Some(method), _) => {
            (name(method), method.explanation.as_deref().unwrap_or(text.method_help()))
        }
        (None, Prompt::Shown) => (text.signing_heading(), text.signing_help()),
        (None, Prompt::Unseen) => (text.asked_heading(), &*asked),
    };
    build.heading(heading);
    let label = if device == Device::This { text.retry() } else { text.new_code() };
    let renew = build.plain(label, move || Act::Input(Input::Renew(device)));
    wait(build, help, Some(renew))
}

pub(super) fn finishing(build: Build<'_>) -> Screen {
    let text = build.words();
    build.heading(text.finishing_heading());
    let help = build.fill(text.finishing_help());
    wait(build, &help, None)
}

/// The rest of a screen on which something else happens: the bank's message, three dots, which stand still
/// where the person prefers less motion, and, where the person may `renew` the challenge, a button for it.
fn wait(mut build: Build<'_>, help: &str, renew: Option<El>) -> Screen {
    build.lead(help);
    build.add(&build.back);
    build.add(&build.message);
    let dots = el("div").class("pulse").attr("aria-hidden", "true");
    build.add(&dots.add_all((0..3).map(|_| el("span"))));
    let mut foot = Vec::from_iter(renew.clone());
    foot.push(build.cancel());
    build.foot(&foot);
    let update = renew.map(|button| -> Update {
        Box::new(move |show: &Show<'_>| {
            let View::Signing { renew_from, .. } = show.view else { return };
            button.set_shown(renew_from.is_some_and(|from| from <= show.now));
        })
    });
    build.finish(help, update)
}

/// More than fit, so that the list ends where the screen does.
const ROWS: usize = 6;
