//! The relay's own question for how far an authorisation is, where no page has asked it.

use protocol::Call;
use protocol::id::{AuthorisationId, ConsentId};
use protocol::wire::{ScaStatus, UpdatePsuDataResult};

use crate::Relay;
use crate::ended::consent_headers;
use crate::error::RouteError;
use crate::platform::Cargo;
use crate::psu::Psu;
use crate::store::{Consent, Fact};

/// What goes with the questions about `consent`.
pub(crate) fn cargo(consent: &Consent, psu: &Psu) -> Result<Cargo, RouteError> {
    let headers = consent_headers(consent, Some(psu)).ok_or(RouteError::Internal)?;
    Ok(Cargo { context: consent.context, headers, body: None })
}

impl Relay {
    /// Asks how far an authorisation is; `None` where the platform does not say.
    pub(crate) async fn read_sca(
        &self,
        consent: &ConsentId,
        authorisation: &AuthorisationId,
        cargo: &Cargo,
    ) -> Result<Option<ScaStatus>, RouteError> {
        let (consent, authorisation) = (consent.clone(), authorisation.clone());
        let call = Call::ReadScaStatus { consent, authorisation };
        let answer = self.ask(&call, cargo, &mut self.request_id()).await?;
        let told = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status.is_success());
        Ok(told.map(|UpdatePsuDataResult { sca_status, .. }| sca_status))
    }

    /// Notes a status that is final, so that it is never asked for again.
    pub(crate) async fn note_sca(
        &self,
        consent: &ConsentId,
        authorisation: &AuthorisationId,
        status: &ScaStatus,
    ) -> Result<(), RouteError> {
        if !status.is_final() {
            return Ok(());
        }
        self.sessions().learn(consent, Fact::Sca(authorisation.clone(), status.clone())).await
    }
}
