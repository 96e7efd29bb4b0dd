//! The three steps that make a challenge or a way to the bank's page (guide, consent API steps 1 to 3).
//! Each changes something at the bank, so none is repeated unasked: a lost answer ends the flow, and the
//! person may try again.

use crate::flow::context::Context;
use crate::flow::input::{Answer, Device, Failure, Input, Way};
use crate::flow::output::{Bank, BankPage, Fault};
use crate::flow::request::{Body, Headers, Preference, RequestId, Target};
use crate::flow::timer::{Began, Timer};
use crate::id::{AuthorisationId, ConsentId, MethodId};
use crate::wire::{
    Access, Approach, AuthorisationStarted, Code, ConsentRequest, ScaMethod, UpdatePsuData,
};
use crate::{Call, Tick};

use super::approval::{AwaitApproval, Chosen};
use super::ended::Progress;
use super::redirect::AwaitReturn;
use super::{Link, State, consent_headers};

/// The consent is being made.
#[derive(Debug)]
pub(in crate::flow) struct AwaitConsent {
    draft: Draft,
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

/// The authorisation is being started.
#[derive(Debug)]
pub(in crate::flow) struct AwaitAuthorisation {
    link: Link,
    way: Way,
    attempt: Attempt,
    request: RequestId,
    began: Began,
}

/// Which authorisation of its consent it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    First,
    /// Another one, which the bank may refuse: then a new consent is made.
    Again,
}

/// The method is being chosen, which makes the challenge or the way to the bank's page.
#[derive(Debug)]
pub(in crate::flow) struct AwaitMethod {
    link: Link,
    way: Way,
    authorisation: AuthorisationId,
    method: MethodId,
    request: RequestId,
    began: Began,
}

impl AwaitConsent {
    pub(super) fn enter(draft: Draft, way: Way, now: Tick, out: &mut Context) -> State {
        let body = ConsentRequest {
            access: Access::default(),
            recurring_indicator: true,
            valid_until: draft.valid_until.clone(),
            frequency_per_day: out.config.terms.frequency_per_day,
            combined_service_indicator: false,
        };
        let headers = consent_headers(&draft.bank, draft.preference);
        let request = send_step(Call::CreateConsent, headers, Some(Body::Consent(body)), now, out);
        State::AwaitConsent(Self { draft, way, request })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitConsent(self);
        };
        match reply.answer {
            Ok(Answer::ConsentCreated(created)) => {
                let Draft { bank, preference, valid_until } = self.draft;
                let link = Link { bank, consent: created.consent_id, preference, valid_until };
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

impl AwaitAuthorisation {
    /// Goes to the bank's page once more, as the person asks: under the consent that is there.
    pub(super) fn again(link: Link, now: Tick, out: &mut Context) -> State {
        Self::enter(link, Way::BankPage, Attempt::Again, now, out)
    }

    fn enter(link: Link, way: Way, attempt: Attempt, now: Tick, out: &mut Context) -> State {
        let call = Call::StartAuthorisation { consent: link.consent.clone() };
        let request = send_step(call, link.headers(), None, now, out);
        let began = Began::at(now);
        State::AwaitAuthorisation(Self { link, way, attempt, request, began })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitAuthorisation(self);
        };
        match reply.answer {
            Ok(Answer::AuthorisationStarted(started)) => {
                self.go(started, reply.location.as_deref(), now, out)
            }
            Err(failure) if self.attempt == Attempt::Again && is_final(&failure) => {
                out.delete(self.link.consent.clone(), self.link.headers());
                let Link { bank, preference, valid_until, .. } = self.link;
                AwaitConsent::enter(Draft { bank, preference, valid_until }, self.way, now, out)
            }
            other => State::AwaitAuthorisation(self).fail(fault(other), out),
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.link, None)
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
            Some(location) => authorisation_at(location, &self.link.consent),
            None => Ok(started.authorisation_id),
        };
        let device = device(self.way, out);
        match (authorisation, method(&started.sca_methods, device), BankPage::of(&started.links)) {
            (Err(fault), ..) => State::AwaitAuthorisation(self).fail(fault, out),
            (Ok(authorisation), Some(method), _) => {
                AwaitMethod::enter(self, authorisation, method, now, out)
            }
            (Ok(_), None, Some(page)) => AwaitReturn::leave(self.link, page, self.way, now, out),
            (Ok(_), None, None) => State::AwaitAuthorisation(self).fail(Fault::NoMethod, out),
        }
    }
}

impl AwaitMethod {
    fn enter(
        previous: AwaitAuthorisation,
        authorisation: AuthorisationId,
        method: MethodId,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let AwaitAuthorisation { link, way, began, .. } = previous;
        let call = Call::UpdatePsuData {
            consent: link.consent.clone(),
            authorisation: authorisation.clone(),
        };
        let body = Body::PsuData(UpdatePsuData { authentication_method_id: method.clone() });
        let request = send_step(call, link.headers(), Some(body), now, out);
        State::AwaitMethod(Self { link, way, authorisation, method, request, began })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitMethod(self);
        };
        let result = match reply.answer {
            Ok(Answer::Sca(result)) => result,
            other => return State::AwaitMethod(self).fail(fault(other), out),
        };
        // A page says it, whatever the header does: the relay sees it so, too.
        match (BankPage::of(&result.links), reply.approach) {
            (Some(page), _) => AwaitReturn::leave(self.link, page, self.way, now, out),
            (None, Some(Approach::Redirect)) => State::AwaitMethod(self).fail(Fault::Garbled, out),
            (None, _) => {
                let chosen = Chosen {
                    link: self.link,
                    authorisation: self.authorisation,
                    method: Some(self.method),
                    device: device(self.way, out),
                    began: self.began,
                    return_to: reply.return_to,
                };
                AwaitApproval::enter(chosen, result, now, out)
            }
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.link, None)
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

/// Whether the bank says no to another authorisation of this consent, and not to the person.
fn is_final(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused { status: 400..=428, .. })
        && failure.code() != Some(&Code::ForeignCompletion)
}

/// The authorisation that a `Location` names. It must lie under the same consent, as a path of the relay.
fn authorisation_at(location: &str, own: &ConsentId) -> Result<AuthorisationId, Fault> {
    let above = Call::StartAuthorisation { consent: own.clone() }.path();
    let id = location.strip_prefix(&above).and_then(|below| below.strip_prefix('/'));
    id.and_then(|id| id.parse().ok()).ok_or(Fault::ForeignLocation)
}

/// Where the person has their BankID: as they said, else as the host guessed.
fn device(way: Way, out: &Context) -> Device {
    match way {
        Way::BankId(device) => device,
        Way::BankPage => out.device,
    }
}

/// The method to choose among those that are offered: the one that fits the device best, else the first.
fn method(offered: &[ScaMethod], device: Device) -> Option<MethodId> {
    let ids = || offered.iter().map(|method| &method.authentication_method_id);
    let best = preferences(device).iter().find_map(|name| ids().find(|id| id.as_str() == *name));
    best.or_else(|| ids().next()).cloned()
}

/// Methods by preference. The platform's own sample prefers pictures; same-device and QR starts differ at
/// the bank, so each device has its own.
fn preferences(device: Device) -> &'static [&'static str] {
    match device {
        Device::Other => &["mbid_animated_qr_image", "mbid_animated_qr_token", "mbid"],
        Device::This => &["mbid_same_device", "mbid"],
    }
}
