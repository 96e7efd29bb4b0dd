//! Work on links for the host's own server: a browser claims a link session, and the relay asks the platform
//! for the status of a consent while no page does.

use axum::http::{HeaderMap, HeaderValue};
use protocol::Call;
use protocol::id::ConsentId;
use protocol::profile::Context;
use protocol::wire::{Code, Consent, ConsentStatus};

use crate::config::LinkSessions;
use crate::crypto::key::TokenKey;
use crate::host::{Connection, ConnectionEvent, Ender, LinkSession, Reason, SessionEvent, Stage};
use crate::http::error::{Lacking, RouteError};
use crate::id::{ConnectionId, LinkSessionId};
use crate::link::deletion::headers_about;
use crate::link::links::Links;
use crate::link::sessions::Visitor;
use crate::link::{Event, Link, Return, Way};
use crate::platform::call::{Asked, Outgoing};
use crate::platform::refusal::Refusal;
use crate::store::StoreError;

/// The result of a claim.
pub(crate) enum Claim<Session> {
    /// The browser owns the session.
    Own(Box<Session>),
    /// The browser had no cookie. It gets this one and asks again, because a browser without a cookie could
    /// lose its claim.
    NoCookie(Option<HeaderValue>),
}

impl Links {
    /// Claims the link session of `token` for the browser that sent `headers`.
    pub(crate) async fn claim(
        &self,
        token: &str,
        visitor: Visitor,
        headers: &HeaderMap,
    ) -> Result<Claim<LinkSession>, RouteError> {
        let store = self.sessions().store();
        let known = store.find_link_session(TokenKey::of(token)).await?;
        let known = known.ok_or(RouteError::LinkSession(Lacking::Unknown))?;
        let session = self.sessions().open(headers, visitor)?;
        if !visitor.has_cookie() {
            return Ok(Claim::NoCookie(session.set_cookie));
        }
        let (now, key) = (self.now(), session.key);
        let claim = move |link: &mut LinkSession| {
            link.apply(SessionEvent::Tick, now);
            link.apply(SessionEvent::Claimed(key), now);
        };
        let claimed = store.update_link_session(&known.id, Box::new(claim), now).await?;
        let claimed = claimed.ok_or(RouteError::LinkSession(Lacking::Unknown))?;
        of_browser(claimed, visitor).map(|own| Claim::Own(Box::new(own)))
    }

    /// Cancels the link session of `token`, if no browser has claimed it: a person may leave before theirs has. Returns
    /// whether it did.
    pub(crate) async fn cancel_unclaimed(&self, token: &str) -> Result<bool, RouteError> {
        let (store, now) = (self.sessions().store(), self.now());
        let known = store.find_link_session(TokenKey::of(token)).await?;
        let Some(known) = known.filter(|it| it.stage == Stage::Created) else { return Ok(false) };
        let cancel = move |link: &mut LinkSession| {
            link.apply(SessionEvent::Tick, now);
            if link.stage == Stage::Created {
                link.apply(SessionEvent::Cancelled, now);
            }
        };
        let left = store.update_link_session(&known.id, Box::new(cancel), now).await?;
        Ok(left.is_some_and(|link| link.stage == Stage::Cancelled))
    }

    /// The link session of a new consent, which the browser must have claimed. `None` where the page may create
    /// a consent without a link session, and does.
    pub(crate) async fn link_session(
        &self,
        id: Option<&LinkSessionId>,
        visitor: Visitor,
    ) -> Result<Option<LinkSession>, RouteError> {
        let Some(id) = id else {
            return match self.config().backend.link_sessions {
                LinkSessions::Optional => Ok(None),
                LinkSessions::Required => Err(RouteError::LinkSession(Lacking::Required)),
            };
        };
        let known = self.sessions().store().get_link_session(id).await?;
        let own = of_browser(known.ok_or(RouteError::LinkSession(Lacking::Unknown))?, visitor)?;
        match own.stage {
            Stage::Opened { .. } | Stage::Authorising { .. } => Ok(Some(own)),
            _ => Err(RouteError::LinkSession(Lacking::Over)),
        }
    }

    /// Ends a connection here at once, and its consent at the platform. Returns what it has become;
    /// `None` where there is none.
    pub(crate) async fn end_connection(
        &self,
        id: &ConnectionId,
        by: Ender,
    ) -> Result<Option<Connection>, StoreError> {
        let now = self.now();
        let ended = self.sessions().store().end_connection(id, by, now).await?;
        self.delete_soon();
        Ok(ended)
    }

    /// Applies an event to a connection.
    pub(crate) async fn note(
        &self,
        id: &ConnectionId,
        events: Vec<ConnectionEvent>,
    ) -> Result<Option<Connection>, StoreError> {
        let now = self.now();
        let all = move |known: &mut Connection| {
            for event in events {
                known.apply(event, now);
            }
        };
        self.sessions().store().update_connection(id, Box::new(all), now).await
    }

    /// Lets time pass for the link sessions of the host's server. Asks the platform for the status of links
    /// whose page went away, and once a day for the status of each connection.
    pub(super) async fn tend_hosts(&self) {
        let (store, now) = (self.sessions().store(), self.now());
        let ended = now - self.config().backend.keep_ended;
        let _ = store.sweep_hosts(now, ended).await;
        for link in store.unlinked(now).await.unwrap_or_default() {
            self.look_after(&link).await;
        }
        for connection in store.due_connections(now).await.unwrap_or_default() {
            if connection.is_to_be_asked(now) {
                self.ask_connection(&connection).await;
            }
        }
    }

    /// Asks for the status of a link whose page may have gone away while the person was at the bank.
    async fn look_after(&self, link: &Link) {
        let Some(headers) = headers_about(&link.terms) else { return };
        if let Some(one) = link.authorisations.last().filter(|one| !one.status.is_final()) {
            let is_here = matches!(one.way, Way::Beside(_)) || one.way.arrived().is_some();
            if is_here && let Ok(Some(status)) = self.read_sca(link, &one.id, &headers).await {
                let _ = self.note_sca(&link.id, &one.id, &status).await;
            }
        }
        let is_back = |way: &Way| !matches!(way, Way::AtBank(Return::Awaited));
        if link.authorisations.iter().any(|one| is_back(&one.way))
            && let Some(Found::Named { status, valid_until }) =
                self.read_consent(&link.id, link.terms.context, headers).await
        {
            let until = valid_until.map(Event::ValidUntil);
            let events = [Event::Status(status)].into_iter().chain(until);
            let _ = self.sessions().apply(&link.id, events).await;
        }
    }

    /// Asks for the status of a connection. Another relay then does not ask.
    pub(super) async fn ask_connection(&self, connection: &Connection) {
        let Some(consent) = connection.consent().cloned() else { return };
        if self.note(&connection.id, vec![ConnectionEvent::Asking]).await.is_err() {
            return;
        }
        let Some(headers) = headers_about(&connection.terms) else { return };
        let found = self.read_consent(&consent, connection.terms.context, headers).await;
        let events = match found {
            Some(Found::Named { status, valid_until }) => {
                let until =
                    valid_until.map(|day| ConnectionEvent::ValidUntil(consent.clone(), day));
                [ConnectionEvent::Status(consent, status)].into_iter().chain(until).collect()
            }
            Some(Found::Ended(status)) => vec![ConnectionEvent::Status(consent, status)],
            Some(Found::Refused) => vec![ConnectionEvent::Refused(consent)],
            None => return,
        };
        let _ = self.note(&connection.id, events).await;
    }

    /// The platform's answer about a consent, without the person; `None` where it gives none.
    async fn read_consent(
        &self,
        consent: &ConsentId,
        context: Context,
        headers: HeaderMap,
    ) -> Option<Found> {
        let call = Call::ReadConsent { consent: consent.clone() };
        let outgoing =
            Outgoing { request_id: self.request_id(), context, headers, body: None, page: None };
        let Asked { answer, .. } = self.platform().call(&call, &outgoing).await;
        let answer = answer.ok()?;
        if answer.status.is_success() {
            let read: Consent = answer.body.read().ok()?;
            let valid_until = read.granted_until().map(str::to_owned);
            return Some(Found::Named { status: read.consent_status, valid_until });
        }
        let code = Refusal::of(&answer).and_then(|refusal| refusal.code);
        match (answer.status.as_u16(), code) {
            (_, Some(code)) if code == Code::ConsentExpired.as_str() => {
                Some(Found::Ended(ConsentStatus::Expired))
            }
            (401 | 403 | 404 | 410, Some(code)) if code.starts_with("CONSENT_") => {
                Some(Found::Refused)
            }
            (404 | 410, _) => Some(Found::Refused),
            _ => None,
        }
    }
}

/// The platform's answer about a consent.
enum Found {
    /// Its status.
    Named { status: ConsentStatus, valid_until: Option<String> },
    /// It has ended.
    Ended(ConsentStatus),
    /// The platform refuses it.
    Refused,
}

/// The link session, if `visitor` is the browser that owns it.
fn of_browser(session: LinkSession, visitor: Visitor) -> Result<LinkSession, RouteError> {
    let lacking = match (&session.stage, session.stage.browser()) {
        (_, Some(browser)) if visitor.is(browser) => return Ok(session),
        (Stage::Created | Stage::Opened { .. } | Stage::Authorising { .. }, _) => Lacking::Unknown,
        (Stage::Failed { reason: Reason::OpenedElsewhere }, _) => Lacking::Elsewhere,
        _ => Lacking::Over,
    };
    Err(RouteError::LinkSession(lacking))
}
