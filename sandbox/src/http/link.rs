//! The links to the bank's page (guide, consent API step 3). As at the platform, what the client must fill
//! in stands in brackets and unencoded.

use protocol::id::{AuthorisationId, ConsentId};
use protocol::wire::{Link, Links};

use super::exchange::Exchange;
use super::page;
use crate::bank::{Bank, Kind};
use crate::platform::{Holder, PageId};

/// What a link is for.
pub(super) struct Page<'a> {
    pub(super) bank: &'a Bank,
    /// The holder of the token, whose context goes into the scope.
    pub(super) holder: &'a Holder,
    pub(super) consent: &'a ConsentId,
    pub(super) authorisation: &'a AuthorisationId,
}

impl Page<'_> {
    /// Adds the link of this kind. It is always absolute.
    pub(super) fn add_to(&self, links: &mut Links, kind: Kind, exchange: Exchange<'_>) {
        let Self { bank, holder, consent, authorisation } = self;
        match kind {
            Kind::Oauth => {
                let path = format!(
                    "/connect/authorize?client_id=[CLIENT_ID]&response_type=code\
                     &scope=accountinformation%20{context}&redirect_uri=[TPP_REDIRECT_URI]\
                     &state=[TPP_STATE]&acr_values=idp:{bic}%20consentId:{consent}\
                     %20consentAuthorisationId:{authorisation}",
                    context = holder.context.as_str(),
                    bic = bank.bic,
                );
                links.sca_oauth = Some(Link { href: exchange.page(&path) });
            }
            Kind::Plain => {
                let authorisation = (*authorisation).clone();
                let path = page::address(&PageId { bic: bank.bic.clone(), authorisation });
                let path = [&path, "?redirect_uri=[TPP_REDIRECT_URI]&state=[TPP_STATE]"].concat();
                links.sca_redirect = Some(Link { href: exchange.page(&path) });
            }
        }
    }
}
