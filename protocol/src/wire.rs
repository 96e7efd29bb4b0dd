//! The JSON bodies of both directions: one resource per file.
//!
//! Field names are those of the OpenAPI document. Vocabularies that banks extend keep unknown values;
//! fields that no program here reads are left out, and readers ignore unknown ones. Answers are read
//! leniently ([`lenient`]), and by these types alone: in the widget, the relay and the sandbox.

mod account;
mod aspsp;
mod authorisation;
mod balance;
mod consent;
mod entry;
pub(crate) mod lenient;
mod link_session;
mod problem;
mod session;
mod token;
mod transaction;
mod view;
mod write;

pub use account::{Account, AccountList, Amount, Balance};
pub use aspsp::{
    AffiliatedAspsp, Aspsp, AspspDetails, AspspList, AuthorizationMethod, City, CityList, Country,
    CountryList,
};
pub use authorisation::{
    AuthorisationList, AuthorisationStarted, ChallengeData, ScaMethod, ScaStatus, UpdatePsuData,
    UpdatePsuDataResult,
};
pub use balance::{BalanceReport, ReportedBalance};
pub use consent::{
    Access, Consent, ConsentCreated, ConsentRequest, ConsentState, ConsentStatus, Link, Links,
    OfAll,
};
pub use entry::Entry;
pub use lenient::{DEEPEST, LeftOut, Loose, OfLoose, left_out};
pub use link_session::{LinkSession, Token};
pub use problem::{Code, Problem, TppMessage};
pub use session::{Approach, Cookie, KeptAuthorisation, KeptConsent, Returned, SessionConsents};
pub use token::{TokenError, TokenGranted};
pub use transaction::{
    AccountReference, AccountReport, ExchangeRate, ReportLinks, Transaction, TransactionList,
};
pub use view::{
    ViewSession, ViewedAccount, ViewedAccounts, ViewedBalances, ViewedConnection,
    ViewedConnections, ViewedTransaction, ViewedTransactions,
};

/// An open vocabulary: known words as variants, any other as `Unknown` with its text.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$word_doc])* $variant,)+
            /// A word that is not in the OpenAPI document: kept unchanged, never shown.
            Unknown(String),
        }

        impl $name {
            /// The word as sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => Self::$variant,)+
                    _ => Self::Unknown(word),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::wire::lenient::read_by_serde!($name);

        impl $crate::wire::lenient::OfLoose for $name {
            fn of_loose(loose: $crate::wire::lenient::Loose) -> Option<Self> {
                String::of_loose(loose).map(Self::from)
            }
        }
    };
}
use vocabulary;
