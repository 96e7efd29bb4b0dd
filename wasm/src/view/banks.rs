//! The choice of a bank, or of one in a group: search while typing, arrows or tab to move, enter to choose.

use std::cell::RefCell;
use std::rc::Rc;

use protocol::flow::{Bank, Input, Pick, View};

use super::Act;
use super::build::{Build, Screen};
use super::dom::{button, el, key};
use super::list::List;
use crate::names::{PART_FIELD, SLOT_BANKS};
use crate::text::{Text, fill};

pub(super) fn choose(mut build: Build<'_>, banks: &[Bank]) -> Screen {
    let text = build.words();
    let group = matches!(build.show.view, View::ChooseAffiliated { .. });
    build.heading(if group { text.affiliated_heading() } else { text.banks_heading() });
    build.purpose();
    if banks.is_empty() {
        build.lead(text.no_banks());
        let retry = build.action(text.retry(), || Act::Input(Input::Retry));
        build.foot(&[retry]);
        return build.finish(text.no_banks(), None);
    }
    let search = el("input")
        .attr("type", "search")
        .attr("aria-label", text.search())
        .attr("placeholder", text.search())
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .part(PART_FIELD);
    let found = el("p").class("found");
    let list = List::new(banks, &build.show.settings.relay);
    let all = button(text.all_banks());
    all.set_shown(false);
    build.slot(SLOT_BANKS);
    for child in [&search, &found, &all, &list.node] {
        build.add(child);
    }
    build.replace_logos(&list.node);
    if group {
        let back = build.other_bank();
        build.foot(&[back]);
    }
    let (input, searched, live, way_out) =
        (search.clone(), Rc::clone(&list), build.live.clone(), all.clone());
    let last = RefCell::new(String::new());
    let look = Rc::new(move || {
        let query = input.value();
        if last.replace(query.clone()) == query {
            return;
        }
        let count = searched.search(&query);
        way_out.set_shown(count == 0);
        let summary = summary(&text, query.trim(), count);
        if found.say(&summary) {
            live.say(&summary);
        }
    });
    let (input, look_again, kept) = (search.clone(), Rc::clone(&look), Rc::clone(&look));
    build.listen(&search, "input", move |_| look());
    build.listen(&all, "click", move |_| {
        input.empty();
        look_again();
        input.focus();
    });
    let (rows, act) = (Rc::clone(&list), build.actor());
    build.listen(&list.node, "click", move |event| {
        if let Some(bank) = List::place(event).and_then(|place| rows.banks.get(place)) {
            act(chosen(bank));
        }
    });
    for target in [&search, &list.node] {
        let (input, rows, act) = (search.clone(), Rc::clone(&list), build.actor());
        build.capture(target, "keydown", move |event| {
            let place = List::place(event);
            match (&*key(event), place) {
                // Enter in the search chooses the only match.
                ("Enter", None) => {
                    if let Some(bank) = rows.only() {
                        act(chosen(bank));
                    }
                }
                ("ArrowDown", _) if rows.focus_after(place) => event.prevent_default(),
                ("ArrowUp", Some(place)) if rows.focus_before(place) || input.focus() => {
                    event.prevent_default();
                }
                _ => {}
            }
        });
    }
    // After a rebuild of the screen, the field may hold input.
    build.finish("", Some(Box::new(move |_| kept())))
}

fn chosen(bank: &Bank) -> Act {
    Act::Input(match &bank.affiliated {
        Some(id) => Input::ChooseAffiliated(id.clone()),
        None => Input::Choose(Pick::from(bank)),
    })
}

/// The line with the number of matches of `query`.
fn summary(text: &Text, query: &str, count: usize) -> String {
    match (count, query) {
        (_, "") => String::new(),
        (0, query) => fill(text.no_match(), &[("query", query)]),
        (count, _) => fill(text.matches(), &[("count", &count.to_string())]),
    }
}
