//! The causes that keep a call from being answered, and the one match that turns each into an answer.
//!
//! These texts contain nothing of the request, the platform's answer or a secret, so that they may be logged and
//! shown.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::wire::{Code, Problem};
use thiserror::Error;

use crate::http::flaw::Flaw;

/// What went wrong with the platform. Browsers get one of four causes; the log gets the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Fault {
    /// Its answer cannot be used: the flaw, and the status where it
    /// had one.
    #[error("the platform answered with something that cannot be used")]
    Failed(Flaw, Option<StatusCode>),
    /// It could not be reached: nothing was sent.
    #[error("the platform cannot be reached")]
    Unreached,
    /// It did not answer in time.
    #[error("the platform did not answer in time")]
    Silent,
    /// It closed a kept connection while the request was on its way. The relay repeats a request that is
    /// safe to repeat.
    #[error("the platform closed the connection instead of answering")]
    Dropped,
    /// It closed a new connection once the request was on its way. The client skips interim
    /// answers, so it may have sent one of those.
    #[error(
        "the platform closed the connection without a final answer: with none, or with an interim status (1xx) \
         alone"
    )]
    Closed,
    /// One side refuses the other's certificate. The log says which, and what to do.
    #[error(
        "the platform and the relay do not trust each other: the relay's certificates are amiss"
    )]
    Untrusted,
}

impl Fault {
    /// What is wrong with the answer, where there was one.
    pub(crate) fn flaw(self) -> Option<Flaw> {
        match self {
            Self::Failed(flaw, _) => Some(flaw),
            _ => None,
        }
    }

    /// A word for it, one of a closed list.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Failed(..) => "unusable",
            Self::Unreached => "unreached",
            Self::Silent => "silent",
            Self::Dropped => "dropped",
            Self::Closed => "closed",
            Self::Untrusted => "untrusted",
        }
    }

    /// The status of the answer, where there was one.
    pub(crate) fn status(self) -> Option<u16> {
        match self {
            Self::Failed(_, status) => status.map(|status| status.as_u16()),
            _ => None,
        }
    }
}

/// Why a shared value cannot be fetched, and for how long the relay does not try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// Why.
    pub fault: Fault,
    /// How long.
    pub wait: Duration,
}

impl From<Flaw> for Fault {
    fn from(flaw: Flaw) -> Self {
        Self::Failed(flaw, None)
    }
}

impl From<Missing> for RouteError {
    fn from(missing: Missing) -> Self {
        Self::Platform(missing.fault)
    }
}

impl From<Flaw> for RouteError {
    fn from(flaw: Flaw) -> Self {
        Self::Platform(flaw.into())
    }
}

/// Why the relay does not pass on an answer of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum RouteError {
    /// The request is not one that a browser or an honest proxy sends.
    #[error("{0}")]
    Malformed(&'static str),
    /// The target is longer than any call's.
    #[error("the target is longer than any call's")]
    TargetTooLong,
    /// The calling page is not an allowed one.
    #[error("{0}")]
    Foreign(&'static str),
    /// No call has this path.
    #[error("this call is not one that the relay forwards")]
    UnknownCall,
    /// The path has other methods, those named.
    #[error("the path has another method")]
    WrongMethod(&'static str),
    /// The query is not one that the call has.
    #[error("the query has an unknown, repeated or malformed parameter")]
    BadQuery,
    /// A header is repeated, missing or malformed.
    #[error("{name} {problem}")]
    BadHeader {
        /// The header.
        name: &'static str,
        /// What is wrong with it, or what it should be.
        problem: &'static str,
    },
    /// The body is not what the call takes.
    #[error("{0}")]
    BadBody(&'static str),
    /// The body is longer than any call's.
    #[error("the body is longer than any call's")]
    BodyTooLarge,
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    /// The body is not marked as JSON.
    #[error("the body must be application/json")]
    NotJson,
    /// The consent, or the authorisation, is not this session's. The answer does not show whether it exists.
    #[error("no such resource in this session")]
    NotYours,
    /// Somebody came back from the bank in another browser, so the relay has ended the consent.
    #[error("somebody came back from the bank in another browser; the consent is ended")]
    ForeignCompletion,
    /// No proof shows that the person of this browser approved the consent.
    #[error("nobody has approved in the browser that began, or come back to it from the bank")]
    NotReturned,
    /// The consent was made with a person's or a company's id, which cannot be read any more.
    #[error(
        "the id that the consent was made with cannot be read any more: ask for it again, with a new consent"
    )]
    IdForgotten,
    /// The bank has a page of its own, and the relay does not know where it should send the person
    /// back to.
    #[error("AIS_RELAY_REDIRECT_URI is not set, so banks with a page of their own cannot be used")]
    NoRedirectUri,
    /// There is no such page or picture.
    #[error("nothing is here")]
    NoSuchPage,
    /// This browser, address, consent or person has reached a limit.
    #[error("too much of this kind was asked for: come again in {seconds} seconds")]
    TooMany {
        /// Until one more is allowed.
        seconds: u64,
    },
    /// More calls are in progress than the relay allows.
    #[error("too many calls are under way")]
    Busy,
    /// The store is full, and no consent in it can be dropped.
    #[error("the relay keeps as many links as it may: come again in a minute")]
    Full,
    /// The sessions cannot be read. Without them the relay forwards nothing.
    #[error("the sessions cannot be read")]
    NoSessions,
    /// The platform, called for the browser, failed.
    #[error(transparent)]
    Platform(#[from] Fault),
    /// The platform, asked for a token, failed.
    #[error("no token: {fault}")]
    NoToken {
        /// Why.
        fault: Fault,
        /// Until the relay asks for one again.
        seconds: u64,
    },
    /// The link session that the host's server made does not let the browser go on.
    #[error("{0}")]
    LinkSession(Lacking),
    /// Nothing can be read under the connection: this says why.
    #[error("{0}")]
    Unreadable(Unreadable),
    /// A fault of the relay itself.
    #[error("the relay failed")]
    Internal,
}

/// Why nothing can be read under a connection, for the person in a view session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Unreadable {
    /// It has ended.
    #[error("this connection has ended")]
    Over,
    /// The bank refuses it at the moment.
    #[error("the bank refuses this connection at the moment")]
    Broken,
    /// The consent does not cover this.
    #[error("the consent does not cover this")]
    NotGranted,
    /// The person must sign at the bank again.
    #[error("the bank gives this only after the person has signed again")]
    SignAgain,
    /// The bank does not have this.
    #[error("the bank did not give this")]
    Refused,
}

impl Unreadable {
    /// The status says that it is a refusal; the code says the cause.
    fn answer(self) -> (StatusCode, Code) {
        let (status, word) = match self {
            Self::Over => (StatusCode::CONFLICT, "CONNECTION_ENDED"),
            Self::Broken => (StatusCode::CONFLICT, "CONNECTION_BROKEN"),
            Self::NotGranted => (StatusCode::CONFLICT, "NOT_GRANTED"),
            Self::SignAgain => (StatusCode::CONFLICT, "SIGN_AGAIN"),
            Self::Refused => (StatusCode::BAD_GATEWAY, "BANK_REFUSED"),
        };
        (status, Code::from(word.to_owned()))
    }
}

/// Why a link session, or a view session, does not let a browser go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Lacking {
    /// There is none with this token, or the browser has not claimed it.
    #[error("there is no such link session for this browser")]
    Unknown,
    /// There is no view session with this token or id, or the browser has not claimed it on a page of this origin.
    #[error("there is no such view session for this browser and page")]
    ViewUnknown,
    /// Two browsers showed the token of the view session.
    #[error("the token of the view session was opened in two browsers, so it has ended")]
    ViewElsewhere,
    /// The time of the view session is over.
    #[error("the view session is over: the host's server makes another one")]
    ViewOver,
    /// Another browser claimed it first, so it has failed.
    #[error("the token of the link session was opened in two browsers, so it has ended")]
    Elsewhere,
    /// It was completed, or its time is over.
    #[error("the link session is over: the host's server makes another one")]
    Over,
    /// The relay makes consents in link sessions only.
    #[error("AIS_RELAY_LINK_SESSIONS is required, and the page has no token of a link session")]
    Required,
    /// The page asks for another bank or context than the host's server.
    #[error("the link session is for another bank or context")]
    OtherTerms,
    /// Account data is for the back-end port alone.
    #[error("AIS_RELAY_ACCOUNT_DATA is backend: pages get no account data")]
    BackendOnly,
}

impl RouteError {
    /// There is no token.
    pub(crate) fn no_token(missing: Missing) -> Self {
        // A whole second, and a little more than what is left.
        Self::NoToken { fault: missing.fault, seconds: missing.wait.as_secs() + 1 }
    }

    /// The fault of the platform, where that is the cause.
    pub(crate) fn fault(self) -> Option<Fault> {
        match self {
            Self::Platform(fault) | Self::NoToken { fault, .. } => Some(fault),
            _ => None,
        }
    }

    /// The status and the code of the answer.
    pub(crate) fn answer(self) -> (StatusCode, Code) {
        match self {
            Self::Malformed(_) | Self::BadQuery | Self::BadHeader { .. } | Self::BadBody(_) => {
                (StatusCode::BAD_REQUEST, Code::RelayRefused)
            }
            Self::TargetTooLong => (StatusCode::URI_TOO_LONG, Code::RelayRefused),
            Self::Foreign(_) => (StatusCode::FORBIDDEN, Code::RelayRefused),
            Self::UnknownCall => (StatusCode::NOT_FOUND, Code::RelayRefused),
            Self::WrongMethod(_) => (StatusCode::METHOD_NOT_ALLOWED, Code::RelayRefused),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Code::RelayRefused),
            Self::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, Code::RelayRefused),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::RelayRefused),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, Code::RelayRefused),
            Self::NotYours => (StatusCode::NOT_FOUND, Code::SessionUnknown),
            Self::NoSuchPage => (StatusCode::NOT_FOUND, Code::ResourceUnknown),
            Self::ForeignCompletion => (StatusCode::CONFLICT, Code::ForeignCompletion),
            Self::NotReturned => (StatusCode::CONFLICT, Code::NotReturned),
            Self::IdForgotten => (StatusCode::CONFLICT, Code::PsuIdForgotten),
            Self::NoRedirectUri => (StatusCode::NOT_IMPLEMENTED, Code::RelayRefused),
            Self::Busy | Self::Full | Self::NoSessions => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::RelayRefused)
            }
            Self::Platform(Fault::Failed(..) | Fault::Untrusted) => {
                (StatusCode::BAD_GATEWAY, Code::PlatformFailed)
            }
            Self::Platform(Fault::Silent | Fault::Dropped | Fault::Closed | Fault::Unreached) => {
                (StatusCode::GATEWAY_TIMEOUT, Code::PlatformSilent)
            }
            Self::NoToken { fault: Fault::Failed(..) | Fault::Untrusted, .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, Code::PlatformFailed)
            }
            Self::NoToken {
                fault: Fault::Silent | Fault::Dropped | Fault::Closed | Fault::Unreached,
                ..
            } => (StatusCode::SERVICE_UNAVAILABLE, Code::PlatformSilent),
            Self::LinkSession(lacking) => lacking.answer(),
            Self::Unreadable(why) => why.answer(),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, Code::InternalServerError),
        }
    }

    fn problem(self, code: Code) -> Problem {
        let mut problem = Problem::new(code, self.to_string());
        if let (Self::BadHeader { name, .. }, Some(message)) = (self, problem.messages.first_mut())
        {
            message.path = Some(name.to_owned());
        }
        problem
    }
}

impl Lacking {
    /// The status says the cause; the code is for people.
    fn answer(self) -> (StatusCode, Code) {
        let own = |word: &str| Code::from(word.to_owned());
        match self {
            Self::ViewUnknown => (StatusCode::NOT_FOUND, own("VIEW_SESSION_UNKNOWN")),
            Self::ViewElsewhere => (StatusCode::CONFLICT, own("VIEW_SESSION_ELSEWHERE")),
            Self::ViewOver => (StatusCode::GONE, own("VIEW_SESSION_OVER")),
            Self::Unknown => (StatusCode::NOT_FOUND, own("LINK_SESSION_UNKNOWN")),
            Self::Elsewhere => (StatusCode::CONFLICT, own("LINK_SESSION_ELSEWHERE")),
            Self::Over => (StatusCode::GONE, own("LINK_SESSION_OVER")),
            Self::Required | Self::OtherTerms | Self::BackendOnly => {
                (StatusCode::FORBIDDEN, Code::RelayRefused)
            }
        }
    }
}

impl IntoResponse for RouteError {
    fn into_response(self) -> Response {
        let (status, code) = self.answer();
        let mut response = (status, axum::Json(self.problem(code))).into_response();
        let headers = response.headers_mut();
        match self {
            Self::WrongMethod(allow) => {
                headers.insert(header::ALLOW, HeaderValue::from_static(allow));
            }
            Self::TooMany { seconds } | Self::NoToken { seconds, .. } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Full => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(A_MINUTE));
            }
            Self::Busy | Self::NoSessions => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER));
            }
            // A sender that framed one request badly must not frame a second one on this connection.
            Self::Malformed(_) | Self::TargetTooLong | Self::BodyTooLarge | Self::BodyTooSlow => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

/// Seconds after which a passing fault may be over.
const RETRY_AFTER: &str = "3";
/// Seconds after which abandoned consents have been deleted at the platform.
const A_MINUTE: &str = "60";
