//! The whole flow against scripted platforms, on simulated time: no sleep, no network.

mod end;
mod happy;
mod redirect;
mod resume;
mod support;
mod trouble;
