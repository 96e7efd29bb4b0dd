//! The settings of a sandbox.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::Deserialize;

/// The clients of a sandbox and the forms of its answers.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The clients that may fetch tokens.
    pub clients: Vec<Client>,
    /// The forms of answers, where the platform's documents allow several.
    pub forms: Forms,
    /// Where browsers reach the auth host's and the banks' pages, without a slash at the end, such
    /// as `http://127.0.0.1:9101`. `None` is the host that the client named, without TLS. Name the
    /// address of [`serve_app`](crate::serve_app) where clients come by [`serve_tls`](crate::serve_tls).
    pub pages_url: Option<String>,
    /// Where each call of the platform and its answer is written, a line of JSON each, without secrets and
    /// personal data: for a check against the OpenAPI document. `None` records nothing.
    pub record: Option<PathBuf>,
    /// How many of the machine's seconds one of the sandbox's takes: a busy machine needs more than one,
    /// since banks set short deadlines.
    pub slowness: NonZeroU32,
}

impl Default for Settings {
    /// One client, `sandbox-client` with `sandbox-secret`; the default forms; pages at the host that the
    /// client names; the machine's time.
    fn default() -> Self {
        Self {
            clients: vec![Client::new("sandbox-client", "sandbox-secret")],
            forms: Forms::default(),
            pages_url: None,
            record: None,
            slowness: NonZeroU32::MIN,
        }
    }
}

/// A client of the platform. Its `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// What `client_id` must be.
    pub id: String,
    /// What `client_secret` must be.
    pub secret: String,
    /// The addresses that its persons may return to from a bank, compared exactly; without a fragment.
    pub redirect_uris: Vec<String>,
}

impl Client {
    /// A client by its id and its secret, with [`DEFAULT_REDIRECT_URIS`].
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        let redirect_uris = DEFAULT_REDIRECT_URIS.map(ToOwned::to_owned).to_vec();
        Self { id: id.into(), secret: secret.into(), redirect_uris }
    }

    /// The same client with these addresses to return to, and no others.
    #[must_use]
    pub fn with_redirect_uris(self, uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { redirect_uris: uris.into_iter().map(Into::into).collect(), ..self }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The forms of answers, where the platform's documents allow several. The default: relative links,
/// `tppMessages`, challenges at once, lists in a field, `data` as a list, whole addresses of pictures and a
/// `Location`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// Whether `Location` and links name the host.
    pub links: LinkForm,
    /// Which of the error bodies is written.
    pub errors: ErrorForm,
    /// How the client gets a challenge for the BankID app, and its statuses.
    pub challenges: ChallengeForm,
    /// Whether a list of banks, countries or cities stands in a field.
    pub lists: ListForm,
    /// Whether the data of a challenge is a list.
    pub data: DataForm,
    /// Whether the picture of a challenge is an address.
    pub images: ImageForm,
    /// Whether a new consent or authorisation has its `Location`.
    pub locations: LocationForm,
    /// Which addresses of persons' devices the platform accepts.
    pub addresses: AddressForm,
}

/// How `Location` and `_links` are written; the OpenAPI document allows both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkForm {
    /// `/psd2/consent/v1/...`
    #[default]
    Relative,
    /// `http://host:port/psd2/consent/v1/...`, with the host that the caller named.
    Absolute,
}

/// How errors are written. The OpenAPI document allows the first three, and gateways write the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ErrorForm {
    /// `{"tppMessages": [...]}` (OpenAPI `Error400_NG_AIS`).
    #[default]
    TppMessages,
    /// The form of RFC 7807 (OpenAPI `Error400_AIS`).
    Rfc7807,
    /// `[...]`, the messages alone (OpenAPI `tppMessages400`, of the lists of banks).
    Bare,
    /// `{"error": "...", "error_description": "..."}` (RFC 6749, section 5.2).
    Oauth,
}

/// How the client gets a challenge for the BankID app, and its statuses. No document says so; clients must
/// handle all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChallengeForm {
    /// The answer to the choice of a method has it, with the order's own status.
    #[default]
    AtOnce,
    /// The same, but with the authorisation's first status; each second brings the next one of the order.
    Moving,
    /// The answer to the choice is `received` without a challenge: the first read has it.
    Asked,
}

/// How lists of banks, countries and cities are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ListForm {
    /// `{"aspsps": [...]}`, as the guide reads it and the OpenAPI document's examples have it.
    #[default]
    Field,
    /// `[...]`, as the OpenAPI document's schemas have it.
    Bare,
}

/// How `challengeData.data` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DataForm {
    /// `["..."]`, as the guide reads it.
    #[default]
    List,
    /// `"..."`, as the OpenAPI document has it.
    Text,
}

/// How `challengeData.image` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ImageForm {
    /// `data:image/png;base64,...`, as the platform's sample shows it.
    #[default]
    Address,
    /// The base64 alone, as the OpenAPI document has it.
    Base64,
}

/// Whether a new consent or authorisation has its `Location`, which the OpenAPI document does not demand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LocationForm {
    /// The answer has one, as the guide reads it.
    #[default]
    Sent,
    /// The answer has none; the body names the new resource.
    Missing,
}

/// Which addresses `PSU-IP-Address` may hold, within what a bank's profile allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AddressForm {
    /// Of either version.
    #[default]
    Any,
    /// Of version 4, which is the format that the OpenAPI document has.
    Ipv4,
}

/// Where persons return to by default: a relay on this machine.
pub const DEFAULT_REDIRECT_URIS: [&str; 2] =
    ["http://localhost:8080/redirect", "http://127.0.0.1:8080/redirect"];
