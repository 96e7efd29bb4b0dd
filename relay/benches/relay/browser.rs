//! A browser and its link, as the element makes it, and the connections that its calls go over.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// Connections to a relay, or to something in its place. Clones share them, as browsers behind a proxy do: a call takes one that
/// is free, or makes one.
#[derive(Clone)]
pub(crate) struct Connections {
    server: Arc<str>,
    free: Arc<Mutex<Vec<(TcpStream, Instant)>>>,
}

impl Connections {
    /// Connections to `server`, of which there is none yet.
    pub(crate) fn to(server: &str) -> Self {
        Self { server: server.into(), free: Arc::default() }
    }

    async fn take(&self) -> TcpStream {
        while let Some((stream, since)) = self.pop() {
            // The relay closes one that is idle for longer.
            if since.elapsed() < IDLE {
                return stream;
            }
        }
        let stream = TcpStream::connect(&*self.server).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    fn pop(&self) -> Option<(TcpStream, Instant)> {
        self.free.lock().unwrap().pop()
    }

    fn put(&self, stream: TcpStream) {
        self.free.lock().unwrap().push((stream, Instant::now()));
    }
}

/// A browser, and the link that it made.
#[derive(Clone)]
pub(crate) struct Browser {
    connections: Connections,
    /// Its address on the network, as a proxy would pass it on.
    address: String,
    cookie: String,
    pub(crate) consent: String,
    pub(crate) authorisation: String,
}

impl Browser {
    /// The browser with this number, whose calls go over `connections`. Its clones are its other tabs.
    pub(crate) fn new(connections: &Connections, number: usize) -> Self {
        let connections = connections.clone();
        let address = format!("10.{}.{}.{}", number >> 16, number >> 8 & 255, number & 255);
        let (cookie, consent, authorisation) = (String::new(), String::new(), String::new());
        Self { connections, address, cookie, consent, authorisation }
    }

    /// The browser with this number, with a connection of its own to `server`.
    pub(crate) fn alone(server: &str, number: usize) -> Self {
        Self::new(&Connections::to(server), number)
    }

    /// Makes a link up to the challenge: a consent, an authorisation, a method.
    pub(crate) async fn link(&mut self) {
        self.consent = self.create(CONSENTS, CONSENT, "consentId").await;
        let target = format!("{CONSENTS}/{}/authorisations", self.consent);
        let id = self.create(&target, "", "authorisationId").await;
        self.authorisation = format!("{target}/{id}");
        let target = self.authorisation.clone();
        let method = r#"{"authenticationMethodId":"mbid"}"#;
        let (status, text) = self.call("PUT", &target, JSON, method).await;
        assert_eq!(status, 200, "{text}");
    }

    /// Asks for the SCA status.
    pub(crate) async fn poll(&mut self) {
        assert!(self.try_poll().await, "it was turned away");
    }

    /// Asks for the SCA status; whether it was answered, and not turned away because too many calls are under way.
    pub(crate) async fn try_poll(&mut self) -> bool {
        let target = self.authorisation.clone();
        match self.call("GET", &target, "", "").await {
            (200, _) => true,
            (503, _) => false,
            other => panic!("{other:?}"),
        }
    }

    /// Makes a call as the element does; status and body of its answer.
    pub(crate) async fn call(
        &mut self,
        method: &str,
        target: &str,
        lines: &str,
        body: &str,
    ) -> (u16, String) {
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: relay\r\nx-ais-link: 1\r\nx-bicfi: ESSESESS\r\n\
             user-agent: bench\r\naccept: application/json\r\nx-forwarded-for: {}\r\ncookie: {}\r\n\
             {lines}content-length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            body.len()
        );
        let mut stream = self.connections.take().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let end = loop {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed: {target}");
            if let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") {
                break end;
            }
        };
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let value = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            lines
                .into_iter()
                .find(|(found, _)| found.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        };
        let length: usize = value("content-length").expect("it has a length").parse().unwrap();
        while answer.len() < end + 4 + length {
            assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed: {target}");
        }
        self.connections.put(stream);
        if let Some(cookie) = value("set-cookie") {
            cookie.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, String::from_utf8(answer[end + 4..].to_vec()).unwrap())
    }

    async fn create(&mut self, target: &str, body: &str, field: &str) -> String {
        let lines = if body.is_empty() { "" } else { JSON };
        let (status, text) = self.call("POST", target, lines, body).await;
        assert_eq!(status, 201, "{text}");
        let body: serde_json::Value = serde_json::from_str(&text).unwrap();
        body[field].as_str().unwrap().to_owned()
    }
}

pub(crate) const BANKS: &str = "/psd2/aspspinformation/v1/aspsps";
pub(crate) const ACCOUNTS: &str = "/psd2/accountinformation/v1/accounts";
/// How long a connection is kept without a call.
const IDLE: Duration = Duration::from_secs(5);
const JSON: &str = "content-type: application/json\r\n";
const CONSENTS: &str = "/psd2/consent/v1/consents";
const CONSENT: &str = r#"{"access":{},"recurringIndicator":false,"validUntil":"2027-01-31",
    "frequencyPerDay":1,"combinedServiceIndicator":false}"#;
