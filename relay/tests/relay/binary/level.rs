//! How much is in the log.

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use super::{SOON, command, configured, run, start_with, stop};
use crate::mtls_support::Folder;
use crate::support::raw::{exchange, request, status};
use crate::support::{ASPSPS, Platform};

/// Tells a relay to read its files.
async fn hang_up(child: &Child) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-HUP", &id]).status().await.unwrap().success());
}

/// Reads the log up to the next line with these words; that line.
async fn until(words: &str, output: &mut BufReader<ChildStdout>, log: &mut String) -> String {
    loop {
        let mut line = String::new();
        let reading = timeout(SOON, output.read_line(&mut line)).await;
        reading.unwrap_or_else(|_| panic!("no {words:?} in {log}")).unwrap();
        assert!(!line.is_empty(), "it ended: {log}");
        log.push_str(&line);
        if line.contains(words) {
            return line;
        }
    }
}

#[tokio::test]
async fn the_log_has_the_lines_of_its_level_and_those_above_it() {
    let platform = Platform::start().await;
    // The start ends where another process has the port, after the first lines.
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (level, expected) in [
        ("trace", ["INFO", "WARN"].as_slice()),
        ("info", &["INFO", "WARN"]),
        ("warn", &["WARN"]),
        ("error", &[]),
    ] {
        let more = [
            ("AIS_RELAY_LISTEN", &*address),
            ("AIS_RELAY_LOG_LEVEL", level),
            // Of this it warns.
            ("AIS_RELAY_NO_SUCH_VARIABLE", "1"),
        ];
        let output = run(&mut configured(command(), &platform, &more)).await;
        assert_eq!(output.status.code(), Some(1));
        let log = String::from_utf8(output.stdout).unwrap();
        let has = |word: &str| log.contains(&format!(r#""level":"{word}""#));
        for word in ["INFO", "WARN"] {
            assert_eq!(has(word), expected.contains(&word), "{level}, {word}: {log}");
        }
        assert!(has("ERROR"), "{level}: {log}");
    }
}

#[tokio::test]
async fn a_level_that_there_is_not_stops_the_start_and_the_check() {
    let platform = Platform::start().await;
    for arguments in [&["serve"][..], &["check"]] {
        let mut command = configured(command(), &platform, &[("AIS_RELAY_LOG_LEVEL", "canary")]);
        let output = run(command.args(arguments)).await;
        assert_eq!(output.status.code(), Some(64));
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        let expected = "AIS_RELAY_LOG_LEVEL must be error, warn, info, debug or trace";
        assert!(said.contains(expected) && !said.contains("canary"), "{said}");
    }
}

#[tokio::test]
async fn the_level_in_the_configuration_file_changes_while_the_relay_runs() {
    const CHANGED: &str = "the configuration file has changed";
    let (platform, folder) = (Platform::start().await, Folder::new());
    let write = |level| folder.write("relay.toml", format!("log_level = \"{level}\"\n"));
    let path = write("info");
    let (child, mut output, address, mut log) =
        start_with(&platform, &[("AIS_RELAY_CONFIG", &path)]).await;
    let call = async |country| {
        let target = format!("{ASPSPS}?isoCountryCodes={country}");
        let request = request("GET", &target, "");
        let answer = exchange(address.parse().unwrap(), request.as_bytes()).await;
        assert_eq!(status(&answer), Some(200));
    };
    call("SE").await;
    until("call answered", &mut output, &mut log).await;
    write("error");
    hang_up(&child).await;
    let line = until(CHANGED, &mut output, &mut log).await;
    assert!(line.contains(r#""log_level":"error""#), "{line}");
    // Of this call there is no line.
    call("FI").await;
    write("debug");
    // Without a signal: two looks find it.
    let line = until(CHANGED, &mut output, &mut log).await;
    assert!(line.contains(r#""log_level":"debug""#), "{line}");
    assert_eq!(log.matches("call answered").count(), 1, "{log}");
    call("DK").await;
    until("call answered", &mut output, &mut log).await;
    assert!(log.contains(r#""level":"DEBUG""#), "{log}");
    for (unsound, why) in [
        ("log_level = \"canary\"", "log_level must be"),
        ("log_level = \"info\"\nforeign_return = \"canary\"", "foreign_return must be"),
        ("= canary", "not TOML: see line 1"),
    ] {
        folder.write("relay.toml", unsound);
        hang_up(&child).await;
        let line = until("stays out", &mut output, &mut log).await;
        assert!(!line.contains("canary") && line.contains(why), "{line}");
    }
    call("NO").await;
    until("call answered", &mut output, &mut log).await;
    let log = stop((child, output, address, log)).await;
    assert_eq!(log.matches(CHANGED).count(), 2, "{log}");
}

#[tokio::test]
async fn the_level_of_the_environment_stays_and_operations_see_which_one_counts() {
    let (platform, folder) = (Platform::start().await, Folder::new());
    for (variable, expected) in [(Some("info"), "info"), (None, "debug")] {
        let path = folder.write("relay.toml", "log_level = \"info\"\n");
        let mut more = vec![("AIS_RELAY_CONFIG", &*path)];
        more.extend(variable.map(|level| ("AIS_RELAY_LOG_LEVEL", level)));
        let (child, mut output, address, mut log) = start_with(&platform, &more).await;
        folder.write("relay.toml", "log_level = \"debug\"\n");
        hang_up(&child).await;
        let line = until("the configuration file has changed", &mut output, &mut log).await;
        assert!(line.contains(&format!(r#""log_level":"{expected}""#)), "{line}");
        let lines =
            log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let mut lines = lines.filter(|line| line["message"] == "listening for operations");
        let admin = lines.next().unwrap()["address"].as_str().unwrap().parse().unwrap();
        let answer = exchange(admin, request("GET", "/debug/config", "").as_bytes()).await;
        assert!(answer.contains(&format!(r#""log_level":"{expected}""#)), "{answer}");
        stop((child, output, address, log)).await;
    }
}
