//! The events of a link, and the state that follows.

use protocol::id::{AuthorisationId, MethodId};
use protocol::wire::{Approach, ConsentStatus, ScaStatus};

use super::{Authorisation, Back, Cause, Link, Listed, PSU_LIFE, State, UNUSED};
use crate::clock::Timestamp;
use crate::crypto::seal::Sealed;

/// An event of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The platform named the consent's status.
    Status(ConsentStatus),
    /// The platform named the last day that the bank granted, `yyyy-MM-dd`.
    ValidUntil(String),
    /// An authorisation started. A known one does not change.
    Started(Authorisation),
    /// The platform named the SCA status of an authorisation.
    Sca(AuthorisationId, ScaStatus),
    /// The person chose a method, and the bank an approach.
    Chosen(AuthorisationId, Option<MethodId>, Approach),
    /// The person of an authorisation returned in the browser that began.
    Back(AuthorisationId, Back),
    /// The relay listed the accounts for a page.
    Listed,
    /// The relay ends it.
    End(Cause),
    /// Its session has ended, or no page continued it.
    Abandoned,
    /// The platform has deleted it.
    Deleted,
    /// The platform could not be reached for its deletion, or refused it.
    NotDeleted {
        /// When the relay tries next.
        again: Timestamp,
    },
    /// Time has passed.
    Tick,
}

impl Link {
    /// Applies `event`, of which the relay learned at `now`. A final state does not change.
    pub fn apply(&mut self, event: Event, now: Timestamp) {
        if self.ended().is_none() {
            self.forget_psu(&event, now);
        }
        let state = self.state.clone();
        self.state = match (event, state) {
            (event, ended @ (State::AwaitDeletion { .. } | State::Deleted { .. })) => {
                ended.deletion(&event)
            }
            (Event::Status(status), state) => state.named(status, now),
            (Event::ValidUntil(day), state) => {
                self.valid_until = Some(day);
                state
            }
            (Event::Started(one), state) => self.started(one, state, now),
            (Event::Sca(id, status), state) => {
                let is_approved = status.is_approved();
                self.change(&id, |one| one.learn(status));
                if is_approved { state.approved(now) } else { state }
            }
            (Event::Chosen(id, method, approach), state) => {
                self.change(&id, |one| {
                    one.method = method;
                    one.way = one.way.clone().named(approach);
                });
                state
            }
            (Event::Back(id, back), state) => {
                self.change(&id, |one| one.way = one.way.clone().returned(back, now));
                // A code that the platform accepts is an approval, whether or not the status says so yet.
                if back == Back::Taken { state.approved(now) } else { state }
            }
            (Event::Listed, state) => {
                self.listed = Listed::Once;
                state
            }
            (Event::End(cause), _) => State::to_delete(cause, self.status().clone()),
            (Event::Abandoned, state) => self.abandoned(state),
            (Event::Tick, State::AwaitAuthorisation) if now >= self.created + UNUSED => {
                State::to_delete(Cause::Abandoned, ConsentStatus::Received)
            }
            (Event::Tick | Event::Deleted | Event::NotDeleted { .. }, state) => state,
        };
        if self.ended().is_some() {
            self.psu = None;
        }
    }

    /// The person of an authorisation goes to the bank's page now.
    pub(super) fn send(&mut self, id: &AuthorisationId) {
        if self.ended().is_none() {
            self.change(id, |one| one.way = one.way.clone().named(Approach::Redirect));
        }
    }

    fn started(&mut self, one: Authorisation, state: State, now: Timestamp) -> State {
        if self.authorisation(&one.id).is_some() {
            return state;
        }
        let is_approved = one.status.is_approved();
        // The platform's list does not say when an authorisation began. It must not seem newer than it may be.
        let place = self.authorisations.partition_point(|other| other.started <= one.started);
        self.authorisations.insert(place, one);
        match state {
            state if is_approved => state.approved(now),
            State::AwaitAuthorisation => State::AwaitApproval,
            state => state,
        }
    }

    /// Has the platform delete a consent that the bank may still honour, if no page knows its accounts. The
    /// host of a page that does has the consent's id and may use it; the same holds for a consent that is part
    /// of a connection.
    fn abandoned(&self, state: State) -> State {
        match state {
            State::Over { .. } => state,
            state if self.listed == Listed::Once || self.is_of_connection() => state,
            _ => State::to_delete(Cause::Abandoned, self.status().clone()),
        }
    }

    fn change(&mut self, id: &AuthorisationId, change: impl FnOnce(&mut Authorisation)) {
        if let Some(one) = self.authorisations.iter_mut().find(|one| one.id == *id) {
            change(one);
        }
    }

    /// Forgets the person's id once no step needs it. This must happen with the event itself, because a final
    /// event comes only once.
    fn forget_psu(&mut self, event: &Event, now: Timestamp) {
        let keeps = |psu: &Sealed| match need(event) {
            Need::Steps => true,
            Need::Accounts => psu.is_for_accounts(),
            Need::Nothing => false,
        };
        let in_time = *event != Event::Tick || now < self.created + PSU_LIFE;
        self.psu.take_if(|psu| !in_time || !keeps(psu));
    }
}

impl State {
    /// The state after the platform has named `status`. Every consent begins as received, so that status is no
    /// news.
    fn named(self, status: ConsentStatus, now: Timestamp) -> Self {
        let since = match &self {
            Self::Approved { since, .. } => Some(*since),
            _ => None,
        };
        match (self, status) {
            (state @ Self::Over { .. }, _) | (state, ConsentStatus::Received) => state,
            (_, status) if status.is_final() => Self::Over { status, approved: since },
            (_, status @ ConsentStatus::Valid) => {
                Self::Approved { since: since.unwrap_or(now), status }
            }
            (_, status) => match since {
                Some(since) => Self::Approved { since, status },
                None => Self::AwaitMore { status },
            },
        }
    }

    /// The state after the bank has reported an approval.
    fn approved(self, now: Timestamp) -> Self {
        match self {
            Self::AwaitAuthorisation | Self::AwaitApproval => {
                Self::Approved { since: now, status: ConsentStatus::Received }
            }
            Self::AwaitMore { status } => Self::Approved { since: now, status },
            Self::Over { status, approved: None } => Self::Over { status, approved: Some(now) },
            state => state,
        }
    }

    /// After the relay has ended a link, only its deletion changes the state.
    fn deletion(self, event: &Event) -> Self {
        match (self, event) {
            (Self::AwaitDeletion { cause, status, .. }, Event::Deleted) => {
                Self::Deleted { cause, status }
            }
            (Self::AwaitDeletion { cause, status, failures, .. }, Event::NotDeleted { again }) => {
                match failures + 1 {
                    TRIES.. => Self::Deleted { cause, status },
                    failures => Self::AwaitDeletion { cause, status, failures, due: *again },
                }
            }
            (state, _) => state,
        }
    }
}

/// The steps that still need the person's id.
enum Need {
    /// Further steps of the authorisation.
    Steps,
    /// The list of accounts, at a bank that requires the id there.
    Accounts,
    /// None.
    Nothing,
}

fn need(event: &Event) -> Need {
    match event {
        Event::Sca(_, ScaStatus::Failed) | Event::Listed => Need::Nothing,
        Event::Sca(_, status) if status.is_approved() => Need::Accounts,
        Event::Status(ConsentStatus::Valid) | Event::Back(_, Back::Taken | Back::Confirmed) => {
            Need::Accounts
        }
        Event::Status(status) if *status != ConsentStatus::Received => Need::Nothing,
        Event::Back(_, Back::Declined | Back::Failed | Back::Late | Back::ExchangeFailed) => {
            Need::Nothing
        }
        _ => Need::Steps,
    }
}

/// How often the relay tries a deletion: for a week, since the pauses double up to an hour.
pub(super) const TRIES: u32 = 174;
