//! Access tokens of the platform (RFC 6749, sections 5.1 and 5.2).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::lenient::{or_default, perhaps, said};

/// A granted token. Its `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenGranted {
    /// What goes behind `Bearer`.
    #[serde(deserialize_with = "said")]
    pub access_token: String,
    /// Seconds that it lives. RFC 6749 only recommends to tell them; some servers write them as text.
    #[serde(default, deserialize_with = "perhaps", skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
    /// `Bearer`.
    #[serde(deserialize_with = "said")]
    pub token_type: String,
    /// The product and the context that it is for.
    #[serde(default, deserialize_with = "or_default")]
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
    #[serde(deserialize_with = "said")]
    pub error: String,
    /// What a developer may read.
    #[serde(default, deserialize_with = "perhaps", skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}
