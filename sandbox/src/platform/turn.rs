//! What a person does on a bank's page, what the page shows, and what follows: types only.

use super::return_address::ReturnAddress;

/// What a person does on the page.
pub(crate) enum Action {
    /// Enters the user id.
    Identify { user_id: String },
    /// Opens the bank's app.
    OpenApp,
    /// Approves; with a code where the bank has a list of codes.
    Approve { code: String },
    /// Rejects.
    Reject,
    /// Waits until the time is over.
    TakeTooLong,
    /// Returns from a page that has ended.
    GoBack,
}

/// What the page shows.
pub(crate) enum Screen<'a> {
    /// The page asks for the user id.
    UserId,
    /// The page waits until the person opens the app.
    OpenApp,
    /// The app asks, and shows the same digits as the page.
    App { digits: &'a str },
    /// The page asks for a code of the list, and shows the list.
    CodeList { digits: &'a str },
    /// The page asks for approval.
    Buttons,
    /// The person has approved.
    Approved,
    /// The authorisation has ended; the page has a way back, where there is one.
    Ended(Ended, Option<&'a ReturnAddress>),
}

/// Why an authorisation has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The person rejected it.
    Rejected,
    /// It took too long.
    TimeOver,
    /// The client ended the consent, or another authorisation of it was approved.
    Withdrawn,
}

impl Ended {
    /// The text of `error_description` (RFC 6749, section 4.1.2.1).
    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::Rejected => "The person said no at the bank.",
            Self::TimeOver => "The time to approve at the bank was over.",
            Self::Withdrawn => "The bank was no longer asked to approve.",
        }
    }
}

/// What was wrong with the person's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    UserId,
    Code,
}

/// The result of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The page again, in its new state.
    Stay(Option<Hint>),
    /// The return with a code.
    Approved(String),
    /// The return, with the authorisation finalised.
    Finalised(String),
    /// The return after a rejection.
    Rejected(String),
    /// The return after any other end.
    GoBack(String),
}
