//! The relay's own request for the SCA status of an authorisation, where no page has sent one.

use axum::http::{HeaderMap, StatusCode};
use protocol::Call;
use protocol::id::{AuthorisationId, ConsentId};
use protocol::wire::{ConsentStatus, ScaStatus, UpdatePsuDataResult};

use crate::http::error::RouteError;
use crate::http::psu::Psu;
use crate::link::links::Links;
use crate::link::{Event, Link};
use crate::platform::call::{Asked, Outgoing};
use crate::platform::refusal::Refusal;

/// The headers of requests about `link`.
pub(crate) fn headers(links: &Links, link: &Link, psu: &Psu) -> Result<HeaderMap, RouteError> {
    links.consent_headers(link, Some(psu)).ok_or(RouteError::Internal)
}

impl Links {
    /// Asks the platform for the SCA status of an authorisation of `owned`; `None` where it does not answer
    /// with one. Some platforms forget an authorisation once it is final; then the status of the consent shows
    /// how it ended.
    pub(crate) async fn read_sca(
        &self,
        owned: &Link,
        authorisation: &AuthorisationId,
        headers: &HeaderMap,
    ) -> Result<Option<ScaStatus>, RouteError> {
        let is_forgotten = owned.was_approved_by(authorisation);
        let (consent, authorisation) = (owned.id.clone(), authorisation.clone());
        let call = Call::ReadScaStatus { consent, authorisation };
        let (context, headers) = (owned.terms.context, headers.clone());
        let outgoing =
            Outgoing { request_id: self.request_id(), context, headers, body: None, page: None };
        let Asked { answer, request_id } = self.ask(&call, &outgoing).await;
        let answer = answer?;
        if is_forgotten && matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::GONE) {
            return Ok(Some(ScaStatus::Finalised));
        }
        if let Some(Refusal { code, flaw }) = Refusal::of(&answer) {
            let (bank, status) = (owned.terms.bank.as_str(), answer.status.as_u16());
            let flaw = flaw.map(tracing::field::display);
            tracing::warn!(bank, status, code, flaw, %request_id, "an SCA status was refused");
        }
        let result = answer.body.read().ok().filter(|_| answer.status.is_success());
        let status = result.map(|UpdatePsuDataResult { sca_status, .. }| sca_status);
        Ok(status.filter(ScaStatus::is_known))
    }

    /// Stores a final status, so that the relay never asks for it again.
    pub(crate) async fn note_sca(
        &self,
        consent: &ConsentId,
        authorisation: &AuthorisationId,
        status: &ScaStatus,
    ) -> Result<(), RouteError> {
        if !status.is_final() {
            return Ok(());
        }
        self.sessions().apply(consent, [Event::Sca(authorisation.clone(), status.clone())]).await
    }
}

impl Link {
    /// Whether it became valid by `authorisation`: all other authorisations failed.
    fn was_approved_by(&self, authorisation: &AuthorisationId) -> bool {
        let mut others = self.authorisations.iter().filter(|one| one.id != *authorisation);
        *self.status() == ConsentStatus::Valid && others.all(|one| one.status == ScaStatus::Failed)
    }
}
