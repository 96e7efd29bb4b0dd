//! A web server and the relay behind it count the same requests, whatever a client writes. Else one client could put a
//! request before that of another, or read its answer (CWE-444, RFC 9112 section 11.2).

use std::time::Duration;

use axum::http::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};

use super::server::{Kind, NAME, Server};
use super::variables;
use crate::sandboxed::person::Person;
use crate::sandboxed::site::{NORDEA, Site};
use crate::support::{ASPSPS, CONSENTS, field};

async fn count_the_same(kind: Kind) {
    let mut site = Site::start_with(variables).await;
    let server = Server::start(kind, site.world.address.port()).await;
    site.world.ask_through(&format!("https://{NAME}"), server.client());
    let mut person = Person::at(&site, NORDEA).await;

    // What the client hides is a question of its own, which nobody refuses.
    let hidden = format!(
        "GET {} HTTP/1.1\r\nhost: {NAME}\r\nx-ais-link: 1\r\nx-bicfi: {}\r\nuser-agent: a\r\ncookie: {}\r\n\r\n",
        person.consent_path("/status"),
        NORDEA.bic,
        person.cookie(),
    );
    let plain = format!("GET {ASPSPS}?isoCountryCodes=SE HTTP/1.1\r\nhost: {NAME}\r\n\r\n");
    let in_a_row = [plain, hidden.clone()].concat();
    let forms = forms(&hidden);
    let all = [("two in a row".to_owned(), in_a_row)].into_iter().chain(forms);
    let mut open = 0;
    for (name, text) in all {
        // A second later the relay asks the bank for a status again.
        site.world.clock.advance(Duration::from_secs(2));
        let answer = exchange(&server, text.as_bytes()).await;
        let counts = agree(&site, &server).await;
        assert_eq!(counts[0], counts[1], "{name}: {answer}\n{}", server.logs());
        assert!(name != "two in a row" || counts[0] == 1, "the counting works: {answer}");
        open = counts[0];
        // The next requests are another's, on the connections that the server keeps.
        for _ in 0..2 {
            let status = person.status(&person.path()).await;
            assert_eq!(field(&status, "scaStatus"), "started", "{name}: {answer}");
        }
    }
    println!("{open} hidden requests were open ones for both");
    drop(server.stop().await);
}

/// How many of the hidden requests the web server has passed on, and how many the relay has.
async fn agree(site: &Site, server: &Server) -> [usize; 2] {
    let mut counts = [0, 0];
    // A line of the log may come after the answer.
    for _ in 0..20 {
        let logs = server.logs();
        let is_one = |line: &&str| {
            line.contains("/status\"")
                && [" 200 ", "\"status\":200"].iter().any(|it| line.contains(it))
        };
        let requests = site.sandbox.requests();
        let reached = requests.iter().filter(|seen| {
            seen.path.starts_with(CONSENTS)
                && seen.path.ends_with("/status")
                && seen.method == Method::GET.as_str()
        });
        counts = [logs.lines().filter(is_one).count(), reached.count()];
        if counts[0] == counts[1] {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    counts
}

/// Sends `bytes`, and reads until the server closes or says no more.
async fn exchange(server: &Server, bytes: &[u8]) -> String {
    let mut stream = server.connect().await;
    // A server that refuses the head may have closed already.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(Ok(length @ 1..)) = timeout(QUIET, stream.read(&mut buffer)).await {
        answer.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Requests with `hidden` in them, of forms on whose end two readers may not agree, each with what is odd in it.
fn forms(hidden: &str) -> Vec<(String, String)> {
    let length = hidden.len();
    let chunk = format!("{length:x}\r\n{hidden}\r\n0\r\n\r\n");
    let ended = format!("0\r\n\r\n{hidden}");
    let short = format!("2\r\n{{}}\r\n0\r\n\r\n{hidden}");
    let mut forms = Vec::new();
    // Headers that say where a body ends, and the body with the hidden request in it or after it.
    for line in [
        format!("content-length: {length}"),
        format!("content-length: {length}\r\ncontent-length: 0"),
        format!("content-length: 0\r\ncontent-length: {length}"),
        format!("content-length: 0, {length}"),
        format!("content-length: +{length}"),
        format!("content-length: 0{length}"),
        format!("content-length: 0x{length:x}"),
        format!("content-length: {length} 0"),
        format!("content-length : {length}"),
        format!("content-length\u{b}: {length}"),
        format!("content_length: {length}"),
        format!("x: y\n content-length: {length}"),
        format!("x: y\rcontent-length: {length}"),
        format!("x: y\ncontent-length: {length}"),
        format!("connection: content-length\r\ncontent-length: {length}"),
        format!("expect: 100-continue\r\ncontent-length: {length}"),
        format!("upgrade: h2c\r\nconnection: upgrade\r\ncontent-length: {length}"),
        "content-length: -1".to_owned(),
        "content-length: 18446744073709551616".to_owned(),
        "content-length:".to_owned(),
        "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==".to_owned(),
    ] {
        forms.push((line, hidden.to_owned()));
    }
    let whole = ended.len();
    for line in [
        "transfer-encoding: chunked".to_owned(),
        format!("content-length: {whole}\r\ntransfer-encoding: chunked"),
        format!("transfer-encoding: chunked\r\ncontent-length: {whole}"),
        format!("content-length: {whole}\r\ntransfer-encoding : chunked"),
        format!("content-length: {whole}\r\ntransfer-encoding:\tchunked"),
        format!("content-length: {whole}\r\ntransfer-encoding: \u{b}chunked"),
        format!("content-length: {whole}\r\ntransfer-encoding: xchunked"),
        format!("content-length: {whole}\r\ntransfer-encoding: chunked, identity"),
        format!("content-length: {whole}\r\ntransfer-encoding: identity, chunked"),
        format!("content-length: {whole}\r\ntransfer-encoding: \"chunked\""),
        format!(
            "content-length: {whole}\r\ntransfer-encoding: identity\r\ntransfer-encoding: chunked"
        ),
        format!("content-length: {whole}\r\ntransfer_encoding: chunked"),
        format!("content-length: {whole}\r\nx: y\r\n transfer-encoding: chunked"),
        format!("content-length: {whole}\r\nx: y\rtransfer-encoding: chunked"),
        format!("content-length: {whole}\r\nx: y\0\r\ntransfer-encoding: chunked"),
        format!(
            "content-length: {whole}\r\nconnection: transfer-encoding\r\ntransfer-encoding: chunked"
        ),
        format!("content-length: {whole}\r\nTRANSFER-ENCODING: CHUNKED"),
    ] {
        forms.push((line, ended.clone()));
    }
    for line in [
        "transfer-encoding: chunked".to_owned(),
        "content-length: 4\r\ntransfer-encoding: chunked".to_owned(),
        "content-length: 0\r\ntransfer-encoding: chunked".to_owned(),
    ] {
        forms.push((line.clone(), chunk.clone()));
        forms.push((line, short.clone()));
    }
    // Ways to write a chunk.
    for size in [
        "0x0",
        " 0",
        "+0",
        "-0",
        "00000000000000000000",
        "0;a=\"\r\n\"",
        "0;\n",
        "0\n",
        "0 ",
        "100000000000000000000",
    ] {
        let line = "transfer-encoding: chunked".to_owned();
        forms.push((line, format!("{size}\r\n\r\n{hidden}")));
    }
    let mut all = Vec::new();
    for (line, body) in forms {
        for method in ["POST", "GET"] {
            let target = if method == "POST" { CONSENTS } else { ASPSPS };
            let text = format!(
                "{method} {target} HTTP/1.1\r\nhost: {NAME}\r\nx-ais-link: 1\r\ncontent-type: application/json\r\n{line}\r\n\r\n{body}"
            );
            all.push((format!("{method}, {line:?}, {:?}", &body[..body.len().min(12)]), text));
        }
    }
    // Heads that end early for one of two readers, and first lines that are not what they seem.
    for (name, start) in [
        ("lines without a return", format!("GET {ASPSPS} HTTP/1.1\nhost: {NAME}\n\n")),
        (
            "a second line without a return",
            format!("GET {ASPSPS} HTTP/1.1\r\nhost: {NAME}\r\nx: y\n\n"),
        ),
        ("returns without a line", format!("GET {ASPSPS} HTTP/1.1\rhost: {NAME}\r\r")),
        (
            "HTTP/1.0 that stays",
            format!("POST {CONSENTS} HTTP/1.0\r\nhost: {NAME}\r\nconnection: keep-alive\r\n\r\n"),
        ),
        ("no version", format!("GET {ASPSPS}\r\n")),
        (
            "a head and no body",
            format!("HEAD {ASPSPS} HTTP/1.1\r\nhost: {NAME}\r\ncontent-length: {length}\r\n\r\n"),
        ),
        (
            "OPTIONS with a body",
            format!(
                "OPTIONS {ASPSPS} HTTP/1.1\r\nhost: {NAME}\r\ncontent-length: {length}\r\n\r\n"
            ),
        ),
        (
            "another host",
            format!("GET https://other.example{ASPSPS} HTTP/1.1\r\nhost: {NAME}\r\n\r\n"),
        ),
        (
            "a line in the path",
            format!("GET {ASPSPS}?x=%0d%0a%0d%0a HTTP/1.1\r\nhost: {NAME}\r\n\r\n"),
        ),
        ("two versions", format!("GET {ASPSPS} HTTP/1.1 HTTP/1.1\r\nhost: {NAME}\r\n\r\n")),
    ] {
        all.push((name.to_owned(), format!("{start}{hidden}")));
    }
    all
}

/// The wait for more. Some of these requests are never whole, and get no answer.
const QUIET: Duration = Duration::from_millis(150);

#[tokio::test]
#[ignore = "needs nginx: cargo xtask test"]
async fn nginx_and_the_relay_count_the_same_requests() {
    count_the_same(Kind::Nginx).await;
}

#[tokio::test]
#[ignore = "needs Caddy: cargo xtask test"]
async fn caddy_and_the_relay_count_the_same_requests() {
    count_the_same(Kind::Caddy).await;
}
