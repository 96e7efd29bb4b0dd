//! A return without a code (`_links.scaRedirect`): the SCA status must tell whether anything was done at the
//! bank. It proves nothing by itself.

use std::time::Duration;

use protocol::wire::{Returned, ScaStatus};
use tokio::time::sleep;

use super::OwnReturn;
use crate::http::error::RouteError;
use crate::link::sca;
use crate::link::{Back, Event};

impl OwnReturn<'_> {
    /// Notes that the person is here, and looks whether the bank has approved. Where it has not yet told the
    /// platform, a later word of it completes the link; until then the return may come again.
    pub(super) async fn without_code(&self) -> Result<Option<Returned>, RouteError> {
        let Self { relay, link, awaited, .. } = *self;
        let arrived = Event::Back(awaited.authorisation.clone(), Back::Arrived);
        relay.sessions().apply(&link.id, [arrived]).await?;
        let began = relay.now();
        for look in 0..LOOKS {
            if look > 0 {
                sleep(PAUSE).await;
            }
            match self.look().await? {
                Some(ScaStatus::Failed) => return self.counts(Some(Back::Declined)).await,
                Some(status) if status.is_approved() => {
                    return self.counts(Some(Back::Confirmed)).await;
                }
                _ if relay.now().since(began) > PATIENCE => break,
                _ => {}
            }
        }
        Ok(self.known())
    }

    /// How far the authorisation is; `None` where the platform does not say. What is final is noted, and
    /// never asked for again.
    pub(super) async fn look(&self) -> Result<Option<ScaStatus>, RouteError> {
        let Self { relay, psu, link, .. } = *self;
        let authorisation = &self.awaited.authorisation;
        let known = link.authorisation(authorisation).map(|known| &known.status);
        if let Some(status) = known.filter(|status| status.is_final()) {
            return Ok(Some(status.clone()));
        }
        let headers = sca::headers(relay, link, psu)?;
        // Why there is no answer is of no use here: the next look may have one.
        let Ok(Some(status)) = relay.read_sca(link, authorisation, &headers).await else {
            return Ok(None);
        };
        relay.note_sca(&link.id, authorisation, &status).await?;
        Ok(Some(status))
    }
}

/// How often the SCA status is asked for when a person comes back without a code: banks may tell the
/// platform a moment later than they let the person go.
const LOOKS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(800);
/// How long a platform that is slow to answer keeps the person waiting.
const PATIENCE: Duration = Duration::from_secs(8);
