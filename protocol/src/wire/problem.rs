//! Errors of the platform and of the relay: one type for all their forms.
//!
//! The platform writes `tppMessages` (OpenAPI `Error400_NG_AIS`), the messages alone (`tppMessages400`, of
//! the lists of banks), the form of RFC 7807 (`Error400_AIS`) or that of OAuth (RFC 6749, section 5.2).
//! Gateways put such a message into a field `error`. All are read, and `tppMessages` is written.

use std::fmt;

use serde::Serialize;

use super::lenient::{Loose, OfLoose, items, read_by_serde, reads};
use super::vocabulary;

/// An error, as one or more messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The messages, the main one first.
    #[serde(rename = "tppMessages")]
    pub messages: Vec<TppMessage>,
}

/// One message (OpenAPI `tppMessage400_AIS`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TppMessage {
    /// `ERROR` or `WARNING`.
    pub category: String,
    /// The cause.
    pub code: Code,
    /// The field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// A sentence for developers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

reads!(TppMessage, of => Self {
    code: of.must("code")?,
    category: of.perhaps("category").unwrap_or_else(error),
    path: of.perhaps("path"),
    text: of.perhaps("text"),
});

vocabulary! {
    /// The cause of an error: those of `MessageCode4xx_AIS` that a program here handles, and the relay's
    /// own.
    Code {
        /// A header or field is missing or malformed.
        FormatError = "FORMAT_ERROR",
        /// A parameter is unknown.
        ParameterNotSupported = "PARAMETER_NOT_SUPPORTED",
        /// The method does not fit the path, or the client does not have the product.
        ServiceInvalid = "SERVICE_INVALID",
        /// The client may not use the service.
        ServiceBlocked = "SERVICE_BLOCKED",
        /// The resource does not exist, for this client.
        ResourceUnknown = "RESOURCE_UNKNOWN",
        /// The method does not exist.
        ScaMethodUnknown = "SCA_METHOD_UNKNOWN",
        /// The consent does not exist, for this client.
        ConsentUnknown = "CONSENT_UNKNOWN",
        /// The consent does not cover the call.
        ConsentInvalid = "CONSENT_INVALID",
        /// The consent's time is over.
        ConsentExpired = "CONSENT_EXPIRED",
        /// The token is unknown.
        TokenUnknown = "TOKEN_UNKNOWN",
        /// The token is malformed or not for this call.
        TokenInvalid = "TOKEN_INVALID",
        /// The token's time is over.
        TokenExpired = "TOKEN_EXPIRED",
        /// The resource is in another state.
        StatusInvalid = "STATUS_INVALID",
        /// Too many calls.
        AccessExceeded = "ACCESS_EXCEEDED",
        /// The platform itself failed.
        InternalServerError = "INTERNAL_SERVER_ERROR",
        /// The relay refuses the call; nothing was sent to the platform.
        RelayRefused = "RELAY_REFUSED",
        /// The session has no such consent. The platform has other codes for resources that it does not
        /// find.
        SessionUnknown = "SESSION_UNKNOWN",
        /// The person came back from the bank in another browser: the relay has ended the consent.
        ForeignCompletion = "FOREIGN_COMPLETION",
        /// The person has not come back from the bank to the browser that began.
        NotReturned = "NOT_RETURNED",
        /// The relay can no longer read the person's id, which the consent needs.
        PsuIdForgotten = "PSU_ID_FORGOTTEN",
        /// The relay knows no link session with this token.
        LinkSessionUnknown = "LINK_SESSION_UNKNOWN",
        /// Another browser has the link session.
        LinkSessionElsewhere = "LINK_SESSION_ELSEWHERE",
        /// The link session has ended.
        LinkSessionOver = "LINK_SESSION_OVER",
        /// The platform's answer cannot be used.
        PlatformFailed = "PLATFORM_FAILED",
        /// The platform could not be reached, or did not answer in time.
        PlatformSilent = "PLATFORM_SILENT",
    }
}

impl Problem {
    /// A problem with one error message.
    pub fn new(code: Code, text: impl Into<String>) -> Self {
        let text = Some(text.into());
        Self { messages: vec![TppMessage { category: error(), code, path: None, text }] }
    }

    /// The cause: the code of the first error, else of the first message.
    pub fn code(&self) -> Option<&Code> {
        let main =
            self.messages.iter().find(|message| message.category.eq_ignore_ascii_case("ERROR"));
        main.or(self.messages.first()).map(|message| &message.code)
    }
}

impl OfLoose for Problem {
    fn of_loose(body: Loose) -> Option<Self> {
        let messages = match body {
            bare @ Loose::List(_) => items(bare),
            body => Form::of_loose(body)?.messages(),
        };
        if messages.is_empty() { None } else { Some(Self { messages }) }
    }
}

read_by_serde!(Problem);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().map_or("no code", Code::as_str))
    }
}

/// All forms of an object at once; which it is shows in what is there.
struct Form {
    tpp_messages: Vec<TppMessage>,
    code: Option<Code>,
    title: Option<String>,
    detail: Option<String>,
    additional_errors: Vec<SingleError>,
    error: Loose,
    error_description: Option<String>,
}

reads!(Form, of => Self {
    tpp_messages: of.list("tppMessages"),
    code: of.perhaps("code"),
    title: of.perhaps("title"),
    detail: of.perhaps("detail"),
    additional_errors: of.list("additionalErrors"),
    error: of.take("error"),
    error_description: of.perhaps("error_description"),
});

impl Form {
    fn messages(self) -> Vec<TppMessage> {
        if !self.tpp_messages.is_empty() {
            return self.tpp_messages;
        }
        let main =
            SingleError { code: self.code, title: self.title, detail: self.detail, text: None };
        let errors = match self.error {
            Loose::Text(word) => {
                let (code, text) = (Some(Code::from(word)), self.error_description);
                vec![SingleError { code, text, ..SingleError::default() }]
            }
            errors => items(errors),
        };
        let all = [main].into_iter().chain(self.additional_errors).chain(errors);
        all.filter_map(SingleError::message).collect()
    }
}

/// One error of a form that is not `tppMessages`.
#[derive(Default)]
struct SingleError {
    code: Option<Code>,
    title: Option<String>,
    detail: Option<String>,
    text: Option<String>,
}

reads!(SingleError, of => Self {
    code: of.perhaps("code"),
    title: of.perhaps("title"),
    detail: of.perhaps("detail"),
    text: of.perhaps("text"),
});

impl SingleError {
    fn message(self) -> Option<TppMessage> {
        let text = self.text.or(self.detail).or(self.title);
        self.code.map(|code| TppMessage { category: error(), code, path: None, text })
    }
}

fn error() -> String {
    "ERROR".to_owned()
}
