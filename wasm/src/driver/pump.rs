//! The task that owns one element's state. It handles the happenings one after another, and carries out
//! what the flow then needs.

use std::rc::Rc;
use std::time::Duration;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use protocol::Tick;
use protocol::flow::{
    Answer, Arrival, BankPage, ConsentFlow, Event, Input, Reply, Request, RequestId, View, Way,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, ShadowRoot};

use super::claim::{self, Claim};
use super::event;
use super::queue::{Happening, Queue};
use crate::browser::fetch::fetch;
use crate::browser::page::{self, Popup};
use crate::browser::send::InProgress;
use crate::browser::{clock, memory};
use crate::names::EVENT_STATE;
use crate::settings::{Redirect, Settings, Wanted};
use crate::text::{COUNT, Text};
use crate::view::{Act, Page, Show};

/// One element's flow, and everything that it has in progress.
pub(super) struct Pump {
    host: HtmlElement,
    queue: Rc<Queue>,
    settings: Settings,
    /// `None` until the first texts are loaded.
    text: Option<Rc<Text>>,
    /// Runs until the next request for the texts.
    words_again: Option<Timeout>,
    flow: ConsentFlow,
    page: Page,
    timeout: Option<Timeout>,
    fetches: Vec<(RequestId, InProgress)>,
    claim: Claim,
    /// The window for the bank's page. The element closes it by this handle: a browser may forget the name
    /// of a window that has been at another site.
    popup: Option<Popup>,
    /// The last announced screen.
    announced: &'static str,
    _visibility: [EventListener; 2],
}

impl Pump {
    /// Starts the task. It ends when `queue` is closed.
    pub(super) fn start(
        host: HtmlElement,
        root: &ShadowRoot,
        settings: Settings,
        queue: Rc<Queue>,
    ) {
        let acts = Rc::clone(&queue);
        let pump = Self {
            host,
            text: None,
            words_again: None,
            flow: ConsentFlow::new(settings.flow.clone()),
            page: Page::new(root, Rc::new(move |act| acts.push(Happening::Act(act)))),
            timeout: None,
            fetches: Vec::new(),
            claim: Claim::new(),
            popup: None,
            announced: "",
            _visibility: watch_visibility(&queue),
            settings,
            queue,
        };
        pump.ask_for_words();
        let (consent, pick) = memory::recall().unzip();
        let arrival = Arrival { consent, pick: pick.flatten(), device: page::device() };
        pump.queue.push(Happening::Act(Act::Input(Input::Start(arrival))));
        spawn_local(pump.run());
    }

    async fn run(mut self) {
        while let Some(happening) = self.queue.next().await {
            self.handle(happening);
        }
        self.page.clear();
    }

    fn handle(&mut self, happening: Happening) {
        match happening {
            Happening::Act(act) => self.act(act),
            Happening::Reply(id, reply) => self.reply(id, reply),
            Happening::Wake => {
                self.flow.handle_timeout(clock::now());
                self.carry_out();
            }
            Happening::Settings(settings) => self.apply(*settings),
            Happening::Words(wanted, text) => self.use_words(&wanted, text),
            Happening::WordsDue => self.ask_for_words(),
        }
    }

    fn act(&mut self, act: Act) {
        let input = match act {
            Act::Input(input) => input,
            Act::Leave => return self.leave_again(),
            Act::Begin(way, ids) => {
                if !matches!(self.flow.view(), View::Ready { .. }) {
                    return;
                }
                self.open_popup(way);
                Input::Begin { way, ids }
            }
        };
        self.input(input);
    }

    fn reply(&mut self, id: RequestId, mut reply: Box<Reply>) {
        if let Ok(Answer::Session(session)) = &mut reply.answer {
            self.claim.withhold(&mut session.consents);
        }
        self.fetches.retain(|(other, _)| *other != id);
        self.input(Input::Reply(id, reply));
    }

    fn input(&mut self, input: Input) {
        self.flow.handle(input, clock::now());
        self.carry_out();
    }

    /// Applies other settings. The present screen gets them at once, a consent only the next time.
    fn apply(&mut self, mut settings: Settings) {
        let terms = settings.flow.terms;
        self.flow.set_terms(terms);
        let old = &self.settings;
        let looks = old.service != settings.service
            || old.redirect != settings.redirect
            || old.flow.terms != terms;
        let speaks = old.wanted != settings.wanted;
        if !speaks {
            // Texts that are loading are still wanted.
            settings.wanted = Rc::clone(&old.wanted);
        }
        self.settings = settings;
        if speaks {
            self.ask_for_words();
        } else if looks {
            self.page.expire();
            self.show();
        }
    }

    fn ask_for_words(&self) {
        let (queue, wanted) = (Rc::clone(&self.queue), Rc::clone(&self.settings.wanted));
        spawn_local(async move {
            let text = wanted.text(COUNT).await;
            queue.push(Happening::Words(wanted, text));
        });
    }

    /// Shows the present screen with the loaded texts.
    fn use_words(&mut self, wanted: &Rc<Wanted>, text: Option<Text>) {
        // The page may have asked for others meanwhile.
        if !Rc::ptr_eq(wanted, &self.settings.wanted) {
            return;
        }
        match text {
            Some(text) => {
                self.text = Some(Rc::new(text));
                self.page.expire();
                self.show();
                self.announce();
            }
            None => self.load_words_later(),
        }
    }

    /// Loads the texts again after a pause. Until then the element shows nothing, and the page gets an
    /// event.
    fn load_words_later(&mut self) {
        let is_first = self.text.is_none() && self.words_again.is_none();
        self.words_again = Some(later(&self.queue, WORDS_AGAIN, || Happening::WordsDue));
        if is_first {
            event::wordless(&self.host);
            self.announce();
        }
    }

    /// Carries out everything that the flow needs.
    fn carry_out(&mut self) {
        while let Some(request) = self.flow.poll_request() {
            self.send(request);
        }
        self.claim.hold(self.flow.consent(), self.flow.pick());
        self.show();
        self.set_timeout();
        self.announce();
    }

    fn send(&mut self, request: Request) {
        let (queue, id) = (Rc::clone(&self.queue), request.id);
        let done = move |reply| queue.push(Happening::Reply(id, Box::new(reply)));
        self.fetches.push((id, fetch(&self.settings.relay, request, done)));
    }

    /// Shows the view of the flow, once the texts are loaded.
    fn show(&mut self) {
        let Some(text) = &self.text else { return };
        let show = Show {
            view: &self.flow.view(),
            now: clock::now(),
            settings: &self.settings,
            link_session: self.flow.link_session(),
            text,
            support_code: self.flow.support_code(),
        };
        self.page.show(&show);
    }

    /// Wakes at the flow's next timer, and each second while a countdown is shown.
    fn set_timeout(&mut self) {
        let now = clock::now();
        let counts = match self.flow.view() {
            View::Challenge { .. } => !page::is_hidden(),
            View::Ended { again_from, .. } => again_from.is_some() && !page::is_hidden(),
            _ => false,
        };
        let tick = counts.then(|| now + SECOND);
        let due: Option<Tick> = self.flow.poll_timeout().into_iter().chain(tick).min();
        self.timeout = due.map(|due| {
            let millis = u32::try_from(now.until(due).as_millis()).unwrap_or(u32::MAX >> 1);
            later(&self.queue, millis, || Happening::Wake)
        });
    }

    /// Announces the screen and the events of the flow.
    fn announce(&mut self) {
        let wordless = self.text.is_none() && self.words_again.is_some();
        let state = if wordless { WORDLESS_STATE } else { self.flow.view().name() };
        if self.announced != state {
            self.announced = state;
            event::state(&self.host, EVENT_STATE, state);
        }
        if !matches!(self.flow.view(), View::Preparing { .. } | View::Redirecting { .. }) {
            self.close_popup();
        }
        let support_code = self.flow.support_code().map(str::to_owned);
        while let Some(event) = self.flow.poll_event() {
            match event {
                // A listener of the event before may have removed the element.
                _ if self.queue.is_closed() => return,
                Event::Leave(address) => self.leave(&address),
                Event::Linked(linked) if !claim::is_first(&linked.consent) => {}
                event => {
                    event::explain(&event, &self.settings.relay);
                    event::report(&self.host, &event, support_code.as_deref());
                }
            }
        }
    }

    /// Opens a window where the person chooses the bank's page and the page wants a window. It opens before
    /// its address is known: a browser permits a window only shortly after a click.
    fn open_popup(&mut self, way: Way) {
        if way == Way::BankPage && self.settings.redirect == Redirect::Popup {
            let meanwhile = self.text.as_ref().map_or("", |text| text.preparing_help());
            self.popup = Popup::open(meanwhile);
        }
    }

    fn close_popup(&mut self) {
        if let Some(popup) = self.popup.take() {
            popup.close();
        }
    }

    /// Takes the person to the bank's page again: they have closed its window, or it did not open.
    fn leave_again(&mut self) {
        if let View::Redirecting { page, .. } = self.flow.view() {
            let address = page.clone();
            self.close_popup();
            self.leave(&address);
        }
    }

    /// Takes the person to the bank's page: in its window, else in this tab.
    fn leave(&mut self, address: &BankPage) {
        if self.popup.is_none() {
            self.open_popup(Way::BankPage);
        }
        match &self.popup {
            Some(popup) => {
                // The person comes back in that window. It must find the link even if this page has noted its end by
                // then.
                if let Some(consent) = self.flow.consent() {
                    memory::remember(popup.window(), consent, self.flow.pick());
                }
                popup.go(address.as_str());
            }
            None => page::go(address.as_str()),
        }
    }
}

/// Adds to the queue when the page is hidden or shown, also when the back button restores it.
fn watch_visibility(queue: &Rc<Queue>) -> [EventListener; 2] {
    let queue = Rc::clone(queue);
    let note = Rc::new(move || {
        let input = if page::is_hidden() { Input::Hide } else { Input::Show };
        queue.push(Happening::Act(Act::Input(input)));
    });
    if page::is_hidden() {
        note();
    }
    let notes = Rc::clone(&note);
    [
        EventListener::new(&page::document(), "visibilitychange", move |_| note()),
        EventListener::new(&page::window(), "pageshow", move |_| notes()),
    ]
}

/// A timer that adds to the queue after `millis`.
fn later(queue: &Rc<Queue>, millis: u32, happening: fn() -> Happening) -> Timeout {
    let queue = Rc::clone(queue);
    Timeout::new(millis, move || queue.push(happening()))
}

const SECOND: Duration = Duration::from_secs(1);
/// The state of an element without texts: the same as where the module does not load.
const WORDLESS_STATE: &str = "unreachable";
/// Milliseconds from a failed load of the texts to the next one.
const WORDS_AGAIN: u32 = 3000;
