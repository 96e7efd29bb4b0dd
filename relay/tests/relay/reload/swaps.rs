//! The client certificate of a running relay is exchanged in each usual way, under load, in front of a sandbox that demands
//! one and says which one it saw.

use std::fs;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sandbox::{Identity, Purpose};
use sha2::{Digest as _, Sha256};
use tokio::time::{sleep, timeout};

use super::load::{Load, Process, project, replace};
use crate::mtls_support::{Site, set};

fn fingerprint(identity: &Identity) -> String {
    let der = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// Waits until the sandbox sees this certificate, and no other any more.
async fn sees_only(site: &Site, identity: &Identity) {
    let expected = fingerprint(identity);
    let waiting = async {
        loop {
            site.sandbox.clear_requests();
            sleep(Duration::from_millis(300)).await;
            let seen = site.sandbox.requests();
            let is_new = |seen: &sandbox::SeenRequest| seen.certificate.as_ref() == Some(&expected);
            if !seen.is_empty() && seen.iter().all(is_new) {
                return;
            }
        }
    };
    timeout(Duration::from_mins(1), waiting).await.expect("the new certificate is shown");
}

const TAKEN: &str = "in use from now on";
const REFUSED: &str = "stays out";

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_exchange_a_certificate_costs_no_call() {
    let site = Site::start().await;
    let folder = site.folder.path().join("tls");
    fs::create_dir(&folder).unwrap();
    let identities: Vec<_> = (0..5).map(|_| site.issue(Purpose::Client, -1..90)).collect();
    let [first, projected, renamed, rewritten, asked] = &identities[..] else { unreachable!() };
    let files =
        |it: &Identity| [("client.pem", it.certificate.clone()), ("client.key", it.key.clone())];
    let project_as = |version, it: &Identity| {
        let files = files(it);
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        project(&folder, version, &files);
    };
    project_as(1, first);
    let mut vars = site.vars();
    set(&mut vars, "CERTIFICATE_FILE", folder.join("client.pem").to_str().unwrap());
    set(&mut vars, "CERTIFICATE_KEY_FILE", folder.join("client.key").to_str().unwrap());
    for limit in ["CONSENTS_PER_ADDRESS", "CONSENTS_PER_SESSION", "CONSENTS_IN_STORE"] {
        set(&mut vars, limit, "any");
    }
    let relay = Process::start(&vars).await;
    let load = Load::start(&relay.url);
    sees_only(&site, first).await;

    // Kubernetes: certificate and key at once.
    project_as(2, projected);
    relay.says(TAKEN, 1).await;
    sees_only(&site, projected).await;

    // Renames, one after the other: the new certificate waits for its key.
    replace(&folder, "client.pem", &renamed.certificate);
    relay.says(REFUSED, 1).await;
    sees_only(&site, projected).await;
    replace(&folder, "client.key", &renamed.key);
    relay.says(TAKEN, 2).await;
    sees_only(&site, renamed).await;

    // Written in place, and only half of it.
    let half = &rewritten.certificate[..rewritten.certificate.len() / 2];
    fs::write(folder.join("client.pem"), half).unwrap();
    relay.says(REFUSED, 2).await;
    sees_only(&site, renamed).await;
    fs::write(folder.join("client.key"), &rewritten.key).unwrap();
    fs::write(folder.join("client.pem"), &rewritten.certificate).unwrap();
    relay.says(TAKEN, 3).await;
    sees_only(&site, rewritten).await;

    // The operator says when.
    for (name, text) in files(asked) {
        replace(&folder, name, &text);
    }
    relay.hang_up().await;
    relay.says(TAKEN, 4).await;
    sees_only(&site, asked).await;
    relay.hang_up().await;
    relay.says("the files hold what is in use", 1).await;

    let statuses = load.stop().await;
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}\n{}", relay.log());
    let log = relay.log();
    assert!(!log.contains("PRIVATE") && !log.contains("BEGIN"), "{log}");
    for identity in &identities {
        assert_eq!(relay.count(&fingerprint(identity)), 1, "{log}");
    }
}
