//! The person is at the bank's page, and the relay is asked whether they have come back (guide, step 4b).

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

/// The person's return is awaited, by a question that no bank hears.
#[derive(Debug)]
pub(in crate::flow) struct AwaitReturn {
    link: Link,
    /// The bank's page; not known to a page that came on later, for its address is good once only.
    page: Option<BankPage>,
    origin: Origin,
    ask: Ask,
    /// Until when an exchange of the bank's code that was seen under way is left to end.
    exchanged_by: Option<Tick>,
}

impl AwaitReturn {
    /// Leaves for `page`, at once where the person was told before they said so.
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

    /// Goes on, until the moment `by`, in a page that came on after the person had left.
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

    /// Stays until the relay tells of something else.
    fn learn(mut self, session: SessionConsents, now: Tick, out: &mut Context) -> State {
        let own = session.consents.into_iter().find(|kept| kept.consent_id == self.link.consent);
        let outcome = match own {
            Some(kept) if awaits_return(&kept) && self.ask.is_last_look() => Err(Fault::Undecided),
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
            // The bank has an approval of which the relay cannot tell whose it is, and never will.
            Some(kept) if is_left_open(&kept) => Err(Fault::ExchangeFailed),
            Some(kept) => {
                // They are back: what the relay holds back all the same is not asked for much longer.
                if let Unreturned::Await(Some(by)) = &mut self.link.unreturned {
                    *by = (now + out.config.patience.accounts).min(*by);
                }
                return Resume::own(kept, now).go_with(self.link, now, out);
            }
            None => Err(Fault::SessionLost),
        };
        State::AwaitReturn(self).go_on(outcome, out)
    }

    /// Whether the relay is exchanging the code: soon it tells how that ended.
    fn is_exchanging(&mut self, kept: &KeptConsent, now: Tick, out: &Context) -> bool {
        let returned = kept.authorisation.as_ref().and_then(|it| it.returned.as_ref());
        returned == Some(&Returned::Exchanging)
            && !self.ask.is_last_look()
            && now < *self.exchanged_by.get_or_insert(now + out.config.patience.step)
    }
}

/// Whether a code came back of which the relay has not heard that the platform took it, though the consent is
/// valid.
fn is_left_open(kept: &KeptConsent) -> bool {
    let returned = kept.authorisation.as_ref().and_then(|it| it.returned.as_ref());
    kept.consent_status == ConsentStatus::Valid && returned == Some(&Returned::Exchanging)
}
