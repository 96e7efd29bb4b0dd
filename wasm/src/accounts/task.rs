//! The task that owns one element's state: it hands what happens to the model, and carries out what follows.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use protocol::wire::Token;
use protocol::writes;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, ShadowRoot, console};

use super::act::Act;
use super::ask::{Answer, Ask, Refusal};
use super::call::call;
use super::model::{Effect, Input, Model};
use super::names::{EVENT_FAILED, EVENT_REMOVED, EVENT_RENEW, EVENT_STATE};
use super::screen::Screen;
use super::text::Text;
use super::view::Page;
use crate::browser::send::InProgress;
use crate::browser::value::plain;
use crate::driver::event::{self, dispatch};
use crate::queue::Queue;
use crate::settings::Wanted;

/// Something that happens to an element.
pub(super) enum Happening {
    /// The person acts.
    Act(Act),
    /// The relay has answered, or the call has failed.
    Reply(Ask, Result<Answer, Refusal>),
    /// The page has changed the language or the texts.
    Wanted(Rc<Wanted>),
    /// The wanted texts are loaded; `None` if they failed.
    Words(Rc<Wanted>, Option<Text>),
    /// It is time to load the texts again.
    WordsDue,
    /// The view session is over.
    TimeOver,
}

/// One element's model, and everything that it has in progress.
pub(super) struct Task {
    host: HtmlElement,
    queue: Rc<Queue<Happening>>,
    relay: String,
    token: Token,
    wanted: Rc<Wanted>,
    /// `None` until the first texts are loaded.
    text: Option<Text>,
    words_again: Option<Timeout>,
    model: Model,
    page: Page,
    calls: Vec<(Ask, InProgress)>,
    end: Option<Timeout>,
    announced: &'static str,
}

impl Task {
    /// Starts the task. It ends when the returned queue is closed.
    pub(super) fn start(
        host: HtmlElement,
        root: &ShadowRoot,
        relay: String,
        token: Token,
    ) -> Rc<Queue<Happening>> {
        let queue = Queue::new();
        let acts = Rc::clone(&queue);
        let task = Self {
            wanted: Wanted::of(&host),
            page: Page::new(root, &relay, move |act| acts.push(Happening::Act(act))),
            host,
            queue: Rc::clone(&queue),
            relay,
            token,
            text: None,
            words_again: None,
            model: Model::default(),
            calls: Vec::new(),
            end: None,
            announced: "",
        };
        task.ask_for_words();
        spawn_local(task.run());
        queue
    }

    async fn run(mut self) {
        self.handle(Input::Start);
        while let Some(happening) = self.queue.next().await {
            match happening {
                Happening::Act(act) => self.handle(Input::Act(act)),
                Happening::Reply(ask, answer) => {
                    self.calls.retain(|(other, _)| *other != ask);
                    self.handle(Input::Reply(ask, answer));
                }
                Happening::TimeOver => self.handle(Input::TimeOver),
                Happening::WordsDue => self.ask_for_words(),
                Happening::Wanted(wanted) => {
                    if *wanted != *self.wanted {
                        self.wanted = wanted;
                        self.ask_for_words();
                    }
                }
                Happening::Words(wanted, text) => self.use_words(&wanted, text),
            }
        }
        self.page.clear();
    }

    fn ask_for_words(&self) {
        let (queue, wanted) = (Rc::clone(&self.queue), Rc::clone(&self.wanted));
        spawn_local(async move {
            let text = Text::load(&wanted).await;
            queue.push(Happening::Words(wanted, text));
        });
    }

    fn use_words(&mut self, wanted: &Rc<Wanted>, text: Option<Text>) {
        // The page may have asked for others meanwhile.
        if !Rc::ptr_eq(wanted, &self.wanted) {
            return;
        }
        if text.is_none() {
            let queue = Rc::clone(&self.queue);
            let again = Timeout::new(WORDS_AGAIN, move || queue.push(Happening::WordsDue));
            if self.words_again.replace(again).is_none() {
                console::warn_1(&WORDLESS.into());
            }
            return;
        }
        self.text = text;
        self.show();
    }

    fn handle(&mut self, input: Input) {
        self.model.handle(input);
        // The page is shown before it hears of anything: a listener may look, or remove the element.
        let mut events = Vec::new();
        while let Some(effect) = self.model.poll() {
            match effect {
                Effect::Ask(ask) => self.send(ask),
                Effect::EndAfter(millis) => self.end_after(millis),
                other => events.push(other),
            }
        }
        if matches!(self.model.screen(), Screen::Failed(_)) {
            self.calls.clear();
        }
        self.show();
        let state = self.state();
        if self.announced != state {
            self.announced = state;
            event::state(&self.host, EVENT_STATE, state);
        }
        for event in events {
            if self.queue.is_closed() {
                return;
            }
            match event {
                Effect::Renew(id) => self.tell(EVENT_RENEW, &id),
                Effect::Removed(id) => self.tell(EVENT_REMOVED, &id),
                Effect::Failed(fault) => {
                    dispatch(&self.host, EVENT_FAILED, &plain(&Reason { reason: fault.name() }));
                }
                Effect::Ask(_) | Effect::EndAfter(_) => {}
            }
        }
    }

    fn send(&mut self, ask: Ask) {
        let (queue, asked) = (Rc::clone(&self.queue), ask.clone());
        let done = move |answer| queue.push(Happening::Reply(asked, answer));
        let view = self.model.session().map_or("", |session| &*session.id);
        let call = call(&self.relay, view, &self.token.token, &ask, done);
        self.calls.push((ask, call));
    }

    fn end_after(&mut self, millis: u64) {
        let millis = i32::try_from(millis).unwrap_or(i32::MAX).unsigned_abs();
        let queue = Rc::clone(&self.queue);
        self.end = Some(Timeout::new(millis, move || queue.push(Happening::TimeOver)));
    }

    fn show(&mut self) {
        if let Some(text) = &self.text {
            self.page.show(&mut self.model, text);
        }
    }

    /// The name of the screen.
    fn state(&self) -> &'static str {
        match self.model.screen() {
            Screen::Loading => "loading",
            Screen::Failed(fault) => fault.name(),
            Screen::List if self.model.connections().is_empty() => "empty",
            Screen::List => "connections",
            Screen::Confirm { .. } => "remove",
            Screen::Accounts(_) => "accounts",
            Screen::Transactions { .. } => "transactions",
        }
    }

    fn tell(&self, name: &str, connection: &str) {
        dispatch(&self.host, name, &plain(&Which { connection }));
    }
}

struct Reason<'a> {
    reason: &'a str,
}

writes!(Reason<'a>, it => {
    "reason": Some(&it.reason),
});

struct Which<'a> {
    connection: &'a str,
}

writes!(Which<'a>, it => {
    "connectionId": Some(&it.connection),
});

/// Milliseconds from a failed load of the texts to the next one.
const WORDS_AGAIN: u32 = 3000;
const WORDLESS: &str = "ais-accounts: the texts could not be loaded; they are asked for again. The relay must answer at /assets/.";
