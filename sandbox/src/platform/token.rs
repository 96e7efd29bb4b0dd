//! Access tokens by client credentials (RFC 6749, section 4.4).

use std::collections::HashMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::Scope;
use protocol::wire::TokenGranted;
use thiserror::Error;
use time::UtcDateTime;

use super::refusal::Refusal;
use crate::random::Random;
use crate::settings::Client;

/// What a client asks for, as the form has it.
#[derive(Default)]
pub(crate) struct TokenRequest {
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<String>,
    pub(crate) grant_type: Option<String>,
    pub(crate) scope: Option<String>,
}

/// Why there is no token; the words are those of RFC 6749, section 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum TokenRefusal {
    #[error("the form needs grant_type and scope, each parameter at most once")]
    InvalidRequest,
    #[error("the client or its secret is wrong")]
    InvalidClient,
    #[error("the grant must be client_credentials")]
    UnsupportedGrantType,
    #[error("the scope must be one product and one context")]
    InvalidScope,
}

/// All clients and the tokens granted to them.
pub(super) struct Tokens {
    clients: Vec<Client>,
    granted: HashMap<String, Token>,
}

struct Token {
    client: String,
    scope: Scope,
    expires: UtcDateTime,
}

impl Tokens {
    pub(super) fn new(clients: Vec<Client>) -> Self {
        Self { clients, granted: HashMap::new() }
    }

    pub(super) fn grant(
        &mut self,
        request: TokenRequest,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<TokenGranted, TokenRefusal> {
        let (Some(grant), Some(asked)) = (request.grant_type, request.scope) else {
            return Err(TokenRefusal::InvalidRequest);
        };
        let known = self.clients.iter().find(|client| {
            request.client_id.as_ref() == Some(&client.id)
                && request.client_secret.as_ref() == Some(&client.secret)
        });
        let client = known.ok_or(TokenRefusal::InvalidClient)?.id.clone();
        if grant != "client_credentials" {
            return Err(TokenRefusal::UnsupportedGrantType);
        }
        let scope = product(&asked).ok_or(TokenRefusal::InvalidScope)?;
        let access_token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random.bytes()));
        // An expired token is kept for a while: only so can it be told from one that never was.
        self.granted.retain(|_, token| now < token.expires + LIFE);
        self.granted.insert(access_token.clone(), Token { client, scope, expires: now + LIFE });
        Ok(TokenGranted {
            access_token,
            expires_in: LIFE.as_secs(),
            token_type: "Bearer".to_owned(),
            scope: asked,
        })
    }

    /// The client that the token belongs to.
    pub(super) fn client(
        &self,
        token: &str,
        scope: Scope,
        now: UtcDateTime,
    ) -> Result<&str, Refusal> {
        let token = self.granted.get(token).ok_or(Refusal::TokenInvalid)?;
        if now >= token.expires {
            return Err(Refusal::TokenExpired);
        }
        if scope != token.scope {
            return Err(Refusal::ScopeMissing);
        }
        Ok(&token.client)
    }

    pub(super) fn revoke_all(&mut self) {
        self.granted.clear();
    }
}

impl TokenRefusal {
    /// The word on the wire.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
        }
    }
}

/// The product of a scope that is exactly one product and one context, in either order.
fn product(scope: &str) -> Option<Scope> {
    let words: Vec<&str> = scope.split(' ').collect();
    let ([product, "private" | "corporate"] | ["private" | "corporate", product]) = words[..]
    else {
        return None;
    };
    [Scope::AspspInformation, Scope::AccountInformation]
        .into_iter()
        .find(|scope| scope.as_str() == product)
}

/// What marks a token as the sandbox's own, so that a search through logs finds it.
const PREFIX: &str = "sbx_at_";
/// How long a token lives (guide, ASPSP API step 1).
const LIFE: Duration = Duration::from_hours(1);
