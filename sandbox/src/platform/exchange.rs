//! The exchange of a code for a token, which finalises the authorisation.

use protocol::wire::TokenGranted;
use time::UtcDateTime;

use super::Platform;
use super::authorisation::Authorisation;
use super::token::{Holder, TokenRefusal, TokenRequest, only_product, product};
use super::visit::Visit;
use crate::random::Random;

impl Platform {
    /// Exchanges a code. The exchange finalises the authorisation and makes the consent valid. A refusal
    /// changes nothing.
    pub(super) fn exchange(
        &mut self,
        request: &TokenRequest,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<TokenGranted, TokenRefusal> {
        self.settle(now);
        let (client, asked) = self.tokens.check(request)?;
        let parts =
            [&request.code, &request.redirect_uri, &request.consent, &request.authorisation];
        if parts.into_iter().any(Option::is_none) {
            return Err(TokenRefusal::InvalidExchange);
        }
        let named =
            self.consents.values_mut().find(|it| names(request.consent.as_ref(), it.id.as_str()));
        let consent = named.ok_or(TokenRefusal::InvalidGrant)?;
        let suits = |it: &&mut Authorisation| {
            names(request.authorisation.as_ref(), it.id.as_str())
                && it
                    .visit()
                    .and_then(Visit::code)
                    .is_some_and(|it| it.suits(request, &client, now))
        };
        let found = consent.authorisations.iter_mut().find(suits);
        let visit = found.and_then(Authorisation::visit_mut).ok_or(TokenRefusal::InvalidGrant)?;
        let scope = visit.code().and_then(|code| code.back.scope.as_deref()).and_then(product);
        let (scope, context) = scope.ok_or(TokenRefusal::InvalidScope)?;
        // The words in any order, or the product alone: the platform's own pages have both.
        if product(&asked) != Some((scope, context)) && only_product(&asked) != Some(scope) {
            return Err(TokenRefusal::InvalidScope);
        }
        visit.finalise();
        consent.grant(now);
        Ok(self.tokens.issue(Holder { client, context }, scope, asked, random, now))
    }
}

fn names(named: Option<&String>, id: &str) -> bool {
    named.is_some_and(|named| named == id)
}
