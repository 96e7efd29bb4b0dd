//! Access tokens of the platform (RFC 6749, sections 5.1 and 5.2).

use std::fmt;

use serde::Serialize;

use super::lenient::reads;

/// A granted token. Its `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenGranted {
    /// What goes behind `Bearer`.
    pub access_token: String,
    /// Seconds that it lives. RFC 6749 only recommends to tell them; some servers write them as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// `Bearer`.
    pub token_type: String,
    /// The product and the context that it is for.
    pub scope: String,
}

reads!(TokenGranted, of => Self {
    access_token: of.said("access_token")?,
    token_type: of.said("token_type")?,
    expires_in: of.perhaps("expires_in"),
    scope: of.or_default("scope"),
});

impl fmt::Debug for TokenGranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenGranted").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why no token was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenError {
    /// The code, such as `invalid_client`.
    pub error: String,
    /// What a developer may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

reads!(TokenError, of => Self {
    error: of.said("error")?,
    error_description: of.perhaps("error_description"),
});
