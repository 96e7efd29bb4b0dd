//! The choice of a bank: search as one types, arrows or tab to move, enter to choose.

use js_sys::JsString;
use protocol::concat;
use protocol::flow::{Bank, Input};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::Act;
use super::build::{Build, Screen};
use super::dom::{El, el};
use crate::names::PART_BANK;
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
    build.heading(text.banks_heading());
    if banks.is_empty() {
        build.paragraph("lead", text.no_banks());
        let retry = build.action(text.retry(), || Act::Input(Input::Retry));
        build.foot([retry]);
        return build.finish(text.no_banks(), None);
    }
    let search = el("input")
        .class("field")
        .attr("type", "search")
        .attr("aria-label", text.search())
        .attr("placeholder", text.search())
        .attr("autocomplete", "off")
        .attr("spellcheck", "false");
    let found = el("p").class("found");
    let rows: Vec<Row> = banks.iter().map(|bank| row(&mut build, bank)).collect();
    let list = el("ul").class("list").add_all(rows.iter().map(|row| row.item.clone()));
    for child in [&search, &found, &list] {
        build.add(child);
    }
    let input = search.clone();
    let (filtered, live) = (rows.clone(), build.live.clone());
    build.listen(&search, "input", move |_| {
        let told = filter(&text, &input, &filtered);
        found.say(&told);
        live.say(&told);
    });
    for target in [&search, &list] {
        let (input, rows) = (search.clone(), rows.clone());
        build.listen(target, "keydown", move |event| move_focus(event, &input, &rows));
    }
    build.finish("", None)
}

fn row(build: &mut Build<'_>, bank: &Bank) -> Row {
    let bic = bank.bic.clone();
    let button = build.plain("", move || Act::Input(Input::Choose(bic.clone())));
    let button = button.class("bank").part(PART_BANK);
    let logo = build.logo(bank, "small");
    let name = el("span").class("name").text(&bank.name);
    let button = button.add_all([logo, name]);
    let needle = lower(&concat(&[&*bank.name, " ", bank.bic.as_str()]));
    Row { item: el("li").add(&button), button, needle }
}

/// Shows the rows that hold each word of the query, and says how many there are.
fn filter(text: &Text, input: &El, rows: &[Row]) -> String {
    let query = value(input);
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

/// Down and up move through what is shown; up from the first row is the search again.
fn move_focus(event: &web_sys::Event, search: &El, rows: &[Row]) {
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
        return;
    };
    let step: isize = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let shown: Vec<&El> = std::iter::once(search)
        .chain(rows.iter().filter(|row| !is_hidden(&row.item)).map(|row| &row.button))
        .collect();
    let focused = shown.iter().position(|el| el.element().matches(":focus").unwrap_or(false));
    let next = focused.and_then(|index| index.checked_add_signed(step));
    if let Some(next) = next.and_then(|index| shown.get(index)) {
        event.prevent_default();
        focus(next);
    }
}

fn is_hidden(el: &El) -> bool {
    el.element().has_attribute("hidden")
}

fn focus(el: &El) {
    if let Some(element) = el.element().dyn_ref::<HtmlElement>() {
        // A row that cannot be focused leaves the focus where it is.
        let _ = element.focus();
    }
}

fn value(input: &El) -> String {
    input.element().dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value).unwrap_or_default()
}

/// Lower case as the person's language has it: the browser's table, for Rust's own would travel with the module.
fn lower(text: &str) -> JsString {
    JsString::from(text).to_locale_lower_case(None)
}
