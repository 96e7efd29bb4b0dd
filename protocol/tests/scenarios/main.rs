//! The whole flow against scripted platforms, on simulated time: no sleep, no network.

mod end;
mod happy;
mod support;
mod trouble;
