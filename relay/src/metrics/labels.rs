//! The labels of metrics, and the closed sets of their values.

use std::sync::Arc;

use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use protocol::profile::Context;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Built {
    pub version: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Requested {
    pub call: &'static str,
    pub status_class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Called {
    pub call: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Sent {
    pub host: &'static str,
    pub call: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Reason {
    pub reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Outcome {
    pub outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct AtBank {
    pub bank: Arc<str>,
    pub outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct InContext {
    pub context: &'static str,
}

impl From<Context> for InContext {
    fn from(context: Context) -> Self {
        Self { context: context.as_str() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct InState {
    pub state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Within {
    pub days: u32,
}

/// What is asked of which host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asking {
    host: &'static str,
    /// The operation.
    pub call: &'static str,
}

impl Asking {
    /// The auth host, for a token.
    pub(crate) const TOKEN: Self = Self { host: "auth", call: "getToken" };
    /// The auth host, for what a code is good for.
    pub(crate) const EXCHANGE: Self = Self { host: "auth", call: "exchangeCode" };
    /// Any host, for a logo.
    pub(crate) const LOGO: Self = Self { host: "logos", call: "getLogo" };

    /// The API host, for the operation `call`.
    pub(crate) const fn api(call: &'static str) -> Self {
        Self { host: "api", call }
    }
}

impl From<Asking> for Sent {
    fn from(Asking { host, call }: Asking) -> Self {
        Self { host, call }
    }
}

/// The class of a status; a browser that went away before its answer has one too.
pub(super) fn class(status: Option<StatusCode>) -> &'static str {
    match status.map(|status| status.as_u16() / 100) {
        Some(1) => "1xx",
        Some(2) => "2xx",
        Some(3) => "3xx",
        Some(4) => "4xx",
        Some(_) => "5xx",
        None => "gone",
    }
}

/// A bank that is neither in the platform's list nor in the profiles.
pub(super) const OTHER: &str = "other";
/// Why a connection is refused: its address has all it may have, the relay has, or the process has no file left.
pub(crate) const REFUSALS: [&str; 3] = ["address", "full", "files"];
/// How a flow ends.
pub(crate) const ENDINGS: [&str; 6] =
    ["linked", "declined", "failed", "cancelled", "abandoned", "elsewhere"];
/// How a read without the person ends: with an answer, at the relay's limit or the bank's, or not.
pub(crate) const READS: [&str; 9] = [
    "answered",
    "limit",
    "bank_limit",
    "needs_person",
    "refused",
    "consent_refused",
    "over",
    "failed",
    "internal",
];
/// How an attempt to deliver an event ends: `gone` is the host's 410, `failed` the last attempt.
pub(crate) const DELIVERIES: [&str; 4] = ["delivered", "again", "failed", "gone"];
