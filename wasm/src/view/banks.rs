//! The choice of a bank, or of one in a group: search as one types, arrows or tab to move, enter to choose.

use std::rc::Rc;

use js_sys::JsString;
use protocol::concat;
use protocol::flow::{Bank, Input, Pick, View};

use super::Act;
use super::build::{Build, Screen};
use super::dom::{El, button, el, key};
use crate::names::{PART_BANK, PART_FIELD, SLOT_BANKS};
use crate::text::{Text, fill};

/// One row of the list.
#[derive(Clone)]
struct Row {
    item: El,
    button: El,
    /// What the search looks in: name and BIC, in lower case.
    needle: JsString,
}

pub(super) fn choose(mut build: Build<'_>, banks: &[Bank]) -> Screen {
    let text = build.words();
    let group = matches!(build.show.view, View::ChooseAffiliated { .. });
    build.heading(if group { text.affiliated_heading() } else { text.banks_heading() });
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
    let rows: Vec<Row> = banks.iter().map(|bank| row(&mut build, bank)).collect();
    let list = el("ul").class("list").add_all(rows.iter().map(|row| row.item.clone()));
    let all = button(text.all_banks());
    all.set_shown(false);
    build.slot(SLOT_BANKS);
    for child in [&search, &found, &all, &list] {
        build.add(child);
    }
    if group {
        let back = build.other_bank();
        build.foot(&[back]);
    }
    let (input, filtered, live, way_out) =
        (search.clone(), rows.clone(), build.live.clone(), all.clone());
    let look = Rc::new(move || {
        let told = filter(&text, &input, &filtered);
        way_out.set_shown(filtered.iter().all(|row| is_hidden(&row.item)));
        if found.say(&told) {
            live.say(&told);
        }
    });
    let (input, look_again, kept) = (search.clone(), Rc::clone(&look), Rc::clone(&look));
    build.listen(&search, "input", move |_| look());
    build.listen(&all, "click", move |_| {
        input.empty();
        look_again();
        input.focus();
    });
    for target in [&search, &list] {
        let (input, rows) = (search.clone(), rows.clone());
        build.listen(target, "keydown", move |event| press(event, &input, &rows));
    }
    // What was typed may come from the same screen in other words.
    build.finish("", Some(Box::new(move |_| kept())))
}

fn row(build: &mut Build<'_>, bank: &Bank) -> Row {
    let (pick, affiliated) = (Pick::from(bank), bank.affiliated.clone());
    let button = build.plain("", move || {
        Act::Input(match &affiliated {
            Some(id) => Input::ChooseAffiliated(id.clone()),
            None => Input::Choose(pick.clone()),
        })
    });
    let button = button.part(PART_BANK);
    let logo = build.logo(bank);
    let name = el("span").class("name").text(&bank.name);
    let button = button.add_all([logo, name]);
    let needle = lower(&concat(&[&*bank.name, " ", bank.bic.as_str()]));
    Row { item: el("li").add(&button), button, needle }
}

/// Shows the rows that hold each word of the query, and says how many there are.
fn filter(text: &Text, input: &El, rows: &[Row]) -> String {
    let query = input.value();
    let words: Vec<String> = query.split_whitespace().map(|word| lower(word).into()).collect();
    let mut count = 0;
    for row in rows {
        let matches = words.iter().all(|word| row.needle.includes(word, 0));
        row.item.set_shown(matches);
        count += usize::from(matches);
    }
    match (count, query.trim()) {
        (_, "") => String::new(),
        (0, query) => fill(text.no_match(), &[("query", query)]),
        (count, _) => fill(text.matches(), &[("count", &count.to_string())]),
    }
}

/// Down and up move through what is shown; up from the first row is the search again. Enter in the search
/// chooses what it found, if that is one.
fn press(event: &web_sys::Event, search: &El, rows: &[Row]) {
    let step: isize = match &*key(event) {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        "Enter" => 0,
        _ => return,
    };
    let shown: Vec<&El> = std::iter::once(search)
        .chain(rows.iter().filter(|row| !is_hidden(&row.item)).map(|row| &row.button))
        .collect();
    let focused = shown.iter().position(|el| el.element().matches(":focus").unwrap_or(false));
    if step == 0 {
        if let ([_, only], Some(0)) = (&*shown, focused) {
            only.click();
        }
        return;
    }
    let next = focused.and_then(|index| index.checked_add_signed(step));
    if let Some(next) = next.and_then(|index| shown.get(index)) {
        event.prevent_default();
        next.focus();
    }
}

fn is_hidden(el: &El) -> bool {
    el.element().has_attribute("hidden")
}

/// Lower case as the person's language has it: the browser's table, for Rust's own would travel with the module.
fn lower(text: &str) -> JsString {
    JsString::from(text).to_locale_lower_case(None)
}
