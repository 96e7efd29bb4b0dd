//! What every screen is built with, in the order in which it stands there: the bank, a heading that takes the
//! focus, texts, a line that tells of a poor connection, and buttons that act.

use std::rc::Rc;

use gloo_events::EventListener;
use protocol::concat;
use protocol::flow::{Connection, Input};
use web_sys::Element;

use super::dom::{El, el};
use super::mark::Mark;
use super::{Act, Actor, Show, facts};
use crate::browser::page;
use crate::names::{PART_ACTION, PART_BUTTON, PART_HEADING, PART_LEAD, PART_MESSAGE, PART_QUIET};
use crate::text::{Text, fill};

/// A screen that is on. Its listeners end with it.
pub(super) struct Screen {
    root: El,
    heading: El,
    announcement: String,
    troubled: El,
    live: El,
    update: Option<Update>,
    _listeners: Vec<EventListener>,
}

/// Brings the changing parts of a screen up to date.
pub(super) type Update = Box<dyn FnMut(&Show<'_>)>;

/// A screen under construction.
pub(super) struct Build<'a> {
    pub(super) show: &'a Show<'a>,
    act: Actor,
    /// Spoken politely when it changes.
    pub(super) live: El,
    /// Tells of a poor connection: under the heading, or where a screen adds it again.
    pub(super) troubled: El,
    root: El,
    heading: El,
    listeners: Vec<EventListener>,
}

impl Screen {
    pub(super) fn root(&self) -> &Element {
        self.root.element()
    }

    /// What a screen reader should say when the screen comes on without the person's doing.
    pub(super) fn announcement(&self) -> &str {
        &self.announcement
    }

    pub(super) fn focus(&self) {
        self.heading.focus();
    }

    pub(super) fn update(&mut self, show: &Show<'_>) {
        let troubled = match facts::connection(show.view) {
            Connection::Good => "",
            Connection::Troubled if page::is_offline() => show.text.offline(),
            Connection::Troubled => show.text.troubled(),
        };
        if self.troubled.say(troubled) && !troubled.is_empty() {
            self.live.say(troubled);
        }
        if let Some(update) = &mut self.update {
            update(show);
        }
    }
}

impl<'a> Build<'a> {
    pub(super) fn new(show: &'a Show<'a>, act: &Actor, live: &El) -> Self {
        let heading = el("h2").class("heading").part(PART_HEADING).attr("tabindex", "-1");
        let mut build = Self {
            show,
            act: Actor::clone(act),
            live: live.clone(),
            troubled: el("p").class("troubled").part(PART_MESSAGE),
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

    /// `template` with the page's service and, where there is one, the bank.
    pub(super) fn fill(&self, template: &str) -> String {
        let bank = facts::bank(self.show.view).map_or("", |bank| &bank.name);
        fill(template, &[("bank", bank), ("service", &self.show.settings.service)])
    }

    /// The heading. It names no bank: that stands above it already.
    pub(super) fn heading(&self, text: &str) {
        self.heading.say(text);
    }

    /// How it ended, before anything is read.
    pub(super) fn mark(&self, mark: &Mark) {
        self.add(&mark.draw());
    }

    /// What the heading means.
    pub(super) fn lead(&self, text: &str) {
        self.add(&el("p").class("lead").part(PART_LEAD).text(text));
        self.add(&self.troubled);
    }

    pub(super) fn add(&self, child: &El) {
        self.root.add_element(child.element());
    }

    pub(super) fn paragraph(&self, class: &str, text: &str) {
        self.add(&el("p").class(class).text(text));
    }

    /// A place for nodes of the page's own.
    pub(super) fn slot(&self, name: &str) {
        self.add(&el("slot").attr("name", name));
    }

    /// The screen's main button.
    pub(super) fn action(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button("action", PART_ACTION, label, act)
    }

    /// Another button, as visible as its place makes it.
    pub(super) fn plain(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button("plain", PART_BUTTON, label, act)
    }

    /// A way out of what the screen is about.
    pub(super) fn quiet(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button("quiet", PART_QUIET, label, act)
    }

    pub(super) fn cancel(&mut self) -> El {
        self.quiet(self.words().cancel(), || Act::Input(Input::Cancel))
    }

    pub(super) fn other_bank(&mut self) -> El {
        self.quiet(self.words().other_bank(), || Act::Input(Input::Back))
    }

    /// A row of buttons at the foot of the screen.
    pub(super) fn foot(&self, buttons: impl IntoIterator<Item = El>) {
        self.add(&el("div").class("foot").add_all(buttons));
    }

    /// Calls `act` at each `event` on `target`, as long as the screen is on.
    pub(super) fn listen(
        &mut self,
        target: &El,
        event: &'static str,
        act: impl FnMut(&web_sys::Event) + 'static,
    ) {
        self.listeners.push(EventListener::new(target.element(), event, act));
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

    /// The screen, with what should be said when it comes on by itself.
    pub(super) fn finish(self, announcement: &str, update: Option<Update>) -> Screen {
        let heading = self.heading.element().text_content().unwrap_or_default();
        Screen {
            root: self.root,
            heading: self.heading,
            announcement: concat(&[&*heading, ". ", announcement]),
            troubled: self.troubled,
            live: self.live,
            update,
            _listeners: self.listeners,
        }
    }

    fn button(
        &mut self,
        class: &str,
        part: &str,
        label: &str,
        act: impl Fn() -> Act + 'static,
    ) -> El {
        let button = el("button").class(class).part(part).attr("type", "button").text(label);
        let actor = self.actor();
        self.listen(&button, "click", move |_| actor(act()));
        button
    }
}
