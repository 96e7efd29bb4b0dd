//! Any order of inputs, answers and waits, as a person, a platform and a laptop that sleeps make them. The flow must not
//! panic or spin, must wait for at most one answer, and must always come to an end.

use std::time::Duration;

use protocol::flow::{
    Answer, Arrival, ConsentFlow, Device, Failure, FlowConfig, Ids, Input, Reply, Request, Target,
    View, Way,
};
use protocol::wire::{Approach, Code, Loose};
use protocol::{Call, Tick};
use serde_json::from_str;

/// Checks the inputs that the bytes `data` stand for.
pub(crate) fn check(data: &[u8]) {
    let mut choices = Choices(data);
    let mut config = FlowConfig::new("SE".parse().expect("a country"));
    if choices.next() == 1 {
        config.token = from_str(r#"{"token":"lst_token"}"#).ok();
    }
    let mut run = Run {
        flow: ConsentFlow::new(config),
        now: Tick::from_millis(1_000),
        open: Vec::new(),
        shown: true,
    };
    while !choices.0.is_empty() {
        run.turn(&mut choices);
        run.collect();
        run.has_deadline();
    }
    run.comes_to_an_end();
}

/// What is still to be chosen. Where nothing is left, each choice is the first.
struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.next()) % all.len()]
    }

    /// A text whose length is chosen first.
    fn text(&mut self) -> &'a str {
        let length = usize::from(self.next()).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }
}

struct Run {
    flow: ConsentFlow,
    now: Tick,
    /// The requests without an answer, the oldest first.
    open: Vec<Request>,
    shown: bool,
}

impl Run {
    fn turn(&mut self, choices: &mut Choices<'_>) {
        match choices.next() % 20 {
            0..6 => self.answer_newest(choices),
            6 => self.answer_older(choices),
            7 | 8 => self.wait(Duration::from_secs(choices.next().into())),
            9 => self.wait(Duration::from_mins(choices.next().into())),
            10 => self.wake(),
            _ => {
                let input = input(choices);
                match input {
                    Input::Hide => self.shown = false,
                    Input::Show => self.shown = true,
                    _ => {}
                }
                self.flow.handle(input, self.now);
            }
        }
    }

    /// Lets time pass in one jump, as on a laptop that slept.
    fn wait(&mut self, span: Duration) {
        self.now = self.now + span;
        self.flow.handle_timeout(self.now);
    }

    /// Lets time pass until the next timer.
    fn wake(&mut self) {
        if let Some(due) = self.flow.poll_timeout() {
            self.now = self.now.max(due);
            self.flow.handle_timeout(self.now);
        }
    }

    fn answer_newest(&mut self, choices: &mut Choices<'_>) {
        if let Some(request) = self.open.pop() {
            let reply = reply(&request.target, choices);
            self.flow.handle(Input::Reply(request.id, Box::new(reply)), self.now);
        }
    }

    /// Answers a request that the flow has stopped waiting for: beside deleting a consent whose creation is answered
    /// late, nothing may follow from it.
    fn answer_older(&mut self, choices: &mut Choices<'_>) {
        let questions = |open: &[Request]| -> Vec<usize> {
            let awaited = |request: &Request| !is_beside(&request.target);
            (0..open.len()).filter(|at| awaited(&open[*at])).collect()
        };
        let all = questions(&self.open);
        let Some((_, older)) = all.split_last().filter(|(_, older)| !older.is_empty()) else {
            return;
        };
        let request = self.open.remove(choices.of(older));
        let reply = reply(&request.target, choices);
        // The relay's time and a bank's details are of use whenever they come.
        let changes_offer =
            matches!(reply.answer, Ok(Answer::Session(_) | Answer::Aspsp(_) | Answer::Profile(_)));
        let before = format!("{:?}", self.flow.view());
        self.flow.handle(Input::Reply(request.id, Box::new(reply)), self.now);
        if !changes_offer {
            assert_eq!(format!("{:?}", self.flow.view()), before, "{request:?} was not awaited");
        }
        assert_eq!(self.flow.poll_event(), None, "{request:?} was not awaited");
        while let Some(sent) = self.flow.poll_request() {
            let deletes = matches!(sent.target, Target::Call(Call::DeleteConsent { .. }));
            assert!(
                deletes && matches!(request.target, Target::Call(Call::CreateConsent)),
                "{sent:?}"
            );
            self.open.insert(0, sent);
        }
    }

    fn collect(&mut self) {
        while let Some(request) = self.flow.poll_request() {
            assert!(request.target.address().starts_with('/'), "{request:?}");
            assert!(request.headers.pairs().all(|(_, value)| !value.contains(['\r', '\n'])));
            self.open.push(request);
        }
        while self.flow.poll_event().is_some() {}
        if self.open.len() > 50 {
            self.open.drain(..25);
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.flow.view(), View::Idle | View::Linked(_) | View::Ended { .. })
    }

    fn has_deadline(&self) {
        let waits = self.shown && !self.is_over();
        assert!(!waits || self.flow.poll_timeout().is_some(), "{:?}", self.flow.view());
    }

    /// Without any further answer or act of the person, the flow ends within a day.
    fn comes_to_an_end(&mut self) {
        self.flow.handle(Input::Show, self.now);
        self.shown = true;
        let end = self.now + Duration::from_hours(24);
        let mut turns = 0;
        while !self.is_over() {
            turns += 1;
            assert!(turns < 20_000 && self.now < end, "no end: {:?}", self.flow.view());
            self.has_deadline();
            self.wake();
            self.collect();
        }
    }
}

/// Whether the flow goes on without the answer: it waits briefly for what is known of a bank and for the last day of a
/// consent, and not at all for the end of a consent or of a link session.
fn is_beside(target: &Target) -> bool {
    match target {
        Target::Call(
            Call::ReadAspsp { .. } | Call::ReadConsent { .. } | Call::DeleteConsent { .. },
        )
        | Target::Profile(_)
        | Target::LeaveLinkSession => true,
        Target::Call(_) | Target::SessionConsents | Target::ClaimLinkSession => false,
    }
}

fn input(choices: &mut Choices<'_>) -> Input {
    let device = choices.of(&[Device::This, Device::Other]);
    match choices.next() % 14 {
        0 | 1 => {
            let consent = choices.of(&[None, Some("c-1"), Some("c-2")]);
            let consent = consent.and_then(|id| id.parse().ok());
            Input::Start(Arrival { consent, pick: None, device })
        }
        2 | 3 => {
            let bic = choices.of(&["ESSESESS", "SWEDSESS", "HANDSESS"]);
            Input::Choose(bic.parse::<protocol::id::BicFi>().expect("a BIC").into())
        }
        4 => Input::ChooseAffiliated(choices.of(&["one", "two"]).parse().expect("an id")),
        5 => Input::Back,
        6 | 7 => {
            let way = choices.of(&[Way::BankId(device), Way::BankPage]);
            Input::Begin { way, ids: Ids::default() }
        }
        8 => Input::ChooseMethod(choices.of(&["mbid", "card", "other"]).parse().expect("an id")),
        9 => Input::Renew(device),
        10 => Input::Cancel,
        11 => Input::Retry,
        12 => Input::Hide,
        _ => Input::Show,
    }
}

fn reply(target: &Target, choices: &mut Choices<'_>) -> Reply {
    let answer = match choices.next() % 8 {
        0 => Err(Failure::Lost),
        1 => Err(refused(choices)),
        2 => read(target, choices.text()),
        _ => read(target, choices.of(BODIES)),
    };
    let location = choices.of(&[
        None,
        Some("/psd2/consent/v1/consents/c-1/authorisations/a-1"),
        Some("/psd2/consent/v1/consents/c-2/authorisations/a-2"),
        Some("//evil.example/"),
    ]);
    let approach = choices.of(&[None, Some("DECOUPLED"), Some("REDIRECT"), Some("OAUTH")]);
    let approach = approach.map(|word| Approach::from(word.to_owned()));
    let bank = choices.of(&[None, Some("https://auth.example"), Some("https://auth.exam")]);
    let [location, bank] = [location, bank].map(|text| text.map(str::to_owned));
    Reply { answer, request_id: None, location, approach, return_to: None, bank }
}

fn read(target: &Target, text: &str) -> Result<Answer, Failure> {
    let body = from_str::<Loose>(text).map_err(|_| Failure::Garbled)?;
    Answer::read(target, body).ok_or(Failure::Garbled)
}

fn refused(choices: &mut Choices<'_>) -> Failure {
    let status = choices.of(&[400, 401, 403, 404, 409, 410, 429, 500, 502, 503, 504]);
    let code = choices.of(&[
        None,
        Some("SESSION_UNKNOWN"),
        Some("FOREIGN_COMPLETION"),
        Some("ACCESS_EXCEEDED"),
        Some("CONSENT_INVALID"),
        Some("NOT_RETURNED"),
        Some("LINK_SESSION_OVER"),
        Some("STATUS_INVALID"),
    ]);
    let code = code.map(|word| Code::from(word.to_owned()));
    let retry_after = choices.of(&[None, Some(1), Some(60), Some(86_400), Some(u64::MAX / 2_000)]);
    Failure::Refused { status, code, retry_after: retry_after.map(Duration::from_secs) }
}

/// Bodies of good answers: the usual ones of each call, and some odd ones.
const BODIES: &[&str] = &[
    r#"{"consents":[],"nowMillis":1787659200000,"cookie":"came"}"#,
    r#"{"consents":[],"nowMillis":1787659200000,"cookie":"set"}"#,
    r#"{"aspsps":[{"bicFi":"ESSESESS","name":"SEB"},{"bicFi":"SWEDSESS","name":"Swedbank"},{"bicFi":"SWEDSESS","name":"Sparbank","id":"two"}]}"#,
    r#"{"bicFi":"ESSESESS","name":"SEB","supportedAuthorizationMethods":[{"name":"Decoupled"}]}"#,
    r#"{"bicFi":"SWEDSESS","name":"S","supportedAuthorizationMethods":[{"name":"Decoupled"},{"name":"OAuth2"}],"affiliatedAspsps":[{"id":"one","name":"One"},{"id":"two","name":"Two"}]}"#,
    "{}",
    r#"{"methods":[{"id":"mbid","device":"other"}],"scans":2,"pick_up_seconds":0,"sign_seconds":1}"#,
    r#"{"approaches":["redirect"],"pick_up_seconds":4000000000,"sign_seconds":4000000000}"#,
    r#"{"consentId":"c-1","consentStatus":"received","_links":{}}"#,
    r#"{"consentId":"c-2","consentStatus":"received"}"#,
    r#"{"scaStatus":"received","authorisationId":"a-1","scaMethods":[{"authenticationMethodId":"mbid"},{"authenticationMethodId":"mbid_same_device"}]}"#,
    r#"{"scaStatus":"received","authorisationId":"a-2","scaMethods":[{"authenticationMethodId":"card"},{"authenticationMethodId":"other"}]}"#,
    r#"{"scaStatus":"started","challengeData":{"data":["67df3917-fa0d-44e5-b327-edcc928297f8"]}}"#,
    r#"{"scaStatus":"started","challengeData":{"data":["bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8"]}}"#,
    r#"{"scaStatus":"started","_links":{"scaOAuth":{"href":"https://auth.example/a"}}}"#,
    r#"{"scaStatus":"started","_links":{"scaRedirect":{"href":"https://evil.example/a"}}}"#,
    r#"{"scaStatus":"authenticationStarted"}"#,
    r#"{"scaStatus":"finalised"}"#,
    r#"{"scaStatus":"failed"}"#,
    r#"{"scaStatus":"exempted"}"#,
    r#"{"scaStatus":"aNewWord","psuMessage":"hello"}"#,
    r#"{"consentStatus":"valid"}"#,
    r#"{"consentStatus":"received"}"#,
    r#"{"consentStatus":"rejected"}"#,
    r#"{"consentStatus":"aNewWord"}"#,
    r#"{"validUntil":"2027-02-20","consentStatus":"valid"}"#,
    r#"{"accounts":[{"resourceId":"1","currency":"SEK"}]}"#,
    r#"{"accounts":[]}"#,
    r#"{"consents":[{"consentId":"c-1","bicFi":"ESSESESS","consentStatus":"received","ageMillis":1000,"validUntil":"2027-01-01","accountsListed":false,"authorisation":{"authorisationId":"a-1","scaStatus":"started","ageMillis":500,"scaApproach":"DECOUPLED","authenticationMethodId":"mbid"}}],"nowMillis":1787659200000,"cookie":"came"}"#,
    r#"{"consents":[{"consentId":"c-1","bicFi":"SWEDSESS","consentStatus":"received","ageMillis":1000,"validUntil":"2027-01-01","accountsListed":false,"authorisation":{"authorisationId":"a-1","scaStatus":"started","ageMillis":500,"scaApproach":"REDIRECT","returned":"completed"}}],"nowMillis":1787659200000}"#,
    r#"{"consents":[{"consentId":"c-2","bicFi":"SWEDSESS","consentStatus":"valid","ageMillis":18446744073709551615,"validUntil":"x","accountsListed":true,"authorisation":{"authorisationId":"a-2","scaStatus":"finalised","ageMillis":500,"scaApproach":"REDIRECT","returned":"exchanging"}}]}"#,
    r#"{"consents":[{"consentId":"c-1","bicFi":"SWEDSESS","consentStatus":"received","ageMillis":9,"validUntil":"2027-01-01","accountsListed":false,"redirectPreferred":true}],"nowMillis":18446744073709551615}"#,
    r#"{"id":"ls_1","service":"Kassan","purpose":"To see","data":["balances"],"validityDays":30,"recurring":true,"frequencyPerDay":2,"renews":false,"linked":false}"#,
    r#"{"id":"ls_1","service":"K","purpose":"p","data":[],"validityDays":30,"recurring":false,"frequencyPerDay":1,"renews":true,"linked":true,"bicFi":"ESSESESS"}"#,
    "null",
    "[]",
];
