//! Accounts (OpenAPI, Account Information Service): the list of them, one of them, and its balances. Its transactions
//! are in `transaction.rs`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use protocol::Balances;
use protocol::profile::Context;
use protocol::wire::{Account, BalanceReport};
use serde_json::{Value, json};

use super::exchange::Exchange;
use super::form;
use super::operation::Operation;
use super::transaction;
use crate::bank::Occasion;
use crate::books::{number, reference};
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
    let body = exchange.sandbox.with_platform(|platform, _, now| {
        Ok(match operation {
            Operation::GetAccountList(balances) => {
                let accounts = platform.accounts(&caller, &consent, presence, now)?;
                let access = platform.consent(&caller, &consent, now)?.terms.access.clone();
                let shown = accounts.into_iter().map(|account| {
                    let account = with(account, *balances);
                    shown(&account, &access, &caller, exchange)
                });
                json!({ "accounts": shown.collect::<Vec<Value>>() })
            }
            Operation::ReadAccountDetails(id, balances) => {
                let account = platform.account(&caller, (&consent, id), presence, now)?;
                let access = platform.consent(&caller, &consent, now)?.terms.access.clone();
                let account = with(account, *balances);
                let mut body = shown(&account, &access, &caller, exchange);
                form::merge(&mut body, &details(&account));
                body
            }
            Operation::GetBalances(id) => {
                let (account, balances) =
                    platform.balances(&caller, (&consent, id), presence, now)?;
                let account = Some(named(&account));
                json!(BalanceReport { account, balances })
            }
            Operation::GetTransactionList(id, request) => {
                let ids = (&consent, id);
                let report = platform.report(&caller, ids, request, presence, now)?;
                transaction::list(report, request, exchange)
            }
            Operation::GetTransactionDetails(id, transaction) => {
                let ids = (&consent, id);
                let found = platform.transaction(&caller, ids, transaction, presence, now)?;
                transaction::one(&found, id.as_str(), exchange)
            }
            _ => return Err(Refusal::UnknownPath),
        })
    })?;
    Ok(Json(body).into_response())
}

/// The path of an account, or of what is below it.
pub(super) fn path(account: &str, below: &str) -> String {
    [ACCOUNTS, "/", account, below].concat()
}

/// An account as a report names it: by its number.
pub(super) fn named(account: &Account) -> protocol::wire::AccountReference {
    reference(account, account.currency.as_deref().unwrap_or_default())
}

fn with(mut account: Account, balances: Balances) -> Account {
    if balances == Balances::Omitted {
        account.balances.clear();
    }
    account
}

/// What only the details of an account have.
fn details(account: &Account) -> Value {
    let mut details = json!({ "details": "An invented account of an invented person." });
    if account.cash_account_type.as_deref() == Some("CARD") {
        details["linkedAccounts"] = json!(number(account));
    }
    details
}

/// An account with the members that the platform's pages show.
fn shown(account: &Account, access: &Access, caller: &Caller, exchange: Exchange<'_>) -> Value {
    let usage = match caller.holder.context {
        Context::Private => "PRIV",
        Context::Corporate => "ORGA",
    };
    let below = |what: &str| exchange.link(&path(&account.resource_id, what));
    let mut more =
        json!({ "bic": caller.bank.bic, "status": "enabled", "usage": usage, "_links": {} });
    if access.has_balances() {
        more["_links"]["balances"] = json!(below("/balances"));
    }
    if access.has_transactions() {
        more["_links"]["transactions"] = json!(below("/transactions"));
    }
    form::with(account, &more)
}

const ACCOUNTS: &str = "/psd2/accountinformation/v1/accounts";
