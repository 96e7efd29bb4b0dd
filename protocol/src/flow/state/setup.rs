//! The three steps that make a challenge (guide, consent API steps 1 to 3). Each changes something at
//! the bank, so none is repeated unasked: a lost answer ends the flow, and the person may try again.

use crate::flow::context::Context;
use crate::flow::input::{Answer, Device, Failure, Input, ScaApproach};
use crate::flow::output::{Bank, Body, Fault, Headers, RequestId};
use crate::flow::timer::Timer;
use crate::id::{AuthorisationId, ConsentId, MethodId};
use crate::wire::{Access, AuthorisationStarted, ConsentRequest, UpdatePsuData};
use crate::{Call, Tick};

use super::approval::AwaitApproval;
use super::ended::Progress;
use super::{Link, State};

/// The consent is being made.
#[derive(Debug)]
pub(in crate::flow) struct AwaitConsent {
    bank: Bank,
    device: Device,
    request: RequestId,
}

/// The authorisation is being started.
#[derive(Debug)]
pub(in crate::flow) struct AwaitAuthorisation {
    link: Link,
    device: Device,
    request: RequestId,
    started: Tick,
}

/// The method is being chosen, which makes the challenge.
#[derive(Debug)]
pub(in crate::flow) struct AwaitMethod {
    chosen: Chosen,
    request: RequestId,
}

/// An authorisation with its method.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) link: Link,
    pub(super) authorisation: AuthorisationId,
    pub(super) method: MethodId,
    pub(super) device: Device,
    /// When the authorisation was started.
    pub(super) started: Tick,
}

impl AwaitConsent {
    pub(super) fn enter(
        bank: Bank,
        device: Device,
        valid_until: String,
        now: Tick,
        out: &mut Context,
    ) -> State {
        let body = ConsentRequest {
            access: Access::default(),
            recurring_indicator: true,
            valid_until,
            frequency_per_day: out.config.terms.frequency_per_day,
            combined_service_indicator: false,
        };
        let headers = Headers { bic: Some(bank.bic.clone()), consent: None };
        let request = send_step(Call::CreateConsent, headers, Some(Body::Consent(body)), now, out);
        State::AwaitConsent(Self { bank, device, request })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitConsent(self);
        };
        match reply.answer {
            Ok(Answer::ConsentCreated(created)) => {
                let link = Link { bank: self.bank, consent: created.consent_id };
                AwaitAuthorisation::enter(link, self.device, now, out)
            }
            other => State::AwaitConsent(self).fail(fault(other), out),
        }
    }

    pub(super) fn bank(&self) -> &Bank {
        &self.bank
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::creating(self.bank, self.request)
    }
}

impl AwaitAuthorisation {
    fn enter(link: Link, device: Device, now: Tick, out: &mut Context) -> State {
        let call = Call::StartAuthorisation { consent: link.consent.clone() };
        let request = send_step(call, link.headers(), None, now, out);
        State::AwaitAuthorisation(Self { link, device, request, started: now })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitAuthorisation(self);
        };
        let chosen = match reply.answer {
            Ok(Answer::AuthorisationStarted(started)) => {
                self.next_step(&started, reply.location.as_deref())
            }
            other => Err(fault(other)),
        };
        match chosen {
            Ok((authorisation, method)) => {
                AwaitMethod::enter(self, authorisation, method, now, out)
            }
            Err(fault) => State::AwaitAuthorisation(self).fail(fault, out),
        }
    }

    pub(super) fn bank(&self) -> &Bank {
        &self.link.bank
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.link, None)
    }

    /// Where step 3 goes, and with which method.
    fn next_step(
        &self,
        started: &AuthorisationStarted,
        location: Option<&str>,
    ) -> Result<(AuthorisationId, MethodId), Fault> {
        let authorisation = match location {
            Some(location) => authorisation_at(location, &self.link.consent)?,
            None => started.authorisation_id.clone(),
        };
        let offered: Vec<_> =
            started.sca_methods.iter().map(|method| &method.authentication_method_id).collect();
        let links = &started.links;
        let method = preferences(self.device)
            .iter()
            .find_map(|name| offered.iter().find(|method| method.as_str() == *name))
            .or_else(|| offered.first());
        match method {
            Some(method) => Ok((authorisation, (*method).clone())),
            None if links.sca_oauth.is_some() || links.sca_redirect.is_some() => {
                Err(Fault::RedirectOnly)
            }
            None => Err(Fault::NoMethod),
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
        let AwaitAuthorisation { link, device, started, .. } = previous;
        let call = Call::UpdatePsuData {
            consent: link.consent.clone(),
            authorisation: authorisation.clone(),
        };
        let body = Body::PsuData(UpdatePsuData { authentication_method_id: method.clone() });
        let request = send_step(call, link.headers(), Some(body), now, out);
        let chosen = Chosen { link, authorisation, method, device, started };
        State::AwaitMethod(Self { chosen, request })
    }

    pub(super) fn handle(self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = input.into_reply_to(self.request) else {
            return State::AwaitMethod(self);
        };
        match (reply.answer, reply.approach) {
            (Ok(_), Some(ScaApproach::Redirect)) => {
                State::AwaitMethod(self).fail(Fault::RedirectOnly, out)
            }
            (Ok(Answer::Sca(result)), _) => AwaitApproval::enter(self.chosen, result, now, out),
            (other, _) => State::AwaitMethod(self).fail(fault(other), out),
        }
    }

    pub(super) fn bank(&self) -> &Bank {
        &self.chosen.link.bank
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.chosen.link, None)
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
    out.send(call, headers, body)
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

/// Methods by preference. The platform's own sample prefers pictures; same-device and QR starts differ at
/// the bank, so each device has its own.
fn preferences(device: Device) -> &'static [&'static str] {
    match device {
        Device::Other => &["mbid_animated_qr_image", "mbid_animated_qr_token", "mbid"],
        Device::This => &["mbid_same_device", "mbid"],
    }
}
