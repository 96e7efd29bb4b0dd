//! Webhooks of a running relay, verified by the official libraries of Standard Webhooks. `cargo xtask test --only
//! webhooks` installs them, and runs this.

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::BOUND;
use crate::host::Host;
use crate::link::{LAST, World};
use crate::passer::pass;
use crate::platform::Platform;
use crate::process::{Home, Relay, SECRET};
use crate::progress::Progress;
use crate::random::Random;

/// The secret that follows.
const NEXT: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// The secrets before, during and after a rotation: those that relays sign with.
const ROTATION: [&[&str]; 3] = [&[SECRET], &[NEXT, SECRET], &[NEXT]];

/// A webhook as it came.
#[derive(Clone, Serialize)]
struct Came {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

/// What a library says of webhooks.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Verdict {
    /// Verified with a secret that the relay signs with.
    verified: usize,
    /// Refused with one that it does not sign with.
    strange: usize,
    /// Refused because something about them was changed.
    tampered: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "cargo xtask test --only webhooks"]
async fn the_official_libraries_verify_each_webhook_and_refuse_each_tampered_one() {
    let number: usize = env::var("AIS_LINK_WEBHOOKS").map_or(48, |text| text.parse().unwrap());
    let received = Arc::new(Mutex::new(Vec::new()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    let router = Router::new().fallback(take).with_state(Arc::clone(&received));
    tokio::spawn(async { axum::serve(listener, router).await });
    let platform = Platform::start(Random::seeded()).await;
    let home = Home::new("webhooks", &platform.url, &url).await;
    let relay = Relay::start(&home).await;
    let host = Host::new(relay.backend, &home.key);
    let (mut links, mut all) = (0, BTreeSet::new());
    for (phase, secrets) in ROTATION.into_iter().enumerate() {
        home.set_secrets(secrets);
        // The relay runs on, and says when it has taken up the file.
        while home.log().matches(TAKEN_UP).count() < phase {
            sleep(Duration::from_millis(50)).await;
        }
        let wanted = number * (phase + 1) / ROTATION.len() - number * phase / ROTATION.len();
        let world = World {
            relay: relay.address,
            platform: platform.clone(),
            host: host.clone(),
            progress: Progress::new(),
            round: watch::channel(LAST).1,
        };
        world.progress.let_in(wanted);
        for event in 0..wanted {
            // Half of them tell of a link session.
            if event % 2 == 0 {
                let test = host.post("/v1/webhooks/test", &json!({})).await;
                assert_eq!(test.status, 202, "{test:?}");
            } else {
                pass(world.clone(), links).await;
                links += 1;
            }
        }
        let came = timeout(BOUND, await_all(&received, wanted)).await.expect("each event comes");
        all.extend(came.iter().map(|one| one.id.clone()));
        let known = |secret: &&str| secrets.contains(secret);
        let (signing, strange): (Vec<&str>, Vec<&str>) =
            [SECRET, NEXT, STRANGE].iter().copied().partition(|it| known(it));
        let question =
            json!({ "secrets": signing, "strange": strange, "webhooks": came }).to_string();
        let expected = Verdict {
            verified: wanted * signing.len(),
            strange: wanted * strange.len(),
            tampered: wanted * signing.len() * TAMPERINGS,
        };
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kill/webhooks");
        let node = env::var("AIS_LINK_WEBHOOKS_NODE").expect("the modules of npm");
        let mut run = Command::new("node");
        run.arg(scripts.join("verify.mjs")).arg(node);
        assert_eq!(ask(run, &question).await, expected, "the library of npm");
        let python = env::var("AIS_LINK_WEBHOOKS_PYTHON").expect("a Python with the library");
        let mut run = Command::new(python);
        run.arg(scripts.join("verify.py"));
        assert_eq!(ask(run, &question).await, expected, "the library of PyPI");
    }
    assert_eq!(all.len(), number, "each event came, each by its own id");
    println!("{number} webhooks verified by both libraries, each tampered one refused");
}

/// What the library in the program `run` answers to `question`.
async fn ask(mut run: Command, question: &str) -> Verdict {
    let mut child = run.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(question.as_bytes()).await.unwrap();
    drop(input);
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn await_all(received: &Mutex<Vec<Came>>, wanted: usize) -> Vec<Came> {
    loop {
        {
            let mut received = received.lock().unwrap();
            if received.len() >= wanted {
                return std::mem::take(&mut received);
            }
        }
        sleep(Duration::from_millis(50)).await;
    }
}

async fn take(
    State(received): State<Arc<Mutex<Vec<Came>>>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = |name| headers[name].to_str().unwrap().to_owned();
    let came = Came {
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp"),
        signature: text("webhook-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    received.lock().unwrap().push(came);
    StatusCode::NO_CONTENT
}

/// What the log says of files that have changed.
const TAKEN_UP: &str = "what these files hold is in use from now on";
/// A secret that nobody signs with.
const STRANGE: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// In how many ways the scripts change a webhook.
const TAMPERINGS: usize = 9;
