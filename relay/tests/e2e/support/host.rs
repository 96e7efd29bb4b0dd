//! A host's own web server beside the relay: its pages are on another origin, under headers of its own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::thread;

use super::{Scenario, Setting, World};

/// Serves what `page` makes of a path, under `headers`, each of which ends its line. It lives as long as the process;
/// gives the port.
pub(crate) fn serve(headers: &'static str, page: impl Fn(&str) -> String + Send + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("a bound port").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..read]);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let text = page(path);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
            let length = text.len();
            // A browser that does not wait needs no answer.
            let _ = write!(stream, "{head}{headers}Content-Length: {length}\r\n\r\n{text}");
        }
    });
    port
}

/// A world whose relay lets the pages call that a server at `host` makes of a path and of the relay's address; gives
/// that server's origin, too.
pub(crate) async fn hosted(
    scenario: &Scenario,
    host: &str,
    headers: &'static str,
    page: impl Fn(&str, &str) -> String + Send + 'static,
) -> (Arc<World>, String) {
    let relay = Arc::new(OnceLock::<String>::new());
    let known = Arc::clone(&relay);
    let port = serve(headers, move |path| page(path, known.get().expect("the relay runs first")));
    let origin = format!("http://{host}:{port}");
    let variables = &[("AIS_RELAY_ALLOWED_ORIGINS", origin.as_str())];
    let world = scenario.world_with(Setting { variables, ..Setting::default() }).await;
    relay.set(world.url("")).expect("it is set once");
    (world, origin)
}
