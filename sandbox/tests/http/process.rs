//! The sandbox behind a real socket: what needs a server.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use reqwest::Client;
use sandbox::{Fault, FaultRule, Sandbox, Settings, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Server {
    sandbox: Sandbox,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start() -> Self {
        let sandbox = Sandbox::new(Settings::default()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let task = tokio::spawn(serve(sandbox.clone(), listener, shutdown));
        Self { sandbox, address, stop, task }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn spoil(&self, fault: Fault) {
        let (path, method, count) = ("/logos/".to_owned(), None, 1);
        self.sandbox.add_fault(FaultRule { path, method, count, fault });
    }
}

#[tokio::test]
async fn a_dropped_call_gets_no_answer_and_the_next_one_does() {
    let server = Server::start().await;
    server.spoil(Fault::Drop);
    // A new connection each: a client may retry on one that it has kept.
    let client = Client::builder().pool_max_idle_per_host(0).no_proxy().build().unwrap();
    let url = server.url("/logos/ESSESESS.svg");
    let error = client.get(&url).send().await.unwrap_err();
    assert!(error.status().is_none(), "{error:?}");
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    assert_eq!(server.sandbox.requests().len(), 2);
}

#[tokio::test]
async fn a_slow_call_is_answered_late() {
    let server = Server::start().await;
    let client = Client::builder().no_proxy().build().unwrap();
    let url = server.url("/logos/ESSESESS.svg");
    server.spoil(Fault::Slow { millis: 60_000 });
    let impatient = client.get(&url).timeout(Duration::from_millis(200)).send().await;
    assert!(impatient.unwrap_err().is_timeout());
    server.spoil(Fault::Slow { millis: 50 });
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_slow_call_is_answered_when_the_faults_are_cleared() {
    let server = Server::start().await;
    let client = Client::builder().no_proxy().build().unwrap();
    server.spoil(Fault::Slow { millis: 600_000 });
    let call = tokio::spawn(client.get(server.url("/logos/ESSESESS.svg")).send());
    while server.sandbox.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.sandbox.clear_faults();
    assert_eq!(call.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn the_server_stops_with_a_connection_open() {
    let Server { sandbox: _sandbox, address, stop, task } = Server::start().await;
    let client = Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{address}/control/clock");
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(2), task).await.unwrap().unwrap();
    assert!(client.get(&url).send().await.is_err());
}

#[tokio::test]
async fn a_system_clock_runs() {
    let sandbox = Sandbox::new(Settings::default()).unwrap();
    let before = sandbox.now();
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert!(sandbox.now() > before);
}

#[tokio::test]
async fn a_slow_clock_runs_behind_a_quick_one() {
    let slowness = NonZeroU32::new(1000).unwrap();
    let quick = Sandbox::new(Settings::default()).unwrap();
    let slow = Sandbox::new(Settings { slowness, ..Settings::default() }).unwrap();
    let before = slow.now();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(slow.now() > before && slow.now() < quick.now());
    slow.advance(Duration::from_secs(1));
    assert!(slow.now() >= before + Duration::from_secs(1));
}
