//! What many screens show, read off the view: the bank that it is about, and how the relay answers.

use protocol::flow::{Bank, Connection, View};

/// The bank that the screen is about, if one was chosen.
pub(super) fn bank<'a>(view: &View<'a>) -> Option<&'a Bank> {
    match *view {
        View::ChooseAffiliated { bank, .. }
        | View::Ready { bank, .. }
        | View::Preparing { bank }
        | View::Challenge { bank, .. }
        | View::ChooseMethod { bank, .. }
        | View::Signing { bank, .. }
        | View::Redirecting { bank, .. }
        | View::AtBank { bank, .. }
        | View::Finishing { bank, .. } => Some(bank),
        View::Linked(linked) => Some(&linked.bank),
        View::Ended { bank, .. } => bank,
        _ => None,
    }
}

/// How the relay answers, where the flow tells.
pub(super) fn connection(view: &View<'_>) -> Connection {
    match *view {
        View::LoadingBanks(connection)
        | View::Challenge { connection, .. }
        | View::Signing { connection, .. }
        | View::Redirecting { connection, .. }
        | View::AtBank { connection, .. }
        | View::Finishing { connection, .. } => connection,
        _ => Connection::Good,
    }
}
