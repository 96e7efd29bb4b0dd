//! Access tokens of the platform (RFC 6749, sections 5.1 and 5.2).

use std::fmt;

use serde::Serialize;

use super::lenient::reads;

/// A granted token. Its `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenGranted {
    /// The token after `Bearer`.
    pub access_token: String,
    /// Its lifetime in seconds. RFC 6749 only recommends it; some servers write it as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// `Bearer`.
    pub token_type: String,
    /// The product and the context of the token.
    pub scope: String,
}

reads!(TokenGranted, of => Self {
    access_token: of.non_empty("access_token")?,
    token_type: of.non_empty("token_type")?,
    expires_in: of.perhaps("expires_in"),
    scope: of.or_default("scope"),
});

impl fmt::Debug for TokenGranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenGranted").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why the server issued no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenError {
    /// The code, such as `invalid_client`.
    pub error: String,
    /// An explanation for developers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

reads!(TokenError, of => Self {
    error: of.non_empty("error")?,
    error_description: of.perhaps("error_description"),
});
