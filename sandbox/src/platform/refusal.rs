//! Why the platform refuses a call, by cause. One match elsewhere decides the HTTP answer. No text here
//! repeats anything that a caller sent.

use thiserror::Error;

/// Why a call of the platform is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("there is no such call")]
    UnknownPath,
    #[error("the call has another method")]
    WrongMethod,
    #[error("the query has an unknown, repeated or malformed parameter")]
    BadQuery,
    /// A parameter of the query that must be there.
    #[error("the query needs the parameter once, as the document has it")]
    Query { name: &'static str },
    #[error("a bearer token is needed")]
    TokenMissing,
    #[error("the token is not known here")]
    TokenInvalid,
    #[error("the token's hour is over")]
    TokenExpired,
    #[error("the token is for another product")]
    ScopeMissing,
    #[error("the body must be application/json")]
    MediaType,
    /// A header that is missing, malformed or repeated.
    #[error("the header is needed once, as {expected}")]
    Header { name: &'static str, expected: &'static str },
    /// A header that the bank does not use.
    #[error("the bank does not support the header")]
    HeaderUnsupported { name: &'static str },
    /// A field that is missing or malformed; no `path` where the body is no object.
    #[error("the body needs {expected}")]
    Body { path: Option<&'static str>, expected: &'static str },
    /// A field or a value that the sandbox does not know.
    #[error("not supported: {what}")]
    BodyUnsupported { path: Option<&'static str>, what: &'static str },
    #[error("there is no such bank")]
    UnknownBank,
    #[error("there is no such resource")]
    UnknownResource,
    #[error("there is no such consent of this client at this bank")]
    UnknownConsent,
    #[error("the bank does not offer the method")]
    UnknownMethod,
    #[error("TPP-Redirect-Preferred must have one value on all calls about a consent")]
    PreferenceChanged,
    #[error("the resource is in another state")]
    StatusInvalid,
    #[error("the consent is not valid")]
    ConsentInvalid,
    #[error("the consent's time is over")]
    ConsentExpired,
    #[error(
        "the consent allows no more such reads of this account today without the person present"
    )]
    AccessExceeded,
    #[error("the consent is for less than this")]
    NotCovered,
    /// The words are Swedbank's.
    #[error("Unauthorized, request not successful. Statement requires SCA")]
    ScaNeeded,
    /// A day that the bank does not report, or a last day before the first.
    #[error("the period is not one that the bank reports")]
    Period { name: &'static str },
    /// A parameter that the bank does not support.
    #[error("the bank does not support the parameter")]
    ParameterUnsupported { name: &'static str },
    #[error("the bank has no details of transactions")]
    NoDetails,
}
