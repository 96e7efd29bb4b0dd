//! What a person may do. Each button has the key of its act, so that one listener serves all of them, and a button is found
//! again on a screen that was built again.

use protocol::concat;

/// An act, with the id of its connection or account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Tries again what has failed.
    Retry,
    /// Shows the accounts of a connection.
    Open(String),
    /// Renews a connection, at the host.
    Renew(String),
    /// Wants to remove the access of a connection.
    Remove(String),
    /// Confirms that.
    Confirm,
    /// Shows the transactions of an account.
    Transactions(String),
    /// Asks for the next page.
    More,
    /// Reads the accounts again.
    Update,
    /// Goes back.
    Back,
}

impl Act {
    /// The key of its button.
    pub(super) fn key(&self) -> String {
        let (word, id) = match self {
            Self::Retry => ("retry", ""),
            Self::Open(id) => (OPEN, &**id),
            Self::Renew(id) => (RENEW, &**id),
            Self::Remove(id) => (REMOVE, &**id),
            Self::Confirm => ("confirm", ""),
            Self::Transactions(id) => (TRANSACTIONS, &**id),
            Self::More => ("more", ""),
            Self::Update => ("update", ""),
            Self::Back => ("back", ""),
        };
        concat(&[word, id])
    }

    /// The act of a key.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        let id = |word| key.strip_prefix(word).map(str::to_owned);
        Some(match key {
            "retry" => Self::Retry,
            "confirm" => Self::Confirm,
            "more" => Self::More,
            "update" => Self::Update,
            "back" => Self::Back,
            _ => id(OPEN)
                .map(Self::Open)
                .or_else(|| id(RENEW).map(Self::Renew))
                .or_else(|| id(REMOVE).map(Self::Remove))
                .or_else(|| id(TRANSACTIONS).map(Self::Transactions))?,
        })
    }
}

const OPEN: &str = "open ";
const RENEW: &str = "renew ";
const REMOVE: &str = "remove ";
const TRANSACTIONS: &str = "transactions ";

#[cfg(test)]
mod tests {
    use super::Act;

    #[test]
    fn an_act_is_found_by_its_key() {
        let id = || "cn_1".to_owned();
        for act in [
            Act::Retry,
            Act::Open(id()),
            Act::Renew(id()),
            Act::Remove(id()),
            Act::Confirm,
            Act::Transactions(id()),
            Act::More,
            Act::Update,
            Act::Back,
        ] {
            assert_eq!(Act::of_key(&act.key()), Some(act));
        }
        assert_eq!(Act::of_key("other"), None);
    }
}
