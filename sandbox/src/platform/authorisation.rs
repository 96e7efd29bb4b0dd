//! One authorisation of a consent: what both approaches share.

use protocol::id::{AuthorisationId, MethodId};
use protocol::wire::ScaStatus;
use time::UtcDateTime;
use uuid::Uuid;

use super::order::{Challenge, Order};
use super::refusal::Refusal;
use super::signing::Signing;
use super::visit::Visit;
use crate::bank::Approach;
use crate::random::Random;
use crate::settings::ChallengeForm;

/// An authorisation.
pub(crate) struct Authorisation {
    pub(crate) id: AuthorisationId,
    pub(crate) course: Course,
}

/// Where the person approves.
pub(crate) enum Course {
    /// In the BankID app.
    Signing(Signing),
    /// On the bank's page.
    Visit(Visit),
}

impl Authorisation {
    pub(super) fn new(approach: Approach<'static>, random: &mut Random, now: UtcDateTime) -> Self {
        let id = random.uuid().to_string().parse().expect("a uuid is an authorisation's id");
        let course = match approach {
            Approach::Decoupled(rules) => Course::Signing(Signing::new(rules, now)),
            Approach::Redirect(rules) => Course::Visit(Visit::new(rules, now)),
        };
        Self { id, course }
    }

    /// The SCA status.
    pub(crate) fn status(&self, now: UtcDateTime) -> ScaStatus {
        match &self.course {
            Course::Signing(signing) => signing.status(now),
            Course::Visit(visit) => visit.status(),
        }
    }

    /// The challenge that the client shows now, if any.
    pub(crate) fn challenge(&self, now: UtcDateTime) -> Option<Challenge> {
        self.signing().and_then(|signing| signing.challenge(now))
    }

    /// The rules that it follows.
    pub(crate) const fn rules(&self) -> Approach<'static> {
        match &self.course {
            Course::Signing(signing) => Approach::Decoupled(signing.rules),
            Course::Visit(visit) => Approach::Redirect(visit.rules),
        }
    }

    /// The chosen method, while it runs.
    pub(crate) fn method(&self) -> Option<&MethodId> {
        match &self.course {
            Course::Signing(signing) => signing.order().map(|order| &order.method.id),
            Course::Visit(visit) => visit.method(),
        }
    }

    /// The part in the BankID app, if the approach has one.
    pub(super) const fn signing(&self) -> Option<&Signing> {
        if let Course::Signing(signing) = &self.course { Some(signing) } else { None }
    }

    pub(super) const fn signing_mut(&mut self) -> Option<&mut Signing> {
        if let Course::Signing(signing) = &mut self.course { Some(signing) } else { None }
    }

    /// The part on the bank's page, if the approach has one.
    pub(crate) const fn visit(&self) -> Option<&Visit> {
        if let Course::Visit(visit) = &self.course { Some(visit) } else { None }
    }

    pub(super) const fn visit_mut(&mut self) -> Option<&mut Visit> {
        if let Course::Visit(visit) = &mut self.course { Some(visit) } else { None }
    }

    pub(super) fn order(&self) -> Option<&Order> {
        self.signing().and_then(Signing::order)
    }

    pub(super) fn has_spent(&self, token: Uuid) -> bool {
        self.signing().is_some_and(|signing| signing.has_spent(token))
    }

    /// Chooses the method and begins the approval.
    pub(super) fn choose(
        &mut self,
        wanted: &MethodId,
        form: ChallengeForm,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<(), Refusal> {
        match &mut self.course {
            Course::Signing(signing) => signing.choose(wanted, form, random, now),
            Course::Visit(visit) => visit.choose(wanted, random),
        }
    }

    /// Fails it, unless it has ended.
    pub(super) fn fail(&mut self) {
        match &mut self.course {
            Course::Signing(signing) => signing.fail(),
            Course::Visit(visit) => visit.withdraw(),
        }
    }

    /// Fails it if its time is over.
    pub(super) fn settle(&mut self, now: UtcDateTime) {
        match &mut self.course {
            Course::Signing(signing) => signing.settle(now),
            Course::Visit(visit) => visit.settle(now),
        }
    }
}
