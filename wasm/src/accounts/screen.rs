//! The screens of `<ais-accounts>`, with what each shows.

use protocol::wire::{ViewedAccount, ViewedBalances, ViewedTransaction, ViewedTransactions};

use super::ask::{Ask, Refusal};

/// A screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Screen {
    #[default]
    Loading,
    /// Nothing can be shown.
    Failed(Fault),
    /// The connections.
    List,
    /// Whether the person really wants to remove the access.
    Confirm { connection: String, step: Step },
    /// The accounts of a connection.
    Accounts(Accounts),
    /// The transactions of an account, and what the person goes back to.
    Transactions { accounts: Accounts, account: ViewedAccount, pages: Box<Pages> },
}

impl Screen {
    /// The connection that is shown, if its bank wants the person to sign again before it shows more.
    pub(super) fn wants_signature(&self) -> Option<&str> {
        let (accounts, wants) = match self {
            Self::Accounts(accounts) => (accounts, accounts.want_signature()),
            Self::Transactions { accounts, pages, .. } => {
                (accounts, matches!(pages.next, Next::Failed(_, Refusal::SignAgain)))
            }
            _ => return None,
        };
        wants.then_some(&*accounts.connection)
    }
}

/// Why nothing can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Unreachable,
    CookiesBlocked,
    Over,
    Elsewhere,
}

impl Fault {
    /// Its name in the attribute `state` and in events.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::CookiesBlocked => "cookies-blocked",
            Self::Over => "view-over",
            Self::Elsewhere => "opened-elsewhere",
        }
    }

    /// Whether another try makes sense. Else the host's server has to make another view session.
    pub(super) fn may_pass(self) -> bool {
        matches!(self, Self::Unreachable | Self::CookiesBlocked)
    }
}

/// How far a removal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Asked,
    Ending,
    Failed,
}

/// What is read by a question of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<T> {
    Loading,
    Ready(T),
    Failed(Refusal),
}

impl<T> Part<T> {
    pub(super) fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn ready_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }
}

/// The accounts of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Accounts {
    pub(super) connection: String,
    pub(super) rows: Part<Vec<Row>>,
}

impl Accounts {
    fn want_signature(&self) -> bool {
        match &self.rows {
            Part::Failed(why) => *why == Refusal::SignAgain,
            Part::Ready(rows) => {
                rows.iter().any(|row| row.balances == Part::Failed(Refusal::SignAgain))
            }
            Part::Loading => false,
        }
    }
}

/// An account with its balances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) account: ViewedAccount,
    pub(super) balances: Part<ViewedBalances>,
}

/// The pages of transactions that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    pub(super) booked: Vec<ViewedTransaction>,
    pub(super) pending: Vec<ViewedTransaction>,
    /// When the bank said the last of it.
    pub(super) as_of: String,
    /// How many booked ones, and how many that are not, there were before the last page.
    pub(super) known: [usize; 2],
    pub(super) next: Next,
}

/// The next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is being read: the first one without a cursor.
    Loading(Option<String>),
    /// The person may ask for it.
    Offered(String),
    /// It could not be read.
    Failed(Option<String>, Refusal),
    /// There is none.
    None,
}

impl Default for Next {
    fn default() -> Self {
        Self::Loading(None)
    }
}

impl Pages {
    /// Goes on to the next page: the question that `ask` makes of its cursor, if there is something to ask.
    pub(super) fn go_on(&mut self, ask: impl FnOnce(Option<String>) -> Ask) -> Option<Ask> {
        let cursor = match &self.next {
            Next::Offered(cursor) => Some(cursor.clone()),
            Next::Failed(cursor, _) => cursor.clone(),
            Next::Loading(_) | Next::None => return None,
        };
        self.next = Next::Loading(cursor.clone());
        Some(ask(cursor))
    }

    /// Adds the page that was read from `cursor`, if that is the one that is loading; returns how many transactions there
    /// are then, or why there are no more.
    pub(super) fn add(
        &mut self,
        cursor: Option<&str>,
        page: Result<ViewedTransactions, Refusal>,
    ) -> Option<Result<usize, Refusal>> {
        match &self.next {
            Next::Loading(wanted) if wanted.as_deref() == cursor => {}
            _ => return None,
        }
        match page {
            Ok(page) => {
                self.known = [self.booked.len(), self.pending.len()];
                self.booked.extend(page.booked);
                self.pending.extend(page.pending);
                self.as_of = page.as_of;
                self.next = page.next_cursor.map_or(Next::None, Next::Offered);
                Some(Ok(self.booked.len() + self.pending.len()))
            }
            Err(why) => {
                self.next = Next::Failed(cursor.map(str::to_owned), why);
                Some(Err(why))
            }
        }
    }
}
