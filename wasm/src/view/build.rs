//! What every screen is built with: a heading that takes the focus, texts, buttons that act, and a line
//! that tells of a poor connection.

use std::rc::Rc;

use gloo_events::EventListener;
use protocol::concat;
use protocol::flow::{Bank, Connection, Input, View};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::dom::{El, el};
use super::{Act, Actor, Show};
use crate::names::{PART_ACTION, PART_BUTTON, PART_HEADING};
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
        if let Some(heading) = self.heading.element().dyn_ref::<HtmlElement>() {
            // A heading that cannot be focused leaves the focus where the browser puts it.
            let _ = heading.focus();
        }
    }

    pub(super) fn update(&mut self, show: &Show<'_>) {
        let troubled = match connection(show.view) {
            Connection::Good => "",
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
        let root = el("div").class("screen").add(&heading);
        Self {
            show,
            act: Actor::clone(act),
            live: live.clone(),
            root,
            heading,
            listeners: Vec::new(),
        }
    }

    pub(super) fn words(&self) -> Rc<Text> {
        Rc::clone(self.show.text)
    }

    /// `template` with the page's service and, where there is one, the bank.
    pub(super) fn fill(&self, template: &str, bank: Option<&Bank>) -> String {
        let bank = bank.map_or("", |bank| &bank.name);
        fill(template, &[("bank", bank), ("service", &self.show.settings.service)])
    }

    pub(super) fn heading(&self, text: &str) {
        self.heading.say(text);
    }

    pub(super) fn add(&self, child: &El) {
        self.root.add_element(child.element());
    }

    pub(super) fn paragraph(&self, class: &str, text: &str) {
        self.add(&el("p").class(class).text(text));
    }

    /// The screen's main button.
    pub(super) fn action(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button("action", PART_ACTION, label, act)
    }

    /// Another button, as visible as its place makes it.
    pub(super) fn plain(&mut self, label: &str, act: impl Fn() -> Act + 'static) -> El {
        self.button("plain", PART_BUTTON, label, act)
    }

    pub(super) fn cancel(&mut self) -> El {
        self.plain(self.words().cancel(), || Act::Input(Input::Cancel))
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

    pub(super) fn actor(&self) -> Actor {
        Actor::clone(&self.act)
    }

    /// The screen, with what should be said when it comes on by itself.
    pub(super) fn finish(self, announcement: &str, update: Option<Update>) -> Screen {
        let troubled = el("p").class("troubled");
        self.root.add_element(troubled.element());
        let heading = self.heading.element().text_content().unwrap_or_default();
        Screen {
            root: self.root,
            heading: self.heading,
            announcement: concat(&[&*heading, ". ", announcement]),
            troubled,
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

fn connection(view: &View<'_>) -> Connection {
    match view {
        View::LoadingBanks(connection)
        | View::Challenge { connection, .. }
        | View::Signing { connection, .. }
        | View::Redirecting { connection, .. }
        | View::AtBank { connection, .. }
        | View::Finishing { connection, .. } => *connection,
        _ => Connection::Good,
    }
}
