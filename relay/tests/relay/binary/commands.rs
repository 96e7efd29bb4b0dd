//! The commands of the binary besides serving.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixStream};
use tokio::time::timeout;

use super::{SOON, command, configured, key, run, start_with};
use crate::mtls_support::Folder;
use crate::support::Platform;

async fn check(platform: &Platform, more: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let mut command = configured(command(), platform, more);
    let output = run(command.arg("check").args(arguments)).await;
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn check_says_what_a_start_would_need_and_starts_nothing() {
    let platform = Platform::start().await;
    let folder = Folder::new();
    let file = Path::new(&folder.write("unused", "")).with_file_name("relay.sqlite");
    let store = format!("sqlite://{}", file.display());
    let (code, text) = check(&platform, &[("AIS_RELAY_STORE", &store)], &[]).await;
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("ok: configuration: ") && text.contains("ok: store: "), "{text}");
    assert!(!file.exists(), "it makes no store");
    assert!(platform.received().is_empty(), "it asks nobody");

    let (code, text) =
        check(&platform, &[("AIS_RELAY_STORE", &store)], &["--online", "--json"]).await;
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &found["ok"]), (0, &Value::Bool(true)), "{text}");
    assert_eq!(platform.tokens(), 1, "one for the one context");
}

#[tokio::test]
async fn check_names_each_fault_on_a_line_of_its_own() {
    let platform = Platform::start().await;
    let folder = Folder::new();
    let (key, keys) = (folder.write("key", key::KEY), folder.write("keys", "shop"));
    let missing = "sqlite:///nowhere/at/all/relay.sqlite";
    let variables = [
        ("AIS_RELAY_STORE", missing),
        ("AIS_RELAY_STORE_KEY_FILE", key.as_str()),
        ("AIS_RELAY_BACKEND_LISTEN", "127.0.0.1:0"),
        ("AIS_RELAY_BACKEND_KEYS_FILE", keys.as_str()),
    ];
    let (code, text) = check(&platform, &variables, &[]).await;
    assert_eq!(code, 1);
    let faults: Vec<_> = text.lines().filter(|line| line.starts_with("fault: ")).collect();
    assert_eq!(faults.len(), 2, "{text}");
    assert!(
        faults[0].starts_with("fault: store: ")
            && faults[1].contains("line 1 of AIS_RELAY_BACKEND_KEYS_FILE")
    );

    let bad = [("AIS_RELAY_LISTEN", "nowhere"), ("AIS_RELAY_BACKEND_LISTEN", "0.0.0.0:1")];
    let (code, text) = check(&platform, &bad, &["--json"]).await;
    let found: Value = serde_json::from_str(&text).unwrap();
    let named = |name: &str| {
        found["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["text"].as_str().unwrap().starts_with(name))
    };
    assert_eq!((code, &found["ok"]), (64, &Value::Bool(false)));
    for name in [
        "AIS_RELAY_LISTEN",
        "AIS_RELAY_BACKEND_LISTEN",
        "AIS_RELAY_BACKEND_KEYS_FILE",
        "AIS_RELAY_STORE_KEY_FILE",
    ] {
        assert!(named(name), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_key_that_was_made_opens_the_port_on_a_socket_that_only_its_group_reaches() {
    let platform = Platform::start().await;
    let folder = Folder::new();
    let made = run(command().args(["key", "new", "shop"])).await;
    assert!(made.status.success());
    let line = String::from_utf8(made.stdout).unwrap();
    let shown = String::from_utf8(made.stderr).unwrap();
    let key = shown.split_whitespace().find(|word| word.starts_with("aisk_")).unwrap();
    assert!(line.starts_with("shop:") && !line.contains(key));
    let (keys, store_key) = (folder.write("keys", &line), folder.write("key", key::KEY));
    let socket = Path::new(&keys).with_file_name("backend.sock");
    let listen = format!("unix:{}", socket.display());
    let variables = [
        ("AIS_RELAY_STORE_KEY_FILE", store_key.as_str()),
        ("AIS_RELAY_BACKEND_LISTEN", listen.as_str()),
        ("AIS_RELAY_BACKEND_KEYS_FILE", keys.as_str()),
    ];
    let (mut relay, ..) = start_with(&platform, &variables).await;
    let ask = async |key: &str| {
        let mut stream = loop {
            match UnixStream::connect(&socket).await {
                Ok(stream) => break stream,
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        };
        let head = format!(
            "GET /v1/connections HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    assert!(ask(key).await.starts_with("HTTP/1.1 200 "));
    assert!(ask("aisk_x").await.starts_with("HTTP/1.1 401 "));
    let mode = fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    relay.kill().await.unwrap();
}

#[tokio::test]
async fn a_test_event_is_posted_once_and_what_came_of_it_is_said() {
    let platform = Platform::start().await;
    let folder = Folder::new();
    let secret = folder.write("webhook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    let variables =
        [("AIS_RELAY_WEBHOOK_URL", url.as_str()), ("AIS_RELAY_WEBHOOK_SECRET_FILE", &secret)];
    for (status, succeeds) in [(200_u16, true), (500, false)] {
        let answer = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            let reply =
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(reply.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&head[..length]).into_owned()
        };
        let mut command = configured(command(), &platform, &variables);
        command.args(["events", "send-test"]);
        let answer = timeout(SOON, answer);
        let (output, head) = tokio::join!(run(&mut command), answer);
        let head = head.expect("it is posted, whatever proxy the environment names");
        assert_eq!(output.status.success(), succeeds, "{output:?}");
        assert!(head.contains("webhook-signature: v1,"), "{head}");
    }
}
