//! The account list (OpenAPI `getAccountList`).

use axum::Json;
use axum::response::{IntoResponse, Response};
use protocol::Balances;
use protocol::wire::AccountList;

use super::exchange::Exchange;
use crate::platform::{Holder, Refusal};

pub(super) fn list(
    balances: Balances,
    holder: Holder,
    exchange: Exchange<'_>,
) -> Result<Response, Refusal> {
    let caller = exchange.caller(holder)?;
    let consent = exchange.headers().consent()?;
    let presence = exchange.headers().presence()?;
    let mut accounts = exchange
        .sandbox
        .with_platform(|platform, _, now| platform.accounts(&caller, &consent, presence, now))?;
    if balances == Balances::Omitted {
        for account in &mut accounts {
            account.balances.clear();
        }
    }
    Ok(Json(AccountList { accounts }).into_response())
}
