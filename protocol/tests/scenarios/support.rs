//! A platform as a closure, and a clock that jumps to the next timer.

use std::time::Duration;

use protocol::flow::{
    Answer, Arrival, ConsentFlow, Device, Event, Failure, FlowConfig, Ids, Input, Reply, Request,
    Target, Way,
};
use protocol::id::BicFi;
use protocol::wire::{Approach, Code};
use protocol::{Call, Tick};
use serde_json::{Value, from_value, json};

pub(crate) const CONSENT: &str = "c-1";
/// The relay's clock: midday of 2026-08-25.
pub(crate) const NOW: u64 = 1_787_659_200_000;
pub(crate) const TOKEN: &str = "67df3917-fa0d-44e5-b327-edcc928297f8";
pub(crate) const START: &str = "/psd2/consent/v1/consents/c-1/authorisations/a-1";

/// A flow, its clock and its outputs.
pub(crate) struct Run {
    pub(crate) flow: ConsentFlow,
    pub(crate) now: Tick,
    pub(crate) sent: Vec<(Tick, Request)>,
    pub(crate) events: Vec<Event>,
    /// The relay's answer to the question for the session's consents, by its number.
    pub(crate) session: Box<dyn FnMut(u32) -> Response>,
    /// The relay's answer to the question for a bank's profile, by its number.
    pub(crate) profile: Box<dyn FnMut(u32) -> Response>,
    /// The relay's answer to a claim of the link session, by its number.
    pub(crate) link_session: Box<dyn FnMut(u32) -> Response>,
    unanswered: Vec<Request>,
}

/// What a scripted platform does with a request.
pub(crate) enum Response {
    /// Answers at once.
    Answer(Box<Reply>),
    /// Never answers.
    Silence,
}

impl Run {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// A run with another configuration.
    pub(crate) fn with(choose: impl FnOnce(&mut FlowConfig)) -> Self {
        let mut config = FlowConfig::new("SE".parse().expect("a country code"));
        choose(&mut config);
        Self {
            flow: ConsentFlow::new(config),
            now: Tick::from_millis(1_000),
            sent: Vec::new(),
            events: Vec::new(),
            session: Box::new(|_| kept(&json!([]))),
            profile: Box::new(|_| profile(json!({}))),
            link_session: Box::new(|_| claimed(json!({}))),
            unanswered: Vec::new(),
        }
    }

    /// A run in which the person has confirmed that they are ready.
    pub(crate) fn begun(platform: &mut impl FnMut(&Call, u32) -> Response) -> Self {
        let mut run = Self::new();
        run.begin(platform);
        run
    }

    /// The person goes from the start to the confirmation that they are ready.
    pub(crate) fn begin(&mut self, platform: &mut impl FnMut(&Call, u32) -> Response) {
        self.input(start(), platform);
        self.begin_here(platform);
    }

    /// The person goes on from the list of banks.
    pub(crate) fn begin_here(&mut self, platform: &mut impl FnMut(&Call, u32) -> Response) {
        self.input(choose("ESSESESS"), platform);
        self.input(begin(Device::Other), platform);
    }

    /// A run on the screen `name`, on a working platform.
    pub(crate) fn at(name: &str) -> Self {
        let mut run = Self::new();
        let mut silent = |_: &Call, _| Response::Silence;
        let mut works = works_until("none");
        match name {
            "idle" => {}
            "loading-banks" => run.input(start(), &mut silent),
            "choose-bank" => run.input(start(), &mut works),
            "ready" => {
                run.input(start(), &mut works);
                run.input(choose("ESSESESS"), &mut works);
            }
            "challenge" => run = Self::begun(&mut works),
            other => {
                run = Self::begun(&mut works_until(other));
                run.pass(Duration::from_secs(1), &mut works_until(other));
            }
        }
        run
    }

    pub(crate) fn input(
        &mut self,
        input: Input,
        platform: &mut impl FnMut(&Call, u32) -> Response,
    ) {
        self.flow.handle(input, self.now);
        self.settle(platform);
    }

    /// Lets `span` pass, acting on each timer at its moment.
    pub(crate) fn pass(
        &mut self,
        span: Duration,
        platform: &mut impl FnMut(&Call, u32) -> Response,
    ) {
        let end = self.now + span;
        let mut turns = 0;
        while let Some(due) = self.flow.poll_timeout().filter(|due| *due <= end) {
            turns += 1;
            assert!(turns < 10_000, "the flow spins at {:?}", self.now);
            self.now = self.now.max(due);
            self.flow.handle_timeout(self.now);
            self.settle(platform);
        }
        self.now = end;
    }

    /// Lets `span` pass in one jump, as a sleeping laptop does.
    pub(crate) fn sleep(
        &mut self,
        span: Duration,
        platform: &mut impl FnMut(&Call, u32) -> Response,
    ) {
        self.now = self.now + span;
        self.flow.handle_timeout(self.now);
        self.settle(platform);
    }

    /// Runs until nothing is awaited, or for an hour.
    pub(crate) fn finish(&mut self, platform: &mut impl FnMut(&Call, u32) -> Response) {
        self.pass(Duration::from_hours(1), platform);
    }

    pub(crate) fn screen(&self) -> &'static str {
        self.flow.view().name()
    }

    /// The names of the calls sent, in order.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.sent.iter().map(|(_, request)| request.target.name()).collect()
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.calls().iter().filter(|call| **call == name).count()
    }

    /// The pauses between the calls named `name`.
    pub(crate) fn pauses(&self, name: &str) -> Vec<Duration> {
        let moments: Vec<Tick> = self
            .sent
            .iter()
            .filter(|(_, request)| request.target.name() == name)
            .map(|(moment, _)| *moment)
            .collect();
        moments.windows(2).map(|pair| pair[0].until(pair[1])).collect()
    }

    /// The latest unanswered request; a test may answer it late.
    pub(crate) fn unanswered(&self) -> &Request {
        self.unanswered.last().expect("a request without an answer")
    }

    fn settle(&mut self, platform: &mut impl FnMut(&Call, u32) -> Response) {
        while let Some(request) = self.flow.poll_request() {
            let turn = self.count(request.target.name());
            self.sent.push((self.now, request.clone()));
            let turn = u32::try_from(turn).expect("few calls");
            let response = match &request.target {
                Target::Call(call) => platform(call, turn),
                Target::SessionConsents => (self.session)(turn),
                Target::Profile(_) => (self.profile)(turn),
                Target::ClaimLinkSession => (self.link_session)(turn),
                Target::LeaveLinkSession => reply(Ok(Answer::Unread)),
            };
            match response {
                Response::Answer(reply) => {
                    self.flow.handle(Input::Reply(request.id, reply), self.now);
                }
                Response::Silence => self.unanswered.push(request),
            }
        }
        while let Some(event) = self.flow.poll_event() {
            self.events.push(event);
        }
    }
}

/// The element starts in a tab without a link.
pub(crate) fn start() -> Input {
    Input::Start(Arrival { consent: None, pick: None, device: Device::Other })
}

/// The person chooses the first bank with this BIC.
pub(crate) fn choose(bic: &str) -> Input {
    let bic: BicFi = bic.parse().expect("a BIC");
    Input::Choose(bic.into())
}

pub(crate) fn begin(device: Device) -> Input {
    Input::Begin { way: Way::BankId(device), ids: Ids::default() }
}

/// A platform that works until the call named `until`, which it leaves unanswered.
pub(crate) fn works_until(until: &str) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| if call.name() == until { Response::Silence } else { works(call, turn) }
}

/// SEB on a good day: the person signs before the third poll.
pub(crate) fn works(call: &Call, turn: u32) -> Response {
    match call {
        Call::ListAspsps { .. } => body(
            call,
            json!({"aspsps": [
                {"bicFi": "ESSESESS", "name": "SEB"},
                {"bicFi": "not a bic", "name": "Odd"},
            ]}),
        ),
        Call::ReadAspsp { .. } => details(call, &["Decoupled"]),
        Call::CreateConsent => {
            body(call, json!({"consentId": CONSENT, "consentStatus": "received", "_links": {}}))
        }
        Call::StartAuthorisation { .. } => started(call, START),
        Call::UpdatePsuData { .. } => challenge(call, "started", &json!({"data": [TOKEN]})),
        Call::ReadScaStatus { .. } if turn < 2 => {
            challenge(call, "started", &json!({"data": TOKEN}))
        }
        Call::ReadScaStatus { .. } => body(call, json!({"scaStatus": "finalised"})),
        Call::ReadConsentStatus { .. } => body(call, json!({"consentStatus": "valid"})),
        Call::ReadConsent { .. } => body(call, json!({"validUntil": "2027-02-20"})),
        Call::ListAccounts { .. } => {
            body(call, json!({"accounts": [{"resourceId": "1", "currency": "SEK"}]}))
        }
        _ => body(call, json!(null)),
    }
}

/// A platform whose authorisations offer `methods`.
pub(crate) fn offers(methods: Value) -> impl FnMut(&Call, u32) -> Response {
    move |call, turn| match call {
        Call::StartAuthorisation { .. } => {
            let id =
                json!({"scaStatus": "received", "authorisationId": "a-1", "scaMethods": methods});
            body(call, id)
        }
        _ => works(call, turn),
    }
}

/// A good answer to `call` with the body `value`; an unreadable body is garbled, as in the driver.
pub(crate) fn body(call: &Call, value: Value) -> Response {
    answer(&Target::Call(call.clone()), value)
}

/// The relay's answer to the question for the session's consents.
pub(crate) fn kept(consents: &Value) -> Response {
    session(json!({ "consents": consents }))
}

/// The same, with all its members.
pub(crate) fn session(mut members: Value) -> Response {
    if members.get("nowMillis").is_none() {
        members["nowMillis"] = json!(NOW);
    }
    answer(&Target::SessionConsents, members)
}

/// The relay's answer to the question for a bank's profile.
pub(crate) fn profile(members: Value) -> Response {
    let bic = "ESSESESS".parse().expect("a BIC");
    answer(&Target::Profile(bic), members)
}

/// The relay's answer to a claim of a link session, with these members beside the usual ones.
pub(crate) fn claimed(members: Value) -> Response {
    let mut session = json!({
        "id": "ls_1", "service": "Kassan", "purpose": "To see what you can afford", "data": ["balances"],
        "validityDays": 30, "recurring": true, "frequencyPerDay": 2, "renews": false, "linked": false,
    });
    let all = session.as_object_mut().expect("object");
    let Value::Object(members) = members else { panic!("{members} is no object") };
    all.extend(members);
    answer(&Target::ClaimLinkSession, session)
}

/// The details of a bank with the ways `methods`.
pub(crate) fn details(call: &Call, methods: &[&str]) -> Response {
    let methods: Vec<_> = methods.iter().map(|name| json!({ "name": name })).collect();
    let value = json!({
        "bicFi": "ESSESESS", "name": "SEB", "supportedAuthorizationMethods": methods,
    });
    body(call, value)
}

fn answer(target: &Target, value: Value) -> Response {
    let body = from_value(value).expect("it is JSON");
    reply(Answer::read(target, body).ok_or(Failure::Garbled))
}

pub(crate) fn reply(answer: Result<Answer, Failure>) -> Response {
    Response::Answer(Box::new(Reply {
        answer,
        request_id: Some("7f1c2a1e-0000-4000-8000-000000000000".into()),
        location: None,
        approach: None,
        return_to: None,
        // The relay has checked only the bank of these tests.
        bank: Some("https://auth.example".into()),
    }))
}

pub(crate) fn refused(status: u16, code: Option<Code>, retry_after: Option<Duration>) -> Response {
    reply(Err(Failure::Refused { status, code, retry_after }))
}

pub(crate) fn started(call: &Call, location: &str) -> Response {
    let value = json!({
        "scaStatus": "received", "authorisationId": "a-1",
        "scaMethods": [{"authenticationMethodId": "mbid_same_device"}, {"authenticationMethodId": "mbid"}],
    });
    let Response::Answer(reply) = body(call, value) else { unreachable!("a body is an answer") };
    Response::Answer(Box::new(Reply { location: Some(location.into()), ..*reply }))
}

pub(crate) fn challenge(call: &Call, status: &str, data: &Value) -> Response {
    let value = json!({"scaStatus": status, "challengeData": data});
    let Response::Answer(reply) = body(call, value) else { unreachable!("a body is an answer") };
    Response::Answer(Box::new(Reply { approach: Some(Approach::Decoupled), ..*reply }))
}
