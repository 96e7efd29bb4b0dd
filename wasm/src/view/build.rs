//! What every screen consists of, in this order: the bank, a heading that takes the focus, texts, a line
//! about a poor connection, and buttons.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use protocol::concat;
use protocol::flow::{Connection, Input};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::dom::{El, el};
use super::mark::Mark;
use super::{Act, Actor, Show, facts};
use crate::browser::page;
use crate::names::{
    PART_ACTION, PART_BUTTON, PART_HEADING, PART_LEAD, PART_MESSAGE, PART_QUIET, PART_TROUBLED,
};
use crate::text::{Text, fill};

/// The current screen. Dropping it removes its listeners.
pub(super) struct Screen {
    root: El,
    heading: El,
    help: String,
    troubled: El,
    message: El,
    back: El,
    live: El,
    update: Option<Update>,
    listeners: Vec<EventListener>,
}

/// Updates the changing parts of a screen.
pub(super) type Update = Box<dyn FnMut(&Show<'_>)>;

/// A screen under construction.
pub(super) struct Build<'a> {
    pub(super) show: &'a Show<'a>,
    act: Actor,
    /// Screen readers speak its changes.
    pub(super) live: El,
    /// The line about a poor connection: under the heading, or where a screen adds it again.
    pub(super) troubled: El,
    /// The bank's message, where a screen adds it.
    pub(super) message: El,
    /// That the person must return from the app by hand, where a screen adds it.
    pub(super) back: El,
    root: El,
    heading: El,
    listeners: Vec<EventListener>,
}

impl Screen {
    pub(super) fn root(&self) -> &Element {
        self.root.element()
    }

    /// What a screen reader says after the heading when the screen appears.
    pub(super) fn help(&self) -> &str {
        &self.help
    }

    /// The same with the heading, for a screen that does not get the focus.
    pub(super) fn announcement(&self) -> String {
        let heading = self.heading.said();
        concat(&[&*heading, ". ", &self.help])
    }

    pub(super) fn focus(&self) {
        page::focus_still(self.heading.element());
    }

    /// The heading, which must be in view.
    pub(super) fn heading(&self) -> &El {
        &self.heading
    }

    /// Takes over the input on `old`, the same screen before a rebuild. Returns the index of the focused
    /// node, if one has the focus.
    pub(super) fn take_over(&self, old: &Self) -> Option<u32> {
        let is = |place: &EventListener, what: &str| node(place).matches(what).unwrap_or(false);
        let fields = self.listeners.iter().zip(&old.listeners);
        for (new, old) in fields.filter(|(_, old)| is(old, "input")) {
            node(new).set_value(&node(old).value());
        }
        let nodes = old.root().get_elements_by_tag_name("*");
        (0..nodes.length()).find(|place| {
            nodes.item(*place).is_some_and(|node| node.matches(":focus").unwrap_or(false))
        })
    }

    /// Focuses the node at index `place`, if it can take the focus.
    pub(super) fn focus_at(&self, place: u32) {
        if let Some(node) = self.root().get_elements_by_tag_name("*").item(place) {
            El::of(node).focus();
        }
    }

    pub(super) fn update(&mut self, show: &Show<'_>) {
        let troubled = match facts::connection(show.view) {
            Connection::Good => "",
            Connection::Troubled if page::is_offline() => show.text.offline(),
            Connection::Troubled => show.text.troubled(),
        };
        // Also without a message: else the same words later would count as unchanged, and not be spoken.
        for (line, words) in
            [(&self.troubled, troubled), (&self.message, facts::message(show.view))]
        {
            if line.say(words) {
                self.live.say(words);
            }
        }
        self.back.say(if facts::by_hand(show.view) { show.text.come_back() } else { "" });
        if let Some(update) = &mut self.update {
            update(show);
        }
    }
}

/// The target of a listener, as a field. The window is not a node and matches nothing.
fn node(listener: &EventListener) -> &HtmlInputElement {
    listener.target().unchecked_ref()
}

impl<'a> Build<'a> {
    pub(super) fn new(show: &'a Show<'a>, act: &Actor, live: &El) -> Self {
        let heading = el("h2").part(PART_HEADING).attr("tabindex", "-1");
        let mut build = Self {
            show,
            act: Actor::clone(act),
            live: live.clone(),
            troubled: el("p").part(PART_TROUBLED),
            message: el("p").part(PART_MESSAGE).text(facts::message(show.view)),
            back: el("p").class("note"),
            root: el("div").class("screen"),
            heading,
            listeners: Vec::new(),
        };
        if let Some(bank) = facts::bank(show.view) {
            let logo = build.logo(bank);
            build.add(&el("p").class("of").add(&logo).add(&el("span").text(&bank.name)));
        }
        build.add(&build.heading);
        build.add(&build.troubled);
        build
    }

    pub(super) fn words(&self) -> Rc<Text> {
        Rc::clone(self.show.text)
    }

    /// `template` with the service's and, where there is one, the bank's name.
    pub(super) fn fill(&self, template: &str) -> String {
        let bank = facts::bank(self.show.view).map_or("", |bank| &bank.name);
        fill(template, &[("bank", bank), ("service", self.service())])
    }

    /// The name of the service that asks: the relay's, else the page's.
    fn service(&self) -> &str {
        let said = self.show.link_session.and_then(|session| session.service.as_deref());
        said.unwrap_or(&self.show.settings.service)
    }

    /// What the service wants the data for, where the host's own server says it.
    pub(super) fn purpose(&self) {
        if let Some(purpose) = self.show.link_session.and_then(|it| it.purpose.as_deref()) {
            let template = self.show.text.purpose();
            let words = [("service", self.service()), ("purpose", purpose)];
            self.add(&el("p").part(PART_LEAD).text(&fill(template, &words)));
        }
    }

    /// The heading. It does not name the bank, which stands above it.
    pub(super) fn heading(&self, text: &str) {
        self.heading.say(text);
    }

    /// The mark of the outcome, seen before anything is read.
    pub(super) fn mark(&self, mark: &Mark) {
        self.add(&mark.draw());
    }

    /// The explanation of the heading.
    pub(super) fn lead(&self, text: &str) {
        self.add(&el("p").part(PART_LEAD).text(text));
        self.add(&self.troubled);
    }

    pub(super) fn add(&self, child: &El) {
        self.root.add_element(child.element());
    }

    pub(super) fn paragraph(&self, class: &str, text: &str) {
        self.add(&el("p").class(class).text(text));
    }

    /// A place for the page's own nodes.
    pub(super) fn slot(&self, name: &str) {
        self.add(&el("slot").attr("name", name));
    }

    /// The screen's main button.
    pub(super) fn action(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button(PART_ACTION, label, Box::new(act))
    }

    /// Another button; the style depends on its place.
    pub(super) fn plain(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button(PART_BUTTON, label, Box::new(act))
    }

    /// A button that leaves the screen's task.
    pub(super) fn quiet(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button(PART_QUIET, label, Box::new(act))
    }

    pub(super) fn cancel(&mut self) -> El {
        self.quiet(self.words().cancel(), || Act::Input(Input::Cancel))
    }

    pub(super) fn other_bank(&mut self) -> El {
        let button = self.quiet(self.words().other_bank(), || Act::Input(Input::Back));
        let only = self.show.link_session.and_then(|session| session.bic_fi.as_ref());
        button.set_shown(only.is_none());
        button
    }

    /// A row of buttons at the end of the screen.
    pub(super) fn foot(&self, buttons: &[El]) {
        let foot = el("div").class("foot");
        for button in buttons {
            foot.add_element(button.element());
        }
        self.add(&foot);
    }

    /// Calls `act` at each `event` on `target`, while the screen is shown.
    pub(super) fn listen(
        &mut self,
        target: &El,
        event: &'static str,
        act: impl FnMut(&web_sys::Event) + 'static,
    ) {
        self.listeners.push(EventListener::new(target.element(), event, act));
    }

    /// The same in the capture phase, also for events that do not bubble; `act` may prevent the default.
    pub(super) fn capture(
        &mut self,
        target: &El,
        event: &'static str,
        act: impl FnMut(&web_sys::Event) + 'static,
    ) {
        let options =
            EventListenerOptions { passive: false, ..EventListenerOptions::run_in_capture_phase() };
        let target = target.element();
        self.listeners.push(EventListener::new_with_options(target, event, options, act));
    }

    /// Calls `act` once the device is online again.
    pub(super) fn when_online(&mut self, act: fn() -> Act) {
        let actor = self.actor();
        let online = EventListener::new(&page::window(), "online", move |_| actor(act()));
        self.listeners.push(online);
    }

    pub(super) fn actor(&self) -> Actor {
        Actor::clone(&self.act)
    }

    /// The screen, with its announcement.
    pub(super) fn finish(self, help: &str, update: Option<Update>) -> Screen {
        Screen {
            root: self.root,
            heading: self.heading,
            help: concat(&[help, " ", facts::message(self.show.view)]).trim().to_owned(),
            troubled: self.troubled,
            message: self.message,
            back: self.back,
            live: self.live,
            update,
            listeners: self.listeners,
        }
    }

    /// Not generic: each instance would enlarge the module.
    fn button(&mut self, part: &str, label: &str, act: Box<dyn Fn() -> Act>) -> El {
        let button = el("button").part(part).attr("type", "button").text(label);
        let actor = self.actor();
        self.listen(&button, "click", move |_| actor(act()));
        button
    }
}
