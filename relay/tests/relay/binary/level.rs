//! How much is in the log.

use tokio::net::TcpListener;

use super::{command, configured, run};
use crate::support::Platform;

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
