//! The rows of a long list, built in slices: the visible ones first, and no slice blocks the page. In the
//! end all exist for the keyboard and for screen readers. Rows that a search hides are built when they are
//! needed.

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

/// The banks, and the rows built so far.
pub(super) struct List {
    pub(super) node: El,
    pub(super) banks: Vec<Bank>,
    relay: String,
    /// A row without a bank; the others are copies of it.
    blank: Element,
    rows: RefCell<Vec<Row>>,
    /// Builds the next slice.
    timeout: Cell<Option<Timeout>>,
}

/// One bank's place in the list.
#[derive(Default)]
struct Row {
    node: Option<Element>,
    /// Made with the row, or by an earlier search.
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

    /// Shows the rows that match `typed`; returns their number.
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

    /// The index of the bank whose row `event` came from.
    pub(super) fn place(event: &Event) -> Option<usize> {
        let target: Element = event.target()?.dyn_into().ok()?;
        target.closest(".bank").ok()??.get_attribute("value")?.parse().ok()
    }

    /// The only match of a search, if there is exactly one.
    pub(super) fn only(&self) -> Option<&Bank> {
        let rows = self.rows.borrow();
        let mut wanted = rows.iter().zip(&self.banks).filter(|(row, _)| row.wanted);
        let (_, bank) = wanted.next()?;
        wanted.next().is_none().then_some(bank)
    }

    /// Focuses the first row after `place`, or the first of all; returns whether there is one.
    pub(super) fn focus_after(&self, place: Option<usize>) -> bool {
        let rows = self.rows.borrow();
        let from = place.map_or(0, |place| place + 1);
        let next = rows.iter().skip(from).find(|row| row.shown);
        next.is_some_and(Row::focus)
    }

    /// Focuses the last row before `place`; returns whether there is one.
    pub(super) fn focus_before(&self, place: usize) -> bool {
        let rows = self.rows.borrow();
        let next = rows.iter().take(place).rev().find(|row| row.shown);
        next.is_some_and(Row::focus)
    }

    /// Shows and hides rows. With many rows, the list is hidden meanwhile: a browser takes seconds to hide
    /// thousands of rows one by one, and no time for the whole list.
    fn settle(&self) {
        let mut rows = self.rows.borrow_mut();
        let many = rows.iter().filter(|row| row.shown != row.wanted).count() > MANY;
        if many {
            self.node.set_shown(false);
            // Reading its size makes the browser update the layout.
            self.node.element().client_height();
        }
        for row in rows.iter_mut() {
            row.settle();
        }
        if many {
            self.node.set_shown(true);
        }
    }

    /// Updates the rows from `place` on for one slice of time; a new task does the rest.
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
                    // The position exists: `next` is in the list, or the row is the last.
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
            // Our own numbers and names are valid attributes.
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
    /// The searchable forms of name and BIC.
    fn needle(&mut self, bank: &Bank) -> &Needle {
        self.needle
            .get_or_insert_with(|| Needle::of(&concat(&[&*bank.name, " ", bank.bic.as_str()])))
    }

    /// Shows or hides the row by `wanted`.
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

/// The longest slice: less than a frame, including the browser's own work.
const SLICE: Duration = Duration::from_millis(8);
/// The number of rows up to which they are shown and hidden one by one.
const MANY: usize = 100;
/// Rows between two readings of the clock.
const STEP: usize = 8;
