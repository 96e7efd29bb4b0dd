//! Before the start: who asks for what, until when, and how much time there will be. The bank's clock
//! starts only when the person says so.

use std::time::Duration;

use protocol::flow::{Device, Patience, Terms, View, Way, Ways};

use super::build::{Build, Screen};
use super::dom::el;
use super::{Act, Show};
use crate::browser::{clock, intl, page};
use crate::names::SLOT_TERMS;
use crate::text::fill;

pub(super) fn ready(mut build: Build<'_>, terms: Terms) -> Screen {
    let text = build.words();
    build.heading(text.ready_heading());
    build.lead(&build.fill(text.ready_lead()));
    let data = [text.reads_accounts(), text.reads_balances(), text.reads_transactions()];
    build.add(&el("ul").class("asked").add_all(data.map(|what| el("li").text(what))));
    let date = intl::day(text.locale(), &clock::day_after(terms.days));
    let times = terms.frequency_per_day.to_string();
    build.paragraph("", &fill(text.ready_terms(), &[("date", &date), ("times", &times)]));
    let seconds = pick_up().as_secs().to_string();
    build.slot(SLOT_TERMS);
    let clock = el("p").class("note").text(&fill(text.ready_clock(), &[("seconds", &seconds)]));
    let away = el("p").class("note").text(&build.fill(text.ready_away()));
    build.add(&clock);
    build.add(&away);
    build.paragraph("note", &build.fill(text.ready_warning()));

    if page::device() == Device::This
        && let Some(rescue) = build.rescue()
    {
        build.add(&rescue);
    }

    // The likelier device first, and filled.
    let here = (text.begin_this(), Device::This);
    let there = (text.begin_other(), Device::Other);
    let (main, second) = if page::device() == Device::This { (here, there) } else { (there, here) };
    let main = build.action(main.0, move || Act::Begin(Way::BankId(main.1)));
    let second = build.plain(second.0, move || Act::Begin(Way::BankId(second.1)));
    let leave = build.fill(text.go());
    let go = build.plain("", || Act::Begin(Way::BankPage));
    let back = build.other_bank();
    build.foot(&[main.clone(), second.clone(), go.clone(), back]);
    // What the bank offers comes a moment after the screen.
    let update = move |show: &Show<'_>| {
        if let View::Ready { ways, .. } = show.view {
            let (app, page) =
                (*ways != Ways::BankPage, matches!(ways, Ways::BankPage | Ways::Both));
            for only_app in [&clock, &main, &second] {
                only_app.set_shown(app);
            }
            for only_page in [&away, &go] {
                only_page.set_shown(page);
            }
            // Beside BankID it is one of two ways on, not the way on.
            let (class, label) = if app { ("plain", text.own_page()) } else { ("action", &*leave) };
            go.set("class", class);
            go.say(label);
        }
    };
    build.finish("", Some(Box::new(update)))
}

fn pick_up() -> Duration {
    Patience::default().pick_up
}
