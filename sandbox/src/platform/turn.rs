//! What a person can do on a bank's page, what the page shows, and what follows. Words of the model;
//! nothing happens here.

use super::back::Back;

/// What a person does on the page.
pub(crate) enum Action {
    /// Says who they are.
    Identify { user_id: String },
    /// Opens the bank's app.
    OpenApp,
    /// Says yes; with a code where the bank has a list of codes.
    Approve { code: String },
    /// Says no.
    Reject,
    /// Does nothing until the time is over.
    TakeTooLong,
    /// Returns from a page on which there is nothing left to do.
    GoBack,
}

/// What the page shows.
pub(crate) enum Screen<'a> {
    /// It asks who the person is.
    UserId,
    /// It waits until the person opens the app.
    OpenApp,
    /// The app asks, and shows the same digits as the page.
    App { digits: &'a str },
    /// It asks for a code of the list. The list is shown too.
    CodeList { digits: &'a str },
    /// It asks.
    Buttons,
    /// The person has said yes.
    Approved,
    /// It is over, with a way back where there is one.
    Ended(Ended, Option<&'a Back>),
}

/// Why an authorisation is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The person said no.
    Rejected,
    /// It took too long.
    TimeOver,
    /// The client ended the consent, or another authorisation of it was approved.
    Withdrawn,
}

/// What was wrong with what the person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    UserId,
    Code,
}

/// What follows on an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The page again, as it is now.
    Stay(Option<Hint>),
    /// The way back with a code.
    Approved(String),
    /// The way back, with all done.
    Finalised(String),
    /// The way back after a no.
    Rejected(String),
    /// The way back from what is over.
    GoBack(String),
}
