//! A browser's side of a link session: the browser claims it with the page's token, or cancels it.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::wire::{self, Token};

use super::session::answer;
use crate::host::{LinkSession, SessionEvent, Stage};
use crate::http::body::{collect, parsed};
use crate::http::error::{Lacking, RouteError};
use crate::link::Data;
use crate::link::hosting::Claim;
use crate::relay::Relay;

/// `POST /session/link`: claims a link session, or finds that this browser owns it. `DELETE`: cancels it.
pub(crate) async fn handle(State(relay): State<Relay>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let (headers, limits) = (&head.headers, &relay.config().limits);
    let method = if head.method == Method::DELETE { Method::DELETE } else { Method::POST };
    let wants_to_leave = method == Method::DELETE;
    answer(&relay, &head, (method, "POST, DELETE"), async {
        let bytes = tokio::time::timeout(limits.body, collect(body, limits.request_body));
        let bytes = bytes.await.map_err(|_| RouteError::BodyTooSlow)??;
        let Token { token } = parsed(headers, &bytes)?;
        let visitor = relay.sessions().visitor(headers).await?;
        if wants_to_leave && !visitor.has_cookie() && relay.cancel_unclaimed(&token).await? {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        match relay.claim(&token, visitor, headers).await? {
            Claim::NoCookie(cookie) => {
                let mut response = Json(wire::LinkSession::default()).into_response();
                response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
                Ok(response)
            }
            Claim::Own(own) if wants_to_leave => {
                if own.stage.is_final() {
                    return Err(RouteError::LinkSession(Lacking::Over));
                }
                let now = relay.now();
                let cancel = move |own: &mut LinkSession| own.apply(SessionEvent::Cancelled, now);
                let store = relay.sessions().store();
                store.update_link_session(&own.id, Box::new(cancel), now).await?;
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            Claim::Own(own) => Ok(Json(seen(&relay, *own)).into_response()),
        }
    })
    .await
}

/// A link session as its browser sees it.
fn seen(relay: &Relay, session: LinkSession) -> wire::LinkSession {
    let word = |data: Data| match data {
        Data::Balances => "balances".to_owned(),
        Data::Transactions => "transactions".to_owned(),
    };
    let terms = session.terms;
    wire::LinkSession {
        id: session.id.to_string(),
        connection_id: Some(session.connection.to_string()),
        service: relay.config().backend.service_name.clone(),
        purpose: terms.purpose,
        context: terms.context,
        country: terms.country,
        bic_fi: terms.bank,
        data: terms.data.into_iter().map(word).collect(),
        validity_days: terms.validity_days,
        recurring: terms.recurring,
        frequency_per_day: terms.frequency_per_day,
        renews: terms.renews.is_some(),
        linked: matches!(session.stage, Stage::Succeeded { .. }),
    }
}
