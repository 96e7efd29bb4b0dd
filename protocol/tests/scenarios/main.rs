//! The whole flow against scripted platforms, on simulated time: no sleeping, no network.

mod adopt;
mod asking;
mod challenge;
mod checked;
mod end;
mod frames;
mod ground;
mod happy;
mod link_session;
mod order;
mod platforms;
mod redirect;
mod resume;
mod session;
mod support;
mod trouble;
mod unreturned;
