//! A page's reads of a linked account: details, balances and transactions, with the person at the page.

use axum::http::Method;

use super::{challenge, read, world};
use crate::support::{ACCOUNTS, Browser, code};

#[tokio::test]
async fn a_page_reads_an_account_its_balances_and_its_transactions() {
    let (world, sandbox) = world().await;
    let mut browser = Browser::default();
    let (consent, path, token) = challenge(&world, &sandbox, &mut browser).await;
    let order = sandbox.scan(&format!("bankid:///?autostarttoken={token}")).unwrap();
    sandbox.sign(order.id).unwrap();
    assert_eq!(read(&browser.get(&world, &path).await)["scaStatus"], "finalised");
    let extra = [("consent-id", consent.as_str())];
    let mut get = async |target: &str| {
        let answer = browser.call(&world, Method::GET, target, &extra, None).await;
        assert_eq!(answer.status(), 200, "{target}: {:?}", answer.body());
        read(&answer)
    };
    let list = get(&format!("{ACCOUNTS}?withBalance=true")).await;
    let account = &list["accounts"][0];
    let one = format!("{ACCOUNTS}/{}", account["resourceId"].as_str().unwrap());
    assert_eq!(get(&one).await["iban"], account["iban"]);
    let balances = get(&format!("{one}/balances")).await;
    assert_eq!(balances["balances"][0]["balanceAmount"], account["balances"][0]["balanceAmount"]);
    let from = sandbox.now().date() - time::Duration::days(720);
    let transactions = format!("{one}/transactions?bookingStatus=both&dateFrom={from}");
    let page = get(&transactions).await;
    let booked = page["transactions"]["booked"].as_array().unwrap();
    assert_eq!(booked.len(), 100);
    let details = booked[0]["_links"]["transactionDetails"]["href"].as_str().unwrap();
    assert_eq!(get(details).await, booked[0]);
    // Without the bank's own parameter a page asks for the next transactions by date.
    let last = booked[99]["bookingDate"].as_str().unwrap();
    let before = get(&format!("{transactions}&dateTo={last}")).await;
    let days = before["transactions"]["booked"].as_array().unwrap();
    assert!(days.iter().all(|it| it["bookingDate"].as_str() <= Some(last)));
    let next = page["transactions"]["_links"]["next"]["href"].as_str().unwrap();
    let refused = browser.call(&world, Method::GET, next, &extra, None).await;
    assert_eq!((refused.status().as_u16(), &*code(&refused)), (400, "RELAY_REFUSED"));
    let sent = sandbox.requests();
    let reads = sent.iter().filter(|it| it.path.starts_with(&one));
    assert!(reads.clone().count() >= 5);
    assert!(reads.into_iter().all(|it| it.header("psu-ip-address").is_some()));
}
