//! The flow asks for the relay's record of this browser's links, and finds the one to resume. A tab with a
//! link must not begin another one just because the relay was silent for a while.

use std::time::Duration;

use crate::Tick;
use crate::flow::ask::Ask;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input};
use crate::flow::output::Fault;
use crate::flow::request::Target;
use crate::flow::timer::Timer;
use crate::flow::view::View;
use crate::id::ConsentId;
use crate::wire::{ConsentStatus, KeptAuthorisation, KeptConsent, LinkSession, ScaStatus};

use super::State;
use super::choice::AwaitBanks;
use super::ended::Progress;
use super::resume::{Origin, Resume, is_cut_off};
use super::today::{Finding, Probe};

/// The flow asks for the session's consents.
#[derive(Debug)]
pub(in crate::flow) struct AwaitSession {
    own: Option<ConsentId>,
    ask: Ask,
    probe: Probe,
    /// The session's consents, while the link session is claimed.
    kept: Vec<KeptConsent>,
}

impl AwaitSession {
    /// Asks at once. `own` is the consent of this tab.
    pub(super) fn enter(own: Option<ConsentId>, now: Tick, out: &mut Context) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.session);
        let (target, headers) = (Target::SessionConsents, out.bankless());
        let mut ask = Ask::later(target, headers, Duration::ZERO, now, out);
        ask.send(now, out);
        State::AwaitSession(Self { own, ask, probe: Probe::default(), kept: Vec::new() })
    }

    /// Resumes a link or begins a new one; a tab with a link does that only after a good answer.
    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitSession(self);
        };
        match (reply.answer, &self.own) {
            (Ok(Answer::Session(session)), _) => {
                match self.probe.learn(&session) {
                    Finding::Sent => {}
                    Finding::Unclear => {
                        self.ask.send(now, out);
                        return State::AwaitSession(self);
                    }
                    Finding::Lacking(fault) => return State::AwaitSession(self).fail(fault, out),
                }
                if out.config.token.is_some() {
                    self.kept = session.consents;
                    self.ask.close();
                    self.ask.turn_to(Target::ClaimLinkSession, now, out);
                    return State::AwaitSession(self);
                }
                let resume = self.find(session.consents, now, out);
                return AwaitBanks::enter(resume, now, out);
            }
            (Ok(Answer::LinkSession(session)), _) if !session.id.is_empty() => {
                return self.claimed(session, now, out);
            }
            // No bank is asked outside the link session.
            (other, _) if out.config.token.is_some() => {
                let outcome = self.ask.failed(Failure::of(other), now, out);
                return State::AwaitSession(self).go_on(outcome, out);
            }
            (other, Some(_)) => self.ask.missed(Failure::of(other), now, out),
            (other, None) => {
                if self.ask.failed(Failure::of(other), now, out).is_err() {
                    return AwaitBanks::enter(None, now, out);
                }
            }
        }
        State::AwaitSession(self)
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let outcome = match (timer, &self.own) {
            (Timer::Deadline, None) if out.config.token.is_none() => {
                return AwaitBanks::enter(None, now, out);
            }
            (Timer::Deadline, _) => self.ask.overdue(now, out).map_err(|_| Fault::Unreachable),
            _ => self.ask.timeout(timer, now, out),
        };
        State::AwaitSession(self).go_on(outcome, out)
    }

    /// Takes the host's terms, and resumes what was begun in this link session. Another link of the browser is none of
    /// the host's present question.
    fn claimed(mut self, session: LinkSession, now: Tick, out: &mut Context) -> State {
        let mut kept = std::mem::take(&mut self.kept);
        kept.retain(|kept| kept.link_session.as_ref() == Some(&session.id));
        if session.linked && self.own.is_none() {
            self.own = kept.first().map(|kept| kept.consent_id.clone());
        }
        let resume = self.find(kept, now, out);
        let is_over = session.linked && resume.is_none();
        out.claim(session);
        if is_over {
            return State::AwaitSession(self).fail(Fault::LinkOver, out);
        }
        AwaitBanks::enter(resume, now, out)
    }

    pub(super) fn view(&self) -> View<'_> {
        View::LoadingBanks(self.ask.connection())
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unknown(self.own)
    }

    /// The link to resume: the tab's own one, else the newest open one.
    fn find(&self, kept: Vec<KeptConsent>, now: Tick, out: &Context) -> Option<Resume> {
        let own = kept.iter().position(|kept| Some(&kept.consent_id) == self.own.as_ref());
        let away = out.config.patience.away;
        let open = || kept.iter().position(|kept| is_open(kept, away));
        let found =
            own.map(|at| (at, Origin::Own)).or_else(|| open().map(|at| (at, Origin::Adopted)));
        let (at, origin) = found?;
        let kept = kept.into_iter().nth(at)?;
        Some(Resume::found(kept, origin, now))
    }
}

/// Whether another tab should resume the link: it is young, it has reached a step that can be resumed, and
/// no page has seen its end. A tab may have been closed between the bank's approval and the accounts, and
/// the bank may bring the person back in another one.
fn is_open(kept: &KeptConsent, away: Duration) -> bool {
    let failed =
        |it: &KeptAuthorisation| it.returned.is_none() && it.sca_status == ScaStatus::Failed;
    let open = match kept.consent_status {
        ConsentStatus::Received | ConsentStatus::Unknown(_) => {
            !is_cut_off(kept) && !kept.authorisation.as_ref().is_some_and(failed)
        }
        ConsentStatus::Valid => !kept.accounts_listed,
        _ => false,
    };
    open && Duration::from_millis(kept.age_millis) < away
}
