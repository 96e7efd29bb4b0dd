//! A return without a code (`_links.scaRedirect`). It proves nothing by itself: only the SCA status shows
//! whether the person approved at the bank.

use std::time::Duration;

use protocol::wire::{Returned, ScaStatus};
use tokio::time::sleep;

use super::OwnReturn;
use crate::http::error::RouteError;
use crate::link::sca;
use crate::link::{Back, Event};

impl OwnReturn<'_> {
    /// Stores the person's arrival, and asks whether the bank has an approval. If the bank reports it to the
    /// platform only later, that report completes the link; until then the browser may repeat the return.
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

    /// The SCA status of the authorisation; `None` where the platform does not name it. The relay stores a
    /// final status and never asks for it again.
    pub(super) async fn look(&self) -> Result<Option<ScaStatus>, RouteError> {
        let Self { relay, psu, link, .. } = *self;
        let authorisation = &self.awaited.authorisation;
        let known = link.authorisation(authorisation).map(|known| &known.status);
        if let Some(status) = known.filter(|status| status.is_final()) {
            return Ok(Some(status.clone()));
        }
        let headers = sca::headers(relay, link, psu)?;
        // The cause of a failure does not matter here: the next request may succeed.
        let Ok(Some(status)) = relay.read_sca(link, authorisation, &headers).await else {
            return Ok(None);
        };
        relay.note_sca(&link.id, authorisation, &status).await?;
        Ok(Some(status))
    }
}

/// How often the relay asks for the SCA status when a person returns without a code: a bank may report to the
/// platform a moment after it sends the person back.
const LOOKS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(800);
/// How long the person waits, at most, for a slow platform.
const PATIENCE: Duration = Duration::from_secs(8);
