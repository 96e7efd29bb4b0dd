//! The questions to the relay within a view session, and what their answers mean. Pure: it sends nothing.

use protocol::concat;
use protocol::own::SESSION_VIEW;
use protocol::percent_encoded;
use protocol::wire::{
    Loose, ViewSession, ViewedAccount, ViewedAccounts, ViewedBalances, ViewedConnection,
    ViewedConnections, ViewedTransactions,
};

/// A question. Ids are the relay's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Shows the token.
    Claim,
    /// The person's connections.
    Connections,
    /// Ends a connection.
    End { connection: String },
    /// The accounts of a connection.
    Accounts { connection: String },
    /// The balances of an account.
    Balances { connection: String, account: String },
    /// A page of transactions: the first one without a cursor.
    Transactions { connection: String, account: String, cursor: Option<String> },
}

/// A good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Claimed(ViewSession),
    Connections(Vec<ViewedConnection>),
    Ended,
    Accounts(Vec<ViewedAccount>),
    Balances(ViewedBalances),
    Transactions(ViewedTransactions),
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The view session is over, or the relay does not know it.
    Over,
    /// Two browsers have shown the token.
    Elsewhere,
    /// The connection has ended.
    Ended,
    /// The person must sign at the bank again.
    SignAgain,
    /// The consent does not cover this.
    NotGranted,
    /// Too much was asked for. Another try helps from this moment on, in milliseconds of the device's calendar.
    TooOften { until: u64 },
    /// No answer came.
    Unreached,
    /// Anything else: another try may help.
    Failed,
}

impl Ask {
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Claim => "POST",
            Self::End { .. } => "DELETE",
            _ => "GET",
        }
    }

    /// The path and query, within the view session `view`.
    pub(super) fn path(&self, view: &str) -> String {
        let view = percent_encoded(view);
        let below = match self {
            Self::Claim => return SESSION_VIEW.to_owned(),
            Self::Connections => String::new(),
            Self::End { connection } => concat(&["/", &percent_encoded(connection)]),
            Self::Accounts { connection } => {
                concat(&["/", &percent_encoded(connection), "/accounts"])
            }
            Self::Balances { connection, account } => {
                account_path(connection, account, "/balances")
            }
            Self::Transactions { connection, account, cursor } => {
                let path = account_path(connection, account, "/transactions");
                match cursor {
                    Some(cursor) => concat(&[&path, "?cursor=", &percent_encoded(cursor)]),
                    None => path,
                }
            }
        };
        concat(&[SESSION_VIEW, "/", &view, "/connections", &below])
    }

    /// Reads a good answer; `None` where it has another form.
    pub(super) fn read(&self, answer: Option<Loose>) -> Option<Answer> {
        if let Self::End { .. } = self {
            return Some(Answer::Ended);
        }
        let answer = answer?;
        Some(match self {
            Self::Claim => Answer::Claimed(answer.read()?),
            Self::Connections => {
                Answer::Connections(answer.read::<ViewedConnections>()?.connections)
            }
            Self::End { .. } => Answer::Ended,
            Self::Accounts { .. } => Answer::Accounts(answer.read::<ViewedAccounts>()?.accounts),
            Self::Balances { .. } => Answer::Balances(answer.read()?),
            Self::Transactions { .. } => Answer::Transactions(answer.read()?),
        })
    }

    /// What a refusal means: by its status, the code in its body, and until when it asks to wait.
    pub(super) fn refusal(&self, status: u16, code: &str, until: Option<u64>) -> Refusal {
        match (status, code) {
            (_, "VIEW_SESSION_ELSEWHERE") => Refusal::Elsewhere,
            (_, "VIEW_SESSION_UNKNOWN") | (410, _) => Refusal::Over,
            // A token that is none.
            (400 | 404, _) if *self == Self::Claim => Refusal::Over,
            (404, _) | (_, "CONNECTION_ENDED") => Refusal::Ended,
            (_, "SIGN_AGAIN" | "CONNECTION_BROKEN") => Refusal::SignAgain,
            (_, "NOT_GRANTED") => Refusal::NotGranted,
            (429, _) => until.map_or(Refusal::Failed, |until| Refusal::TooOften { until }),
            _ => Refusal::Failed,
        }
    }
}

fn account_path(connection: &str, account: &str, what: &str) -> String {
    let [connection, account] = [connection, account].map(percent_encoded);
    concat(&["/", &connection, "/accounts/", &account, what])
}

#[cfg(test)]
mod tests {
    use super::{Ask, Refusal};

    #[test]
    fn a_question_has_the_path_of_its_view_session() {
        let (connection, account) = ("cn_1".to_owned(), "ac_2".to_owned());
        let cursor = Some("a/b".to_owned());
        for (ask, method, path) in [
            (Ask::Claim, "POST", "/session/view"),
            (Ask::Connections, "GET", "/session/view/vs_3/connections"),
            (
                Ask::End { connection: connection.clone() },
                "DELETE",
                "/session/view/vs_3/connections/cn_1",
            ),
            (
                Ask::Transactions { connection, account, cursor },
                "GET",
                "/session/view/vs_3/connections/cn_1/accounts/ac_2/transactions?cursor=a%2Fb",
            ),
        ] {
            assert_eq!((ask.method(), &*ask.path("vs_3")), (method, path));
        }
    }

    #[test]
    fn a_refusal_has_a_cause() {
        for (ask, status, code, expected) in [
            (Ask::Claim, 404, "VIEW_SESSION_UNKNOWN", Refusal::Over),
            (Ask::Claim, 400, "FORMAT_ERROR", Refusal::Over),
            (Ask::Connections, 410, "VIEW_SESSION_OVER", Refusal::Over),
            (Ask::Connections, 409, "VIEW_SESSION_ELSEWHERE", Refusal::Elsewhere),
            (Ask::Connections, 404, "VIEW_SESSION_UNKNOWN", Refusal::Over),
            (Ask::Connections, 503, "", Refusal::Failed),
            (Ask::Connections, 409, "CONNECTION_ENDED", Refusal::Ended),
            (Ask::Connections, 409, "CONNECTION_BROKEN", Refusal::SignAgain),
            (Ask::Connections, 409, "NOT_GRANTED", Refusal::NotGranted),
            (Ask::Connections, 502, "BANK_REFUSED", Refusal::Failed),
            (Ask::Connections, 429, "RELAY_REFUSED", Refusal::Failed),
        ] {
            assert_eq!(ask.refusal(status, code, None), expected, "{status} {code}");
        }
        let refusal = Ask::Connections.refusal(429, "RELAY_REFUSED", Some(7));
        assert_eq!(refusal, Refusal::TooOften { until: 7 });
    }
}
