//! The person: signs in the BankID app, and says yes at the bank's page.

use sandbox::Sandbox;
use url::Url;

/// Signs the order that the QR code of `token` starts, unless the order is over.
pub(crate) fn sign(sandbox: &Sandbox, token: &str) {
    if let Ok(order) = sandbox.scan(&format!("bankid:///?autostarttoken={token}")) {
        sandbox.sign(order.id).unwrap();
    }
}

/// Follows `link` to the bank's page and approves. Returns the parameters of the bank's return, as a form.
pub(crate) async fn approve(client: &reqwest::Client, link: &str) -> String {
    let sent = client.get(link).send().await.unwrap();
    assert_eq!(sent.status(), 303, "the link leads to the bank's page");
    let page = sent.url().join(sent.headers()["location"].to_str().unwrap()).unwrap();
    let text = client.get(page.clone()).send().await.unwrap().text().await.unwrap();
    if text.contains("id=\"user-id\"") {
        press(client, &page, "continue&user-id=8801011234").await;
    }
    let back = press(client, &page, "approve").await;
    Url::parse(&back).unwrap().query().unwrap().to_owned()
}

/// Presses a button. Returns the address to which it leads.
async fn press(client: &reqwest::Client, page: &Url, button: &str) -> String {
    let request = client.post(page.clone()).body(format!("action={button}"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 303, "{button}");
    answer.headers()["location"].to_str().unwrap().to_owned()
}
