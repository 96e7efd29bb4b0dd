//! Clients and their access tokens: by client credentials (RFC 6749, section 4.4) and by code.

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::Scope;
use protocol::profile::Context;
use protocol::wire::TokenGranted;
use thiserror::Error;
use time::UtcDateTime;

use super::refusal::Refusal;
use crate::random::Random;
use crate::settings::Client;

/// A token request: the form and two headers.
#[derive(Default)]
pub(crate) struct TokenRequest {
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) grant_type: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    /// The header `X-ConsentId`.
    pub(crate) consent: Option<String>,
    /// The header `X-ConsentAuthorisationId`.
    pub(crate) authorisation: Option<String>,
}

/// Why the platform issues no token; the words are those of RFC 6749, section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum TokenRefusal {
    #[error("the form needs grant_type and scope, each parameter at most once")]
    InvalidRequest,
    #[error("the client or its secret is wrong")]
    InvalidClient,
    #[error(
        "the exchange of a code needs code and redirect_uri, and the headers X-ConsentId and \
         X-ConsentAuthorisationId"
    )]
    InvalidExchange,
    #[error("the code is over, or was made for something else")]
    InvalidGrant,
    #[error("the grant must be client_credentials or authorization_code")]
    UnsupportedGrantType,
    #[error("the scope must be one product and one context")]
    InvalidScope,
}

/// All clients and their tokens.
pub(super) struct Tokens {
    clients: Vec<Client>,
    granted: HashMap<String, Token>,
}

struct Token {
    holder: Holder,
    scope: Scope,
    expires: UtcDateTime,
}

/// The client and the context of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// The client's id.
    pub(crate) client: String,
    pub(crate) context: Context,
}

impl Tokens {
    pub(super) fn new(clients: Vec<Client>) -> Self {
        Self { clients, granted: HashMap::new() }
    }

    /// The client and the scope of a request with a valid secret and grant. The grant decides about the
    /// scope.
    pub(super) fn check(&self, request: &TokenRequest) -> Result<(String, String), TokenRefusal> {
        let (Some(grant), Some(asked)) = (&request.grant_type, &request.scope) else {
            return Err(TokenRefusal::InvalidRequest);
        };
        let known = self.clients.iter().find(|client| {
            request.client_id.as_ref() == Some(&client.id)
                && request.client_secret.as_ref() == Some(&client.secret)
        });
        let client = known.ok_or(TokenRefusal::InvalidClient)?.id.clone();
        if grant != CLIENT_CREDENTIALS && grant != AUTHORIZATION_CODE {
            return Err(TokenRefusal::UnsupportedGrantType);
        }
        Ok((client, asked.clone()))
    }

    /// A new token.
    pub(super) fn issue(
        &mut self,
        holder: Holder,
        scope: Scope,
        asked: String,
        random: &mut Random,
        now: UtcDateTime,
    ) -> TokenGranted {
        let access_token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random.bytes()));
        // An expired token stays for a while, so that it is distinct from an unknown one.
        self.granted.retain(|_, token| now < token.expires + LIFE);
        self.granted.insert(access_token.clone(), Token { holder, scope, expires: now + LIFE });
        TokenGranted {
            access_token,
            expires_in: Some(LIFE.as_secs()),
            token_type: "Bearer".to_owned(),
            scope: asked,
        }
    }

    /// Whether a client has this id.
    pub(super) fn knows(&self, client: &str) -> bool {
        self.clients.iter().any(|it| it.id == client)
    }

    /// Whether the client has registered exactly this address.
    pub(super) fn has_redirect_uri(&self, client: &str, uri: &str) -> bool {
        let mut own = self.clients.iter().filter(|it| it.id == client);
        own.any(|it| it.redirect_uris.iter().any(|known| known == uri))
    }

    /// Registers an address of a client; `false` if the client is unknown.
    pub(super) fn add_redirect_uri(&mut self, client: &str, uri: String) -> bool {
        let known = self.clients.iter_mut().find(|it| it.id == client);
        known.map(|client| client.redirect_uris.push(uri)).is_some()
    }

    /// The holder of a token.
    pub(super) fn holder(
        &self,
        token: &str,
        scope: Scope,
        now: UtcDateTime,
    ) -> Result<&Holder, Refusal> {
        let token = self.granted.get(token).ok_or(Refusal::TokenInvalid)?;
        if now >= token.expires {
            return Err(Refusal::TokenExpired);
        }
        if scope != token.scope {
            return Err(Refusal::ScopeMissing);
        }
        Ok(&token.holder)
    }

    pub(super) fn revoke_all(&mut self) {
        self.granted.clear();
    }
}

impl TokenRefusal {
    /// The error code of RFC 6749.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest | Self::InvalidExchange => "invalid_request",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidClient => "invalid_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
        }
    }
}

/// The product and the context of a scope that is exactly one of each, in either order.
pub(super) fn product(scope: &str) -> Option<(Scope, Context)> {
    let words: Vec<&str> = scope.split(' ').collect();
    match words[..] {
        [one, "private"] | ["private", one] => Some((only_product(one)?, Context::Private)),
        [one, "corporate"] | ["corporate", one] => Some((only_product(one)?, Context::Corporate)),
        _ => None,
    }
}

/// The product of a scope without a context.
pub(super) fn only_product(scope: &str) -> Option<Scope> {
    let mut products = [Scope::AspspInformation, Scope::AccountInformation].into_iter();
    products.find(|product| product.as_str() == scope)
}

pub(super) const AUTHORIZATION_CODE: &str = "authorization_code";
const CLIENT_CREDENTIALS: &str = "client_credentials";
/// Marks a token of the sandbox, so that a search of the logs finds it.
const PREFIX: &str = "sbx_at_";
/// How long a token lives (guide, ASPSP API step 1).
const LIFE: Duration = Duration::from_hours(1);
