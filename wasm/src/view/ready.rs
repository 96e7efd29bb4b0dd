//! Before the start: who asks for what, until when and how often, which ids the bank needs, and how much
//! time there will be. The bank's clock starts only when the person begins.

use std::rc::Rc;

use protocol::flow::{Data, Device, Offer, Reads, Way, Ways};
use protocol::profile::ClockEnd;

use super::Act;
use super::build::{Build, Screen};
use super::dom::{El, el};
use super::fields::Fields;
use crate::browser::{clock, intl, page};
use crate::names::{PART_ACTION, PART_BUTTON, PART_MESSAGE, SLOT_TERMS};
use crate::text::fill;

pub(super) fn ready(mut build: Build<'_>, offer: &Offer<'_>, ways: Ways) -> Screen {
    let text = build.words();
    build.heading(text.ready_heading());
    build.purpose();
    build.lead(&build.fill(text.ready_lead()));
    build.add(&asked(&build, offer));
    build.slot(SLOT_TERMS);
    for note in offer.facts.notes_in(offer.context) {
        build.add(&el("p").part(PART_MESSAGE).text(note.words(text.lang())));
    }
    let fields = Rc::new(Fields::new(&build, offer));
    if page::device() == Device::This
        && let Some(rescue) = build.rescue()
    {
        build.add(&rescue);
    }
    // Before anything begins: a person who was lured here can still turn back.
    let warning = el("p").class("note").text(&build.fill(text.ready_warning()));
    let (mut foot, mut main) = (vec![warning], None);
    if ways != Ways::BankPage {
        let seconds = offer.facts.pick_up_seconds.to_string();
        let clock = match offer.facts.pick_up_to() {
            ClockEnd::Start => text.ready_clock(),
            ClockEnd::Approval => text.ready_clock_approve(),
        };
        foot.push(note(CLOCK, &fill(clock, &[("seconds", &seconds)])));
        // The likelier device first, and filled.
        let here = (text.begin_this(), Device::This);
        let there = (text.begin_other(), Device::Other);
        let likely = page::device();
        let devices = if likely == Device::This { [here, there] } else { [there, here] };
        for (label, device) in devices {
            let part = if device == likely { PART_ACTION } else { PART_BUTTON };
            let button = begin(&mut build, &fields, part, label, Way::BankId(device));
            main.get_or_insert(button.clone());
            foot.push(button);
        }
    }
    if matches!(ways, Ways::BankPage | Ways::Both) {
        foot.push(note(AWAY, &build.fill(text.ready_away())));
        // Beside BankID it is one of two ways on, so it gets no main button.
        let go = build.fill(text.go());
        let (part, label) =
            if ways == Ways::Both { (PART_BUTTON, text.own_page()) } else { (PART_ACTION, &*go) };
        let button = begin(&mut build, &fields, part, label, Way::BankPage);
        main.get_or_insert(button.clone());
        foot.push(button);
    }
    if let Some(main) = main {
        fields.enter(&mut build, &main);
    }
    foot.push(build.other_bank());
    build.foot(&foot);
    build.finish("", None)
}

/// What the service reads, until when and how often.
fn asked(build: &Build<'_>, offer: &Offer<'_>) -> El {
    let text = build.words();
    let Data { balances, transactions } = offer.terms.data;
    let lines = [
        (true, text.reads_accounts()),
        (balances, text.reads_balances()),
        (transactions, text.reads_transactions()),
    ];
    let lines = lines.into_iter().filter(|(asked, _)| *asked);
    let list = el("ul").add_all(lines.map(|(_, what)| el("li").text(what)));
    let date = match offer.today {
        Some(today) => clock::date(&today.plus(offer.days).to_string()),
        None => clock::day_after(offer.days),
    };
    let date = intl::day(text.locale(), &date);
    let template = match (offer.terms.reads, offer.terms.reads.per_day()) {
        (Reads::Once, _) => text.ready_once(),
        (Reads::Daily(_), 1) => text.ready_daily(),
        (Reads::Daily(_), _) => text.ready_often(),
    };
    let times = offer.terms.reads.per_day().to_string();
    let terms = el("p").text(&fill(template, &[("date", &date), ("times", &times)]));
    el("div").class("asked").add_all([list, terms])
}

/// A button that begins, if the input is valid.
fn begin(build: &mut Build<'_>, fields: &Rc<Fields>, part: &str, label: &str, way: Way) -> El {
    let note = if way == Way::BankPage { AWAY } else { CLOCK };
    let button = el("button").part(part).attr("type", "button").text(label);
    let button = button.attr("aria-describedby", note);
    let (fields, act) = (Rc::clone(fields), build.actor());
    build.listen(&button, "click", move |_| {
        if let Some(ids) = fields.take() {
            act(Act::Begin(way, ids));
        }
    });
    button
}

/// A line that describes the buttons below it.
fn note(id: &str, text: &str) -> El {
    el("p").class("note").attr("id", id).text(text)
}

/// The ids of the lines that describe buttons.
const CLOCK: &str = "clock";
const AWAY: &str = "away";
