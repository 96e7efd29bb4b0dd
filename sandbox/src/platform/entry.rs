//! The entry to the banks' pages: checks the link that a person follows. The person reads what is wrong
//! with it; an unchecked address is never followed.

use protocol::Scope;
use protocol::id::{AuthorisationId, BicFi};
use time::UtcDateTime;

use super::Platform;
use super::authorisation::Authorisation;
use super::consent::Consent;
use super::link_refusal::LinkRefusal;
use super::return_address::ReturnAddress;
use super::terms::Terms;
use super::token::product;
use super::turn::{Action, Screen, Turn};
use crate::bank::{Bank, Kind};
use crate::random::Random;

/// A link to the auth host (`_links.scaOAuth`), as sent.
#[derive(Default)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client_id: Option<String>,
    pub(crate) response_type: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) acr_values: Option<String>,
}

/// Which page a person is sent to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PageId {
    pub(crate) bic: BicFi,
    pub(crate) authorisation: AuthorisationId,
}

/// What a page shows.
pub(crate) struct PageView<'a> {
    pub(crate) bank: &'static Bank,
    pub(crate) terms: &'a Terms,
    /// The client that asks, by its id.
    pub(crate) client: &'a str,
    pub(crate) screen: Screen<'a>,
    /// Where its forms may lead, apart from the page itself.
    pub(crate) back: Option<&'a ReturnAddress>,
}

impl Platform {
    /// The person follows a link to the auth host.
    pub(crate) fn authorize(
        &mut self,
        request: AuthorizeRequest,
        now: UtcDateTime,
    ) -> Result<PageId, LinkRefusal> {
        let client = filled(request.client_id, "client_id")?;
        if !self.tokens.knows(&client) {
            return Err(LinkRefusal::UnknownClient);
        }
        let redirect_uri = self.address(&client, request.redirect_uri)?;
        let state = filled(request.state, "state")?;
        let scope = filled(request.scope, "scope")?;
        let kind = filled(request.response_type, "response_type")?;
        if kind != "code" || !is_accounts(&scope) {
            return Err(LinkRefusal::WrongKind);
        }
        let values = filled(request.acr_values, "acr_values")?;
        let value = |key: &str| {
            let mut values = values.split(' ').filter_map(|it| it.split_once(':'));
            values.find(|(name, _)| *name == key).map(|(_, value)| value)
        };
        let page = value("idp").zip(value("consentAuthorisationId")).and_then(|(bic, id)| {
            Some(PageId { bic: bic.parse().ok()?, authorisation: id.parse().ok()? })
        });
        let page = page.ok_or(LinkRefusal::UnknownAuthorisation)?;
        self.settle(now);
        let consent = self.visited(&page).ok_or(LinkRefusal::UnknownAuthorisation)?;
        if value("consentId") != Some(consent.id.as_str()) {
            return Err(LinkRefusal::UnknownAuthorisation);
        }
        let back = ReturnAddress { client, redirect_uri, state, scope: Some(scope) };
        consent.enter(&page.authorisation, Kind::Oauth, back)?;
        Ok(page)
    }

    /// The person follows a link directly to the bank's page (`_links.scaRedirect`).
    pub(crate) fn enter(
        &mut self,
        page: &PageId,
        redirect_uri: Option<String>,
        state: Option<String>,
        now: UtcDateTime,
    ) -> Result<(), LinkRefusal> {
        self.settle(now);
        let client =
            self.visited(page).ok_or(LinkRefusal::UnknownAuthorisation)?.holder.client.clone();
        let redirect_uri = self.address(&client, redirect_uri)?;
        let state = filled(state, "state")?;
        let consent = self.visited(page).ok_or(LinkRefusal::UnknownAuthorisation)?;
        let back = ReturnAddress { client, redirect_uri, state, scope: None };
        consent.enter(&page.authorisation, Kind::Plain, back)
    }

    /// What the page shows now.
    pub(crate) fn screen(
        &mut self,
        page: &PageId,
        now: UtcDateTime,
    ) -> Result<PageView<'_>, LinkRefusal> {
        self.settle(now);
        let consent = &*self.visited(page).ok_or(LinkRefusal::UnknownAuthorisation)?;
        let Consent { bank, terms, holder, .. } = consent;
        let found = consent.authorisations.iter().find(|it| it.id == page.authorisation);
        let visit =
            found.and_then(Authorisation::visit).ok_or(LinkRefusal::UnknownAuthorisation)?;
        let screen = visit.screen().ok_or(LinkRefusal::NotEntered)?;
        Ok(PageView { bank, terms, client: &holder.client, screen, back: visit.back() })
    }

    /// The person does something on the page.
    pub(crate) fn act(
        &mut self,
        page: &PageId,
        action: Action,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<Turn, LinkRefusal> {
        self.settle(now);
        let consent = self.visited(page).ok_or(LinkRefusal::UnknownAuthorisation)?;
        consent.act(&page.authorisation, action, random, now)
    }

    fn address(&self, client: &str, uri: Option<String>) -> Result<String, LinkRefusal> {
        let uri = filled(uri, "redirect_uri")?;
        let known = self.tokens.has_redirect_uri(client, &uri);
        if known { Ok(uri) } else { Err(LinkRefusal::UnknownAddress) }
    }

    fn visited(&mut self, page: &PageId) -> Option<&mut Consent> {
        let mut consents = self.consents.values_mut().filter(|it| it.bank.bic == page.bic);
        consents.find(|it| it.authorisations.iter().any(|it| it.id == page.authorisation))
    }
}

fn is_accounts(scope: &str) -> bool {
    matches!(product(scope), Some((Scope::AccountInformation, _)))
}

/// The value, unless it is missing or a placeholder.
fn filled(value: Option<String>, name: &'static str) -> Result<String, LinkRefusal> {
    let value = value.filter(|value| !value.is_empty()).ok_or(LinkRefusal::Missing(name))?;
    if PLACEHOLDERS.iter().any(|placeholder| value.contains(placeholder)) {
        return Err(LinkRefusal::Unfilled(name));
    }
    Ok(value)
}

/// The placeholders that the client must fill (guide, step 3).
const PLACEHOLDERS: [&str; 3] = ["[CLIENT_ID]", "[TPP_REDIRECT_URI]", "[TPP_STATE]"];
