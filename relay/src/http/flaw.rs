//! What is wrong with an answer of the platform, as a closed list. The texts are for the operator, who reads them in the
//! log, and not for browsers. They contain nothing of an answer.

use thiserror::Error;

/// Why an answer of the platform cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Flaw {
    /// The bytes are not UTF-8, whatever the charset says.
    #[error("the body is not UTF-8")]
    NotUtf8,
    /// Another reader with another limit would see another answer.
    #[error("the JSON is nested deeper than 64 levels")]
    TooDeep,
    /// Readers differ in which of the two counts.
    #[error("the JSON has a key twice in one object")]
    DuplicateKey,
    /// It is no JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// It is a page that a firewall, a proxy or a web server shows to people.
    #[error(
        "the body is a page of HTML: a firewall, a proxy or another server answers in the platform's place"
    )]
    Page,
    /// It does not say that it is JSON.
    #[error("the answer has no Content-Type, or another one than JSON's")]
    ContentType,
    /// It lacks what the call needs, such as the id of a new consent.
    #[error("the body lacks what the call needs")]
    Lacking,
    /// It has an encoding that the relay did not ask for.
    #[error("the body is encoded (Content-Encoding), which the relay did not ask for")]
    Encoded,
    /// Two readers could see two answers.
    #[error("the answer has both Content-Length and Transfer-Encoding")]
    TwoLengths,
    /// Two readers could see two answers.
    #[error("the answer has Content-Length twice, or one that is no length")]
    Length,
    /// It is longer than any answer.
    #[error("the body is longer than the limit")]
    TooLong,
    /// It ended before its end.
    #[error("the answer broke off")]
    BrokenOff,
    /// No HTTP at all; or, behind an interim answer, no second one.
    #[error("the answer is not HTTP, or has an interim status (1xx) in the place of the final one")]
    NotHttp,
    /// An interim answer, as if it were the last one.
    #[error("the answer has an interim status (1xx) in the place of the final one")]
    Interim,
    /// A status that HTTP does not have.
    #[error("the answer has a status that HTTP does not have")]
    Status,
    /// The relay calls no host that the operator has not named.
    #[error("the answer is a redirect, which the relay does not follow")]
    Redirect,
    /// The link to the bank's page is not one that a person may be sent to.
    #[error("the link to the bank's page cannot be used")]
    Link,
    /// The platform refuses.
    #[error("the platform refuses the request")]
    Refused,
    /// A token that no header can carry, or of another type.
    #[error("the answer holds no bearer token that can be used")]
    Token,
}
