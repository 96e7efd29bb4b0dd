//! The consent is valid: the flow asks for its accounts (AIS API step 1), and once for the last day that
//! the bank has granted. Where the host's own server alone reads accounts, the flow asks for the consent instead.

use std::time::Duration;

use crate::flow::ask::Ask;
use crate::flow::config::Data;
use crate::flow::context::Context;
use crate::flow::input::{Answer, Failure, Input};
use crate::flow::output::{Event, Fault, Linked};
use crate::flow::request::{RequestId, Target};
use crate::flow::timer::Timer;
use crate::flow::view::View;
use crate::wire::{Account, Code, Consent};
use crate::{Balances, Call, Tick};

use super::ended::Progress;
use super::redirect::AwaitReturn;
use super::resume::Origin;
use super::setup::replace;
use super::{Link, State, Unreturned};

/// The flow asks for the accounts.
#[derive(Debug)]
pub(in crate::flow) struct AwaitAccounts {
    link: Link,
    ask: Ask,
    grant: Grant,
    /// The accounts, while only the last day is missing.
    accounts: Option<Vec<Account>>,
    connection: Option<String>,
}

/// The last day that the bank has granted.
#[derive(Debug)]
enum Grant {
    /// The question is in flight.
    Asked(RequestId),
    /// The bank's answer.
    Known(String),
    /// No answer: the requested day counts.
    Unknown,
}

impl AwaitAccounts {
    pub(super) fn enter(link: Link, now: Tick, out: &mut Context) -> State {
        out.timers.stop_all();
        out.timers.set(Timer::Deadline, now + out.config.patience.accounts);
        let consent = Target::Call(Call::ReadConsent { consent: link.consent.clone() });
        let (accounts, connection) = (None, None);
        if out.backend_reads {
            let ask = Ask::now(consent, link.headers(), now, out);
            let grant = Grant::Unknown;
            return State::AwaitAccounts(Self { link, ask, grant, accounts, connection });
        }
        let balances = match out.begun.data {
            Data { balances: true, .. } => Balances::Included,
            Data { balances: false, .. } => Balances::Omitted,
        };
        let call = Call::ListAccounts { balances };
        let ask = Ask::now(Target::Call(call), link.account_headers(), now, out);
        let grant = Grant::Asked(out.send(consent, link.headers(), None));
        State::AwaitAccounts(Self { link, ask, grant, accounts, connection })
    }

    pub(super) fn handle(mut self, input: Input, now: Tick, out: &mut Context) -> State {
        if let (Grant::Asked(request), Input::Reply(id, reply)) = (&self.grant, &input)
            && request == id
        {
            self.grant = match &reply.answer {
                Ok(Answer::Consent(consent)) => Grant::of(consent),
                _ => Grant::Unknown,
            };
            return self.go_on(out);
        }
        let Some(reply) = self.ask.take(input, out) else {
            return State::AwaitAccounts(self);
        };
        match reply.answer {
            Ok(Answer::Accounts(list)) => {
                self.ask.close();
                self.accounts = Some(list.accounts);
                out.timers.stop_all();
                out.timers.set(Timer::Deadline, now + out.config.patience.details);
                self.go_on(out)
            }
            Ok(Answer::Consent(consent)) => {
                self.grant = Grant::of(&consent);
                self.connection = consent.connection_id;
                self.finish(None, out)
            }
            other => {
                let failure = Failure::of(other);
                if failure.code() == Some(&Code::NotReturned) {
                    return self.unreturned(&failure, now, out);
                }
                let outcome = if failure.is_too_often() {
                    out.rest(now, TOO_OFTEN);
                    Err(Fault::Busy)
                } else {
                    self.ask.failed(failure, now, out)
                };
                State::AwaitAccounts(self).go_on(outcome, out)
            }
        }
    }

    /// Links once both the accounts and the day are settled.
    fn go_on(mut self, out: &mut Context) -> State {
        if let Grant::Asked(_) = self.grant {
            return State::AwaitAccounts(self);
        }
        match self.accounts.take() {
            Some(accounts) => self.finish(Some(accounts), out),
            None => State::AwaitAccounts(self),
        }
    }

    fn finish(self, accounts: Option<Vec<Account>>, out: &mut Context) -> State {
        out.timers.stop_all();
        let Link { bank, consent, valid_until, .. } = self.link;
        let valid_until = match self.grant {
            Grant::Known(day) => day,
            Grant::Asked(_) | Grant::Unknown => valid_until,
        };
        let claimed = || out.link_session.as_ref()?.connection_id.clone();
        let connection = self.connection.or_else(claimed);
        let linked = Linked { consent, bank, valid_until, accounts, connection };
        out.events.push_back(Event::Linked(linked.clone()));
        State::Linked(linked)
    }

    /// The relay permits no reading before the person's return.
    fn unreturned(self, failure: &Failure, now: Tick, out: &mut Context) -> State {
        match self.link.unreturned {
            Unreturned::Replace(way) => replace(self.link, way, now, out),
            Unreturned::Await(Some(by)) if by <= now => {
                State::AwaitAccounts(self).fail(Fault::from(failure), out)
            }
            Unreturned::Await(by) => {
                let by = by.unwrap_or(now + out.config.patience.away);
                AwaitReturn::resume(self.link, by, Origin::Own, now, out)
            }
        }
    }

    pub(super) fn timeout(mut self, timer: Timer, now: Tick, out: &mut Context) -> State {
        if self.accounts.is_some() {
            self.grant = Grant::Unknown;
            return self.go_on(out);
        }
        let outcome = match timer {
            Timer::Deadline => Err(self.ask.fault().unwrap_or(Fault::Unreachable)),
            Timer::Answer | Timer::Poll => self.ask.timeout(timer, now, out),
        };
        State::AwaitAccounts(self).go_on(outcome, out)
    }

    pub(super) fn view(&self) -> View<'_> {
        View::Finishing { bank: &self.link.bank, connection: self.ask.connection() }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn into_progress(self) -> Progress {
        Progress::approved(self.link)
    }
}

impl Grant {
    fn of(consent: &Consent) -> Self {
        day(&consent.valid_until).map_or(Self::Unknown, Self::Known)
    }
}

/// The day in `text`, if it has one: some banks write a moment.
fn day(text: &str) -> Option<String> {
    let day = text.trim().get(..DAY_FORM.len())?;
    let fits = |(letter, form): (u8, u8)| {
        if form == b'-' { letter == b'-' } else { letter.is_ascii_digit() }
    };
    day.bytes().zip(DAY_FORM.bytes()).all(fits).then(|| day.to_owned())
}

const DAY_FORM: &str = "yyyy-mm-dd";
/// The pause after too many reads, where the platform does not say.
const TOO_OFTEN: Duration = Duration::from_mins(1);
