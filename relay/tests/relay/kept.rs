//! Kept connections that the platform closes at the moment of their next use.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::Method;
use relay::config::Address;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{ASPSPS, Browser, CONSENT, CONSENTS, World, finish};

/// How the server closes a connection after the next request has arrived.
#[derive(Clone, Copy, Debug)]
enum Closes {
    /// The server has read the request.
    Politely,
    /// The server has not read it: the system answers with a reset.
    WithReset,
}

/// A server that answers some requests of each connection, and closes it at the next one.
#[derive(Clone)]
struct Server {
    url: Address,
    received: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: usize, closes: Closes) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url: Address::parse(&url).unwrap(), received: Arc::default() };
        let here = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let here = here.clone();
                tokio::spawn(async move { here.serve(stream, answers, closes).await });
            }
        });
        server
    }

    async fn serve(&self, mut stream: TcpStream, answers: usize, closes: Closes) {
        for _ in 0..answers {
            let Some(head) = self.read(&mut stream).await else { return };
            let body = answer_to(&head);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
            let answer = format!("{head}{}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        match closes {
            Closes::Politely => {
                self.read(&mut stream).await;
            }
            Closes::WithReset => {
                if stream.peek(&mut [0]).await.is_ok_and(|length| length > 0) {
                    self.received.lock().unwrap().push("unread".to_owned());
                }
            }
        }
    }

    /// The head of a request; its body is read too.
    async fn read(&self, stream: &mut TcpStream) -> Option<String> {
        let mut text = String::new();
        let mut buffer = [0; 4096];
        loop {
            let length = stream.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
            text.push_str(&String::from_utf8_lossy(&buffer[..length]));
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                self.received.lock().unwrap().push(head.to_owned());
                return Some(head.to_owned());
            }
        }
    }

    /// The number of received requests that begin with this.
    fn count(&self, start: &str) -> usize {
        self.received.lock().unwrap().iter().filter(|head| head.starts_with(start)).count()
    }

    fn all(&self) -> usize {
        self.received.lock().unwrap().len()
    }
}

fn answer_to(head: &str) -> &'static str {
    match head.split(' ').nth(1).unwrap() {
        "/connect/token" => r#"{"access_token":"abc","expires_in":3600,"token_type":"Bearer"}"#,
        path if head.starts_with("POST") && path.ends_with("/consents") => r#"{"consentId":"c1"}"#,
        path if path.ends_with("/authorisations") => r#"{"authorisationId":"a1"}"#,
        _ => "{}",
    }
}

async fn before(server: &Server) -> World {
    let url = server.url.clone();
    World::with(|config| config.platform.api = url).await
}

#[tokio::test]
async fn a_question_on_a_connection_that_was_just_closed_is_sent_once_more() {
    for closes in [Closes::Politely, Closes::WithReset] {
        let server = Server::start(1, closes).await;
        let world = before(&server).await;
        // The second attempt went over a connection that is not kept.
        for calls in [1, 3, 4, 6] {
            let answer = finish(world.call(Method::GET, ASPSPS)).await;
            assert_eq!(answer.status(), 200, "{closes:?}");
            assert_eq!(server.all(), calls, "{closes:?}");
        }
        let received = server.received.lock().unwrap();
        let id = |line: &&str| line.starts_with("x-request-id: ");
        let mut ids: Vec<_> = received.iter().filter_map(|head| head.lines().find(id)).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "each request has an id of its own");
    }
}

#[tokio::test]
async fn a_question_on_a_new_connection_that_is_closed_is_not_repeated() {
    for closes in [Closes::Politely, Closes::WithReset] {
        let server = Server::start(0, closes).await;
        let world = before(&server).await;
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 504);
        assert_eq!(server.all(), 1, "{closes:?}");
    }
}

#[tokio::test]
async fn a_step_that_changes_something_is_never_sent_twice() {
    for closes in [Closes::Politely, Closes::WithReset] {
        // The platform creates consent and authorisation on the first connection, and then closes it.
        let server = Server::start(2, closes).await;
        let world = before(&server).await;
        let mut browser = Browser::default();
        assert_eq!(
            browser.call(&world, Method::POST, CONSENTS, &[], Some(CONSENT)).await.status(),
            200
        );
        let start = format!("{CONSENTS}/c1/authorisations");
        assert_eq!(browser.call(&world, Method::POST, &start, &[], None).await.status(), 200);
        let method = r#"{"authenticationMethodId":"mbid"}"#;
        let one = format!("{start}/a1");
        let chosen = browser.call(&world, Method::PUT, &one, &[], Some(method)).await;
        assert_eq!((chosen.status().as_u16(), server.all()), (504, 3), "{closes:?}");

        // The same for the others: two questions, then the step.
        for (verb, target, body) in [
            (Method::POST, CONSENTS, Some(CONSENT)),
            (Method::POST, &*start, None),
            (Method::PUT, &*one, Some(method)),
        ] {
            for _ in 0..2 {
                assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
            }
            let before = server.all();
            let sent = browser.call(&world, verb.clone(), target, &[], body).await;
            assert_eq!(
                (sent.status().as_u16(), server.all()),
                (504, before + 1),
                "{verb} {target}"
            );
        }
        for _ in 0..2 {
            assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
        }
        let before = server.all();
        // The background job deletes it later; this time the platform did not say that it is gone.
        browser.call(&world, Method::DELETE, &format!("{CONSENTS}/c1"), &[], None).await;
        assert_eq!(server.all(), before + 1, "{closes:?}");
        assert!(server.count("DELETE") <= 1);
    }
}

#[tokio::test]
async fn a_token_request_on_a_connection_that_was_just_closed_is_sent_once_more() {
    for closes in [Closes::Politely, Closes::WithReset] {
        let server = Server::start(1, closes).await;
        let url = server.url.clone();
        let world = World::with(|config| config.platform.auth = url).await;
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200);
        world.clock.advance(Duration::from_hours(2));
        assert_eq!(finish(world.call(Method::GET, ASPSPS)).await.status(), 200, "{closes:?}");
        assert_eq!(server.all(), 3, "{closes:?}");
    }
}
