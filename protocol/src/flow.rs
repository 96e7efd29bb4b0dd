//! The consent flow as a state machine without IO: inputs in, requests, events and a view out.
//!
//! Five functions, all given the moment by the host: [`ConsentFlow::handle`] takes an input,
//! [`ConsentFlow::handle_timeout`] acts on due timers, [`ConsentFlow::poll_request`] and
//! [`ConsentFlow::poll_event`] return outputs, and [`ConsentFlow::poll_timeout`] returns the next timer.
//! The same inputs at the same moments always give the same outputs.

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
use crate::wire::LinkSession;

/// One person's link, from the list of banks to the accounts.
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

    /// Handles an input at `now`. An input that does not fit the state, such as a late or foreign reply,
    /// changes nothing.
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

    /// Acts on every timer that is due at `now`, if any.
    pub fn handle_timeout(&mut self, now: Tick) {
        for timer in timer::Timer::ALL {
            if self.context.timers.take_due(timer, now) {
                let state = std::mem::take(&mut self.state);
                self.state = state.timeout(timer, now, &mut self.context);
            }
        }
    }

    /// Sets what the page asks for from now on. It changes what is offered; a link in progress keeps its
    /// terms.
    pub fn set_terms(&mut self, terms: Terms) {
        if self.context.link_session.is_none() {
            self.context.config.terms = terms;
        }
    }

    /// The next request to send, in order.
    pub fn poll_request(&mut self) -> Option<Request> {
        self.context.requests.pop_front()
    }

    /// The next event for the page, in order.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.context.events.pop_front()
    }

    /// When [`ConsentFlow::handle_timeout`] must be called next; `None` while no timer runs.
    pub fn poll_timeout(&self) -> Option<Tick> {
        self.context.timers.next()
    }

    /// What to show now.
    pub fn view(&self) -> View<'_> {
        self.state.view(&self.context)
    }

    /// The consent of the link in progress, or of the accounts shown: a page that loads again goes on with
    /// it. `None` before it exists and after the link has ended or another one has begun.
    pub fn consent(&self) -> Option<&ConsentId> {
        self.state.consent()
    }

    /// The bank that the person chose last, on this page or before it was loaded.
    pub fn pick(&self) -> Option<&Pick> {
        self.context.pick.as_ref()
    }

    /// The claimed link session.
    pub fn link_session(&self) -> Option<&LinkSession> {
        self.context.link_session.as_ref()
    }

    /// The request id of the latest answer from the platform, for support; safe to show.
    pub fn support_code(&self) -> Option<&str> {
        self.context.support_code.as_deref()
    }
}
