//! The address at which the BankID app brings the person back on the same device: the relay's own, with a
//! `state` of the authorisation.

use std::time::Duration;

use protocol::id::AuthorisationId;
use protocol::wire::Approach;

use crate::crypto::key::StateKey;
use crate::http::error::RouteError;
use crate::link::links::Links;
use crate::link::{Authorisation, Link, ReturnKind, ReturnState, Used, Way};

impl Links {
    /// The return address for an authorisation of `link`. From now on the relay awaits this return. The address
    /// is always the same, so that a reloaded page can get it again. `None` where the relay has no address.
    pub(crate) async fn app_return(
        &self,
        link: &Link,
        authorisation: &AuthorisationId,
    ) -> Result<Option<String>, RouteError> {
        let Some(uri) = &self.config().redirect.uri else { return Ok(None) };
        let state = self.state(&link.id, authorisation);
        let (store, key) = (self.sessions().store(), StateKey::from(&state));
        // The store has it already, unless the relay restarted without a key of its own.
        if store.get_return(key).await?.is_none() {
            let awaited = ReturnState {
                session: link.session,
                consent: link.id.clone(),
                authorisation: authorisation.clone(),
                kind: ReturnKind::App,
                expires: self.now() + STATE_LIFE,
                used: Used::NotYet,
            };
            store.insert_return(key, awaited, self.now()).await?;
        }
        Ok(Some([uri, "?state=", &state.text()].concat()))
    }
}

/// Whether an authorisation of `link` may still end in the BankID app.
pub(crate) fn may_return(link: &Link, authorisation: &Authorisation) -> bool {
    link.ended().is_none()
        && authorisation.way == Way::Beside(Approach::Decoupled)
        && !authorisation.status.is_final()
}

/// How long the relay awaits a return: banks give a person about ten minutes.
pub(crate) const STATE_LIFE: Duration = Duration::from_mins(20);
