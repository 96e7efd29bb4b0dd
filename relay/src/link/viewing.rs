//! View sessions: a browser shows its token once, and then sees and ends the connections of one person.

use axum::http::{HeaderMap, header};

use crate::config::Origin;
use crate::crypto::key::TokenKey;
use crate::host::{Connection, ViewSession, ViewStage};
use crate::http::error::{Lacking, RouteError};
use crate::http::gate;
use crate::id::{ConnectionId, ViewSessionId};
use crate::link::hosting::Claim;
use crate::link::links::Links;
use crate::link::sessions::Visitor;
use crate::store::host::Wanted;

impl Links {
    /// Claims the view session of `token` for the browser that sent `headers`.
    pub(crate) async fn claim_view(
        &self,
        token: &str,
        visitor: Visitor,
        headers: &HeaderMap,
    ) -> Result<Claim<ViewSession>, RouteError> {
        let session = self.sessions().open(headers, visitor)?;
        if !visitor.has_cookie() {
            return Ok(Claim::NoCookie(session.set_cookie));
        }
        let page = match gate::one(headers, &header::ORIGIN) {
            Ok(origin) => origin.map(str::to_owned),
            Err(gate::Repeated) => return Err(NOT_THERE),
        };
        let (now, key) = (self.now(), session.key);
        let claim = move |view: &mut ViewSession| view.claim(key, page, now);
        let store = self.sessions().store();
        let claimed = store.update_view_session(TokenKey::of(token), Box::new(claim)).await?;
        let own = self.of_this_browser(claimed.ok_or(NOT_THERE)?, visitor, headers)?;
        Ok(Claim::Own(Box::new(own)))
    }

    /// The view session `id`, which the browser that sent `headers` has claimed on a page of the same origin.
    pub(crate) async fn view(
        &self,
        id: &str,
        visitor: Visitor,
        headers: &HeaderMap,
    ) -> Result<ViewSession, RouteError> {
        let id: ViewSessionId = id.parse().map_err(|_| NOT_THERE)?;
        let known = self.sessions().store().get_view_session(&id).await?;
        self.of_this_browser(known.ok_or(NOT_THERE)?, visitor, headers)
    }

    /// A connection of the person of a view session. The answer does not show whether there is another one.
    pub(crate) async fn viewed(
        &self,
        view: &ViewSession,
        id: &str,
    ) -> Result<Connection, RouteError> {
        let id: ConnectionId = id.parse().map_err(|_| RouteError::NotYours)?;
        let known = self.sessions().store().get_connection(&id).await?;
        let is_own =
            |known: &Connection| known.client_reference.as_ref() == Some(&view.client_reference);
        known.filter(is_own).ok_or(RouteError::NotYours)
    }

    /// All connections of the person of a view session: those that can be read first, and the newest first.
    pub(crate) async fn all_viewed(
        &self,
        view: &ViewSession,
    ) -> Result<Vec<Connection>, RouteError> {
        let mut all: Vec<Connection> = Vec::new();
        loop {
            let wanted = Wanted {
                client_reference: Some(view.client_reference.clone()),
                status: None,
                after: all.last().map(|last| (last.created, last.id.clone())),
                most: PAGE,
            };
            let more = self.sessions().store().list_connections(wanted).await?;
            let is_last = more.len() < PAGE as usize;
            all.extend(more);
            if is_last || all.len() >= MOST {
                break;
            }
        }
        all.sort_by_key(|one| (one.state.is_over(), std::cmp::Reverse(one.created)));
        Ok(all)
    }

    fn of_this_browser(
        &self,
        session: ViewSession,
        visitor: Visitor,
        headers: &HeaderMap,
    ) -> Result<ViewSession, RouteError> {
        let lacking = match &session.stage {
            _ if session.is_over(self.now()) => Lacking::ViewOver,
            ViewStage::OpenedElsewhere => Lacking::ViewElsewhere,
            ViewStage::Opened { browser, page } if visitor.is(*browser) => {
                let access = &self.config().access;
                let is_asking = |page: &str| {
                    Origin::parse(page).is_some_and(|page| gate::is_asking(&page, headers, access))
                };
                if page.as_deref().is_none_or(is_asking) {
                    return Ok(session);
                }
                Lacking::ViewUnknown
            }
            _ => Lacking::ViewUnknown,
        };
        Err(RouteError::LinkSession(lacking))
    }
}

const NOT_THERE: RouteError = RouteError::LinkSession(Lacking::ViewUnknown);
/// How many connections are read at a time.
const PAGE: u32 = 100;
/// A person has fewer, ended ones included.
const MOST: usize = 1000;
