//! The choice of a method, by the flow or by the person, and its result (guide, consent API step 3).

use crate::flow::context::Context;
use crate::flow::input::{Answer, Input};
use crate::flow::output::{BankPage, Fault};
use crate::flow::request::{Body, RequestId};
use crate::flow::timer::{Began, Timer};
use crate::flow::view::View;
use crate::id::AuthorisationId;
use crate::profile::ClockStart;
use crate::wire::{Approach, ScaMethod, UpdatePsuData};
use crate::{Call, Tick};

use super::{Opening, fault, send_step};
use crate::flow::state::approval::{AwaitApproval, Chosen, Lead};
use crate::flow::state::choice::AwaitBanks;
use crate::flow::state::ended::Progress;
use crate::flow::state::redirect::AwaitReturn;
use crate::flow::state::{Link, State};

/// The person chooses among methods that the flow does not know.
#[derive(Debug)]
pub(in crate::flow) struct AwaitMethodChoice {
    opening: Opening,
    authorisation: AuthorisationId,
    methods: Vec<ScaMethod>,
}

/// The bank applies the method, which makes the challenge or the link to its page.
#[derive(Debug)]
pub(in crate::flow) struct AwaitMethod {
    opening: Opening,
    authorisation: AuthorisationId,
    method: ScaMethod,
    request: RequestId,
    asked: Tick,
}

impl AwaitMethodChoice {
    pub(super) fn enter(
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

    pub(in crate::flow::state) fn handle(
        mut self,
        input: Input,
        now: Tick,
        out: &mut Context,
    ) -> State {
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

    pub(in crate::flow::state) fn view(&self) -> View<'_> {
        View::ChooseMethod { bank: &self.opening.link.bank, methods: &self.methods }
    }

    pub(in crate::flow::state) fn link(&self) -> &Link {
        &self.opening.link
    }

    pub(in crate::flow::state) fn into_progress(self) -> Progress {
        Progress::unapproved(self.opening.link, None)
    }
}

impl AwaitMethod {
    pub(super) fn enter(
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

    pub(in crate::flow::state) fn handle(
        self,
        input: Input,
        now: Tick,
        out: &mut Context,
    ) -> State {
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
        // A link to a page decides, whatever the header says: the relay does the same.
        match (BankPage::of(&result.links, reply.bank.as_deref()), reply.approach) {
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
                    lead: Lead::Given,
                    began: self.opening.began,
                    return_to: reply.return_to,
                };
                AwaitApproval::enter(chosen, result, self.asked, now, out)
            }
        }
    }

    pub(in crate::flow::state) fn link(&self) -> &Link {
        &self.opening.link
    }

    pub(in crate::flow::state) fn into_progress(self) -> Progress {
        Progress::unapproved(self.opening.link, None)
    }
}
