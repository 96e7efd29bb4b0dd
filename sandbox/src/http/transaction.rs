//! Transactions (OpenAPI `getTransactionList`, `getTransactionDetails`) with their links, those to other pages too.

use protocol::percent_encoded;
use protocol::{Balances, Booking};
use serde_json::{Value, json};
use time::Date;

use super::account::{named, path};
use super::exchange::Exchange;
use super::form;
use crate::platform::{Page, Report, ReportRequest, Shown};

/// A page of transactions.
pub(super) fn list(report: Report, request: &ReportRequest, exchange: Exchange<'_>) -> Value {
    let Report { account, booked, pending, balances, page, pages, next } = report;
    let id = &account.resource_id;
    let link = |more: Option<(&str, &str)>| {
        let query = query(request, more);
        json!(exchange.link(&[&path(id, "/transactions?"), &*query].concat()))
    };
    let numbered = |page: usize| link(Some(("page", &page.to_string())));
    let mut links = json!({ "account": exchange.link(&path(id, "")) });
    match &next {
        Some(Page::Keyed(key)) => links["next"] = link(Some(("continuationKey", key))),
        Some(Page::Numbered(page)) => links["next"] = numbered(*page),
        None => {}
    }
    if pages > 1 {
        links["first"] = link(None);
    }
    if page > 1 {
        // The second page has no number before it but that of the first.
        links["previous"] = if page == 2 { link(None) } else { numbered(page - 1) };
    }
    if matches!(next, Some(Page::Numbered(_))) {
        links["last"] = numbered(pages);
    }
    let mut transactions = json!({ "_links": links });
    for (name, list) in [("booked", booked), ("pending", pending)] {
        if let Some(list) = list {
            let shown = list.iter().map(|it| one(it, id, exchange));
            transactions[name] = shown.collect();
        }
    }
    let mut body = json!({ "account": named(&account), "transactions": transactions });
    if !balances.is_empty() {
        body["balances"] = json!(balances);
    }
    body
}

/// One transaction of the account `id`.
pub(super) fn one((transaction, pan): &Shown, id: &str, exchange: Exchange<'_>) -> Value {
    let mut more = json!({});
    if let Some(own) = &transaction.transaction_id {
        let below = ["/transactions/", &percent_encoded(own)].concat();
        more["_links"] = json!({ "transactionDetails": exchange.link(&path(id, &below)) });
    }
    if let Some(pan) = pan {
        more["creditorAccount"] = json!({ "pan": pan });
    }
    form::with(transaction, &more)
}

/// The query of another page. A key holds the period itself.
fn query(request: &ReportRequest, more: Option<(&str, &str)>) -> String {
    let mut pairs = Vec::new();
    if !matches!(more, Some(("continuationKey", _))) {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        pairs.extend(day(request.from).map(|day| ("dateFrom", day)));
        pairs.extend(day(request.to).map(|day| ("dateTo", day)));
        pairs.extend(request.after.clone().map(|after| ("entryReferenceFrom", after)));
    }
    pairs.push(("bookingStatus", Booking::as_str(request.booking).to_owned()));
    if request.balances == Balances::Included {
        pairs.push(("withBalance", "true".to_owned()));
    }
    pairs.extend(more.map(|(name, value)| (name, value.to_owned())));
    let pairs =
        pairs.into_iter().map(|(name, value)| [name, "=", &percent_encoded(&value)].concat());
    pairs.collect::<Vec<_>>().join("&")
}
