//! What all states of a flow share: choices, timers and the queues of outputs.

use std::collections::VecDeque;

use super::config::FlowConfig;
use super::input::{Answer, Device, Input};
use super::output::{Bank, Event};
use super::request::{Body, Headers, Request, RequestId, Target};
use super::timer::Timers;
use crate::Call;
use crate::id::{BicFi, ConsentId};

#[derive(Debug)]
pub(super) struct Context {
    pub(super) config: FlowConfig,
    /// The banks to choose from, once they are known; kept so that going back asks nobody.
    pub(super) banks: Vec<Bank>,
    /// Where the person has their BankID, until they say.
    pub(super) device: Device,
    pub(super) timers: Timers,
    pub(super) requests: VecDeque<Request>,
    pub(super) events: VecDeque<Event>,
    pub(super) support_code: Option<String>,
    /// New consents that the person gave up before they were answered: if they are, they are deleted.
    orphans: Vec<(RequestId, Headers)>,
    next_id: u32,
}

impl Context {
    pub(super) fn new(config: FlowConfig) -> Self {
        Self {
            config,
            banks: Vec::new(),
            device: Device::Other,
            timers: Timers::default(),
            requests: VecDeque::new(),
            events: VecDeque::new(),
            support_code: None,
            orphans: Vec::new(),
            next_id: 0,
        }
    }

    pub(super) fn send(
        &mut self,
        target: Target,
        headers: Headers,
        body: Option<Body>,
    ) -> RequestId {
        let id = RequestId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        self.requests.push_back(Request { id, target, headers, body });
        id
    }

    /// Ends a consent at the platform. Nobody waits for the answer: if it fails, the bank ends it in time.
    pub(super) fn delete(&mut self, consent: ConsentId, headers: Headers) {
        self.send(Target::Call(Call::DeleteConsent { consent }), headers, None);
    }

    /// Nobody waits any more for the new consent that `request` asks for, with the headers of its calls.
    pub(super) fn give_up(&mut self, request: RequestId, headers: Headers) {
        self.orphans.push((request, headers));
    }

    /// Takes what concerns no state: the support code, and answers that nobody waits for any more.
    pub(super) fn notice(&mut self, input: &Input) {
        let Input::Reply(id, reply) = input else { return };
        if let Some(request_id) = &reply.request_id {
            self.support_code = Some(request_id.clone());
        }
        let orphan = self.orphans.iter().position(|(request, _)| request == id);
        if let Some(orphan) = orphan {
            let (_, headers) = self.orphans.swap_remove(orphan);
            if let Ok(Answer::ConsentCreated(created)) = &reply.answer {
                self.delete(created.consent_id.clone(), headers);
            }
        }
    }

    /// The bank that `bic` names, by its name where the list of banks came.
    pub(super) fn bank(&self, bic: &BicFi) -> Bank {
        let known = self.banks.iter().find(|bank| bank.bic == *bic).cloned();
        known.unwrap_or_else(|| Bank { bic: bic.clone(), name: bic.to_string() })
    }
}
