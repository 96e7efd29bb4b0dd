//! The steps that make a challenge or a link to the bank's page (guide, consent API steps 1 to 3; `method`
//! has the third). Each changes something at the bank, so none is repeated without the person: a lost
//! answer ends the flow, and the person may try again.

mod method;

use crate::flow::config::Reads;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Device, Failure, Ids, Input, Way};
use crate::flow::method::{Choice, choose};
use crate::flow::output::{Bank, BankPage, Fault};
use crate::flow::request::{Body, Headers, Preference, RequestId, Target};
use crate::flow::timer::{Began, Timer};
use crate::id::{AuthorisationId, ConsentId};
use crate::wire::{
    Approach, AuthorisationStarted, Code, ConsentRequest, Entry, ScaStatus, UpdatePsuDataResult,
};
use crate::{Call, Tick};

pub(super) use self::method::{AwaitMethod, AwaitMethodChoice};

use super::approval::{AwaitApproval, Chosen, Lead};
use super::choice::AwaitReady;
use super::ended::Progress;
use super::finish::AwaitValidity;
use super::redirect::AwaitReturn;
use super::{IdsSent, Link, State, Unreturned, consent_headers};

/// The platform is creating the consent.
#[derive(Debug)]
pub(in crate::flow) struct AwaitConsent {
    draft: Draft,
    ids_sent: IdsSent,
    way: Way,
    request: RequestId,
}

/// A consent before its creation.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) bank: Bank,
    pub(super) preference: Option<Preference>,
    pub(super) valid_until: String,
}

/// An authorisation before its creation.
#[derive(Debug)]
struct Opening {
    link: Link,
    way: Way,
    attempt: Attempt,
    began: Began,
}

/// The platform is starting the authorisation.
#[derive(Debug)]
pub(in crate::flow) struct AwaitAuthorisation {
    opening: Opening,
    request: RequestId,
}

/// What the answer to its start says in its headers.
#[derive(Debug)]
struct StartHeaders {
    id: AuthorisationId,
    approach: Option<Approach>,
    return_to: Option<String>,
    page: Option<BankPage>,
}

/// Whether it is the first authorisation of its consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    First,
    /// Another one, which the bank may refuse: then a new consent is made.
    Again,
}

impl AwaitConsent {
    /// Asks for the consent. The `ids` go into this request only.
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
        let ids_sent = if ids == Ids::default() { IdsSent::None } else { IdsSent::Perhaps };
        let about = consent_headers(&draft.bank, draft.preference);
        let entry = out.has_namesake(&draft.bank).then(|| Entry::from(&draft.bank));
        let link_session = out.link_session.as_ref().map(|session| session.id.clone());
        let headers = Headers { context, entry, link_session, ids, ..about };
        let request = send_step(Call::CreateConsent, headers, Some(Body::Consent(body)), now, out);
        State::AwaitConsent(Self { draft, ids_sent, way, request })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitConsent(self);
        };
        match reply.answer {
            Ok(Answer::ConsentCreated(created)) => {
                let Draft { bank, preference, valid_until } = self.draft;
                let (consent, ids_sent) = (created.consent_id, self.ids_sent);
                let unreturned = Unreturned::Await(None);
                let link = Link { bank, consent, preference, valid_until, ids_sent, unreturned };
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

/// Replaces `link`, under which the bank permits no other authorisation, by a new consent.
pub(super) fn replace(link: Link, way: Way, now: Tick, out: &mut Context) -> State {
    out.delete(link.consent.clone(), link.headers());
    let Link { bank, preference, valid_until, ids_sent, .. } = link;
    let (ids, whose) = (Ids::default(), out.whose());
    if out.known.lacks(&ids, whose) || ids_sent == IdsSent::Perhaps && out.known.takes_ids(whose) {
        // The page has not stored the ids, so the person must enter them again.
        return AwaitReady::enter(bank, now, out);
    }
    AwaitConsent::enter(Draft { bank, preference, valid_until }, way, ids, now, out)
}

impl Opening {
    /// Whether `failure` is the bank's refusal of another authorisation, not of the person.
    fn is_refused(&self, failure: &Failure) -> bool {
        self.attempt == Attempt::Again
            && matches!(failure, Failure::Refused { status: 400..=428, .. })
            && !matches!(failure.code(), Some(Code::ForeignCompletion | Code::SessionUnknown))
    }

    /// Polls the consent: it may be approved already.
    fn doubt(self, now: Tick, out: &mut Context) -> State {
        AwaitValidity::replace(self.link, self.way, now, out)
    }

    /// Where the person has their BankID: their choice, else the host's guess.
    fn device(&self, out: &Context) -> Device {
        match self.way {
            Way::BankId(device) => device,
            Way::BankPage => out.device,
        }
    }
}

impl AwaitAuthorisation {
    /// Authorises again under the existing consent, at the person's request.
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
                let named = match reply.location.as_deref() {
                    Some(location) => authorisation_at(location, &self.opening.link.consent),
                    None => Ok(started.authorisation_id.clone()),
                };
                match named {
                    Ok(id) => {
                        let page = BankPage::of(&started.links, reply.bank.as_deref());
                        let start = StartHeaders {
                            id,
                            approach: reply.approach,
                            return_to: reply.return_to,
                            page,
                        };
                        self.go(started, start, now, out)
                    }
                    Err(fault) => State::AwaitAuthorisation(self).fail(fault, out),
                }
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

    /// Goes where the bank directs: to a choice of method, to its page, or on to the approval where the
    /// bank has chosen the method or needs none.
    fn go(
        self,
        started: AuthorisationStarted,
        start: StartHeaders,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let page = start.page.clone();
        if page.is_none() && started.goes_on_by_itself() {
            return self.approve(started, start, now, out);
        }
        let device = self.opening.device(out);
        match (choose(started.sca_methods, device, &out.known.facts.methods), page) {
            (Choice::Take(method), _) => {
                AwaitMethod::enter(self.opening, start.id, method, now, out)
            }
            (Choice::Ask(methods), _) => {
                AwaitMethodChoice::enter(self.opening, start.id, methods, now, out)
            }
            (Choice::Nothing, Some(page)) => {
                AwaitReturn::leave(self.opening.link, page, self.opening.way, now, out)
            }
            (Choice::Nothing, None) => State::AwaitAuthorisation(self).fail(Fault::NoMethod, out),
        }
    }

    /// Goes on to the approval: there is nothing to choose.
    fn approve(
        self,
        started: AuthorisationStarted,
        start: StartHeaders,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let AuthorisationStarted { sca_status, challenge_data, links, psu_message, .. } = started;
        let is_bare = sca_status == ScaStatus::Received
            && challenge_data.is_none()
            && started.chosen_sca_method.is_none()
            && start.approach.is_none()
            && psu_message.is_none();
        let asked = self.opening.began.noticed;
        let chosen = Chosen {
            device: self.opening.device(out),
            link: self.opening.link,
            authorisation: start.id,
            method: started.chosen_sca_method,
            lead: if is_bare { Lead::Nothing } else { Lead::Given },
            began: self.opening.began,
            return_to: start.return_to,
        };
        let result = UpdatePsuDataResult { sca_status, challenge_data, links, psu_message };
        AwaitApproval::enter(chosen, result, asked, now, out)
    }
}

/// Sends the state's only request, and sets the state's deadline.
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

/// The fault of an answer that the step cannot use.
fn fault(answer: Result<Answer, Failure>) -> Fault {
    Fault::from(&Failure::of(answer))
}

/// The authorisation in a `Location`. It must lie under the same consent, as a path of the relay.
fn authorisation_at(location: &str, own: &ConsentId) -> Result<AuthorisationId, Fault> {
    let above = Call::StartAuthorisation { consent: own.clone() }.path();
    let id = location.strip_prefix(&above).and_then(|below| below.strip_prefix('/'));
    id.and_then(|id| id.parse().ok()).ok_or(Fault::ForeignLocation)
}
