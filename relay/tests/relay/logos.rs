//! Logos: images only, from known hosts only, fetched once.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, Response};
use tokio::task::JoinSet;

use crate::support::{World, finish, json};

const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#;

/// A world whose platform has one bank, with this logo address and this answer at `/logo`.
async fn world(logo_url: &str, kind: &'static str, image: &'static [u8]) -> World {
    let world = World::with(|config| config.limits.logo = 1000).await;
    let url = logo_url.replace("{api}", &world.platform.url);
    let list = format!(
        r#"{{"aspsps":[{{"bicFi":"ESSESESS","name":"SEB","logoUrl":"{url}"}},
        {{"bicFi":"HANDSESS","name":"Handelsbanken"}},{{"bicFi":"odd","name":"?"}}]}}"#
    );
    world.platform.script(move |received| {
        if received.target.ends_with("/aspsps") {
            return Some(json(200, &list));
        }
        (received.target == "/logo").then(|| {
            let builder = Response::builder().header("content-type", kind);
            builder.header("set-cookie", "evil=1").body(Body::from(image)).unwrap()
        })
    });
    world
}

async fn logo(world: &World, bic: &str) -> Response<Bytes> {
    finish(world.bare(Method::GET, &format!("/logos/{bic}"))).await
}

fn count(world: &World, target: &str) -> usize {
    world.platform.calls().iter().filter(|call| call.target == target).count()
}

#[tokio::test]
async fn a_logo_is_an_image_that_can_do_nothing() {
    for address in ["{api}/logo", "/logo"] {
        let world = world(address, "image/svg+xml; charset=utf-8", SVG.as_bytes()).await;
        let answer = logo(&world, "ESSESESS").await;
        assert_eq!((answer.status().as_u16(), &answer.body()[..]), (200, SVG.as_bytes()));
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/svg+xml");
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "public, max-age=86400");
        assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
        assert!(!answer.headers().contains_key("set-cookie"));
        let asked = world.platform.calls().pop().unwrap();
        assert_eq!(asked.target, "/logo");
        assert!(asked.all("authorization").is_empty(), "no token goes to a picture's host");
    }
}

#[tokio::test]
async fn anything_but_a_small_image_is_refused() {
    for (kind, image) in [
        ("text/html", SVG.as_bytes()),
        ("application/octet-stream", SVG.as_bytes()),
        ("image/x-icon", b"x"),
        ("image/png", &[0; 1001]),
    ] {
        let world = world("/logo", kind, image).await;
        let answer = logo(&world, "ESSESESS").await;
        assert_eq!(answer.status(), 502, "{kind}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn a_logo_on_another_host_is_not_fetched() {
    let other = World::new().await;
    for address in [
        format!("{}/logo", other.platform.url),
        "http://opeopenbanking.blob.core.windows.net/logo".to_owned(),
        "https://evil.example/logo".to_owned(),
        "https://opeopenbanking.blob.core.windows.net:444/logo".to_owned(),
        "file:///etc/passwd".to_owned(),
        "data:image/png;base64,AAAA".to_owned(),
        "//evil.example/logo".to_owned(),
    ] {
        let world = world(&address, "image/png", b"x").await;
        assert_eq!(logo(&world, "ESSESESS").await.status(), 404, "{address}");
    }
    assert!(other.platform.received().is_empty());
}

#[tokio::test]
async fn two_hundred_unknown_banks_cost_the_platform_one_list() {
    let world = world("/logo", "image/png", b"x").await;
    let mut asked = JoinSet::new();
    for number in 0..200 {
        let request = world.bare(Method::GET, &format!("/logos/ABCDSE{:02}", number % 100));
        asked.spawn(async { finish(request).await.status() });
    }
    assert!(asked.join_all().await.iter().all(|status| *status == 404));
    assert_eq!(world.platform.received().len(), 2, "a token and a list");
    for bic in ["HANDSESS", "seb", "..", "%45SSESESS", "ESSESESS/"] {
        assert_eq!(logo(&world, bic).await.status(), 404, "{bic}");
    }
    assert_eq!(world.platform.received().len(), 2);
}

#[tokio::test]
async fn a_logo_is_fetched_once_a_day() {
    let world = world("/logo", "image/png", b"x").await;
    let mut asked = JoinSet::new();
    for _ in 0..50 {
        let request = world.bare(Method::GET, "/logos/ESSESESS");
        asked.spawn(async { finish(request).await.status() });
    }
    assert!(asked.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(count(&world, "/logo"), 1);
    world.clock.advance(Duration::from_hours(23));
    assert_eq!(logo(&world, "ESSESESS").await.status(), 200);
    assert_eq!(count(&world, "/logo"), 1);
    world.clock.advance(Duration::from_hours(1));
    assert_eq!(logo(&world, "ESSESESS").await.status(), 200);
    assert_eq!(count(&world, "/logo"), 2);
}

#[tokio::test]
async fn a_failed_logo_is_tried_again_after_the_pause() {
    let world = world("/logo", "text/html", b"x").await;
    for _ in 0..10 {
        assert_eq!(logo(&world, "ESSESESS").await.status(), 502);
    }
    assert_eq!(count(&world, "/logo"), 1);
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(logo(&world, "ESSESESS").await.status(), 502);
    assert_eq!(count(&world, "/logo"), 2);
}
