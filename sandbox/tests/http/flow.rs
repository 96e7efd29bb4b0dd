//! The widget's flow against the sandbox's banks, on one simulated clock for both.

use std::time::Duration;

use protocol::flow::{
    Answer, Arrival, Body, ConsentFlow, Device, Failure, FlowConfig, Ids, Input, Reply, Request,
    Step, Target, View, Way, Ways,
};
use protocol::header::{ASPSP_SCA_APPROACH, LOCATION};
use protocol::id::{BicFi, ConsentId};
use protocol::wire::{
    self, Approach, ConsentStatus, KeptAuthorisation, KeptConsent, Returned, ScaStatus,
    SessionConsents,
};
use protocol::{Call, Scope, Tick};
use sandbox::Forms;

use crate::browser::{Return, Visit};
use crate::support::{Api, REQUEST_ID};

/// Where the sandbox's links lead when it is called without a `Host`.
const PLATFORM: &str = "http://localhost";

/// The sandbox's time as it starts: 2026-01-15, 12:00.
const NOON: u64 = 1_768_478_400_000;

/// A person at the widget, with a phone and a browser.
pub(crate) struct Person {
    pub(crate) api: Api,
    flow: ConsentFlow,
    now: Tick,
    /// The record that a relay would keep of this browser's links.
    kept: SessionConsents,
    /// The path of the newest authorisation.
    authorisation: String,
}

impl Person {
    /// A person who has chosen the bank `bic` and is ready.
    async fn ready_at(bic: &str, device: Device) -> Self {
        Self::ready_in(Forms::default(), bic, device).await
    }

    /// The same at a platform that answers in these forms.
    pub(crate) async fn ready_in(forms: Forms, bic: &str, device: Device) -> Self {
        let mut person = Self::choosing_in(forms, "SE", bic).await;
        person.begin(Way::BankId(device)).await;
        person
    }

    /// A person who has chosen the bank `bic` and reads the next screen.
    async fn choosing(country: &str, bic: &str) -> Self {
        Self::choosing_in(Forms::default(), country, bic).await
    }

    async fn choosing_in(forms: Forms, country: &str, bic: &str) -> Self {
        let mut config = FlowConfig::new(country.parse().unwrap());
        config.terms.days = Some(90);
        let flow = ConsentFlow::new(config);
        let kept = SessionConsents { now_millis: Some(NOON), ..SessionConsents::default() };
        let authorisation = String::new();
        let mut person = Self { api: Api::new(), flow, now: Tick::default(), kept, authorisation };
        person.api.sandbox.set_forms(forms);
        person.arrive(None).await;
        person.act(Input::Choose(bic.parse::<BicFi>().unwrap().into())).await;
        if let View::ChooseAffiliated { banks, .. } = person.flow.view() {
            let first = banks[0].affiliated.clone().expect("it is a bank of the group");
            person.act(Input::ChooseAffiliated(first)).await;
        }
        person
    }

    /// The page loads, in a tab that was at `consent`.
    async fn arrive(&mut self, consent: Option<ConsentId>) {
        self.act(Input::Start(Arrival { consent, pick: None, device: Device::Other })).await;
    }

    async fn begin(&mut self, way: Way) {
        self.act(Input::Begin { way, ids: Ids::default() }).await;
        // A bank whose methods the profile does not know asks for the method.
        let first = match self.flow.view() {
            View::ChooseMethod { methods, .. } => methods[0].authentication_method_id.clone(),
            _ => return,
        };
        self.act(Input::ChooseMethod(first)).await;
    }

    /// The person's browser at the bank, where the screen leads.
    fn visit(&self, bic: &'static str) -> Visit<'_> {
        let View::Redirecting { page, .. } = self.flow.view() else { panic!("{}", self.screen()) };
        let (authorisation, link) = (self.authorisation.clone(), page.as_str().to_owned());
        Visit { api: &self.api, bic, authorisation, link }
    }

    /// Stores what a relay would: the person is at the bank, or has `returned`.
    fn keep(&mut self, bic: &str, returned: Option<Returned>) {
        let authorisation = KeptAuthorisation {
            authorisation_id: self.authorisation.rsplit('/').next().unwrap().parse().unwrap(),
            authentication_method_id: None,
            sca_approach: Some(Approach::Redirect),
            sca_status: ScaStatus::Received,
            age_millis: 0,
            returned,
            app_return: None,
        };
        self.kept.consents = vec![KeptConsent {
            consent_id: self.flow.consent().unwrap().clone(),
            bic_fi: bic.parse().unwrap(),
            entry: None,
            link_session: None,
            affiliated_aspsp_id: (bic == "SWEDSESS").then(|| "08999".parse().unwrap()),
            consent_status: ConsentStatus::Received,
            valid_until: "2026-04-15".to_owned(),
            redirect_preferred: Some(bic == "SWEDSESS"),
            accounts_listed: false,
            age_millis: 0,
            authorisation: Some(authorisation),
        }];
    }

    async fn act(&mut self, input: Input) {
        self.flow.handle(input, self.now);
        self.settle().await;
    }

    /// Lets `span` pass for the widget and for the platform.
    pub(crate) async fn wait(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some(due) = self.flow.poll_timeout().filter(|due| *due <= end) {
            self.move_to(due.max(self.now));
            self.flow.handle_timeout(self.now);
            self.settle().await;
        }
        self.move_to(end);
    }

    fn move_to(&mut self, moment: Tick) {
        self.api.sandbox.advance(self.now.until(moment));
        self.now = moment;
    }

    /// Reads the code on the screen with the app.
    fn scan(&self) -> sandbox::PendingOrder {
        let View::Challenge { challenge, .. } = self.flow.view() else {
            panic!("no code is shown: {}", self.screen());
        };
        self.api.sandbox.scan(&challenge.qr_text().expect("a code of text")).unwrap()
    }

    pub(crate) fn screen(&self) -> &'static str {
        self.flow.view().name()
    }

    async fn settle(&mut self) {
        while let Some(request) = self.flow.poll_request() {
            let reply = self.exchange(&request).await;
            if matches!(request.target, Target::Call(Call::StartAuthorisation { .. })) {
                self.authorisation = reply.location.clone().unwrap_or_default();
            }
            self.flow.handle(Input::Reply(request.id, Box::new(reply)), self.now);
        }
    }

    /// Answers a request as the relay would, as far as the platform is concerned.
    async fn exchange(&self, request: &Request) -> Reply {
        let own = |answer| Reply {
            answer,
            request_id: None,
            location: None,
            approach: None,
            return_to: None,
            bank: None,
        };
        let call = match &request.target {
            Target::Call(call) => call,
            Target::SessionConsents => return own(Ok(Answer::Session(self.kept.clone()))),
            // There is no relay, so the flow gets no profile and uses the safe defaults.
            _ => return own(Err(Failure::Lost)),
        };
        let scope = match call.scope() {
            Scope::AspspInformation => "aspspinformation private",
            Scope::AccountInformation => "accountinformation private",
        };
        let token = self.api.token(scope).await;
        let mut sent = self
            .api
            .bare(request.target.method().as_str(), &request.target.address())
            .header("Authorization", &format!("Bearer {token}"))
            .header("X-Request-ID", REQUEST_ID)
            .header("PSU-IP-Address", "192.0.2.7")
            .header("PSU-User-Agent", "Browser/1.0");
        for (name, value) in request.headers.pairs() {
            sent = sent.header(name, &value);
        }
        let answer = match &request.body {
            Some(Body::Consent(consent)) => sent.json(&serde_json::to_value(consent).unwrap()),
            Some(Body::PsuData(data)) => sent.json(&serde_json::to_value(data).unwrap()),
            Some(Body::Token(_)) | None => sent,
        };
        let answer = answer.send().await;
        let header = |name: &str| {
            answer.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let read = if answer.status.is_success() {
            serde_json::from_value(body)
                .ok()
                .and_then(|body| Answer::read(&request.target, body))
                .ok_or(Failure::Garbled)
        } else {
            let problem: Option<wire::Problem> = serde_json::from_value(body).ok();
            let code = problem.and_then(|problem| problem.code().cloned());
            Err(Failure::Refused { status: answer.status.as_u16(), code, retry_after: None })
        };
        Reply {
            answer: read,
            request_id: None,
            location: header(LOCATION),
            approach: header(ASPSP_SCA_APPROACH).map(Approach::from),
            return_to: None,
            // A relay vouches for the platform's own pages, and the flow goes to no others.
            bank: Some(PLATFORM.to_owned()),
        }
    }
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn the_flow_links_seb_on_both_devices() {
    for device in [Device::This, Device::Other] {
        let mut person = Person::ready_at("ESSESESS", device).await;
        person.wait(5 * SECOND).await;
        let order = person.scan();
        person.wait(3 * SECOND).await;
        assert_eq!(person.screen(), "challenge", "SEB repeats its token to the end");
        person.api.sandbox.sign(order.id).unwrap();
        person.wait(3 * SECOND).await;
        let View::Linked(linked) = person.flow.view() else { panic!("{}", person.screen()) };
        assert!(linked.accounts.as_ref().is_some_and(|accounts| accounts.len() > 1));
    }
}

#[tokio::test]
async fn the_flow_sees_handelsbankens_pick_up() {
    let mut person = Person::ready_at("HANDSESS", Device::Other).await;
    person.wait(7 * SECOND).await;
    let order = person.scan();
    person.wait(2 * SECOND).await;
    assert_eq!(person.screen(), "signing");
    person.wait(60 * SECOND).await;
    person.api.sandbox.sign(order.id).unwrap();
    person.wait(5 * SECOND).await;
    assert_eq!(person.screen(), "linked");
}

#[tokio::test]
async fn the_flow_follows_swedbank_through_two_proofs() {
    let mut person = Person::ready_at("SWEDSESS", Device::This).await;
    for step in [Step(1), Step(2)] {
        let View::Challenge { step: shown, .. } = person.flow.view() else {
            panic!("{}", person.screen())
        };
        assert_eq!(shown, step);
        let order = person.scan();
        person.api.sandbox.sign(order.id).unwrap();
        person.wait(5 * SECOND).await;
    }
    assert_eq!(person.screen(), "linked");
}

#[tokio::test]
async fn an_order_without_a_pick_up_expires() {
    for bic in ["ESSESESS", "HANDSESS"] {
        let mut person = Person::ready_at(bic, Device::Other).await;
        person.wait(29 * SECOND).await;
        assert_eq!(person.screen(), "challenge", "{bic}");
        person.wait(5 * SECOND).await;
        assert_eq!(person.screen(), "expired", "{bic}");
    }
}

#[tokio::test]
async fn an_order_that_the_person_declines_is_rejected() {
    let mut person = Person::ready_at("SWEDSESS", Device::This).await;
    let order = person.scan();
    person.api.sandbox.cancel(order.id).unwrap();
    person.wait(5 * SECOND).await;
    assert_eq!(person.screen(), "rejected");
}

#[tokio::test]
async fn a_person_who_signs_while_the_page_is_hidden_finds_the_accounts() {
    let mut person = Person::ready_at("ESSESESS", Device::This).await;
    let order = person.scan();
    person.act(Input::Hide).await;
    person.wait(20 * SECOND).await;
    person.api.sandbox.sign(order.id).unwrap();
    person.wait(600 * SECOND).await;
    person.act(Input::Show).await;
    person.wait(5 * SECOND).await;
    assert_eq!(person.screen(), "linked");
}

#[tokio::test]
async fn a_person_who_cancels_leaves_no_consent_behind() {
    let mut person = Person::ready_at("ESSESESS", Device::Other).await;
    person.act(Input::Cancel).await;
    let deleted = person.api.sandbox.requests().iter().any(|seen| seen.method == "DELETE");
    assert!(deleted);
    assert!(person.api.sandbox.orders().is_empty(), "the phone shows nothing to sign");
}

/// The banks with a page of their own, and how persons may approve there.
const PAGES: [(&str, &str, Ways); 6] = [
    ("SE", "NDEASESS", Ways::BankPage),
    ("SE", "DABASESX", Ways::BankPage),
    ("SE", "SWEDSESS", Ways::Both),
    ("SE", "PROVSESS", Ways::BankPage),
    ("FI", "NDEAFIHH", Ways::BankPage),
    ("FI", "OKOYFIHH", Ways::BankPage),
];

/// Handles a return as the relay would: it exchanges the code, where there is one.
async fn exchange(visit: &Visit<'_>, back: &Return) {
    if let Some(code) = back.get("code") {
        assert_eq!(visit.exchange(code).await.status, 200);
    }
}

#[tokio::test]
async fn the_flow_links_each_bank_by_its_own_page() {
    for (country, bic, expected) in PAGES {
        let mut person = Person::choosing(country, bic).await;
        let View::Ready { ways, .. } = person.flow.view() else { panic!("{}", person.screen()) };
        assert_eq!(ways, expected, "{bic}");
        person.begin(Way::BankPage).await;
        person.keep(bic, None);
        person.wait(10 * SECOND).await;
        let visit = person.visit(bic);
        let back = visit.approve().await;
        exchange(&visit, &back).await;
        person.keep(bic, Some(Returned::Completed));
        person.wait(10 * SECOND).await;
        assert_eq!(person.screen(), "linked", "{bic}");
    }
}

#[tokio::test]
async fn a_page_that_loads_after_the_return_goes_on_by_itself() {
    for (country, bic, _) in PAGES {
        let mut person = Person::choosing(country, bic).await;
        person.begin(Way::BankPage).await;
        let visit = person.visit(bic);
        let back = visit.approve().await;
        exchange(&visit, &back).await;
        person.keep(bic, Some(Returned::Completed));
        let consent = person.flow.consent().cloned();
        person.flow = ConsentFlow::new(FlowConfig::new(country.parse().unwrap()));
        person.arrive(consent).await;
        person.wait(5 * SECOND).await;
        assert_eq!(person.screen(), "linked", "{bic}");
    }
}

#[tokio::test]
async fn a_person_who_says_no_at_the_bank_leaves_no_consent_behind() {
    for (country, bic, _) in PAGES {
        let mut person = Person::choosing(country, bic).await;
        person.begin(Way::BankPage).await;
        person.visit(bic).arrive().await;
        person.visit(bic).press("reject", "").await;
        person.keep(bic, Some(Returned::Declined));
        person.wait(5 * SECOND).await;
        assert_eq!(person.screen(), "rejected", "{bic}");
        // The bank has ended it, or the page has deleted it.
        let consents = person.api.sandbox.consents();
        let open = |status| matches!(status, ConsentStatus::Received | ConsentStatus::Valid);
        assert!(!consents.into_iter().any(|it| open(it.status)), "{bic}");
    }
}

#[tokio::test]
async fn a_person_goes_to_the_bank_once_more_under_the_same_consent() {
    let mut person = Person::choosing("SE", "NDEASESS").await;
    person.begin(Way::BankPage).await;
    person.keep("NDEASESS", None);
    let consent = person.flow.consent().cloned();
    person.flow = ConsentFlow::new(FlowConfig::new("SE".parse().unwrap()));
    person.arrive(None).await;
    assert_eq!(person.screen(), "at-bank");
    person.act(Input::Retry).await;
    assert_eq!((person.screen(), person.flow.consent()), ("redirecting", consent.as_ref()));
    let visit = person.visit("NDEASESS");
    let back = visit.approve().await;
    exchange(&visit, &back).await;
    person.keep("NDEASESS", Some(Returned::Completed));
    person.wait(5 * SECOND).await;
    assert_eq!(person.screen(), "linked");
}
