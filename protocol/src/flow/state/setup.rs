//! The three steps that make a challenge or a way to the bank's page (guide, consent API steps 1 to 3).
//! Each changes something at the bank, so none is repeated unasked: a lost answer ends the flow, and the
//! person may try again.

use crate::flow::config::Reads;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Device, Failure, Ids, Input, Way};
use crate::flow::method::{Choice, choose};
use crate::flow::output::{Bank, BankPage, Fault};
use crate::flow::request::{Body, Headers, Preference, RequestId, Target};
use crate::flow::timer::{Began, Timer};
use crate::flow::view::View;
use crate::id::{AuthorisationId, ConsentId};
use crate::profile::ClockStart;
use crate::wire::{Approach, AuthorisationStarted, Code, ConsentRequest, ScaMethod, UpdatePsuData};
use crate::{Call, Tick};

use super::approval::{AwaitApproval, Chosen};
use super::choice::{AwaitBanks, AwaitReady};
use super::ended::Progress;
use super::finish::AwaitValidity;
use super::redirect::AwaitReturn;
use super::{Link, State, Told, Unreturned, consent_headers};

/// The consent is being made.
#[derive(Debug)]
pub(in crate::flow) struct AwaitConsent {
    draft: Draft,
    told: Told,
    way: Way,
    request: RequestId,
}

/// A consent that is not made yet.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) bank: Bank,
    pub(super) preference: Option<Preference>,
    pub(super) valid_until: String,
}

/// An authorisation that is being made.
#[derive(Debug)]
struct Opening {
    link: Link,
    way: Way,
    attempt: Attempt,
    began: Began,
}

/// The authorisation is being started.
#[derive(Debug)]
pub(in crate::flow) struct AwaitAuthorisation {
    opening: Opening,
    request: RequestId,
}

/// Which authorisation of its consent it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    First,
    /// Another one, which the bank may refuse: then a new consent is made.
    Again,
}

/// The person chooses among methods that only the bank knows.
#[derive(Debug)]
pub(in crate::flow) struct AwaitMethodChoice {
    opening: Opening,
    authorisation: AuthorisationId,
    methods: Vec<ScaMethod>,
}

/// The method is being chosen, which makes the challenge or the way to the bank's page.
#[derive(Debug)]
pub(in crate::flow) struct AwaitMethod {
    opening: Opening,
    authorisation: AuthorisationId,
    method: ScaMethod,
    request: RequestId,
    asked: Tick,
}

impl AwaitConsent {
    /// Asks for the consent. The `ids` go with it and are nowhere else.
    pub(super) fn enter(draft: Draft, way: Way, ids: Ids, now: Tick, out: &mut Context) -> State {
        let terms = out.begun;
        let body = ConsentRequest {
            access: terms.data.access(),
            recurring_indicator: terms.reads != Reads::Once,
            valid_until: draft.valid_until.clone(),
            frequency_per_day: terms.reads.per_day(),
            combined_service_indicator: false,
        };
        let context = out.config.context;
        let told = if ids == Ids::default() { Told::Nothing } else { Told::PerhapsIds };
        let about = consent_headers(&draft.bank, draft.preference);
        let headers = Headers { context, ids, ..about };
        let request = send_step(Call::CreateConsent, headers, Some(Body::Consent(body)), now, out);
        State::AwaitConsent(Self { draft, told, way, request })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitConsent(self);
        };
        match reply.answer {
            Ok(Answer::ConsentCreated(created)) => {
                let Draft { bank, preference, valid_until } = self.draft;
                let (consent, told) = (created.consent_id, self.told);
                let unreturned = Unreturned::Await(None);
                let link = Link { bank, consent, preference, valid_until, told, unreturned };
                AwaitAuthorisation::enter(link, self.way, Attempt::First, now, out)
            }
            other => State::AwaitConsent(self).fail(fault(other), out),
        }
    }

    pub(super) fn bank(&self) -> &Bank {
        &self.draft.bank
    }

    pub(super) fn into_progress(self, out: &mut Context) -> Progress {
        out.give_up(self.request, consent_headers(&self.draft.bank, self.draft.preference));
        Progress::chosen(self.draft.bank)
    }
}

/// Makes a new consent in the place of `link`, under which the bank wants no other authorisation.
pub(super) fn replace(link: Link, way: Way, now: Tick, out: &mut Context) -> State {
    out.delete(link.consent.clone(), link.headers());
    let Link { bank, preference, valid_until, told, .. } = link;
    let (ids, whose) = (Ids::default(), out.whose());
    if out.known.lacks(&ids, whose) || told == Told::PerhapsIds && out.known.takes_ids(whose) {
        // Nobody has kept them: the person is asked again.
        return AwaitReady::enter(bank, now, out);
    }
    AwaitConsent::enter(Draft { bank, preference, valid_until }, way, ids, now, out)
}

impl Opening {
    /// Whether `failure` is the bank's no to another authorisation of the consent, and not to the person.
    fn is_refused(&self, failure: &Failure) -> bool {
        self.attempt == Attempt::Again
            && matches!(failure, Failure::Refused { status: 400..=428, .. })
            && failure.code() != Some(&Code::ForeignCompletion)
    }

    /// Asks what has become of the consent: it may be approved already.
    fn doubt(self, now: Tick, out: &mut Context) -> State {
        AwaitValidity::replace(self.link, self.way, now, out)
    }

    /// Where the person has their BankID: as they said, else as the host guessed.
    fn device(&self, out: &Context) -> Device {
        match self.way {
            Way::BankId(device) => device,
            Way::BankPage => out.device,
        }
    }
}

impl AwaitAuthorisation {
    /// Authorises once more, as the person asks: under the consent that is there.
    pub(super) fn again(link: Link, way: Way, now: Tick, out: &mut Context) -> State {
        Self::enter(link, way, Attempt::Again, now, out)
    }

    fn enter(link: Link, way: Way, attempt: Attempt, now: Tick, out: &mut Context) -> State {
        let call = Call::StartAuthorisation { consent: link.consent.clone() };
        let request = send_step(call, link.headers(), None, now, out);
        let opening = Opening { link, way, attempt, began: Began::at(now) };
        State::AwaitAuthorisation(Self { opening, request })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitAuthorisation(self);
        };
        match reply.answer {
            Ok(Answer::AuthorisationStarted(started)) => {
                self.go(started, reply.location.as_deref(), now, out)
            }
            Err(failure) if self.opening.is_refused(&failure) => self.opening.doubt(now, out),
            other => State::AwaitAuthorisation(self).fail(fault(other), out),
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.opening.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.opening.link, None)
    }

    /// Goes where the bank points: to a method, or to its page at once.
    fn go(
        self,
        started: AuthorisationStarted,
        location: Option<&str>,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let authorisation = match location {
            Some(location) => authorisation_at(location, &self.opening.link.consent),
            None => Ok(started.authorisation_id),
        };
        let authorisation = match authorisation {
            Ok(authorisation) => authorisation,
            Err(fault) => return State::AwaitAuthorisation(self).fail(fault, out),
        };
        let device = self.opening.device(out);
        let choice = choose(started.sca_methods, device, &out.known.facts.methods);
        match (choice, BankPage::of(&started.links)) {
            (Choice::Take(method), _) => {
                AwaitMethod::enter(self.opening, authorisation, method, now, out)
            }
            (Choice::Ask(methods), _) => {
                AwaitMethodChoice::enter(self.opening, authorisation, methods, now, out)
            }
            (Choice::Nothing, Some(page)) => {
                AwaitReturn::leave(self.opening.link, page, self.opening.way, now, out)
            }
            (Choice::Nothing, None) => State::AwaitAuthorisation(self).fail(Fault::NoMethod, out),
        }
    }
}

impl AwaitMethodChoice {
    fn enter(
        opening: Opening,
        authorisation: AuthorisationId,
        methods: Vec<ScaMethod>,
        now: Tick,
        out: &mut Context,
    ) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.person);
        State::AwaitMethodChoice(Self { opening, authorisation, methods })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        match input {
            Input::ChooseMethod(id) => {
                let found = self.methods.iter().position(|it| it.authentication_method_id == id);
                match found.map(|at| self.methods.swap_remove(at)) {
                    Some(method) => {
                        AwaitMethod::enter(self.opening, self.authorisation, method, now, out)
                    }
                    None => State::AwaitMethodChoice(self),
                }
            }
            Input::Back => {
                out.delete(self.opening.link.consent.clone(), self.opening.link.headers());
                AwaitBanks::enter(None, now, out)
            }
            _ => State::AwaitMethodChoice(self),
        }
    }

    pub(super) fn view(&self) -> View<'_> {
        View::ChooseMethod { bank: &self.opening.link.bank, methods: &self.methods }
    }

    pub(super) fn link(&self) -> &Link {
        &self.opening.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.opening.link, None)
    }
}

impl AwaitMethod {
    fn enter(
        mut opening: Opening,
        authorisation: AuthorisationId,
        method: ScaMethod,
        now: Tick,
        out: &mut Context,
    ) -> State {
        if out.known.facts.pick_up_from == ClockStart::Method {
            opening.began = Began::at(now);
        }
        let call = Call::UpdatePsuData {
            consent: opening.link.consent.clone(),
            authorisation: authorisation.clone(),
        };
        let authentication_method_id = method.authentication_method_id.clone();
        let body = Body::PsuData(UpdatePsuData { authentication_method_id });
        let request = send_step(call, opening.link.headers(), Some(body), now, out);
        State::AwaitMethod(Self { opening, authorisation, method, request, asked: now })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitMethod(self);
        };
        let result = match reply.answer {
            Ok(Answer::Sca(result)) => result,
            Err(failure) if self.opening.is_refused(&failure) => {
                return self.opening.doubt(now, out);
            }
            other => return State::AwaitMethod(self).fail(fault(other), out),
        };
        // A page says it, whatever the header does: the relay sees it so, too.
        match (BankPage::of(&result.links), reply.approach) {
            (Some(page), _) => {
                AwaitReturn::leave(self.opening.link, page, self.opening.way, now, out)
            }
            (None, Some(Approach::Redirect)) => State::AwaitMethod(self).fail(Fault::Garbled, out),
            (None, _) => {
                let chosen = Chosen {
                    device: self.opening.device(out),
                    link: self.opening.link,
                    authorisation: self.authorisation,
                    method: Some(self.method),
                    began: self.opening.began,
                    return_to: reply.return_to,
                };
                AwaitApproval::enter(chosen, result, self.asked, now, out)
            }
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.opening.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.opening.link, None)
    }
}

/// Sends a request that is the state's only one, and gives it the state's deadline.
fn send_step(
    call: Call,
    headers: Headers,
    body: Option<Body>,
    now: Tick,
    out: &mut Context,
) -> RequestId {
    out.timers.stop_all();
    out.timers.set(Timer::Deadline, now + out.config.patience.step);
    out.send(Target::Call(call), headers, body)
}

/// The fault of an answer that is not the one that the step needs.
fn fault(answer: Result<Answer, Failure>) -> Fault {
    Fault::from(&Failure::of(answer))
}

/// The authorisation that a `Location` names. It must lie under the same consent, as a path of the relay.
fn authorisation_at(location: &str, own: &ConsentId) -> Result<AuthorisationId, Fault> {
    let above = Call::StartAuthorisation { consent: own.clone() }.path();
    let id = location.strip_prefix(&above).and_then(|below| below.strip_prefix('/'));
    id.and_then(|id| id.parse().ok()).ok_or(Fault::ForeignLocation)
}
