//! The links to the banks' pages: their form, and how wrong links end.

use serde_json::{Value, json};

use crate::browser::Visit;
use crate::support::{Answer, Api, CONSENTS};

#[tokio::test]
async fn a_link_has_its_placeholders_in_brackets_and_names_the_host() {
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    let (consent, authorisation) = visit.ids();
    let expected = format!(
        "http://localhost/connect/authorize?client_id=[CLIENT_ID]&response_type=code\
         &scope=accountinformation%20private&redirect_uri=[TPP_REDIRECT_URI]&state=[TPP_STATE]\
         &acr_values=idp:NDEASESS%20consentId:{consent}%20consentAuthorisationId:{authorisation}"
    );
    assert_eq!(visit.link, expected);
    let plain = api.visit("PROVSESS", "mbid").await;
    let expected = format!(
        "http://localhost/bank/PROVSESS/authorise/{}\
         ?redirect_uri=[TPP_REDIRECT_URI]&state=[TPP_STATE]",
        plain.ids().1
    );
    assert_eq!(plain.link, expected);
    let polled = api.read("NDEASESS", &visit.authorisation).await;
    assert_eq!(polled["_links"].get("scaOAuth"), None::<&Value>, "only the choice has the link");
}

#[tokio::test]
async fn a_link_that_is_not_filled_or_not_whole_is_refused() {
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    for (from, to) in [
        ("client_id=sandbox-client", "client_id=[CLIENT_ID]"),
        ("client_id=sandbox-client", "client_id=%5BCLIENT_ID%5D"),
        ("client_id=sandbox-client", "client_id=nobody"),
        ("client_id=sandbox-client", "client_id="),
        ("client_id=sandbox-client&", ""),
        ("state=", "state=[TPP_STATE]"),
        ("state=", "state=&x="),
        ("state=", "state=x&state="),
        ("response_type=code", "response_type=token"),
        ("accountinformation%20", "aspspinformation%20"),
        ("accountinformation%20private", "accountinformation"),
        ("idp:NDEASESS", "idp:DABASESX"),
        ("idp:NDEASESS", "idp:PROVSESS"),
        ("consentId:", "consentId:0"),
        ("consentAuthorisationId:", "consentAuthorisationId:0"),
        ("acr_values=", "acr="),
    ] {
        let link = visit.filled();
        assert!(link.contains(from), "{from} is not in {link}");
        refused(&api.bare("GET", &link.replacen(from, to, 1)).send().await);
    }
    assert_eq!(visit.api.bare("GET", &visit.page()).send().await.status, 400, "not entered");
    visit.open().await;
}

#[tokio::test]
async fn the_address_to_return_to_is_compared_to_the_last_character() {
    let api = Api::new();
    for bic in ["NDEASESS", "PROVSESS"] {
        let visit = api.visit(bic, "mbid").await;
        let good = "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fredirect";
        for bad in [
            "redirect_uri=[TPP_REDIRECT_URI]",
            "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fredirect%2F",
            "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2FRedirect",
            "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fredirect%3Fa%3Db",
            "redirect_uri=http%3A%2F%2Flocalhost%3A8081%2Fredirect",
            "redirect_uri=https%3A%2F%2Flocalhost%3A8080%2Fredirect",
            "redirect_uri=http%3A%2F%2Flocalhost%3A8080%40evil.example%2Fredirect",
            "redirect_uri=http%253A%252F%252Flocalhost%253A8080%252Fredirect",
            "redirect_uri=%2F%2Fevil.example",
            "redirect_uri=",
            "uri=",
        ] {
            let link = visit.filled().replacen(good, bad, 1);
            assert_ne!(link, visit.filled());
            refused(&api.bare("GET", &link).send().await);
        }
        let twice = format!("{}&{good}", visit.filled());
        refused(&api.bare("GET", &twice).send().await);
        visit.open().await;
    }
}

#[tokio::test]
async fn an_address_can_be_registered_for_one_client_while_it_runs() {
    let api = Api::new();
    let uri = "https://shop.example/back?from=bank";
    let path = "/control/clients/other-client/redirect-uris";
    let body = json!({ "redirectUri": uri });
    assert_eq!(api.bare("POST", path).json(&body).send().await.status, 204);
    let unknown = path.replace("other", "no");
    assert_eq!(api.bare("POST", &unknown).json(&body).send().await.status, 404);
    let visit = api.visit("PROVSESS", "mbid").await;
    let encoded = "https%3A%2F%2Fshop.example%2Fback%3Ffrom%3Dbank";
    let link = visit.link.replace("[TPP_REDIRECT_URI]", encoded).replace("[TPP_STATE]", "s");
    let link = link.strip_prefix("http://localhost").unwrap();
    refused(&api.bare("GET", link).send().await);
    assert!(api.sandbox.add_redirect_uri("sandbox-client", uri));
    assert_eq!(api.bare("GET", link).send().await.status, 303);
    let back = visit.press("approve", "").await;
    assert_eq!(back.header("location"), format!("{uri}&state=s"));
}

#[tokio::test]
async fn a_link_works_while_its_authorisation_is_open_and_for_its_own_client_only() {
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    let foreign = visit.filled().replace("client_id=sandbox-client", "client_id=other-client");
    refused(&api.bare("GET", &foreign).send().await);
    visit.open().await;
    visit.arrive().await;
    let again = api.bare("GET", &visit.filled().replace("state=a", "state=b")).send().await;
    assert_eq!(again.status, 303, "a reload");
    let back = visit.press("approve", "").await;
    assert!(back.header("location").contains("&state=b"), "the newest link counts");
    refused(&api.bare("GET", &visit.filled()).send().await);
}

#[tokio::test]
async fn a_link_is_refused_before_a_method_is_chosen() {
    let api = Api::new();
    let link = api.visit("NDEASESS", "mbid").await.filled();
    let consent = api.consent("NDEASESS").await;
    let started = api.at("NDEASESS", "POST", &format!("{consent}/authorisations")).await;
    let authorisation = started.send().await.header("location").to_owned();
    let visit = Visit { api: &api, bic: "NDEASESS", authorisation, link: String::new() };
    let (consent, authorisation) = visit.ids();
    let head = link.split("consentId:").next().unwrap();
    let link = format!("{head}consentId:{consent}%20consentAuthorisationId:{authorisation}");
    refused(&api.bare("GET", &link).send().await);
    assert_eq!(api.choose("NDEASESS", &visit.authorisation, "mbid").await.status, 200);
    assert_eq!(api.bare("GET", &link).send().await.status, 303);
}

#[tokio::test]
async fn pages_load_nothing_foreign_and_leak_no_address() {
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    let sent = api.bare("GET", &visit.filled()).send().await;
    assert_eq!(sent.header("referrer-policy"), "no-referrer");
    assert_eq!(sent.header("cache-control"), "no-store");
    let page = visit.look().await;
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    // Browsers apply this also to the redirect that follows a form.
    assert!(policy.ends_with("form-action 'self' http://localhost:8080"), "{policy}");
    let text = page.text();
    for part in ["<script", "style=", "http:", "https:", "{{"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
    for part in ["Nordea", "Norrsken-ID", "sandbox-client", "2026-04-15"] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    let style = api.bare("GET", "/bank/NDEASESS/look.css").send().await;
    assert!(style.text().starts_with(":root { --brand: #14208c;"));
    assert_eq!(api.bare("GET", "/bank/ESSESESS/look.css").send().await.status, 404);
    assert_eq!(api.bare("GET", "/bank/look.css").send().await.status, 200);
}

#[tokio::test]
async fn unknown_pages_say_so() {
    let api = Api::new();
    let visit = api.visit("NDEASESS", "mbid").await;
    visit.open().await;
    let id = visit.ids().1;
    let consent = visit.ids().0;
    for path in [
        format!("/bank/DABASESX/authorise/{id}"),
        format!("/bank/NDEASESS/authorise/{consent}"),
        "/bank/NDEASESS/authorise/%20".to_owned(),
        format!("/bank/nde/authorise/{id}"),
    ] {
        refused(&api.bare("GET", &path).send().await);
        refused(&api.bare("POST", &path).form("action=approve").send().await);
    }
    assert_eq!(visit.sca().await, "started");
}

#[track_caller]
fn refused(answer: &Answer) {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(!answer.headers.contains_key("location"));
    let page = answer.text();
    assert!(page.contains("id=\"refused\"") && page.contains("id=\"reason\""), "{page}");
    for part in ["evil", "[", "localhost:", CONSENTS] {
        assert!(!page.contains(part), "the page repeats {part}");
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.trim_end().ends_with("form-action 'self'"), "{policy}");
}
