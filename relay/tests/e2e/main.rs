//! End to end: a person at a real browser, the widget in it, the relay as a process, and behind it the sandbox in place
//! of the platform. Set-up and run: `cargo xtask test --only e2e`.
//!
//! A new test is a scenario in the file of its subject:
//!
//! ```ignore
//! scenario!(a_person_links_seb, async |scenario| {
//!     let (world, browser) = at_the_code(&scenario, "SEB").await;
//!     world.sign(&world.scan(&browser.qr().await));
//!     browser.screen("linked").await;
//! });
//! ```
//!
//! Its name is also that of its logs. A browser has a method for whatever a test asks of a page (`support/browser`).
//! After a failure the logs hold a picture of each browser of the scenario.

mod accessibility;
mod accounts;
mod asking;
mod challenge;
mod conditions;
mod documents;
mod ending;
mod figures;
mod forms;
mod frames;
mod kit;
mod link_session;
mod linking;
mod loading;
mod methods;
mod odd;
mod pages;
mod redirect;
mod screens;
mod security;
mod site;
mod slots;
mod support;
mod workers;
