//! End to end: a person at a real browser, the widget in it, the relay as a process, the platform's
//! stand-in behind it. Set-up and run: `cargo xtask test --only e2e`.

mod accessibility;
mod asking;
mod challenge;
mod ending;
mod forms;
mod frames;
mod ground;
mod keeping;
mod kit;
mod linking;
mod loading;
mod methods;
mod odd;
mod pages;
mod redirect;
mod screens;
mod slots;
mod support;
mod workers;
