//! Renders the flow's view: nodes by `createElement` and text nodes only, so that a strict content policy
//! holds and no text of a bank becomes markup. It reads the view and decides nothing.

mod approval;
mod away;
mod banks;
mod build;
mod code;
mod countdown;
pub(crate) mod dom;
mod facts;
mod fields;
mod fold;
pub(crate) mod keys;
mod list;
pub(crate) mod logo;
pub(crate) mod mark;
mod methods;
mod outcome;
mod picture;
mod ready;
mod rescue;
mod visibility;
mod wait;

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use protocol::Tick;
use protocol::flow::{Ids, Input, View, Way};
use protocol::wire::LinkSession;
use web_sys::ShadowRoot;

use self::build::{Build, Screen};
use self::dom::{El, el, live};
use self::keys::Keys;
use crate::browser::page;
use crate::names::{PART_BASE, PART_HEADING, PART_LEAD};
use crate::settings::Settings;
use crate::text::Text;

/// The style sheet of the widget: `view/style.css`, written by `build.rs`.
pub(crate) const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// An act of the person on a screen.
pub(crate) enum Act {
    /// An input that goes to the flow unchanged.
    Input(Input),
    /// They are ready: the driver adds today's date.
    Begin(Way, Ids),
    /// They go to the bank's page in a window of its own.
    Leave,
}

/// Receives the person's acts.
pub(crate) type Actor = Rc<dyn Fn(Act)>;

/// The data of a screen.
pub(crate) struct Show<'a> {
    /// What to show.
    pub(crate) view: &'a View<'a>,
    /// Now.
    pub(crate) now: Tick,
    /// The page's choices.
    pub(crate) settings: &'a Settings,
    /// The link session that the host's own server has made.
    pub(crate) link_session: Option<&'a LinkSession>,
    /// The words, in the person's language.
    pub(crate) text: &'a Rc<Text>,
    /// The code to give to support.
    pub(crate) support_code: Option<&'a str>,
}

/// The nodes of one element, and the current screen.
pub(crate) struct Page {
    root: ShadowRoot,
    /// Added to `root` with the first screen: until then the page's own content of the tag stays.
    base: El,
    /// A live region: screen readers speak its changes; it takes no focus and is invisible.
    live: El,
    act: Actor,
    /// What brings the next screen.
    trigger: Rc<Cell<Trigger>>,
    on: Option<(Key, Screen)>,
    /// Runs until the first screen is announced.
    first: Option<Timeout>,
    _keys: Keys,
}

/// How a screen appears.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Appearance {
    First,
    Next,
    Rebuilt,
}

/// What brings the next screen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trigger {
    /// The bank, or time.
    Flow,
    /// The person, who wants to see the result.
    Person,
}

/// A screen with another key replaces the current one and takes the focus.
type Key = (&'static str, u32);

impl Page {
    /// An empty page in `root`.
    pub(crate) fn new(root: &ShadowRoot, act: Actor) -> Self {
        let live = live();
        let base = el("section").part(PART_BASE).add(&live);
        let trigger = Rc::new(Cell::new(Trigger::Flow));
        let next = Rc::clone(&trigger);
        let act = Rc::new(move |what| {
            next.set(Trigger::Person);
            act(what);
        });
        let keys = Keys::of(&base);
        Self { root: root.clone(), base, live, act, trigger, on: None, first: None, _keys: keys }
    }

    /// Shows `show`: builds its screen, or updates the current one.
    pub(crate) fn show(&mut self, show: &Show<'_>) {
        let number = match show.view {
            View::Challenge { step, .. } => step.0,
            View::Ready { offer, .. } => offer.edition,
            _ => 0,
        };
        let key = (show.view.name(), number);
        if self.on.as_ref().is_none_or(|(on, _)| *on != key) {
            self.replace(key, show);
        }
        if let Some((_, screen)) = &mut self.on {
            screen.update(show);
        }
    }

    /// Makes the next `show` of the same view rebuild its screen. Input and focus are kept.
    pub(crate) fn expire(&mut self) {
        if let Some((key, _)) = &mut self.on {
            key.0 = EXPIRED;
        }
    }

    /// Removes all nodes and listeners.
    pub(crate) fn clear(&mut self) {
        (self.on, self.first) = (None, None);
        self.root.replace_children_with_node_1(el("slot").element());
    }

    fn replace(&mut self, key: Key, show: &Show<'_>) {
        if self.on.is_none() {
            self.root.replace_children_with_node_1(self.base.element());
        }
        self.first = None;
        let focused = page::has_focus(self.base.element());
        let mut screen = screen(Build::new(show, &self.act, &self.live));
        let (mut place, mut appearance) =
            (None, if self.on.is_none() { Appearance::First } else { Appearance::Next });
        if let Some(((name, _), old)) = self.on.take() {
            if name == EXPIRED {
                appearance = Appearance::Rebuilt;
                place = screen.take_over(&old);
            }
            old.root().remove();
        }
        self.base.element().set_attribute("lang", show.text.lang()).unwrap_or_default();
        self.base.add_element(screen.root());
        if let Some(place) = place {
            // The place counts all nodes, and an update adds some.
            screen.update(show);
            screen.focus_at(place);
        } else if focused {
            // A screen reader reads the heading that gets the focus.
            screen.focus();
            self.live.say(screen.help());
        } else if appearance != Appearance::First {
            self.live.say(&screen.announcement());
        } else if !matches!(show.view, View::LoadingBanks(_)) {
            let (live, words) = (self.live.clone(), screen.announcement());
            self.first = Some(Timeout::new(KNOWN, move || {
                live.say(&words);
            }));
        }
        if appearance == Appearance::Next
            && (self.trigger.replace(Trigger::Flow) == Trigger::Person || focused)
        {
            // Reveals the heading, then the top, where both fit: a long list may have ended far below.
            screen.heading().reveal();
            page::reveal_top(self.base.element());
        }
        self.on = Some((key, screen));
    }
}

/// Shows in `root` that the page is not set up correctly.
pub(crate) fn misconfigured(root: &ShadowRoot, text: &Text) {
    let base = base(root).attr("lang", text.lang());
    base.add(&el("div").class("screen").attr("role", "alert").add_all([
        mark::BROKEN.draw(),
        el("h2").part(PART_HEADING).text(text.misconfigured_heading()),
        el("p").part(PART_LEAD).text(text.misconfigured_help()),
    ]));
}

/// Milliseconds after which a screen reader knows a new live region: it speaks changes of those that it knows.
const KNOWN: u32 = 150;

/// The name of a screen whose words or looks are out of date.
const EXPIRED: &str = "";

fn base(root: &ShadowRoot) -> El {
    let base = el("section").part(PART_BASE);
    root.replace_children_with_node_1(base.element());
    base
}

fn screen(build: Build<'_>) -> Screen {
    match build.show.view {
        View::Idle => wait::idle(build),
        View::LoadingBanks(_) => wait::loading(build),
        View::ChooseBank { banks } | View::ChooseAffiliated { banks, .. } => {
            banks::choose(build, banks)
        }
        View::Ready { offer, ways, .. } => ready::ready(build, offer, *ways),
        View::Preparing { .. } => wait::preparing(build),
        View::ChooseMethod { methods, .. } => methods::choose(build, methods),
        View::Challenge { device, challenge, step, steps, .. } => {
            approval::challenge(build, *device, challenge, *step, *steps)
        }
        View::Signing { method, device, prompt, .. } => {
            wait::signing(build, *device, *method, *prompt)
        }
        View::Redirecting { page, .. } => away::redirecting(build, page),
        View::AtBank { .. } => away::at_bank(build),
        View::Finishing { .. } => wait::finishing(build),
        View::Linked(linked) => outcome::linked(build, linked),
        View::Ended { bank, ending, next, .. } => outcome::ended(build, *bank, ending, *next),
    }
}
