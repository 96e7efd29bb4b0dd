//! [`HostStore`] in a database.

use super::super::host::{
    ConnectionChange, Counted, Delivery, Entry, HostStore, KeyedReply, Read, Reply, SessionChange,
    ViewChange, Wanted,
};
use super::super::known::News;
use super::{BoxFuture, SqlStore, counting, hosts, ledger, views};
use crate::clock::Timestamp;
use crate::crypto::key::TokenKey;
use crate::host::{Connection, Ender, HostEvent, LinkSession, ViewSession};
use crate::id::{ConnectionId, EventId, LinkSessionId, ViewSessionId};
use crate::link::state::Link;
use crate::metrics::Stored;

impl HostStore for SqlStore {
    fn count(&self, now: Timestamp) -> BoxFuture<'_, Stored> {
        Box::pin(self.read(async move |db| counting::count(db, now).await))
    }

    fn insert_link_session(
        &self,
        session: LinkSession,
        reply: Option<KeyedReply>,
    ) -> BoxFuture<'_, Option<Reply>> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let kept = hosts::reply_once(db, reply.as_ref()).await?;
                if kept.is_none() {
                    hosts::insert_session(db, &session).await?;
                }
                Ok((kept, News::None))
            })
        })))
    }

    fn get_link_session<'a>(&'a self, id: &'a LinkSessionId) -> BoxFuture<'a, Option<LinkSession>> {
        Box::pin(self.read(async move |db| hosts::get_session(db, id).await))
    }

    fn find_link_session(&self, token: TokenKey) -> BoxFuture<'_, Option<LinkSession>> {
        Box::pin(self.read(async move |db| hosts::find_session(db, token).await))
    }

    fn update_link_session<'a>(
        &'a self,
        id: &'a LinkSessionId,
        change: SessionChange,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<LinkSession>> {
        let id = id.clone();
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let changed = hosts::change_session(db, &id, change, now).await?;
                // With a link session that has failed, a link may have ended.
                let is_final = changed.as_ref().is_some_and(|known| known.stage.is_final());
                Ok((changed, if is_final { News::Many } else { News::None }))
            })
        })))
    }

    fn insert_view_session(
        &self,
        session: ViewSession,
        reply: Option<KeyedReply>,
    ) -> BoxFuture<'_, Option<Reply>> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let kept = hosts::reply_once(db, reply.as_ref()).await?;
                if kept.is_none() {
                    views::insert(db, &session).await?;
                }
                Ok((kept, News::None))
            })
        })))
    }

    fn get_view_session<'a>(&'a self, id: &'a ViewSessionId) -> BoxFuture<'a, Option<ViewSession>> {
        Box::pin(self.read(async move |db| views::get(db, id).await))
    }

    fn update_view_session(
        &self,
        token: TokenKey,
        change: ViewChange,
    ) -> BoxFuture<'_, Option<ViewSession>> {
        Box::pin(self.write_beside(Box::new(move |db| {
            Box::pin(async move { Ok((views::change(db, token, change).await?, News::None)) })
        })))
    }

    fn get_connection<'a>(&'a self, id: &'a ConnectionId) -> BoxFuture<'a, Option<Connection>> {
        Box::pin(self.read(async move |db| hosts::get_connection(db, id).await))
    }

    fn list_connections(&self, wanted: Wanted) -> BoxFuture<'_, Vec<Connection>> {
        Box::pin(self.read(async move |db| hosts::list_connections(db, &wanted).await))
    }

    fn update_connection<'a>(
        &'a self,
        id: &'a ConnectionId,
        change: ConnectionChange,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<Connection>> {
        let id = id.clone();
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move {
                let changed = hosts::change_connection(db, &id, change, now).await?;
                // With a connection that is over, a link may have ended.
                let is_over = changed.as_ref().is_some_and(|known| known.state.is_over());
                Ok((changed, if is_over { News::Many } else { News::None }))
            })
        })))
    }

    fn end_connection<'a>(
        &'a self,
        id: &'a ConnectionId,
        by: Ender,
        now: Timestamp,
    ) -> BoxFuture<'a, Option<Connection>> {
        let id = id.clone();
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(
                async move { Ok((hosts::end_connection(db, &id, by, now).await?, News::Many)) },
            )
        })))
    }

    fn due_connections(&self, now: Timestamp) -> BoxFuture<'_, Vec<Connection>> {
        Box::pin(self.read(async move |db| hosts::due_connections(db, now).await))
    }

    fn unlinked(&self, now: Timestamp) -> BoxFuture<'_, Vec<Link>> {
        Box::pin(self.read(async move |db| hosts::unlinked(db, now).await))
    }

    fn sweep_hosts(&self, now: Timestamp, ended: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move { Ok((hosts::sweep(db, now, ended).await?, News::None)) })
        })))
    }

    fn add_event(&self, event: HostEvent) -> BoxFuture<'_, ()> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move { Ok((ledger::add_event(db, &event).await?, News::None)) })
        })))
    }

    fn events(&self, after: i64, most: u32) -> BoxFuture<'_, Vec<Entry>> {
        Box::pin(self.read(async move |db| ledger::events(db, after, most).await))
    }

    fn get_event<'a>(&'a self, id: &'a EventId) -> BoxFuture<'a, Option<Entry>> {
        Box::pin(self.read(async move |db| ledger::get_event(db, id).await))
    }

    fn take_deliveries(&self, now: Timestamp, again: Timestamp) -> BoxFuture<'_, Vec<Entry>> {
        Box::pin(self.write_beside(Box::new(move |db| {
            Box::pin(
                async move { Ok((ledger::take_deliveries(db, now, again).await?, News::None)) },
            )
        })))
    }

    fn note_delivery<'a>(
        &'a self,
        id: &'a EventId,
        attempts: u32,
        delivery: Delivery,
    ) -> BoxFuture<'a, ()> {
        let id = id.clone();
        Box::pin(self.write_beside(Box::new(move |db| {
            Box::pin(async move {
                Ok((ledger::note_delivery(db, &id, attempts, delivery).await?, News::None))
            })
        })))
    }

    fn count_read(&self, read: Read, now: Timestamp) -> BoxFuture<'_, Counted> {
        Box::pin(self.write(Box::new(move |db| {
            Box::pin(async move { Ok((hosts::count_read(db, &read, now).await?, News::None)) })
        })))
    }

    fn look_at_reads(&self, read: Read, now: Timestamp) -> BoxFuture<'_, Counted> {
        Box::pin(self.read(async move |db| hosts::look_at_reads(db, &read, now).await))
    }

    fn get_reply(&self, key: TokenKey, now: Timestamp) -> BoxFuture<'_, Option<Reply>> {
        Box::pin(self.read(async move |db| hosts::get_reply(db, key, now).await))
    }

    fn keep_reply(&self, reply: KeyedReply) -> BoxFuture<'_, ()> {
        Box::pin(self.write_beside(Box::new(move |db| {
            Box::pin(async move { Ok((hosts::keep_reply(db, &reply).await?, News::None)) })
        })))
    }
}
