//! What the fuzz targets reach of the parts that are no public interface. It decides nothing, and no program uses it.

use std::net::IpAddr;

use axum::http::request;

use crate::config::Network;
use crate::http::framing::{self, RawHead};
use crate::http::psu::Psu;
use crate::routes::redirect::form::Return;
use crate::serve::head::Heads;

/// What a head held that hyper does not pass on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whether there is a `#` in the request line.
    pub has_fragment: bool,
    /// Lines that are called `Content-Length`.
    pub lengths: usize,
}

/// The heads in the bytes of a connection, which come in `pieces`.
pub fn heads<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Head> {
    let mut heads = Heads::default();
    pieces.for_each(|piece| heads.feed(piece));
    let all = std::iter::from_fn(|| heads.next());
    all.map(|RawHead { has_fragment, lengths }| Head { has_fragment, lengths }).collect()
}

/// Whether the gate lets a request pass whose target has `longest` bytes at most.
pub fn is_well_framed(mut request: request::Parts, head: Head, longest: usize) -> bool {
    let Head { has_fragment, lengths } = head;
    request.extensions.insert(RawHead { has_fragment, lengths });
    framing::check(&request, longest).is_ok()
}

/// The address of the person behind a request, for the bank; `None` where the relay refuses the request.
pub fn address(request: &request::Parts, trusted: &[Network]) -> Option<IpAddr> {
    Psu::of(request, trusted).ok().map(|psu| psu.address())
}

/// The parameters of a return as name and value; `None` where the relay refuses them.
pub fn returned(form: &[u8]) -> Option<Vec<(&'static str, String)>> {
    let read = Return::parse(form)?;
    let rest =
        [("code", read.code), ("scope", read.scope), ("error", read.error), ("iss", read.iss)];
    let rest = rest.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let window = read.in_popup.then(|| ("window", "popup".to_owned()));
    Some([("state", read.state.text())].into_iter().chain(rest).chain(window).collect())
}
