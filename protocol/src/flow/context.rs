//! What all states of a flow share: choices, timers and the queues of outputs.

use std::collections::VecDeque;

use super::config::FlowConfig;
use super::input::Reply;
use super::output::{Bank, Body, Event, Headers, Request, RequestId};
use super::timer::Timers;
use crate::Call;

#[derive(Debug)]
pub(super) struct Context {
    pub(super) config: FlowConfig,
    /// The banks to choose from, once they are known; kept so that going back asks nobody.
    pub(super) banks: Vec<Bank>,
    pub(super) timers: Timers,
    pub(super) requests: VecDeque<Request>,
    pub(super) events: VecDeque<Event>,
    pub(super) support_code: Option<String>,
    next_id: u32,
}

impl Context {
    pub(super) fn new(config: FlowConfig) -> Self {
        Self {
            config,
            banks: Vec::new(),
            timers: Timers::default(),
            requests: VecDeque::new(),
            events: VecDeque::new(),
            support_code: None,
            next_id: 0,
        }
    }

    pub(super) fn send(&mut self, call: Call, headers: Headers, body: Option<Body>) -> RequestId {
        let id = RequestId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        self.requests.push_back(Request { id, call, headers, body });
        id
    }

    pub(super) fn remember_support_code(&mut self, reply: &Reply) {
        if let Some(id) = &reply.request_id {
            self.support_code = Some(id.clone());
        }
    }
}
