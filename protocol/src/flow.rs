//! The consent flow as a state machine without IO: inputs in, requests, events and a view out.
//!
//! Five verbs, all fed with the moment by the host: [`ConsentFlow::handle`] takes what happened,
//! [`ConsentFlow::handle_timeout`] says that a moment came, [`ConsentFlow::poll_request`] and
//! [`ConsentFlow::poll_event`] give what is to be sent and told, [`ConsentFlow::poll_timeout`] says
//! when to come back. The same inputs at the same moments always give the same outputs.

mod ask;
mod challenge;
mod config;
mod context;
mod input;
mod known;
mod method;
mod output;
mod request;
mod state;
mod timer;
mod view;

pub use challenge::{Challenge, Picture};
pub use config::{Data, FlowConfig, Patience, PollSchedule, Reads, Terms};
pub use input::{Answer, Arrival, Device, Failure, Ids, Input, Pick, Reply, Way};
pub use output::{Bank, BankPage, Event, Fault, Linked};
pub use request::{Body, Headers, Preference, Request, RequestId, Target};
pub use view::{Connection, Ending, Next, Offer, Prompt, Step, View, Ways};

use self::context::Context;
use self::state::State;
use crate::Tick;
use crate::id::ConsentId;

/// One person's way from the list of banks to their accounts.
#[derive(Debug)]
pub struct ConsentFlow {
    state: State,
    context: Context,
}

impl ConsentFlow {
    /// A flow that waits for [`Input::Start`].
    pub fn new(config: FlowConfig) -> Self {
        Self { state: State::Idle, context: Context::new(config) }
    }

    /// Takes what happened at `now`. What does not fit the state, such as a late or foreign reply, changes nothing.
    pub fn handle(&mut self, mut input: Input, now: Tick) {
        self.context.notice(&mut input, now);
        match input {
            Input::Hide => self.context.timers.pause(),
            Input::Show => {
                self.context.timers.resume(now + self.context.config.patience.wake);
            }
            input => {
                let state = std::mem::take(&mut self.state);
                self.state = state.handle(input, now, &mut self.context);
            }
        }
    }

    /// Acts on every timer that is due at `now`. Harmless when none is.
    pub fn handle_timeout(&mut self, now: Tick) {
        for timer in timer::Timer::ALL {
            if self.context.timers.take_due(timer, now) {
                let state = std::mem::take(&mut self.state);
                self.state = state.timeout(timer, now, &mut self.context);
            }
        }
    }

    /// The page asks for something else now: what is offered changes, and a link that has begun goes on as the
    /// person was asked.
    pub fn set_terms(&mut self, terms: Terms) {
        self.context.config.terms = terms;
    }

    /// The next request to send, in order.
    pub fn poll_request(&mut self) -> Option<Request> {
        self.context.requests.pop_front()
    }

    /// The next thing to tell the page, in order.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.context.events.pop_front()
    }

    /// When [`ConsentFlow::handle_timeout`] wants to be called; `None` while nothing is awaited.
    pub fn poll_timeout(&self) -> Option<Tick> {
        self.context.timers.next()
    }

    /// What to show now.
    pub fn view(&self) -> View<'_> {
        self.state.view(&self.context)
    }

    /// The consent that the flow is at: a page that is left and comes back goes on with it, or shows what
    /// it has linked. There is none before it is made, and none once it is over or another is begun.
    pub fn consent(&self) -> Option<&ConsentId> {
        self.state.consent()
    }

    /// The bank that the person chose last, in this page or before it was loaded.
    pub fn pick(&self) -> Option<&Pick> {
        self.context.pick.as_ref()
    }

    /// The name of the platform call that was answered last, for support; safe to show.
    pub fn support_code(&self) -> Option<&str> {
        self.context.support_code.as_deref()
    }
}
