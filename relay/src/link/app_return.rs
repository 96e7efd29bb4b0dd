//! Where the BankID app comes back to on the same device: the relay's own address, with a `state` of the
//! authorisation.

use protocol::id::AuthorisationId;
use protocol::wire::Approach;

use crate::crypto::key::StateKey;
use crate::http::error::RouteError;
use crate::relay::Relay;
use crate::routes::redirect::STATE_LIFE;
use crate::store::{Authorisation, Consent, Ended, ReturnKind, ReturnState};

impl Relay {
    /// The address for an authorisation of `consent`, whose return is awaited from now on. It is always the
    /// same one, so that a page that loads again can be told it again. `None` where the relay has no
    /// address.
    pub(crate) async fn app_return(
        &self,
        consent: &Consent,
        authorisation: &AuthorisationId,
    ) -> Result<Option<String>, RouteError> {
        let Some(uri) = &self.config().redirect.uri else { return Ok(None) };
        let state = self.0.sealer.state(consent.id.as_str(), authorisation.as_str());
        let (store, key) = (self.sessions().store(), StateKey::from(&state));
        // It is there already, unless the relay began anew without a key of its own.
        if store.find_state(key).await?.is_none() {
            let awaited = ReturnState {
                session: consent.session,
                consent: consent.id.clone(),
                authorisation: authorisation.clone(),
                kind: ReturnKind::App,
                expires: self.now() + STATE_LIFE,
                used: false,
                code: None,
            };
            store.keep_state(key, awaited).await?;
        }
        Ok(Some([uri, "?state=", &state.text()].concat()))
    }
}

/// Whether an authorisation of `consent` may yet end in the BankID app.
pub(crate) fn may_return(consent: &Consent, authorisation: &Authorisation) -> bool {
    consent.ended == Ended::No
        && authorisation.approach == Some(Approach::Decoupled)
        && !authorisation.status.is_final()
}
