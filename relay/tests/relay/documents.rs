//! The commands in the documents, given to a shell as they stand there. Only ports, hosts and folders differ.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::timeout;

use crate::binary::{SOON, configured, listening, stop};
use crate::mtls_support::Folder;
use crate::support::Platform;

const BACKEND: &str = include_str!("../../../docs/backend.md");
const README: &str = include_str!("../../../README.md");
const RELAY: &str = include_str!("../../README.md");

/// The block of code in a document that holds `text`.
pub(super) fn block<'d>(document: &'d str, text: &str) -> &'d str {
    let blocks = document.split("\n```").skip(1).step_by(2);
    let mut blocks = blocks.filter_map(|block| Some(block.split_once('\n')?.1));
    blocks.find(|block| block.contains(text)).expect("the document has it")
}

/// A shell that stops at the first command that fails, with the relay on PATH.
pub(super) fn shell(script: &str) -> Command {
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", script]).stdin(Stdio::null()).kill_on_drop(true);
    shell
}

/// Where a shell finds the relay and all other programs.
pub(super) fn path() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_ais-relay")).parent().unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

/// What a script prints that must succeed.
pub(super) async fn said(script: &str, folder: &Path, variables: &[(&str, &str)]) -> String {
    let mut shell = shell(script);
    shell.current_dir(folder).env("PATH", path()).envs(variables.iter().copied());
    let output = timeout(SOON, shell.output()).await.expect("it ends").unwrap();
    let [printed, errors] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    assert!(output.status.success(), "{script}\n{printed}\n{errors}");
    printed
}

/// The names of an object's members, and how each text begins.
fn form(json: &str) -> Vec<(String, String)> {
    let json: Value = serde_json::from_str(json).unwrap();
    let start = |value: &Value| value.as_str().unwrap().chars().take(3).collect();
    json.as_object().unwrap().iter().map(|(name, value)| (name.clone(), start(value))).collect()
}

#[tokio::test]
async fn the_back_end_ports_commands_do_what_the_document_says() {
    let (platform, folder) = (Platform::start().await, Folder::new());
    // It is free from here on until the relay takes it.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let placed = |script: &str| script.replace(":8081", &format!(":{port}"));
    let switched_on = placed(block(BACKEND, "AIS_RELAY_BACKEND_LISTEN")) + "\nexec ais-relay";
    let mut relay = configured(shell(&switched_on), &platform, &[("PATH", &path())]);
    let mut child = relay.current_dir(folder.path()).spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap()).lines();
    let key = loop {
        let line = timeout(SOON, errors.next_line()).await.expect("it prints a key").unwrap();
        let line = line.expect("a key is shown");
        if let Some(key) = line.split_whitespace().find(|word| word.starts_with("aisk_")) {
            break key.to_owned();
        }
    };
    let (output, address, log) = listening(&mut child).await;
    for path in ["/v1/link-sessions", "/v1/view-sessions"] {
        let script = block(BACKEND, path);
        let answer = said(&placed(script), folder.path(), &[("KEY", &key)]).await;
        let shown = script.lines().find_map(|line| line.strip_prefix("# ")).unwrap();
        let short = |json: &str| {
            form(json)
                .into_iter()
                .map(|(name, start)| match &*name {
                    "expires_at" => (name, String::new()),
                    _ => (name, start),
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(short(&answer), short(shown), "{path}: {answer}");
    }
    stop((child, output, address, log)).await;
}

#[tokio::test]
async fn the_variables_that_the_documents_begin_with_are_enough() {
    for (document, program) in [(README, "target/release/ais-relay"), (RELAY, "ais-relay")] {
        let folder = Folder::new();
        let secret = folder.write("secret", "sandbox-secret");
        let script = block(document, "AIS_RELAY_CLIENT_SECRET_FILE");
        let (_, script) = script.split_at(script.find("AIS_RELAY_AUTH_URL").unwrap());
        let script = script.trim_end().strip_suffix(program).unwrap();
        let script = script.replace("/etc/ais-relay/secret", &secret);
        let found = said(&format!("{script}ais-relay check"), folder.path(), &[]).await;
        assert!(found.contains("all variables can be read"), "{found}");
    }
}
