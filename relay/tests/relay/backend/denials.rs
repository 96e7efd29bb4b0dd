//! What the back-end port refuses, and how.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Host, terms, value};
use crate::database;
use crate::each::on_each_database;
use crate::support::finish;

on_each_database! {
    without_a_key_nothing_is_answered_but_the_document,
    browsers_do_not_reach_the_back_end_port_nor_it_their_routes,
    each_term_is_checked_and_named,
    a_request_that_is_sent_again_gets_the_same_answer,
    what_is_not_there_is_not_found,
}

async fn without_a_key_nothing_is_answered_but_the_document() {
    let host = Host::new().await;
    let url = format!("{}/v1/connections", host.url);
    let bare = || host.client.get(&url);
    let wrong = format!("{}x", host.key);
    for request in [
        bare(),
        bare().bearer_auth(&wrong),
        bare().bearer_auth(""),
        bare().header("authorization", format!("Basic {}", host.key)),
        bare().bearer_auth(&host.key).bearer_auth(&host.key),
        host.client.post(format!("{}/v1/link-sessions", host.url)).json(&terms()),
        host.client.get(format!("{}/nothing/here", host.url)),
    ] {
        let answer = finish(request).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        let problem = value(&answer);
        assert_eq!(problem["code"], "unauthorized");
        assert_eq!(problem["status"], 401);
        assert_eq!(answer.headers()["x-request-id"], *problem["request_id"].as_str().unwrap());
    }
    let document = finish(host.client.get(format!("{}/openapi.json", host.url))).await;
    assert_eq!(value(&document)["openapi"], "3.1.0");
    assert!(host.world.platform.received().is_empty());
}

async fn browsers_do_not_reach_the_back_end_port_nor_it_their_routes() {
    let host = Host::new().await;
    let there = finish(host.request(Method::GET, "/psd2/aspspinformation/v1/aspsps")).await;
    assert_eq!(
        (there.status(), &value(&there)["code"]),
        (StatusCode::NOT_FOUND, &json!("not_found"))
    );
    let world = &host.world;
    let here = finish(world.call(Method::GET, "/v1/connections").bearer_auth(&host.key)).await;
    assert_eq!(here.status(), StatusCode::NOT_FOUND);
}

async fn each_term_is_checked_and_named() {
    let host = Host::new().await;
    let with = |name: &str, value: Value| {
        let mut terms = terms();
        terms[name] = value;
        terms
    };
    for (name, bad) in [
        ("client_reference", Value::Null),
        ("client_reference", json!("")),
        ("client_reference", json!("x".repeat(129))),
        ("client_reference", json!("anna@example.org")),
        ("client_reference", json!("19800101-9999").to_string().trim_matches('"').into()),
        ("client_reference", json!("198001019999")),
        ("client_reference", json!("131052-308T")),
        ("client_reference", json!("two\nlines")),
        ("purpose", json!("x".repeat(201))),
        ("country", json!("Sweden")),
        ("bank", json!("not a bic")),
        ("validity_days", json!(0)),
        ("validity_days", json!(181)),
        ("frequency_per_day", json!(5)),
        ("return_url", json!("https://elsewhere.example/")),
        ("return_url", json!("javascript:alert(1)")),
        ("context", json!("corporate")),
        ("metadata", json!({ "k": "v".repeat(501) })),
    ] {
        let answer = host.post("/v1/link-sessions", &with(name, bad.clone())).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{name} {bad}");
        let problem = value(&answer);
        assert_eq!(
            (&problem["code"], &problem["member"]),
            (&json!("invalid_request"), &json!(name))
        );
    }
    for bad in
        [with("data", json!(["payments"])), with("colour", json!("red")), json!([]), json!("text")]
    {
        let answer = host.post("/v1/link-sessions", &bad).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{bad}");
        assert_eq!(value(&answer)["code"], "invalid_request");
    }
    for good in
        ["customer-4711", "42", "7b0f0c8e-6f0e-4bd4-9f5e-8a6a4d9a7d11", "K\u{f6}rner AB / 7"]
    {
        let made = host.post("/v1/link-sessions", &with("client_reference", json!(good))).await;
        assert_eq!(made.status(), StatusCode::CREATED, "{good}");
    }
    let page = json!("https://shop.example/linked?step=2");
    let made = host.post("/v1/link-sessions", &with("return_url", page)).await;
    assert_eq!(made.status(), StatusCode::CREATED);
}

async fn a_request_that_is_sent_again_gets_the_same_answer() {
    let host = Host::new().await;
    let post = |key: &str, body: Value| {
        let request =
            host.request(Method::POST, "/v1/link-sessions").header("idempotency-key", key);
        finish(request.json(&body))
    };
    let first = post("one", terms()).await;
    let again = post("one", terms()).await;
    assert_eq!((first.status(), again.status()), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(value(&first), value(&again));
    assert_ne!(value(&post("two", terms()).await), value(&first));
    let mut other = terms();
    other["validity_days"] = json!(30);
    let reused = post("one", other).await;
    assert_eq!(reused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(value(&reused)["code"], "idempotency_key_reused");
    // The two at once make one.
    let (left, right) = tokio::join!(post("three", terms()), post("three", terms()));
    assert_eq!(value(&left), value(&right));
    host.world.clock.advance(std::time::Duration::from_hours(25));
    assert_ne!(value(&post("one", terms()).await), value(&first), "after a day it is forgotten");
}

async fn what_is_not_there_is_not_found() {
    let host = Host::new().await;
    let ls = format!("/v1/link-sessions/ls_{}", "A".repeat(22));
    let cn = format!("/v1/connections/cn_{}", "A".repeat(22));
    for target in
        [&*ls, "/v1/link-sessions/x", &*cn, "/v1/connections/%00", "/v1/connections/%FF", "/v2/x"]
    {
        let answer = finish(host.request(Method::GET, target)).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{target}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    for target in [
        "/v1/connections?limit=0",
        "/v1/connections?x=1",
        "/v1/connections?cursor=x",
        "/v1/connections?client_reference=%00",
        "/v1/connections?client_reference=anna@example.org",
        "/v1/events?after=x",
    ] {
        let answer = finish(host.request(Method::GET, target)).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{target}");
    }
    let wrong = finish(host.request(Method::PUT, "/v1/connections")).await;
    assert_eq!(wrong.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.headers()["allow"], "GET,HEAD");
}
