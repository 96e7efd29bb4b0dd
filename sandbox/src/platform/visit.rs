//! An authorisation in the redirect approach: the person's visit to the bank's page, from the link to the
//! end. It knows no HTML, and of a code only that one may be due.

use protocol::id::MethodId;
use protocol::wire::ScaStatus;
use time::UtcDateTime;

use super::code::Code;
use super::link_refusal::LinkRefusal;
use super::refusal::Refusal;
use super::return_address::ReturnAddress;
use super::turn::{Action, Ended, Hint, Screen, Turn};
use crate::bank::{Kind, PageMethod, Proof, Redirect, Stage, UserId};
use crate::random::Random;

/// The part of an authorisation on the bank's page.
pub(crate) struct Visit {
    pub(crate) rules: &'static Redirect,
    started: UtcDateTime,
    state: State,
}

enum State {
    AwaitMethod,
    AwaitPerson { task: Task },
    AwaitUserId { task: Task, back: ReturnAddress },
    AwaitApp { task: Task, back: ReturnAddress },
    AwaitAnswer { task: Task, back: ReturnAddress },
    AwaitExchange { code: Code },
    Finalised,
    Failed { why: Ended, back: Option<ReturnAddress> },
}

/// How the person authenticates.
#[derive(Clone)]
struct Task {
    method: &'static PageMethod,
    /// Six digits: on the paper list, or equal to those in the app.
    digits: String,
}

impl Visit {
    pub(super) const fn new(rules: &'static Redirect, now: UtcDateTime) -> Self {
        Self { rules, started: now, state: State::AwaitMethod }
    }

    pub(super) fn status(&self) -> ScaStatus {
        let stage = match &self.state {
            State::AwaitMethod | State::AwaitPerson { .. } => Stage::Created,
            State::AwaitUserId { .. } => Stage::Opened,
            State::AwaitApp { .. } if self.rules.user_id == UserId::NotAsked => Stage::Opened,
            State::AwaitAnswer { task, .. } if self.asks_nothing_before(task) => Stage::Opened,
            State::AwaitApp { .. } | State::AwaitAnswer { .. } => Stage::Identified,
            State::AwaitExchange { .. } => Stage::Approved,
            State::Finalised => return ScaStatus::Finalised,
            State::Failed { .. } => return ScaStatus::Failed,
        };
        self.rules.status(stage).clone()
    }

    /// Chooses the method. The client may repeat its choice, since the answer may have been lost, and may
    /// change it until the page is open.
    pub(super) fn choose(&mut self, wanted: &MethodId, random: &mut Random) -> Result<(), Refusal> {
        let method = self.rules.method(wanted).ok_or(Refusal::UnknownMethod)?;
        match &self.state {
            State::AwaitPerson { task }
            | State::AwaitUserId { task, .. }
            | State::AwaitApp { task, .. }
            | State::AwaitAnswer { task, .. }
                if task.method.id == method.id =>
            {
                return Ok(());
            }
            State::AwaitMethod | State::AwaitPerson { .. } => {}
            _ => return Err(Refusal::StatusInvalid),
        }
        self.state = State::AwaitPerson { task: Task { method, digits: digits(random) } };
        Ok(())
    }

    /// The person follows the link, the first time or again: the newest link decides where to return to.
    pub(super) fn enter(&mut self, back: ReturnAddress) -> Result<(), LinkRefusal> {
        match &mut self.state {
            State::AwaitPerson { task } => {
                let task = task.clone();
                self.state = if self.rules.user_id == UserId::Asked {
                    State::AwaitUserId { task, back }
                } else {
                    Self::after_user_id(task, back)
                };
            }
            State::AwaitUserId { back: kept, .. }
            | State::AwaitApp { back: kept, .. }
            | State::AwaitAnswer { back: kept, .. } => *kept = back,
            _ => return Err(LinkRefusal::NotOpen),
        }
        Ok(())
    }

    /// What the page shows; nothing before the person has followed the link.
    pub(super) fn screen(&self) -> Option<Screen<'_>> {
        Some(match &self.state {
            State::AwaitMethod | State::AwaitPerson { .. } => return None,
            State::AwaitUserId { .. } => Screen::UserId,
            State::AwaitApp { .. } => Screen::OpenApp,
            State::AwaitAnswer { task: Task { method, digits }, .. } => match method.proof {
                Proof::Buttons => Screen::Buttons,
                Proof::CodeApp => Screen::App { digits },
                Proof::CodeList => Screen::CodeList { digits },
            },
            State::AwaitExchange { .. } | State::Finalised => Screen::Approved,
            State::Failed { why, back } => Screen::Ended(*why, back.as_ref()),
        })
    }

    /// Where the page's forms may lead, apart from the page itself.
    pub(super) const fn back(&self) -> Option<&ReturnAddress> {
        match &self.state {
            State::AwaitUserId { back, .. }
            | State::AwaitApp { back, .. }
            | State::AwaitAnswer { back, .. }
            | State::Failed { back: Some(back), .. } => Some(back),
            State::AwaitExchange { code } => Some(&code.back),
            _ => None,
        }
    }

    /// The person does something on the page. An action that does not fit changes nothing, and the page
    /// shows its state.
    pub(super) fn act(&mut self, action: Action, random: &mut Random, now: UtcDateTime) -> Turn {
        match (&self.state, action) {
            (State::AwaitUserId { task, back }, Action::Identify { user_id }) => {
                if user_id.trim().is_empty() || user_id.len() > LONGEST_USER_ID {
                    return Turn::Stay(Some(Hint::UserId));
                }
                self.state = Self::after_user_id(task.clone(), back.clone());
                Turn::Stay(None)
            }
            (State::AwaitApp { task, back }, Action::OpenApp) => {
                self.state = State::AwaitAnswer { task: task.clone(), back: back.clone() };
                Turn::Stay(None)
            }
            (State::AwaitAnswer { task, back }, Action::Approve { code }) => {
                if task.method.proof == Proof::CodeList && code.trim() != task.digits {
                    return Turn::Stay(Some(Hint::Code));
                }
                self.approve(back.clone(), random, now)
            }
            (_, Action::Reject) => self.give_up(Ended::Rejected),
            (_, Action::TakeTooLong) => self.give_up(Ended::TimeOver),
            (State::Failed { why, back: Some(back) }, Action::GoBack) => {
                Turn::GoBack(back.refused(why.description()))
            }
            _ => Turn::Stay(None),
        }
    }

    /// The chosen method, until the authorisation ends.
    pub(super) const fn method(&self) -> Option<&MethodId> {
        match &self.state {
            State::AwaitPerson { task }
            | State::AwaitUserId { task, .. }
            | State::AwaitApp { task, .. }
            | State::AwaitAnswer { task, .. } => Some(&task.method.id),
            _ => None,
        }
    }

    /// The code that is due for its exchange.
    pub(super) const fn code(&self) -> Option<&Code> {
        if let State::AwaitExchange { code } = &self.state { Some(code) } else { None }
    }

    /// The code is exchanged.
    pub(super) fn finalise(&mut self) {
        self.state = State::Finalised;
    }

    /// Withdraws it: the consent has ended, or another authorisation was finalised first.
    pub(super) fn withdraw(&mut self) {
        self.fail(Ended::Withdrawn);
    }

    /// Fails it if its time is over.
    pub(super) fn settle(&mut self, now: UtcDateTime) {
        if now >= self.started + self.rules.time() {
            self.fail(Ended::TimeOver);
        }
    }

    fn approve(&mut self, back: ReturnAddress, random: &mut Random, now: UtcDateTime) -> Turn {
        match self.rules.kind {
            Kind::Plain => {
                self.state = State::Finalised;
                Turn::Finalised(back.approved(None))
            }
            Kind::Oauth => {
                let code = Code::new(back, random, now);
                let url = code.back.approved(Some(code.as_str()));
                self.state = State::AwaitExchange { code };
                Turn::Approved(url)
            }
        }
    }

    fn give_up(&mut self, why: Ended) -> Turn {
        let (State::AwaitUserId { back, .. }
        | State::AwaitApp { back, .. }
        | State::AwaitAnswer { back, .. }) = &self.state
        else {
            return Turn::Stay(None);
        };
        let url = back.refused(why.description());
        self.fail(why);
        if why == Ended::Rejected { Turn::Rejected(url) } else { Turn::Stay(None) }
    }

    fn fail(&mut self, why: Ended) {
        if !matches!(self.state, State::Finalised | State::Failed { .. }) {
            let back = self.back().cloned();
            self.state = State::Failed { why, back };
        }
    }

    fn asks_nothing_before(&self, task: &Task) -> bool {
        self.rules.user_id == UserId::NotAsked && task.method.proof != Proof::CodeApp
    }

    fn after_user_id(task: Task, back: ReturnAddress) -> State {
        match task.method.proof {
            Proof::CodeApp => State::AwaitApp { task, back },
            Proof::Buttons | Proof::CodeList => State::AwaitAnswer { task, back },
        }
    }
}

fn digits(random: &mut Random) -> String {
    let [a, b, c, ..] = random.bytes();
    format!("{:06}", u32::from_be_bytes([0, a, b, c]) % 1_000_000)
}

/// Bytes.
const LONGEST_USER_ID: usize = 64;
