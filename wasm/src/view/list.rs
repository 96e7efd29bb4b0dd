//! The rows of a long list, made piece by piece: what is in view comes first, and no piece holds the page up. In the end
//! all are there for the keyboard and for a screen reader. Rows that a search leaves out are made only when they are
//! wanted.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use gloo_timers::callback::Timeout;
use protocol::concat;
use protocol::flow::Bank;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::dom::{El, button, el};
use super::fold::{Needle, Query};
use super::logo;
use crate::browser::clock;
use crate::names::PART_BANK;

/// The banks, and as many rows as there are yet.
pub(super) struct List {
    pub(super) node: El,
    pub(super) banks: Vec<Bank>,
    relay: String,
    /// A row without a bank, of which the others are copies.
    blank: Element,
    rows: RefCell<Vec<Row>>,
    /// Makes the next piece.
    timeout: Cell<Option<Timeout>>,
}

/// One bank's place in the list.
#[derive(Default)]
struct Row {
    node: Option<Element>,
    /// Made with the row, or with a search that comes before.
    needle: Option<Needle>,
    wanted: bool,
    shown: bool,
}

impl List {
    /// A list of `banks`, whose logos come from the relay at `relay`.
    pub(super) fn new(banks: &[Bank], relay: &str) -> Rc<Self> {
        let name = el("span").class("name");
        let row = button("").part(PART_BANK).add(&logo::blank()).add(&name);
        let rows = banks.iter().map(|_| Row { wanted: true, ..Row::default() }).collect();
        let list = Rc::new(Self {
            node: el("ul").class(if banks.len() > MANY { "list long" } else { "list" }),
            banks: banks.to_vec(),
            relay: relay.to_owned(),
            blank: el("li").add(&row).element().clone(),
            rows: RefCell::new(rows),
            timeout: Cell::new(None),
        });
        list.go_on(0);
        list
    }

    /// Leaves the rows that `typed` asks for; how many they are.
    pub(super) fn search(self: &Rc<Self>, typed: &str) -> usize {
        let query = Query::of(typed);
        let mut count = 0;
        for (row, bank) in self.rows.borrow_mut().iter_mut().zip(&self.banks) {
            row.wanted = row.needle(bank).has(&query);
            count += usize::from(row.wanted);
        }
        self.settle();
        self.go_on(0);
        count
    }

    /// The bank whose row `event` came from.
    pub(super) fn place(event: &Event) -> Option<usize> {
        let target: Element = event.target()?.dyn_into().ok()?;
        target.closest(".bank").ok()??.get_attribute("value")?.parse().ok()
    }

    /// The only bank that a search has left, if that is one.
    pub(super) fn only(&self) -> Option<&Bank> {
        let rows = self.rows.borrow();
        let mut wanted = rows.iter().zip(&self.banks).filter(|(row, _)| row.wanted);
        let (_, bank) = wanted.next()?;
        wanted.next().is_none().then_some(bank)
    }

    /// Focuses the first row after `place`, or from the top; whether there is one.
    pub(super) fn focus_after(&self, place: Option<usize>) -> bool {
        let rows = self.rows.borrow();
        let from = place.map_or(0, |place| place + 1);
        let next = rows.iter().skip(from).find(|row| row.shown);
        next.is_some_and(Row::focus)
    }

    /// Focuses the last row before `place`; whether there is one.
    pub(super) fn focus_before(&self, place: usize) -> bool {
        let rows = self.rows.borrow();
        let next = rows.iter().take(place).rev().find(|row| row.shown);
        next.is_some_and(Row::focus)
    }

    /// Shows and hides the rows that there are. Where those are many, the list is gone meanwhile: a browser takes
    /// thousands of rows out of it one by one in seconds, and all of it at once.
    fn settle(&self) {
        let mut rows = self.rows.borrow_mut();
        let many = rows.iter().filter(|row| row.shown != row.wanted).count() > MANY;
        if many {
            self.node.set_shown(false);
            // To be asked for its size, the page must be up to date.
            self.node.element().client_height();
        }
        for row in rows.iter_mut() {
            row.settle();
        }
        if many {
            self.node.set_shown(true);
        }
    }

    /// Brings the rows from `place` on up to date, for as long as nobody notices; the rest in a task of its own.
    fn go_on(self: &Rc<Self>, mut place: usize) {
        let began = clock::now();
        let mut rows = self.rows.borrow_mut();
        let mut ahead = place;
        while place < rows.len() {
            ahead = ahead.max(place + 1);
            while rows.get(ahead).is_some_and(|row| row.node.is_none()) {
                ahead += 1;
            }
            let next = rows.get(ahead).and_then(|row| row.node.clone());
            if let (Some(row), Some(bank)) = (rows.get_mut(place), self.banks.get(place)) {
                if row.wanted && row.node.is_none() {
                    let node = self.row(place, bank);
                    // There is a place for it: `next` is in the list, or it is the last.
                    let _ = self.node.element().insert_before(&node, next.as_deref());
                    row.shown = true;
                    row.needle(bank);
                    row.node = Some(node);
                }
                row.settle();
            }
            place += 1;
            if place.is_multiple_of(STEP) && began.until(clock::now()) >= SLICE {
                break;
            }
        }
        let weak = Rc::downgrade(self);
        let rest = (place < rows.len()).then(|| {
            Timeout::new(0, move || {
                if let Some(list) = Weak::upgrade(&weak) {
                    list.go_on(place);
                }
            })
        });
        self.timeout.set(rest);
    }

    fn row(&self, place: usize, bank: &Bank) -> Element {
        let copy = self.blank.clone_node_with_deep(true);
        let row: Element = copy.map_or_else(|_| self.blank.clone(), JsCast::unchecked_into);
        if let Some(button) = row.first_element_child() {
            // Numbers and names of our own: a browser takes them.
            let _ = button.set_attribute("value", &place.to_string());
            if let (Some(square), Some(name)) =
                (button.first_element_child(), button.last_element_child())
            {
                logo::fill(&square, bank, &self.relay);
                name.set_text_content(Some(&bank.name));
            }
        }
        row
    }
}

impl Row {
    /// What a search looks in: name and BIC.
    fn needle(&mut self, bank: &Bank) -> &Needle {
        self.needle
            .get_or_insert_with(|| Needle::of(&concat(&[&*bank.name, " ", bank.bic.as_str()])))
    }

    /// Shows or hides the row as it is wanted.
    fn settle(&mut self) {
        if let Some(node) = &self.node
            && self.shown != self.wanted
        {
            self.shown = self.wanted;
            // The name is a constant: it cannot fail.
            let _ = node.toggle_attribute_with_force("hidden", !self.wanted);
        }
    }

    fn focus(&self) -> bool {
        let button = self.node.as_ref().and_then(Element::first_element_child);
        button.is_some_and(|button| El::of(button).focus())
    }
}

/// What one piece may take: less than a frame, with what the browser does with it.
const SLICE: Duration = Duration::from_millis(8);
/// Rows that are drawn, shown and hidden one by one.
const MANY: usize = 100;
/// Rows between two looks at the clock.
const STEP: usize = 8;
