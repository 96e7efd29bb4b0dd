//! Renders the model: nodes by name and text only. It reads the model and decides nothing. A screen is built again at each
//! change; what had the focus is found again by the key of its act.

mod account;
mod list;

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use protocol::concat;
use wasm_bindgen::JsCast;
use web_sys::{Element, ShadowRoot};

use super::act::Act;
use super::ask::Refusal;
use super::model::{Model, News};
use super::screen::{Fault, Screen, Step};
use super::text::Text;
use crate::browser::{clock, intl, page};
use crate::names::{
    PART_ACTION, PART_BASE, PART_BUTTON, PART_HEADING, PART_LEAD, PART_MESSAGE, PART_QUIET,
};
use crate::text::fill;
use crate::view::dom::{El, el, live};
use crate::view::keys::Keys;
use crate::view::logo;
use crate::view::mark::{self, Mark};

/// The nodes of one element.
pub(super) struct Page {
    root: ShadowRoot,
    relay: String,
    /// Added to `root` with the first screen: until then the page's own content of the tag stays.
    base: El,
    live: El,
    /// What brings the next screen.
    trigger: Rc<Cell<Trigger>>,
    /// The name of the present screen, and its nodes.
    on: Option<(String, El)>,
    _listeners: [EventListener; 2],
    _keys: Keys,
}

/// What brings the next screen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trigger {
    /// The relay, or time.
    Model,
    /// The person, who wants to see the result.
    Person,
}

impl Page {
    /// An empty page in `root`; `act` receives what the person does.
    pub(super) fn new(root: &ShadowRoot, relay: &str, act: impl Fn(Act) + 'static) -> Self {
        let live = live();
        let base = el("section").part(PART_BASE).add(&live);
        let trigger = Rc::new(Cell::new(Trigger::Model));
        let next = Rc::clone(&trigger);
        let clicks = EventListener::new(base.element(), "click", move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let button = target.and_then(|target| target.closest(ANY).ok().flatten());
            let key = button.and_then(|button| button.get_attribute(KEY));
            if let Some(wanted) = key.and_then(|key| Act::of_key(&key)) {
                next.set(Trigger::Person);
                act(wanted);
            }
        });
        // An error of an image does not bubble.
        let capture = EventListenerOptions::run_in_capture_phase();
        let errors =
            EventListener::new_with_options(base.element(), "error", capture, logo::replace);
        Self {
            root: root.clone(),
            relay: relay.to_owned(),
            _keys: Keys::of(&base),
            base,
            live,
            trigger,
            on: None,
            _listeners: [clicks, errors],
        }
    }

    /// Shows `model`.
    pub(super) fn show(&mut self, model: &mut Model, text: &Text) {
        let is_first = self.on.is_none();
        if is_first {
            self.root.replace_children_with_node_1(self.base.element());
        }
        let has_focus = page::has_focus(self.base.element());
        let focused = self.focused();
        let shown = Shown { model, text, relay: &self.relay };
        let (name, screen) = shown.screen();
        let is_next = self.on.as_ref().is_none_or(|(on, _)| *on != name);
        let help = screen.help.clone();
        self.base.element().set_attribute("lang", text.lang()).unwrap_or_default();
        if let Some((_, old)) = self.on.take() {
            old.element().remove();
        }
        self.base.add_element(screen.root.element());
        self.on = Some((name, screen.root));
        let is_over = matches!(model.screen(), Screen::Failed(_));
        let news = model.take_news();
        let left = model.take_left();
        let person = self.trigger.replace(Trigger::Model) == Trigger::Person;
        if is_next && !is_first && (person || has_focus) {
            // Who comes back is where they left.
            if !left.is_some_and(|act| self.focus(&act.key())) {
                page::focus_still(screen.heading.element());
                page::reveal_top(self.base.element());
            }
            self.live.say(&help);
        } else if is_next && is_over {
            // Nothing else tells a person who is elsewhere on the page.
            let heading = screen.heading.element().text_content().unwrap_or_default();
            self.live.say(&concat(&[&*heading, ". ", &help]));
        } else if !is_next && has_focus && !self.goes_on(focused, news.as_ref()) {
            page::focus_still(screen.heading.element());
        }
        if let Some(news) = news {
            self.live.say(&words(&news, text));
        }
    }

    /// Focuses what the person goes on with on the same screen: the first of the rows that they asked for, else what had
    /// the focus before. Returns whether it is there.
    fn goes_on(&self, focused: Option<String>, news: Option<&News>) -> bool {
        let Some(key) = focused else { return false };
        let has_more = matches!(news, Some(News::Transactions(_))) && key == Act::More.key();
        (has_more && self.focus(FIRST_NEW)) || self.focus(&key)
    }

    /// Removes all nodes and listeners.
    pub(super) fn clear(&mut self) {
        self.on = None;
        self.root.replace_children_with_node_1(el("slot").element());
    }

    /// The key of the focused node.
    fn focused(&self) -> Option<String> {
        self.root.active_element()?.get_attribute(KEY)
    }

    /// Focuses the node with this key, if there is one.
    fn focus(&self, key: &str) -> bool {
        let nodes = self.base.element().get_elements_by_class_name(FOUND);
        let mut nodes = (0..nodes.length()).filter_map(|index| nodes.item(index));
        let node = nodes.find(|node| node.get_attribute(KEY).as_deref() == Some(key));
        node.is_some_and(|node| El::of(node).focus())
    }
}

fn words(news: &News, text: &Text) -> String {
    match news {
        News::Removed(bank) => fill(text.removed(), &[("bank", bank)]),
        News::NotRemoved => text.remove_failed().to_owned(),
        News::Accounts(0) => text.no_accounts().to_owned(),
        News::Accounts(count) => fill(text.accounts_count(), &[("count", &count.to_string())]),
        News::Transactions(0) => text.no_transactions().to_owned(),
        News::Transactions(count) => {
            fill(text.transactions_count(), &[("count", &count.to_string())])
        }
        News::Unread(why) => reason(*why, text),
    }
}

/// Why something could not be read.
fn reason(why: Refusal, text: &Text) -> String {
    let words = match why {
        Refusal::Ended | Refusal::Over | Refusal::Elsewhere => text.ended(),
        Refusal::SignAgain => text.sign_again(),
        Refusal::NotGranted => text.not_granted(),
        Refusal::Unreached => text.unreached(),
        Refusal::Failed => text.unread(),
        Refusal::TooOften { until } => {
            let time = intl::moment(text.locale(), &clock::moment(until));
            return fill(text.too_often(), &[("time", &time)]);
        }
    };
    words.to_owned()
}

/// What is shown, and how.
struct Shown<'a> {
    model: &'a Model,
    text: &'a Text,
    relay: &'a str,
}

/// A screen, before it is on the page.
struct Built {
    root: El,
    heading: El,
    /// What a screen reader says after the heading.
    help: String,
}

impl Built {
    fn new(heading: &str) -> Self {
        let heading = el("h2").part(PART_HEADING).attr("tabindex", "-1").text(heading);
        let root = el("div").class("screen").add(&heading);
        Self { root, heading, help: String::new() }
    }

    fn add(&self, child: &El) {
        self.root.add_element(child.element());
    }

    fn lead(&mut self, text: &str) {
        self.add(&el("p").part(PART_LEAD).text(text));
        text.clone_into(&mut self.help);
    }
}

impl Shown<'_> {
    /// The present screen, and a name that differs from that of every other.
    fn screen(&self) -> (String, Built) {
        match self.model.screen() {
            Screen::Loading => ("loading".to_owned(), self.loading()),
            Screen::Failed(fault) => (fault.name().to_owned(), self.failed(*fault)),
            Screen::List => ("list".to_owned(), self.list()),
            Screen::Confirm { connection, step } => {
                (concat(&["remove ", connection]), self.confirm(connection, *step))
            }
            Screen::Accounts(accounts) => {
                (concat(&["accounts ", &accounts.connection]), self.accounts(accounts))
            }
            Screen::Transactions { accounts, account, pages } => (
                concat(&["transactions ", &account.id]),
                self.transactions(&accounts.connection, account, pages),
            ),
        }
    }

    /// The name of the service: the relay's, else the page's host.
    fn service(&self) -> String {
        let said = self.model.session().and_then(|session| session.service.clone());
        said.unwrap_or_else(page::host_name)
    }

    fn with_service(&self, template: &str) -> String {
        fill(template, &[("service", &self.service())])
    }

    fn loading(&self) -> Built {
        let mut built = Built::new(self.text.heading());
        built.add(&waiting(3));
        self.text.loading().clone_into(&mut built.help);
        built
    }

    fn failed(&self, fault: Fault) -> Built {
        let text = self.text;
        let (mark, heading, help): (&Mark, _, _) = match fault {
            Fault::Unreachable => (&mark::BROKEN, text.failed_heading(), text.failed_help()),
            Fault::CookiesBlocked => (&mark::BROKEN, text.cookies_heading(), text.cookies_help()),
            Fault::Over => (&mark::LATE, text.over_heading(), text.over_help()),
            Fault::Elsewhere => (&mark::STOPPED, text.elsewhere_heading(), text.elsewhere_help()),
        };
        let mut built = Built::new(heading);
        built.add(&mark.draw());
        built.lead(help);
        if fault.may_pass() {
            built.add(&el("div").class("foot").add(&button(
                PART_ACTION,
                text.retry(),
                &Act::Retry,
            )));
        }
        built
    }

    fn confirm(&self, connection: &str, step: Step) -> Built {
        let text = self.text;
        let bank = self.model.connection(connection).map_or("", |one| &*one.bank);
        let mut built = Built::new(&fill(text.remove_heading(), &[("bank", bank)]));
        built.lead(&self.with_service(text.remove_help()));
        if step == Step::Failed {
            built.add(&el("p").part(PART_MESSAGE).text(text.remove_failed()));
        }
        let remove = button(PART_ACTION, text.remove(), &Act::Confirm);
        let keep = button(PART_QUIET, text.keep(), &Act::Back);
        if step == Step::Ending {
            for button in [&remove, &keep] {
                button.set("aria-disabled", "true");
            }
        }
        built.add(&el("div").class("foot").add_all([remove, keep]));
        built
    }

    /// What a person reads in place of what could not be read.
    fn unread(&self, why: Refusal) -> El {
        el("p").part(PART_MESSAGE).text(&reason(why, self.text))
    }
}

/// Shows in `root` that the page is not set up correctly.
pub(super) fn misconfigured(root: &ShadowRoot, text: &Text) {
    let mut built = Built::new(text.misconfigured_heading());
    built.add(&mark::BROKEN.draw());
    built.lead(text.misconfigured_help());
    built.root.set("role", "alert");
    let base = el("section").part(PART_BASE).attr("lang", text.lang()).add(&built.root);
    root.replace_children_with_node_1(base.element());
}

/// A button for `act`.
fn button(part: &str, label: &str, act: &Act) -> El {
    let class = concat(&[part, " ", FOUND]);
    let button = el("button").part(part).class(&class).attr("type", "button").text(label);
    button.attr(KEY, &act.key())
}

/// The same among others of its kind: a screen reader says of `which` bank or account it is.
fn button_of(part: &str, label: &str, act: &Act, which: &str) -> El {
    button(part, label, act).attr("aria-label", &concat(&[label, ": ", which]))
}

/// Another button, in a row of buttons.
fn plain(label: &str, act: &Act) -> El {
    button(PART_BUTTON, label, act)
}

/// The button that leaves a screen, at its upper edge: a list below may be as long as it likes.
fn up(text: &Text) -> El {
    let class = concat(&[PART_QUIET, " ", FOUND, " up"]);
    button(PART_QUIET, text.back(), &Act::Back).attr("class", &class)
}

/// Grey rows in place of what is being read.
fn waiting(rows: usize) -> El {
    let list = el("div").class("list").attr("aria-hidden", "true");
    list.add_all((0..rows).map(|_| el("div").class("skeleton row")))
}

/// The attribute with the key of a button's act, and the class of such buttons.
const KEY: &str = "data-act";
const ANY: &str = "[data-act]";
const FOUND: &str = "act";
/// The key of the first row of the last page.
const FIRST_NEW: &str = "first-new";
/// Rows from which a screen has the button that leaves it at its end, too.
const LONG: usize = 8;
