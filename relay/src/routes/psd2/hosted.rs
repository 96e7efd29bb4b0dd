//! A new consent under the terms of the host's own server. The page decides only what these terms leave open.

use protocol::Day;
use protocol::id::BicFi;
use protocol::wire::{Access, Consent, ConsentRequest};

use super::headers::Chosen;
use crate::host::{LinkSession, LinkTerms};
use crate::http::error::{Lacking, RouteError};
use crate::id::ConnectionId;
use crate::link::return_page::ReturnPage;
use crate::link::sessions::Visitor;
use crate::link::{Data, Granted, Hosted, Link};
use crate::platform::json::Body;
use crate::relay::Relay;

/// Applies the terms of the link session to a new consent, if it has one: `body` and `chosen` get the values
/// that the host's server asked for. Returns the link's data for that server; `None` where no server can call
/// the relay.
pub(super) async fn agree(
    relay: &Relay,
    visitor: Visitor,
    chosen: &mut Chosen,
    body: &mut ConsentRequest,
) -> Result<Option<Hosted>, RouteError> {
    let session = relay.link_session(chosen.link_session.as_ref(), visitor).await?;
    if let Some(LinkSession { terms, .. }) = &session {
        let is_other = terms.bank.is_some() && terms.bank != chosen.bank
            || terms.context.is_some()
                && chosen.context.is_some()
                && terms.context != chosen.context;
        if is_other {
            return Err(RouteError::LinkSession(Lacking::OtherTerms));
        }
        chosen.context = terms.context.or(chosen.context);
        if let Some(page) = terms.return_url.as_deref().and_then(ReturnPage::parse) {
            chosen.page = Some(page);
        }
        let has = |data| terms.data.contains(&data).then_some([]);
        *body = ConsentRequest {
            access: Access {
                accounts: Some([]),
                balances: has(Data::Balances),
                transactions: has(Data::Transactions),
            },
            recurring_indicator: terms.recurring,
            valid_until: last_day(relay, terms, chosen.bank.as_ref()),
            frequency_per_day: terms.frequency_per_day,
            combined_service_indicator: false,
        };
    }
    if relay.config().backend.port.is_none() {
        return Ok(None);
    }
    let is_everything = body.access == Access::default();
    let has = |data: Option<[(); 0]>| is_everything || data.is_some();
    let wanted =
        [(Data::Balances, body.access.balances), (Data::Transactions, body.access.transactions)];
    let granted = Granted {
        data: wanted.into_iter().filter(|(_, of)| has(*of)).map(|(data, _)| data).collect(),
        recurring: body.recurring_indicator,
        frequency_per_day: body.frequency_per_day,
    };
    let (session, connection, reference, purpose) = match session {
        Some(LinkSession { id, connection, terms, .. }) => {
            (Some(id), connection, Some(terms.client_reference), terms.purpose)
        }
        None => (None, ConnectionId::random(relay.random()), None, None),
    };
    Ok(Some(Hosted {
        session,
        connection,
        client_reference: reference,
        granted,
        purpose,
        request: None,
        linked: None,
    }))
}

/// A consent as a page sees it where account data is for the back-end port alone: without the accounts that it names, with
/// the status that the relay knows, and with the connection that `owned` is part of.
pub(super) fn for_page(body: &Body, owned: &Link) -> Result<Body, RouteError> {
    let hosted = owned.hosted.as_ref().filter(|_| owned.is_of_connection());
    let connection_id = hosted.map(|hosted| hosted.connection.to_string());
    let consent_status = owned.status().clone();
    let consent = Consent { consent_status, connection_id, ..body.read()? };
    serde_json::to_value(consent).map(Body::written).map_err(|_| RouteError::Internal)
}

/// The last day of a consent under `terms` that begins now: a day less, as the widget counts too, because the
/// date at a bank may be a day ahead. A bank refuses more days than it grants, and today.
fn last_day(relay: &Relay, terms: &LinkTerms, bank: Option<&BicFi>) -> String {
    let granted = bank.map(|bank| relay.config().profiles.of(bank));
    let granted = granted.map(|bank| bank.longest_days.saturating_sub(1).max(bank.usual_days));
    let granted = granted.and_then(|days| u32::try_from(days).ok()).unwrap_or(u32::MAX);
    let wanted = if terms.recurring { terms.validity_days.saturating_sub(1) } else { 1 };
    let days = wanted.min(granted).max(1);
    Day::at_millis(relay.now().as_millis()).plus(days).to_string()
}
