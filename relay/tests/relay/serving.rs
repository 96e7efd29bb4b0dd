//! Connections: half-open ones end, the number is bounded, the shutdown is orderly. Health.

use std::time::Duration;

use axum::http::Method;
use relay::config::Most;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::raw::{exchange, request, status};
use crate::support::{ASPSPS, CONSENTS, World, finish, json};

const SOON: Duration = Duration::from_secs(3);

/// Whether the peer closes the connection soon, whatever it says before.
async fn closes(stream: &mut TcpStream) -> bool {
    timeout(SOON, stream.read_to_end(&mut Vec::new())).await.is_ok()
}

#[tokio::test]
async fn idle_and_half_open_connections_are_closed() {
    let world = World::with(|config| config.limits.head = Duration::from_millis(200)).await;
    for bytes in ["", "GET / HT", "GET / HTTP/1.1\r\nhost: a\r\nx: y"] {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        assert!(closes(&mut stream).await, "{bytes:?}");
    }
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(b"GET /redirect.js HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(closes(&mut stream).await, "idle after an answer");
}

#[tokio::test]
async fn the_relay_does_not_wait_for_a_missing_body() {
    let world = World::with(|config| config.limits.body = Duration::from_millis(200)).await;
    let head = request("POST", CONSENTS, "content-type: application/json\r\ncontent-length: 9\r\n");
    let answer = exchange(world.address, head.as_bytes()).await;
    assert_eq!(status(&answer), Some(408), "{answer}");
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_called_too_large() {
    let world = World::new().await;
    let head = request("POST", CONSENTS, "content-type: application/json\r\ncontent-length: 9\r\n");
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all([&head, "{}"].concat().as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    timeout(SOON, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert_eq!(status(&answer), Some(400), "{answer}");
    assert!(answer.contains("broke off"), "{answer}");
    assert!(world.platform.received().is_empty());
}

#[tokio::test]
async fn a_full_relay_closes_the_connection_that_was_idle_longest() {
    let world = World::with(|config| {
        config.limits.connections = 4;
        config.quota.connections_per_address = Most::Any;
    })
    .await;
    world.platform.delay(Duration::from_millis(800));
    let under_way = tokio::spawn(finish(world.call(Method::GET, ASPSPS)));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut idle = Vec::new();
    for bytes in ["", "GET / HT", "GET / HTTP/1.1\r\nhost: a\r\nx: y", "", ""] {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        idle.push(stream);
    }
    let served = timeout(SOON, finish(world.bare(Method::GET, "/redirect.js"))).await;
    assert_eq!(served.unwrap().status(), 200, "it does not wait");
    for (number, stream) in idle.iter_mut().enumerate() {
        let is_closed =
            timeout(Duration::from_millis(200), stream.read_to_end(&mut Vec::new())).await.is_ok();
        assert_eq!(is_closed, number < 3, "{number}");
    }
    assert_eq!(under_way.await.unwrap().status(), 200, "who waits for an answer gets it");
}

#[tokio::test]
async fn pending_calls_complete_during_the_shutdown() {
    let mut world = World::new().await;
    world.platform.delay(Duration::from_millis(300));
    let call = tokio::spawn(finish(world.call(Method::GET, ASPSPS)));
    let idle = TcpStream::connect(world.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(150)).await;
    let address = world.address;
    world.stop();
    timeout(SOON, world.stopped()).await.expect("it drains at once");
    assert_eq!(call.await.unwrap().status(), 200);
    assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
    drop(idle);
}

#[tokio::test]
async fn two_requests_on_one_connection_are_two_requests() {
    let world = World::new().await;
    let text = format!(
        "GET /redirect.js HTTP/1.1\r\nhost: a\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n{}",
        request("GET", ASPSPS, "")
    );
    let answer = exchange(world.address, text.as_bytes()).await;
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 2, "{answer}");
    assert_eq!(world.platform.calls().len(), 1);
}

#[tokio::test]
async fn health_shows_whether_the_relay_can_get_a_token() {
    let world = World::new().await;
    let check = async |target: &str| world.admin(target).await.status().as_u16();
    assert_eq!(check("/health/ready").await, 200);
    world.clock.advance(Duration::from_hours(1));
    world.platform.script(|received| received.is_token().then(|| json(500, "{}")));
    for _ in 0..20 {
        assert_eq!(check("/health/ready").await, 503);
        assert_eq!(check("/health/live").await, 200);
    }
    assert_eq!(world.platform.tokens(), 2, "the platform is left alone");
    world.platform.script(|_| None);
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(check("/health/ready").await, 200);
}

/// A relay with a list of so many bytes, whose peers may stall for 300 ms.
async fn with_a_long_list(length: usize) -> World {
    let world = World::with(|config| {
        config.limits.unread = Duration::from_millis(300);
        config.limits.answer_body = length;
    })
    .await;
    let body = format!("\"{}\"", "x".repeat(length - 2));
    world.platform.script(move |received| (!received.is_token()).then(|| json(200, &body)));
    world
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_cut_off() {
    const LENGTH: usize = 64 * 1024 * 1024;
    let world = with_a_long_list(LENGTH).await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(request("GET", ASPSPS, "").as_bytes()).await.unwrap();
    // Such an answer takes a while to make: the peer's time begins with it.
    stream.peek(&mut [0]).await.unwrap();
    tokio::time::sleep(SOON).await;
    let mut answer = Vec::new();
    let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.expect("it is closed");
    assert!(answer.len() < LENGTH, "all of it came");
    assert_eq!(finish(world.bare(Method::GET, "/redirect.js")).await.status(), 200);
}

#[tokio::test]
async fn a_peer_that_reads_slowly_gets_all() {
    const LENGTH: usize = 32 * 1024 * 1024;
    let world = with_a_long_list(LENGTH).await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(request("GET", ASPSPS, "").as_bytes()).await.unwrap();
    let (mut length, mut buffer) = (0, vec![0; 1024 * 1024]);
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        length += read;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    assert!(length > LENGTH, "{length}");
}
