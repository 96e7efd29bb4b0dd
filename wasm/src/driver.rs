//! The loop: requests of the flow to the relay, its timers to the browser's, its events to the page,
//! its view to the screen. It decides nothing.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use protocol::Tick;
use protocol::flow::{
    Answer, Arrival, BankPage, ConsentFlow, Event, Input, Reply, Request, RequestId, View, Way,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, ShadowRoot};

use crate::browser::fetch::Fetch;
use crate::browser::page::{self, Popup};
use crate::browser::{clock, memory};
use crate::settings::{Redirect, Settings};
use crate::text::Text;
use crate::view::{Act, Page, Show};

mod claim;
pub(crate) mod event;

use self::claim::Claim;

/// One element's flow, and all that it has under way.
pub(crate) struct Driver {
    host: HtmlElement,
    settings: RefCell<Settings>,
    /// `None` until the first words are here.
    text: RefCell<Option<Rc<Text>>>,
    /// Runs until words are asked for again.
    wordless: RefCell<Option<Timeout>>,
    flow: RefCell<ConsentFlow>,
    page: RefCell<Page>,
    timeout: RefCell<Option<Timeout>>,
    fetches: RefCell<Vec<(RequestId, Fetch)>>,
    visibility: RefCell<Option<[EventListener; 2]>>,
    claim: RefCell<Option<Claim>>,
    /// Opened for the bank's page. It is closed from here: a browser may forget what a window was called
    /// once it has been elsewhere.
    popup: RefCell<Option<Popup>>,
    /// The screen that the page was told of.
    told: Cell<&'static str>,
    stopped: Cell<bool>,
}

impl Driver {
    /// Shows the first screen in `root` and asks what is to be gone on with.
    pub(crate) fn start(host: HtmlElement, root: &ShadowRoot, settings: Settings) -> Rc<Self> {
        let config = settings.flow.clone();
        let driver = Rc::new_cyclic(|driver: &Weak<Self>| {
            let weak = driver.clone();
            let act = move |act| act_later(weak.clone(), act);
            Self {
                host,
                settings: RefCell::new(settings),
                text: RefCell::new(None),
                wordless: RefCell::new(None),
                flow: RefCell::new(ConsentFlow::new(config)),
                page: RefCell::new(Page::new(root, Rc::new(act))),
                timeout: RefCell::new(None),
                fetches: RefCell::new(Vec::new()),
                visibility: RefCell::new(None),
                claim: RefCell::new(Some(Claim::new())),
                popup: RefCell::new(None),
                told: Cell::new(""),
                stopped: Cell::new(false),
            }
        });
        *driver.visibility.borrow_mut() = Some(watch(Rc::downgrade(&driver)));
        driver.speak();
        let (consent, pick) = memory::recall().unzip();
        let arrival = Arrival { consent, pick: pick.flatten(), device: page::device() };
        act_later(Rc::downgrade(&driver), Act::Input(Input::Start(arrival)));
        driver
    }

    /// Ends all that is under way. Nothing is shown, asked or told afterwards.
    pub(crate) fn stop(&self) {
        self.stopped.set(true);
        self.timeout.borrow_mut().take();
        self.wordless.borrow_mut().take();
        self.visibility.borrow_mut().take();
        self.claim.borrow_mut().take();
        self.fetches.borrow_mut().clear();
        if let Ok(mut page) = self.page.try_borrow_mut() {
            page.clear();
        }
    }

    /// Goes on by what the attributes say now, unless that makes no sense.
    pub(crate) fn restyle_later(self: &Rc<Self>) -> bool {
        let settings = Settings::read(&self.host, &self.settings.borrow().relay);
        let Ok(settings) = settings else { return false };
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            if let Some(driver) = weak.upgrade().filter(|driver| !driver.stopped.get()) {
                driver.restyle(settings);
            }
        });
        true
    }

    fn restyle(self: &Rc<Self>, mut settings: Settings) {
        let terms = settings.flow.terms;
        self.flow.borrow_mut().set_terms(terms);
        let mut old = self.settings.borrow_mut();
        let looks = old.service != settings.service
            || old.redirect != settings.redirect
            || old.flow.terms != terms;
        let speaks = old.wanted != settings.wanted;
        if !speaks {
            // Words that are on their way are still wanted.
            settings.wanted = Rc::clone(&old.wanted);
        }
        *old = settings;
        drop(old);
        if speaks {
            self.speak();
        } else if looks {
            self.page.borrow_mut().expire();
            self.show();
        }
    }

    /// Shows the screen that is on anew, in the words that the page wants, once they are here.
    fn speak(self: &Rc<Self>) {
        let (weak, wanted) = (Rc::downgrade(self), Rc::clone(&self.settings.borrow().wanted));
        spawn_local(async move {
            let text = wanted.text().await;
            let Some(driver) = weak.upgrade().filter(|driver| !driver.stopped.get()) else {
                return;
            };
            // Others may have become wanted while these were on their way.
            if !Rc::ptr_eq(&wanted, &driver.settings.borrow().wanted) {
                return;
            }
            match text {
                Some(text) => {
                    *driver.text.borrow_mut() = Some(Rc::new(text));
                    driver.page.borrow_mut().expire();
                    driver.show();
                    driver.tell();
                }
                None => driver.speak_later(),
            }
        });
    }

    /// Asks for words again, for none came. Until they do nothing is shown, and the page is told so.
    fn speak_later(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let is_news = self.text.borrow().is_none() && self.wordless.borrow().is_none();
        let again = Timeout::new(WORDLESS, move || {
            if let Some(driver) = weak.upgrade() {
                driver.speak();
            }
        });
        *self.wordless.borrow_mut() = Some(again);
        if is_news {
            event::wordless(&self.host);
            self.tell();
        }
    }

    /// Whether no words have come at all.
    fn is_wordless(&self) -> bool {
        self.text.borrow().is_none() && self.wordless.borrow().is_some()
    }

    fn act(self: &Rc<Self>, act: Act) {
        if self.stopped.get() {
            return;
        }
        let input = match act {
            Act::Input(input) => input,
            Act::Leave => return self.leave_again(),
            Act::Begin(way, ids) => {
                if !matches!(self.flow.borrow().view(), View::Ready { .. }) {
                    return;
                }
                self.open_popup(way);
                Input::Begin { way, ids }
            }
        };
        self.flow.borrow_mut().handle(input, clock::now());
        self.pump();
    }

    fn reply(self: &Rc<Self>, id: RequestId, mut reply: Reply) {
        if let (Ok(Answer::Session(session)), Some(claim)) =
            (&mut reply.answer, &*self.claim.borrow())
        {
            claim.withhold(&mut session.consents);
        }
        self.fetches.borrow_mut().retain(|(other, _)| *other != id);
        self.act(Act::Input(Input::Reply(id, Box::new(reply))));
    }

    fn wake(self: &Rc<Self>) {
        if !self.stopped.get() {
            self.flow.borrow_mut().handle_timeout(clock::now());
            self.pump();
        }
    }

    /// Carries out all that the flow wants. Events come last: a listener may do anything, even remove
    /// the element.
    fn pump(self: &Rc<Self>) {
        let requests: Vec<Request> = {
            let mut flow = self.flow.borrow_mut();
            std::iter::from_fn(|| flow.poll_request()).collect()
        };
        for request in requests {
            self.send(request);
        }
        if let Some(claim) = &*self.claim.borrow() {
            let flow = self.flow.borrow();
            claim.hold(flow.consent(), flow.pick());
        }
        self.show();
        self.set_timeout();
        self.tell();
    }

    fn send(self: &Rc<Self>, request: Request) {
        let (weak, id) = (Rc::downgrade(self), request.id);
        let done = move |reply| {
            if let Some(driver) = weak.upgrade() {
                driver.reply(id, reply);
            }
        };
        if let Some(fetch) = Fetch::send(&self.settings.borrow().relay, request, done) {
            self.fetches.borrow_mut().push((id, fetch));
        }
    }

    /// Shows what there is to show, once there are words for it.
    fn show(&self) {
        let Some(text) = &*self.text.borrow() else { return };
        let (flow, settings) = (self.flow.borrow(), self.settings.borrow());
        let show = Show {
            view: &flow.view(),
            now: clock::now(),
            settings: &settings,
            text,
            support_code: flow.support_code(),
        };
        self.page.borrow_mut().show(&show);
    }

    /// Wakes when the flow wants to, and each second while a countdown is shown.
    fn set_timeout(self: &Rc<Self>) {
        let now = clock::now();
        let flow = self.flow.borrow();
        let counts = match flow.view() {
            View::Challenge { .. } => !page::is_hidden(),
            View::Ended { again_from, .. } => again_from.is_some() && !page::is_hidden(),
            _ => false,
        };
        let tick = counts.then(|| now + SECOND);
        let due: Option<Tick> = flow.poll_timeout().into_iter().chain(tick).min();
        let timeout = due.map(|due| {
            let weak = Rc::downgrade(self);
            let millis = u32::try_from(now.until(due).as_millis()).unwrap_or(u32::MAX >> 1);
            Timeout::new(millis, move || {
                if let Some(driver) = weak.upgrade() {
                    driver.wake();
                }
            })
        });
        *self.timeout.borrow_mut() = timeout;
    }

    fn tell(&self) {
        let (state, events) = {
            let mut flow = self.flow.borrow_mut();
            let events: Vec<_> = std::iter::from_fn(|| flow.poll_event()).collect();
            (if self.is_wordless() { WORDLESS_STATE } else { flow.view().name() }, events)
        };
        if self.told.replace(state) != state {
            event::state(&self.host, state);
        }
        let support_code = self.flow.borrow().support_code().map(str::to_owned);
        if !matches!(self.flow.borrow().view(), View::Preparing { .. } | View::Redirecting { .. })
            && let Some(popup) = self.popup.take()
        {
            popup.close();
        }
        for told in events {
            match told {
                _ if self.stopped.get() => {}
                Event::Leave(address) => self.leave(&address),
                Event::Linked(linked) if !claim::is_news(&linked.consent) => {}
                told => {
                    event::explain(&told, &self.settings.borrow().relay);
                    event::tell(&self.host, &told, support_code.as_deref());
                }
            }
        }
    }

    /// Opens a window where the person wants the bank's page, and the page wants it in one. Later, when
    /// its address is known, a browser may think that nobody asked for a window.
    fn open_popup(&self, way: Way) {
        if way == Way::BankPage && self.settings.borrow().redirect == Redirect::Popup {
            let text = self.text.borrow();
            let meanwhile = text.as_ref().map_or("", |text| text.preparing_help());
            *self.popup.borrow_mut() = Popup::open(meanwhile);
        }
    }

    /// Brings the person to the bank's page once more: they have closed its window, or it was not opened.
    fn leave_again(&self) {
        let flow = self.flow.borrow();
        if let View::Redirecting { page, .. } = flow.view() {
            if let Some(popup) = self.popup.take() {
                popup.close();
            }
            self.leave(page);
        }
    }

    /// Brings the person to the bank's page: in the window that was opened for it, else in this tab.
    fn leave(&self, address: &BankPage) {
        if self.popup.borrow().is_none() {
            self.open_popup(Way::BankPage);
        }
        match &*self.popup.borrow() {
            Some(popup) => popup.go(address.as_str()),
            None => page::go(address.as_str()),
        }
    }
}

/// Tells the flow when the page is hidden and shown: also when the back button shows it as it was left.
fn watch(driver: Weak<Driver>) -> [EventListener; 2] {
    let tell = Rc::new(move || {
        let input = if page::is_hidden() { Input::Hide } else { Input::Show };
        act_later(driver.clone(), Act::Input(input));
    });
    if page::is_hidden() {
        tell();
    }
    let tells = Rc::clone(&tell);
    [
        EventListener::new(&page::document(), "visibilitychange", move |_| tell()),
        EventListener::new(&page::window(), "pageshow", move |_| tells()),
    ]
}

/// Acts in a task of its own: whatever a listener does, no borrow of the driver is open.
fn act_later(driver: Weak<Driver>, act: Act) {
    spawn_local(async move {
        if let Some(driver) = driver.upgrade() {
            driver.act(act);
        }
    });
}

const SECOND: Duration = Duration::from_secs(1);
/// The state of an element that has no words to show: as of one whose module does not come.
const WORDLESS_STATE: &str = "unreachable";
/// Milliseconds from words that did not come to the next question for them.
const WORDLESS: u32 = 3000;
