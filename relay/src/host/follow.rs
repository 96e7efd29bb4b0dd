//! What a change of a link means for the host's server. A store asks this in the transaction of the change, so that
//! the host hears of each change and of nothing else.

use protocol::wire::ConsentStatus;

use super::connection::{ConnectionEvent, Ender, Linked};
use super::session::{Reason, SessionEvent};
use crate::clock::Timestamp;
use crate::id::{ConnectionId, LinkSessionId};
use crate::link::state::{Cause, Hosted, Link, State};

/// What follows from a change of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Something happens to a link session.
    ToSession(LinkSessionId, SessionEvent),
    /// Something happens to a connection, which begins with this where it is not there.
    ToConnection(ConnectionId, ConnectionEvent),
}

/// What follows from what became of a link at `now`; `before` is `None` for a new one. It notes in the link that it is
/// linked.
pub fn follow(before: Option<&Link>, after: &mut Link, now: Timestamp) -> Vec<Outcome> {
    let Some(hosted) = after.hosted.clone() else { return Vec::new() };
    let mut outcomes = Vec::new();
    let to_session = |event| hosted.session.clone().map(|id| Outcome::ToSession(id, event));
    let to_connection = |event| Outcome::ToConnection(hosted.connection.clone(), event);
    if before.is_none() {
        let request = hosted.request;
        outcomes.extend(to_session(SessionEvent::Begun(after.id.clone(), request)));
    }
    if hosted.linked.is_none() && after.is_linked(now) {
        if let Some(own) = &mut after.hosted {
            own.linked = Some(now);
        }
        let linked = linked(after, &hosted);
        outcomes.push(to_connection(ConnectionEvent::Linked(Box::new(linked))));
        outcomes.extend(to_session(SessionEvent::Linked));
    }
    let is_linked = after.is_of_connection();
    if is_linked {
        let until = after.valid_until.as_ref();
        if let Some(day) =
            until.filter(|day| before.and_then(|link| link.valid_until.as_ref()) != Some(*day))
        {
            outcomes
                .push(to_connection(ConnectionEvent::ValidUntil(after.id.clone(), day.clone())));
        }
    }
    let was_over = before.is_some_and(is_over);
    if is_over(after) && !was_over {
        if is_linked {
            let event = match &after.state {
                State::Over { status, .. } => {
                    Some(ConnectionEvent::Status(after.id.clone(), status.clone()))
                }
                _ if after.ended() == Some(&Cause::Person) => {
                    Some(ConnectionEvent::Ended(Ender::Person))
                }
                _ => None,
            };
            outcomes.extend(event.map(to_connection));
        } else {
            outcomes.extend(to_session(SessionEvent::Over(after.id.clone(), reason(after))));
        }
    }
    outcomes
}

fn linked(link: &Link, hosted: &Hosted) -> Linked {
    Linked {
        consent: link.id.clone(),
        client_reference: hosted.client_reference.clone(),
        session: hosted.session.clone(),
        terms: link.terms.clone(),
        granted: hosted.granted.clone(),
        purpose: hosted.purpose.clone(),
    }
}

/// Whether nothing more becomes of it.
fn is_over(link: &Link) -> bool {
    matches!(link.state, State::Over { .. }) || link.ended().is_some()
}

/// Why it is over. A person who goes back to the list of banks says nothing of the bank.
fn reason(link: &Link) -> Option<Reason> {
    match (link.ended(), link.status()) {
        (Some(Cause::Foreign { .. }), _) => Some(Reason::ReturnedElsewhere),
        (None, ConsentStatus::Rejected) => Some(Reason::Declined),
        (None, _) => Some(Reason::BankFailed),
        (Some(Cause::Person | Cause::Abandoned), _) => None,
    }
}
