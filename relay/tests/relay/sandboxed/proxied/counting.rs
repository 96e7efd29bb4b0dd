//! A web server and the relay behind it count the same requests, whatever a client writes. Else one client could put a
//! request before that of another, or read its answer (CWE-444, RFC 9112 section 11.2).

use std::time::Duration;

use axum::http::Method;
use tokio::io::AsyncWriteExt as _;
use tokio::time::sleep;

use super::server::{Kind, NAME, Server};
use super::variables;
use crate::sandboxed::person::Person;
use crate::sandboxed::site::{NORDEA, Site};
use crate::support::{ASPSPS, CONSENTS, field, raw};

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
        let Counts { answered, passed_on, reached } = counts(&site, &server).await;
        let agree = answered <= reached && reached <= passed_on;
        assert!(agree, "{name}: {answered} to {passed_on}, {reached}\n{answer}{}", server.logs());
        assert!(name != "two in a row" || reached == 1, "the counting works: {answer}");
        open = reached;
        // The next requests are another's, on the connections that the server keeps.
        for _ in 0..2 {
            let status = person.status(&person.path()).await;
            assert_eq!(field(&status, "scaStatus"), "started", "{name}: {answer}");
        }
    }
    println!("{open} hidden requests were open ones for both");
}

/// How many of the hidden requests there were so far.
struct Counts {
    /// In the log of the web server, with an answer.
    answered: usize,
    /// All in that log: on a busy machine the client may be gone before the answer.
    passed_on: usize,
    /// At the relay, which asks the bank for each.
    reached: usize,
}

async fn counts(site: &Site, server: &Server) -> Counts {
    let mut tries = 0;
    loop {
        let logs = server.logs();
        let lines = logs.lines().filter(|line| line.contains("/status\""));
        let is_answered = |line: &&str| line.contains(" 200 ") || line.contains("\"status\":200");
        let requests = site.sandbox.requests();
        let reached = requests.iter().filter(|seen| {
            seen.path.starts_with(CONSENTS)
                && seen.path.ends_with("/status")
                && seen.method == Method::GET.as_str()
        });
        let counts = Counts {
            answered: lines.clone().filter(is_answered).count(),
            passed_on: lines.count(),
            reached: reached.count(),
        };
        tries += 1;
        // A line of the log may come after the answer.
        if counts.answered == counts.reached || tries > 20 {
            return counts;
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Sends `bytes`, and reads until the server closes or says no more.
async fn exchange(server: &Server, bytes: &[u8]) -> String {
    let mut stream = server.connect().await;
    // A server that refuses the head may have closed already.
    let _ = stream.write_all(bytes).await;
    raw::read(stream, QUIET, QUIET).await
}

/// Requests with `hidden` in them, on whose end two readers may not agree, each with what is odd in it.
fn forms(hidden: &str) -> Vec<(String, String)> {
    let bodies = with_lengths(hidden).into_iter().chain(with_chunks(hidden));
    let mut all = Vec::new();
    for (lines, body) in bodies {
        for (method, target) in [("POST", CONSENTS), ("GET", ASPSPS)] {
            let name = format!("{method}, {lines:?}, {:?}", &body[..body.len().min(12)]);
            let head = format!("{method} {target} HTTP/1.1\r\nhost: {NAME}\r\nx-ais-link: 1");
            let kind = "content-type: application/json";
            all.push((name, format!("{head}\r\n{kind}\r\n{lines}\r\n\r\n{body}")));
        }
    }
    all.extend(with_odd_heads(hidden));
    all
}

/// Lines of a head that may say that the hidden request is a body, and that request.
fn with_lengths(hidden: &str) -> Vec<(String, String)> {
    let length = hidden.len();
    let lines = [
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
        ["upgrade: websocket", "connection: upgrade", "sec-websocket-version: 13", WEBSOCKET_KEY]
            .join("\r\n"),
    ];
    lines.map(|lines| (lines, hidden.to_owned())).into()
}

/// Lines of a head that may say that a body is in chunks, and a body in chunks with the hidden request in it or after it.
fn with_chunks(hidden: &str) -> Vec<(String, String)> {
    let ended = format!("0\r\n\r\n{hidden}");
    let short = format!("2\r\n{{}}\r\n{ended}");
    let whole = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    let mut all = Vec::new();
    for lines in [
        "transfer-encoding : chunked",
        "transfer-encoding:\tchunked",
        "transfer-encoding: \u{b}chunked",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: identity, chunked",
        "transfer-encoding: \"chunked\"",
        "transfer-encoding: identity\r\ntransfer-encoding: chunked",
        "transfer_encoding: chunked",
        "x: y\r\n transfer-encoding: chunked",
        "x: y\rtransfer-encoding: chunked",
        "x: y\0\r\ntransfer-encoding: chunked",
        "connection: transfer-encoding\r\ntransfer-encoding: chunked",
        "TRANSFER-ENCODING: CHUNKED",
        CHUNKED,
    ] {
        all.push((format!("content-length: {}\r\n{lines}", ended.len()), ended.clone()));
    }
    all.push((format!("{CHUNKED}\r\ncontent-length: {}", ended.len()), ended.clone()));
    for before in ["", "content-length: 4\r\n", "content-length: 0\r\n"] {
        for body in [&ended, &short, &whole] {
            all.push((format!("{before}{CHUNKED}"), body.clone()));
        }
    }
    for last in
        ["0x0", " 0", "+0", "-0", "00000000000000000000", "0;a=\"\r\n\"", "0;\n", "0\n", "0 "]
    {
        all.push((CHUNKED.to_owned(), format!("{last}\r\n\r\n{hidden}")));
    }
    all
}

/// Heads that end early for one of two readers, and first lines that are not what they seem.
fn with_odd_heads(hidden: &str) -> Vec<(String, String)> {
    let host = format!("host: {NAME}");
    let length = format!("content-length: {}", hidden.len());
    [
        ("lines without a return", format!("GET {ASPSPS} HTTP/1.1\n{host}\n\n")),
        ("one line without a return", format!("GET {ASPSPS} HTTP/1.1\r\n{host}\r\nx: y\n\n")),
        ("returns without a line", format!("GET {ASPSPS} HTTP/1.1\r{host}\r\r")),
        (
            "HTTP/1.0 that stays",
            format!("POST {CONSENTS} HTTP/1.0\r\n{host}\r\nconnection: keep-alive\r\n\r\n"),
        ),
        ("no version", format!("GET {ASPSPS}\r\n")),
        ("HEAD with a body", format!("HEAD {ASPSPS} HTTP/1.1\r\n{host}\r\n{length}\r\n\r\n")),
        ("OPTIONS with a body", format!("OPTIONS {ASPSPS} HTTP/1.1\r\n{host}\r\n{length}\r\n\r\n")),
        ("another host", format!("GET https://other.example{ASPSPS} HTTP/1.1\r\n{host}\r\n\r\n")),
        ("lines in the path", format!("GET {ASPSPS}?x=%0d%0a%0d%0a HTTP/1.1\r\n{host}\r\n\r\n")),
        ("two versions", format!("GET {ASPSPS} HTTP/1.1 HTTP/1.1\r\n{host}\r\n\r\n")),
    ]
    .map(|(name, head)| (name.to_owned(), [&head, hidden].concat()))
    .into()
}

const CHUNKED: &str = "transfer-encoding: chunked";
const WEBSOCKET_KEY: &str = "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==";
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
