//! Logs the parts of an answer that its readers will leave out because they make no sense: once for each call and
//! kind, because a poll would repeat the line each second. It never logs a value.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use protocol::flow::{Answer as Read, Target};
use protocol::wire::{Account, BalanceReport, Loose, Transaction, TransactionList, left_out};
use protocol::{AccountPart, Call};
use serde::Deserialize as _;

use crate::platform::client::Answer;

/// Reads a good answer to `call` as a page will, and logs the parts that this leaves out.
pub(crate) fn log_left_out(call: &Call, answer: &Answer) {
    if !answer.status.is_success() {
        return;
    }
    // The caller has refused an answer that is no JSON.
    let Ok(body) = Loose::deserialize(answer.body.value()) else { return };
    let ((), odd) = left_out(|| read(call, body));
    let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    let news = odd.kinds().filter(|kind| logged.insert((call.name(), *kind))).count();
    if news > 0 {
        tracing::warn!(call = call.name(), left_out = %odd, "a part of an answer makes no sense");
    }
}

/// Reads the answer to `call`: by the types of the wire where the widget does not make the call.
fn read(call: &Call, body: Loose) {
    let Call::ReadAccount { part, .. } = call else {
        Read::read(&Target::Call(call.clone()), body);
        return;
    };
    match part {
        AccountPart::Details(_) => drop(body.read::<Account>()),
        AccountPart::Balances => drop(body.read::<BalanceReport>()),
        AccountPart::Transactions(_) => drop(body.read::<TransactionList>()),
        AccountPart::Transaction(_) => drop(body.read::<Transaction>()),
    }
}

/// Whether the widget can use `answer`.
pub(crate) fn is_read(call: &Call, answer: &Answer) -> bool {
    let body = Loose::deserialize(answer.body.value()).ok();
    body.and_then(|body| Read::read(&Target::Call(call.clone()), body)).is_some()
}

/// The calls and kinds that were logged. There are a few dozen of both.
static LOGGED: Mutex<BTreeSet<(&str, &str)>> = Mutex::new(BTreeSet::new());
