//! The challenge: a QR code for another device, or a link for this one, with the seconds left and the way
//! to a new code or to the other device.

use std::rc::Rc;

use protocol::concat;
use protocol::flow::{Challenge, Device, Input, Step, View};

use super::build::{Build, Screen};
use super::code::Code;
use super::countdown::Countdown;
use super::dom::{self, El, el};
use super::{Act, Show};
use crate::browser::page;
use crate::launcher::Launcher;
use crate::names::{PART_ACTION, PART_BUTTON};
use crate::text::{Text, fill};

pub(super) fn challenge(
    build: Build<'_>,
    device: Device,
    challenge: &Challenge,
    step: Step,
    steps: Option<u32>,
) -> Screen {
    // A picture or a frame cannot start the app on this device, whatever the person chose.
    match (device, challenge.token()) {
        (Device::This, Some(_)) => open(build, step, steps),
        (Device::This, None) => scan(build, step, steps, None),
        (Device::Other, _) => scan(build, step, steps, Some(Device::This)),
    }
}

/// The app on this device, by a link.
fn open(mut build: Build<'_>, step: Step, steps: Option<u32>) -> Screen {
    let text = build.words();
    let announcement = head(&mut build, text.open_heading(), text.open_help(), step, steps);
    let clock = Countdown::new(&build);
    let first = link(PART_ACTION, text.open());
    build.add(&first);
    let starting = el("p").class("note").attr("role", "status");
    build.add(&starting);
    build.add(&clock.line);
    build.add(&build.back);
    build.add(&build.message);
    build.add(&build.troubled);
    let second = link(PART_BUTTON, text.open_otherwise());
    for link in [&first, &second] {
        let (line, text) = (starting.clone(), Rc::clone(&text));
        build.listen(link, "click", move |_| {
            line.say(text.starting());
        });
    }
    let again = build.plain(text.retry(), || Act::Input(Input::Renew(Device::This)));
    let other = build.plain(text.other_device(), || Act::Input(Input::Renew(Device::Other)));
    if let Some(rescue) = build.rescue() {
        build.add(&rescue);
    }
    let cancel = build.cancel();
    build.foot(&[second.clone(), again.clone(), other, cancel]);
    let update = move |show: &Show<'_>| {
        let over = clock.draw(show);
        again.set_shown(over);
        if over {
            starting.say("");
        }
        aim(&first, &second, show.view);
    };
    build.finish(&announcement, Some(Box::new(update)))
}

/// The app on another device, whose camera reads the code; `change` is the other choice of device.
fn scan(mut build: Build<'_>, step: Step, steps: Option<u32>, change: Option<Device>) -> Screen {
    let text = build.words();
    let announcement = head(&mut build, text.scan_heading(), text.scan_help(), step, steps);
    let clock = Countdown::new(&build);
    let again = build.action(text.new_code(), || Act::Input(Input::Renew(Device::Other)));
    let mut code = Code::new(&mut build, [clock.line.clone(), again.clone()]);
    build.add(&code.frame);
    build.add(&build.message);
    build.add(&build.troubled);
    let here = build.plain(text.this_device(), || Act::Input(Input::Renew(Device::This)));
    here.set_shown(change.is_some());
    let cancel = build.cancel();
    build.foot(&[here, cancel]);
    let update = move |show: &Show<'_>| {
        code.draw(show);
        again.set_shown(clock.draw(show));
    };
    build.finish(&announcement, Some(Box::new(update)))
}

/// Heading and help, with the number of the step where there are several; returns the announcement.
fn head(
    build: &mut Build<'_>,
    heading: &str,
    help: &str,
    step: Step,
    steps: Option<u32>,
) -> String {
    let text = build.words();
    build.heading(heading);
    let reason = reason(&text, step, steps);
    build.paragraph("step", &reason);
    build.lead(help);
    concat(&[&*reason, " ", help])
}

fn reason(text: &Text, step: Step, steps: Option<u32>) -> String {
    let template = match (step.0, steps) {
        (1, None) => "",
        (1, Some(_)) => text.step_first(),
        (_, None) => text.step(),
        (_, Some(_)) => text.step_of(),
    };
    let (step, steps) = (step.0.to_string(), steps.map_or(String::new(), |it| it.to_string()));
    fill(template, &[("step", &step), ("steps", &steps)])
}

/// A link that the person taps: browsers refuse to start an app from a script.
fn link(part: &str, label: &str) -> El {
    dom::link(part).text(label)
}

/// Points both links at the app, which returns to the address from the relay, else to this page. Safari
/// stays in the tab only if the page's address has a fragment.
fn aim(first: &El, second: &El, view: &View<'_>) {
    let View::Challenge { challenge: Challenge::Token(token), return_to, .. } = view else {
        return;
    };
    let back = return_to.map_or_else(page::fragment_address, str::to_owned);
    let launcher = Launcher::of(&page::user_agent(), page::touch_points());
    first.set("href", &launcher.link(token, &back));
    let other = launcher.second_link(token, &back);
    second.set_shown(other.is_some());
    second.set("href", &other.unwrap_or_default());
}
