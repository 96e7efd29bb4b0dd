//! Access tokens of the platform (RFC 6749, sections 5.1 and 5.2).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A granted token. Its `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenGranted {
    /// What goes behind `Bearer`.
    pub access_token: String,
    /// Seconds that it lives.
    pub expires_in: u64,
    /// `Bearer`.
    pub token_type: String,
    /// The product and the context that it is for.
    #[serde(default)]
    pub scope: String,
}

impl fmt::Debug for TokenGranted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenGranted").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why no token was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenError {
    /// The code, such as `invalid_client`.
    pub error: String,
    /// What a developer may read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}
