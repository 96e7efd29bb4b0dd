//! The HTTP side: every route and every layer on one page. It only translates; the model decides what
//! happens.

mod account;
mod aspsp;
mod bankid;
mod consent;
mod control;
mod exchange;
mod fault;
mod form;
mod headers;
mod link;
mod log;
mod logo;
mod operation;
mod page;
mod psd2;
mod record;
mod refusal;
mod token;
mod transaction;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post, put};

pub(crate) use self::exchange::{Scheme, Shown};
pub(crate) use self::fault::Dropped;
use crate::sandbox::Sandbox;

/// All that a sandbox serves: platform, BankID app, banks' pages and control API.
pub fn router(sandbox: Sandbox) -> Router {
    let platform = Router::new()
        .route("/connect/token", post(token::grant))
        .route("/psd2/{*call}", any(psd2::answer));
    layered(platform.merge(pages()), sandbox)
}

/// The part that persons and tests use: BankID app, banks' pages and control API.
pub(crate) fn app_router(sandbox: Sandbox) -> Router {
    layered(pages(), sandbox)
}

fn layered(routes: Router<Sandbox>, sandbox: Sandbox) -> Router {
    routes
        // Faults affect the routes above; the layers below record and log the result.
        .layer(from_fn_with_state(sandbox.clone(), fault::spoil))
        .layer(from_fn_with_state(sandbox.clone(), record::keep))
        .nest("/control", control_api())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(log::write))
        .with_state(sandbox)
}

/// What browsers open.
fn pages() -> Router<Sandbox> {
    Router::new()
        .route("/logos/{file}", get(logo::read))
        .route("/connect/authorize", get(page::authorize))
        .route("/bank/look.css", get(page::platform_look))
        .route("/bank/{bic}/look.css", get(page::look))
        .route("/bank/{bic}/authorise/{authorisation}", get(page::show).post(page::act))
        .route("/bankid", get(bankid::page))
        .route("/bankid/app.css", get(bankid::style))
        .route("/bankid/icon.svg", get(bankid::icon))
        .route("/bankid/app.js", get(bankid::script))
        .route("/bankid/orders", get(bankid::orders))
        .route("/bankid/scan", post(bankid::scan))
        .route("/bankid/orders/{order}/sign", post(bankid::sign))
        .route("/bankid/orders/{order}/cancel", post(bankid::cancel))
}

fn control_api() -> Router<Sandbox> {
    Router::new()
        .route("/banks", get(control::banks))
        .route("/banks/{bic}/customer", put(control::set_customer))
        .route("/clients/{client}/redirect-uris", post(control::add_redirect_uri))
        .route("/clock", get(control::clock).post(control::advance))
        .route("/consents", get(control::consents))
        .route("/consents/{id}/status", put(control::end_consent))
        .route("/faults", post(control::add_fault).delete(control::clear_faults))
        .route("/requests", get(control::requests).delete(control::clear_requests))
        .route("/tokens/revoke", post(control::revoke_tokens))
        .route("/{thing}", put(control::set_form))
}

/// Bytes; the longest body of a call is a consent of a few hundred.
const LARGEST_BODY: usize = 64 * 1024;
