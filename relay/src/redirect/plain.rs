//! A return without a code (`_links.scaRedirect`): the SCA status must tell whether anything was done at the
//! bank. It proves nothing by itself.

use std::time::Duration;

use protocol::Call;
use protocol::wire::{Returned, ScaStatus, UpdatePsuDataResult};
use tokio::time::sleep;

use super::Back;
use crate::ended::consent_headers;
use crate::error::RouteError;
use crate::platform::Cargo;
use crate::store::Fact;

impl Back<'_> {
    /// Has the return count once the bank has approved. While nothing was done there, the true return
    /// still counts: without this a person could use up their own one before somebody else, lured by them,
    /// has approved.
    pub(super) async fn without_code(&self) -> Result<Option<Returned>, RouteError> {
        for _ in 0..LOOKS {
            match self.look().await? {
                Some(status) if status.is_final() => {
                    let failed = status == ScaStatus::Failed;
                    let returned = if failed { Returned::Declined } else { Returned::Completed };
                    return self.counts(Some(returned)).await;
                }
                _ => sleep(PAUSE).await,
            }
        }
        Ok(self.known())
    }

    /// How far the authorisation is; `None` where the platform does not say. What is final is noted, and
    /// never asked for again.
    pub(super) async fn look(&self) -> Result<Option<ScaStatus>, RouteError> {
        let Self { relay, psu, consent, .. } = *self;
        let authorisation = self.awaited.authorisation.clone();
        let known = consent.authorisation(&authorisation).map(|known| &known.status);
        if let Some(status) = known.filter(|status| status.is_final()) {
            return Ok(Some(status.clone()));
        }
        let (id, about) = (consent.id.clone(), authorisation.clone());
        let call = Call::ReadScaStatus { consent: id, authorisation: about };
        let headers = consent_headers(consent, Some(psu)).ok_or(RouteError::Internal)?;
        let cargo = Cargo { context: consent.context, headers, body: None };
        // Why there is no answer is of no use here: the next look may have one.
        let Ok(answer) = relay.ask(&call, &cargo, &mut relay.request_id()).await else {
            return Ok(None);
        };
        let result = serde_json::from_slice::<UpdatePsuDataResult>(&answer.body);
        let Some(status) = result.ok().map(|result| result.sca_status) else { return Ok(None) };
        if status.is_final() {
            relay.sessions().learn(&consent.id, Fact::Sca(authorisation, status.clone())).await?;
        }
        Ok(Some(status))
    }
}

/// How often the SCA status is asked for when a person comes back without a code: banks may tell the
/// platform a moment later than they let the person go.
const LOOKS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(800);
