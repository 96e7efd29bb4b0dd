//! What a sandbox is told at its start.

use std::fmt;

use serde::Deserialize;

/// How a sandbox answers, and to whom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The clients that may fetch tokens.
    pub clients: Vec<Client>,
    /// Whether `Location` and links name the host.
    pub link_form: LinkForm,
    /// Which of the two error bodies is written.
    pub error_form: ErrorForm,
}

impl Default for Settings {
    /// One client, `sandbox-client` with `sandbox-secret`; relative links; `tppMessages`.
    fn default() -> Self {
        Self {
            clients: vec![Client::new("sandbox-client", "sandbox-secret")],
            link_form: LinkForm::Relative,
            error_form: ErrorForm::TppMessages,
        }
    }
}

/// A client of the platform. Its `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// What `client_id` must be.
    pub id: String,
    /// What `client_secret` must be.
    pub secret: String,
}

impl Client {
    /// A client by its id and its secret.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: secret.into() }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// How `Location` and `_links` are written; the OpenAPI document allows both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkForm {
    /// `/psd2/consent/v1/...`
    Relative,
    /// `http://host:port/psd2/consent/v1/...`, with the host that the caller named.
    Absolute,
}

/// How errors are written; the OpenAPI document allows both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ErrorForm {
    /// `{"tppMessages": [...]}` (OpenAPI `Error400_NG_AIS`).
    TppMessages,
    /// The form of RFC 7807 (OpenAPI `Error400_AIS`).
    Rfc7807,
}
