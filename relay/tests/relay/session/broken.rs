//! A store that is down, for what the host's server asked for.

use relay::host::{Connection, Ender, HostEvent, LinkSession, ViewSession};
use relay::metrics::Stored;
use relay::store::BoxFuture;
use relay::store::host::{
    ConnectionChange, Counted, Delivery, Entry, HostStore, KeyedReply, Read, Reply, SessionChange,
    ViewChange, Wanted,
};
use relay::{ConnectionId, EventId, Link, LinkSessionId, Timestamp, TokenKey, ViewSessionId};

use super::{Broken, down};

macro_rules! down {
    (
        { $($name:ident($($of:ty),*) -> $answer:ty;)* }
        { $($by:ident($id:ty $(, $more:ty)*) -> $found:ty;)* }
    ) => {
        impl HostStore for Broken {
            $(fn $name(&self, $(_: $of),*) -> BoxFuture<'_, $answer> { down() })*
            $(fn $by<'a>(&'a self, _: &'a $id, $(_: $more),*) -> BoxFuture<'a, $found> { down() })*
        }
    };
}

down! {
    {
    insert_link_session(LinkSession, Option<KeyedReply>) -> Option<Reply>;
    find_link_session(TokenKey) -> Option<LinkSession>;
    insert_view_session(ViewSession, Option<KeyedReply>) -> Option<Reply>;
    update_view_session(TokenKey, ViewChange) -> Option<ViewSession>;
    list_connections(Wanted) -> Vec<Connection>;
    count(Timestamp) -> Stored;
    due_connections(Timestamp) -> Vec<Connection>;
    unlinked(Timestamp) -> Vec<Link>;
    sweep_hosts(Timestamp, Timestamp) -> ();
    add_event(HostEvent) -> ();
    events(i64, u32) -> Vec<Entry>;
    take_deliveries(Timestamp, Timestamp) -> Vec<Entry>;
    count_read(Read, Timestamp) -> Counted;
    look_at_reads(Read, Timestamp) -> Counted;
    get_reply(TokenKey, Timestamp) -> Option<Reply>;
    keep_reply(KeyedReply) -> ();
    }
    {
    get_link_session(LinkSessionId) -> Option<LinkSession>;
    update_link_session(LinkSessionId, SessionChange, Timestamp) -> Option<LinkSession>;
    get_view_session(ViewSessionId) -> Option<ViewSession>;
    end_connection(ConnectionId, Ender, Timestamp) -> Option<Connection>;
    get_connection(ConnectionId) -> Option<Connection>;
    update_connection(ConnectionId, ConnectionChange, Timestamp) -> Option<Connection>;
    get_event(EventId) -> Option<Entry>;
    note_delivery(EventId, u32, Delivery) -> ();
    }
}
