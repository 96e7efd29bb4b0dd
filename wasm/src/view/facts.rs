//! What several screens read from the view: the bank, its message, whether its app returns, and the state
//! of the connection.

use protocol::flow::{Bank, Connection, Device, View};
use protocol::profile::AppReturns;

/// The bank of the screen, if one was chosen.
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

/// The bank's message to the person, or empty.
pub(super) fn message<'a>(view: &View<'a>) -> &'a str {
    let message = match *view {
        View::Challenge { message, .. }
        | View::Signing { message, .. }
        | View::Ended { message, .. } => message,
        _ => None,
    };
    message.unwrap_or_default()
}

/// Whether the person must return by hand from the app on this device.
pub(super) fn by_hand(view: &View<'_>) -> bool {
    matches!(
        view,
        View::Challenge { device: Device::This, app_returns: AppReturns::No, .. }
            | View::Signing { device: Device::This, app_returns: AppReturns::No, .. }
    )
}

/// The state of the connection, where the view has it.
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
