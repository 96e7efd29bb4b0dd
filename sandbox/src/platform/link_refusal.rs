//! Why a link to a bank's page leads to none.

use thiserror::Error;

/// Why a link leads to no page. The texts are for persons and for the developers of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum LinkRefusal {
    #[error("The link lacks {0}, or has it twice.")]
    Missing(&'static str),
    #[error("The link still has the placeholder of {0}: the client must fill it.")]
    Unfilled(&'static str),
    #[error("The link names a client that is not known here.")]
    UnknownClient,
    #[error("The link names an address to return to that the client has not registered.")]
    UnknownAddress,
    #[error("The link must ask for a code, with accountinformation and one context as its scope.")]
    WrongKind,
    #[error("The link names no authorisation that this client could have at this bank.")]
    UnknownAuthorisation,
    #[error(
        "This authorisation is over, was approved already, or has no method yet. Start again where \
         you came from."
    )]
    NotOpen,
    #[error("This page opens by its link only. Start again where you came from.")]
    NotEntered,
}
