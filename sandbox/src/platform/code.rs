//! Codes that end a redirect (RFC 6749, section 4.1.3): single use, short-lived, and valid only for the
//! client, the address, the scope, the consent and the authorisation that they were issued for.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::UtcDateTime;

use super::return_address::ReturnAddress;
use super::token::TokenRequest;
use crate::random::Random;

/// A code, and what it was issued for.
pub(super) struct Code {
    text: String,
    issued: UtcDateTime,
    pub(super) back: ReturnAddress,
}

impl Code {
    pub(super) fn new(back: ReturnAddress, random: &mut Random, now: UtcDateTime) -> Self {
        let text = [PREFIX, &URL_SAFE_NO_PAD.encode(random.bytes())].concat();
        Self { text, issued: now, back }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `request` may exchange the code: its client, address, scope, consent and authorisation are
    /// those of the code.
    pub(super) fn suits(&self, request: &TokenRequest, client: &str, now: UtcDateTime) -> bool {
        request.code.as_ref() == Some(&self.text)
            && request.redirect_uri.as_ref() == Some(&self.back.redirect_uri)
            && client == self.back.client
            && now < self.issued + LIFE
    }
}

/// Marks a code of the sandbox, so that a search of the logs finds it.
const PREFIX: &str = "sbx_ac_";
/// How long a code lives.
const LIFE: Duration = Duration::from_mins(1);
