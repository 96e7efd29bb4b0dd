//! What all states of a flow share: configuration, timers and the queues of outputs.

use std::collections::VecDeque;
use std::time::Duration;

use super::config::{FlowConfig, Terms};
use super::input::{Answer, Device, Input, Pick};
use super::known::Known;
use super::output::{Bank, Event};
use super::request::{Body, Headers, Request, RequestId, Target};
use super::timer::Timers;
use crate::id::{AffiliatedId, BicFi, ConsentId};
use crate::profile;
use crate::wire::LinkSession;
use crate::{Call, Day, Tick};

#[derive(Debug)]
pub(super) struct Context {
    pub(super) config: FlowConfig,
    /// The claimed link session.
    pub(super) link_session: Option<LinkSession>,
    /// The terms of the link in progress.
    pub(super) begun: Terms,
    /// The banks to choose from, once they are loaded; kept so that going back needs no request.
    pub(super) banks: Vec<Bank>,
    /// What is known about the current bank.
    pub(super) known: Known,
    /// Whether the host's own server alone reads accounts.
    pub(super) backend_reads: bool,
    /// The relay's first context, once it is known; used where the page names none.
    relays_first: Option<profile::Context>,
    /// The entry of the list that the person chose, perhaps on an earlier page.
    pub(super) pick: Option<Pick>,
    /// The relay's time, and when it arrived.
    clock: Option<(Tick, u64)>,
    /// When the platform may be asked again, if it asked for a pause.
    pub(super) quiet_until: Option<Tick>,
    /// Where the person has their BankID: a guess until they say.
    pub(super) device: Device,
    pub(super) timers: Timers,
    pub(super) requests: VecDeque<Request>,
    pub(super) events: VecDeque<Event>,
    pub(super) support_code: Option<String>,
    /// Counts the changes that make an offer outdated.
    pub(super) edition: u32,
    /// New consents that the person cancelled before the answer: the flow deletes them when it comes.
    orphans: Vec<(RequestId, Headers)>,
    next_id: u32,
}

impl Context {
    pub(super) fn new(config: FlowConfig) -> Self {
        Self {
            begun: config.terms,
            config,
            link_session: None,
            banks: Vec::new(),
            known: Known::default(),
            backend_reads: false,
            relays_first: None,
            pick: None,
            clock: None,
            quiet_until: None,
            device: Device::Other,
            timers: Timers::default(),
            requests: VecDeque::new(),
            events: VecDeque::new(),
            support_code: None,
            edition: 0,
            orphans: Vec::new(),
            next_id: 0,
        }
    }

    #[inline(never)]
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

    /// Asks for details and profile of `bank`, unless that was done. A state waits briefly for them.
    pub(super) fn look_up(&mut self, bank: &BicFi) {
        if self.known.is_of(bank) {
            return;
        }
        let call = Target::Call(Call::ReadAspsp { bic: bank.clone() });
        let details = self.send(call, self.bankless(), None);
        let profile = self.send(Target::Profile(bank.clone()), Headers::default(), None);
        let open = [details, profile];
        self.known = Known::asked(bank.clone(), open);
    }

    /// The headers of a call without a consent.
    pub(super) fn bankless(&self) -> Headers {
        Headers { context: self.config.context, ..Headers::default() }
    }

    /// Whose accounts: the page's context, else the relay's.
    pub(super) fn whose(&self) -> profile::Context {
        self.config.context.or(self.relays_first).unwrap_or(profile::Context::Private)
    }

    /// Pauses calls to the platform for `pause`, or for as long as it has asked for.
    pub(super) fn rest(&mut self, now: Tick, pause: Duration) {
        self.quiet_until = self.quiet_until.max(Some(now + pause));
    }

    /// The relay's day, if its time is known.
    pub(super) fn today(&self, now: Tick) -> Option<Day> {
        let (received, millis) = self.clock?;
        let since = u64::try_from(received.until(now).as_millis()).unwrap_or(u64::MAX);
        Some(Day::at_millis(millis.saturating_add(since)))
    }

    /// How long the bank waits for the start of the app.
    pub(super) fn pick_up(&self) -> Duration {
        Duration::from_secs(self.known.facts.pick_up_seconds.into())
    }

    /// Takes the terms of the host's own server in place of the page's.
    pub(super) fn claim(&mut self, session: LinkSession) {
        let config = &mut self.config;
        config.terms = Terms::from(&session);
        config.context = session.context.or(config.context);
        let country = session.country.as_deref().and_then(|country| country.parse().ok());
        if let Some(country) = country {
            config.country = country;
        }
        self.link_session = Some(session);
    }

    /// Whether the link session must be claimed first.
    pub(super) fn has_unclaimed(&self) -> bool {
        self.config.token.is_some() && self.link_session.is_none()
    }

    /// The only bank that is offered, where the host's own server has chosen it.
    pub(super) fn only_bank(&self) -> Option<&BicFi> {
        self.link_session.as_ref()?.bic_fi.as_ref()
    }

    /// Tells the relay that the person does not want to go on with the link session, also before its claim was answered.
    pub(super) fn leave_link_session(&mut self) {
        if self.config.token.is_some() {
            let body = self.config.token.clone().map(Body::Token);
            self.send(Target::LeaveLinkSession, Headers::default(), body);
        }
    }

    /// Deletes a consent at the platform, without waiting for the answer: if it fails, the consent expires.
    pub(super) fn delete(&mut self, consent: ConsentId, headers: Headers) {
        self.send(Target::Call(Call::DeleteConsent { consent }), headers, None);
    }

    /// Gives up the new consent that `request` asks for; the headers are those of its deletion.
    pub(super) fn give_up(&mut self, request: RequestId, headers: Headers) {
        self.orphans.push((request, headers));
    }

    /// Takes from an input what concerns no state: the support code, and answers that no state awaits.
    pub(super) fn notice(&mut self, input: &mut Input, now: Tick) {
        let Input::Reply(id, reply) = input else { return };
        if let Ok(Answer::Aspsp(_) | Answer::Profile(_) | Answer::Session(_)) = &reply.answer {
            self.edition = self.edition.wrapping_add(1);
        }
        self.known.notice(*id, &mut reply.answer);
        if let Ok(Answer::Session(session)) = &reply.answer {
            self.relays_first = session.context.or(self.relays_first);
            self.backend_reads = session.backend_reads;
            self.clock = session.now_millis.map(|millis| (now, millis)).or(self.clock);
        }
        if let Err(failure) = &reply.answer
            && let Some(pause) = failure.retry_after()
        {
            self.quiet_until = Some(now + pause);
        }
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

    /// Whether another entry of the list has the BIC of `bank`.
    pub(super) fn has_namesake(&self, bank: &Bank) -> bool {
        self.banks.iter().filter(|listed| listed.bic == bank.bic).count() > 1
    }

    /// The bank with `bic`, and `affiliated` in its group, with their name if it is known.
    pub(super) fn bank(&self, bic: &BicFi, affiliated: Option<&AffiliatedId>) -> Bank {
        let mut known = self.known.group.iter().chain(&self.banks);
        let known = known.find(|it| it.bic == *bic && it.affiliated.as_ref() == affiliated);
        let affiliated = affiliated.cloned();
        let pick = self.pick.as_ref().filter(|pick| pick.bic == *bic);
        if affiliated.is_none()
            && let Some(pick) = pick
        {
            let chosen = self.banks.iter().find(|bank| pick.means(bank));
            let name = chosen.map(|bank| &bank.name).or(pick.name.as_ref());
            if let Some(name) = name {
                let (bic, entry) = (bic.clone(), pick.entry.clone());
                return Bank { bic, name: name.clone(), entry, affiliated };
            }
        }
        let listed = || self.banks.iter().find(|bank| bank.bic == *bic);
        let found = known.or_else(listed);
        let name = found.map_or(bic.as_str(), |bank| &bank.name).to_owned();
        let entry = found.and_then(|bank| bank.entry.clone());
        Bank { bic: bic.clone(), name, entry, affiliated }
    }
}
