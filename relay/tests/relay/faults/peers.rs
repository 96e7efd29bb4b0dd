//! Peers that reset or half-close their connections at any point.

use std::fs;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::binary::{start, stop};
use crate::support::raw::{exchange, request, status};
use crate::support::{ASPSPS, CONSENTS, Platform};

/// How many files the process has open.
fn files(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

#[tokio::test]
async fn peers_that_reset_or_half_close_leave_nothing_behind() {
    let platform = Platform::start().await;
    let running = start(&platform).await;
    let process = running.0.id().unwrap();
    let address: std::net::SocketAddr = running.2.parse().unwrap();
    // The connection to the platform is there, and stays.
    let whole = request("GET", ASPSPS, "");
    assert_eq!(status(&exchange(address, whole.as_bytes()).await), Some(200));
    let before = files(process);

    let kind = "content-type: application/json\r\ncontent-length: 900\r\n";
    let body = format!("{}{{", request("POST", CONSENTS, kind));
    for number in 0..200 {
        let text = [&*whole, &whole[..40], &*body, ""][number % 4];
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        if number % 3 == 0 {
            stream.shutdown().await.unwrap();
            // Whatever the relay answers, it closes then.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        } else {
            stream.set_zero_linger().unwrap();
        }
    }
    for _ in 0..1000 {
        if files(process) <= before {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert!(files(process) <= before, "{} files, {before} before", files(process));
    assert_eq!(status(&exchange(address, whole.as_bytes()).await), Some(200));
    stop(running).await;
}
