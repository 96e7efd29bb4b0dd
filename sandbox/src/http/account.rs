//! Accounts (OpenAPI, Account Information Service): the list of them. The document's other operations are
//! checked in the same way and answered with 501.

use axum::Json;
use axum::response::{IntoResponse, Response};
use protocol::profile::Context;
use protocol::wire::Account;
use serde_json::{Value, json};

use super::exchange::Exchange;
use super::form;
use super::operation::Operation;
use crate::bank::Occasion;
use crate::platform::{Access, Caller, Holder, Refusal};

pub(super) fn answer(
    operation: &Operation,
    holder: Holder,
    exchange: Exchange<'_>,
) -> Result<Response, Refusal> {
    let caller = exchange.caller(holder)?;
    let consent = exchange.headers().consent()?;
    exchange.headers().suit(caller.bank, &[Occasion::Accounts])?;
    let presence = exchange.headers().presence(caller.bank, exchange.forms().addresses)?;
    let &Operation::GetAccountList { balances } = operation else {
        return exchange.sandbox.with_platform(|platform, _, now| {
            platform.consent(&caller, &consent, now)?.usable()?;
            Err(Refusal::NotImplemented)
        });
    };
    exchange.sandbox.with_platform(|platform, _, now| {
        let accounts = platform.accounts(&caller, &consent, presence, now)?;
        let access = platform.consent(&caller, &consent, now)?.terms.access.clone();
        let shown = accounts.into_iter().map(|mut account| {
            if !balances {
                account.balances.clear();
            }
            shown(&account, &access, &caller, exchange)
        });
        let accounts: Vec<Value> = shown.collect();
        Ok(Json(json!({ "accounts": accounts })).into_response())
    })
}

/// An account with the members that the platform's pages show.
fn shown(account: &Account, access: &Access, caller: &Caller, exchange: Exchange<'_>) -> Value {
    let usage = match caller.holder.context {
        Context::Private => "PRIV",
        Context::Corporate => "ORGA",
    };
    let below = |what: &str| {
        let path = [exchange.parts.uri.path(), "/", &account.resource_id, "/", what].concat();
        exchange.link(&path)
    };
    let mut more =
        json!({ "bic": caller.bank.bic, "status": "enabled", "usage": usage, "_links": {} });
    if access.has_balances() {
        more["_links"]["balances"] = json!(below("balances"));
    }
    if access.has_transactions() {
        more["_links"]["transactions"] = json!(below("transactions"));
    }
    form::with(account, &more)
}
