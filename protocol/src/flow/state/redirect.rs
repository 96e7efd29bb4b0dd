//! The person is at the bank's page, and the flow asks the relay whether they have come back (guide, step
//! 4b).

use crate::Tick;
use crate::flow::ask::Ask;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input, Way};
use crate::flow::output::{BankPage, Event, Fault};
use crate::flow::request::Target;
use crate::flow::timer::Timer;
use crate::flow::view::View;
use crate::wire::{ConsentStatus, KeptConsent, Returned, SessionConsents};

use super::choice::AwaitBanks;
use super::ended::Progress;
use super::resume::{Origin, Resume, awaits_return};
use super::setup::AwaitAuthorisation;
use super::{Link, State, Unreturned};

/// The flow waits for the person's return, by a question to the relay alone.
#[derive(Debug)]
pub(in crate::flow) struct AwaitReturn {
    link: Link,
    /// The bank's page; unknown to a page that loaded later, since its address works once only.
    page: Option<BankPage>,
    origin: Origin,
    ask: Ask,
    /// Until when to wait for an exchange of the bank's code that is in progress.
    exchanged_by: Option<Tick>,
}

impl AwaitReturn {
    /// Leaves for `page`, at once where the screen had announced it.
    pub(super) fn leave(
        link: Link,
        page: BankPage,
        way: Way,
        now: Tick,
        out: &mut Context,
    ) -> State {
        if way == Way::BankPage {
            out.events.push_back(Event::Leave(page.clone()));
        }
        let by = now + out.config.patience.away;
        Self::enter(link, Some(page), by, Origin::Own, now, out)
    }

    /// Resumes, until the moment `by`, on a page that loaded after the person had left.
    pub(super) fn resume(
        link: Link,
        by: Tick,
        origin: Origin,
        now: Tick,
        out: &mut Context,
    ) -> State {
        Self::enter(link, None, by, origin, now, out)
    }

    fn enter(
        mut link: Link,
        page: Option<BankPage>,
        by: Tick,
        origin: Origin,
        now: Tick,
        out: &mut Context,
    ) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, by);
        link.unreturned = Unreturned::Await(Some(by));
        let pause = out.config.poll.waiting;
        let ask = Ask::later(Target::SessionConsents, out.bankless(), pause, now, out);
        State::AwaitReturn(Self { link, page, origin, ask, exchanged_by: None })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        match input {
            Input::Retry => return AwaitAuthorisation::again(self.link, Way::BankPage, now, out),
            Input::Back => {
                if self.origin == Origin::Own {
                    out.delete(self.link.consent.clone(), self.link.headers());
                }
                return AwaitBanks::enter(None, now, out);
            }
            _ => {}
        }
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitReturn(self);
        };
        match reply.answer {
            Ok(Answer::Session(session)) => self.learn(session, now, out),
            other => {
                self.ask.missed(Failure::of(other), now, out);
                State::AwaitReturn(self)
            }
        }
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        let outcome = match timer {
            Timer::Deadline => self.ask.overdue(now, out),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        State::AwaitReturn(self).go_on(outcome, out)
    }

    pub(super) fn view(&self) -> View<'_> {
        let (bank, connection) = (&self.link.bank, self.ask.connection());
        match &self.page {
            Some(page) => View::Redirecting { bank, page, connection },
            None => View::AtBank { bank, connection },
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::unapproved(self.link, None)
    }

    /// Stays until the relay reports a change.
    fn learn(mut self, session: SessionConsents, now: Tick, out: &mut Context) -> State {
        let own = session.consents.into_iter().find(|kept| kept.consent_id == self.link.consent);
        let outcome = match own {
            Some(kept) if awaits_return(&kept) && self.ask.is_last() => Err(Fault::Undecided),
            Some(kept) if awaits_return(&kept) || self.is_exchanging(&kept, now, out) => {
                self.ask.again(out.config.poll.waiting, out);
                Ok(())
            }
            // Another tab of this browser has ended it.
            Some(KeptConsent {
                consent_status: ConsentStatus::TerminatedByTpp,
                authorisation,
                ..
            }) if authorisation.as_ref().is_none_or(|it| it.returned.is_none()) => {
                Err(Fault::SessionLost)
            }
            // The bank has an approval whose origin the relay cannot establish.
            Some(kept) if is_left_open(&kept) => Err(Fault::ExchangeFailed),
            Some(kept) => {
                // They are back: from here the flow waits only briefly for what the relay still refuses.
                if let Unreturned::Await(Some(by)) = &mut self.link.unreturned {
                    *by = (now + out.config.patience.accounts).min(*by);
                }
                return Resume::own(kept, now).go_with(self.link, now, out);
            }
            None => Err(Fault::SessionLost),
        };
        State::AwaitReturn(self).go_on(outcome, out)
    }

    /// Whether the relay is exchanging the code; it soon has the result.
    fn is_exchanging(&mut self, kept: &KeptConsent, now: Tick, out: &Context) -> bool {
        let returned = kept.authorisation.as_ref().and_then(|it| it.returned.as_ref());
        returned == Some(&Returned::Exchanging)
            && !self.ask.is_last()
            && now < *self.exchanged_by.get_or_insert(now + out.config.patience.step)
    }
}

/// Whether a code came back, its exchange has no known result, and the consent is valid.
fn is_left_open(kept: &KeptConsent) -> bool {
    let returned = kept.authorisation.as_ref().and_then(|it| it.returned.as_ref());
    kept.consent_status == ConsentStatus::Valid && returned == Some(&Returned::Exchanging)
}
