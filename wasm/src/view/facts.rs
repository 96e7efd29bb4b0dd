//! What many screens show, read off the view: the bank that it is about, what it tells, whether its app comes
//! back, and how the relay answers.

use protocol::flow::{Bank, Connection, Device, View};
use protocol::profile::AppReturns;

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

/// What the bank tells the person, if anything.
pub(super) fn message<'a>(view: &View<'a>) -> &'a str {
    let message = match *view {
        View::Challenge { message, .. }
        | View::Signing { message, .. }
        | View::Ended { message, .. } => message,
        _ => None,
    };
    message.unwrap_or_default()
}

/// Whether the person comes back from the app on this device by hand.
pub(super) fn by_hand(view: &View<'_>) -> bool {
    matches!(
        view,
        View::Challenge { device: Device::This, app_returns: AppReturns::No, .. }
            | View::Signing { device: Device::This, app_returns: AppReturns::No, .. }
    )
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
