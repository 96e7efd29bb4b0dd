//! A web server with a file of `relay/deploy`, in which only ports and paths are the test's own.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};
use reqwest::redirect::Policy;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::BROWSER;
use crate::mtls_support::Folder;

/// Which web server it is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Nginx,
    Caddy,
}

/// A web server that runs. It is killed when it is dropped.
pub(super) struct Server {
    process: Child,
    folder: Folder,
    port: u16,
    certificate: CertificateDer<'static>,
}

impl Server {
    /// Starts it in front of the relay at the port `relay`.
    pub(super) async fn start(kind: Kind, relay: u16) -> Self {
        let folder = Folder::new();
        let key = KeyPair::generate().unwrap();
        let issued = CertificateParams::new([NAME.to_owned()]).unwrap().self_signed(&key).unwrap();
        folder.write("fullchain.pem", issued.pem());
        folder.write("privkey.pem", key.serialize_pem());
        let (port, plain) = (free(), free());
        let to_relay = format!("127.0.0.1:{relay}");
        let mut command = match kind {
            Kind::Nginx => nginx(&folder, &to_relay, [port, plain]),
            Kind::Caddy => caddy(&folder, &to_relay, [port, plain]),
        };
        let log = fs::File::create(folder.at("output.log")).unwrap();
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true);
        let mut process = command.spawn().expect("it is installed: cargo xtask test --only deploy");
        let listens = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                let ended = process.try_wait().unwrap();
                assert!(ended.is_none(), "it does not start: {}", logs(&folder));
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, listens).await.expect("it listens");
        Self { process, folder, port, certificate: issued.der().clone() }
    }

    /// A browser, which has an address of its own on this machine, and finds the server by its name.
    pub(super) fn client(&self) -> reqwest::Client {
        let builder = reqwest::Client::builder().no_proxy().redirect(Policy::none());
        let place = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let certificate = reqwest::Certificate::from_der(&self.certificate).unwrap();
        let builder = builder.tls_certs_only([certificate]).resolve(NAME, place);
        builder.local_address(Some(BROWSER.parse().unwrap())).build().unwrap()
    }

    /// A connection for bytes that no HTTP library would send.
    pub(super) async fn connect(&self) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(NAME.try_into().unwrap(), stream).await.unwrap()
    }

    /// All its logs so far.
    pub(super) fn logs(&self) -> String {
        logs(&self.folder)
    }

    /// Stops it, so that all is written; all its logs.
    pub(super) async fn stop(mut self) -> String {
        let id = self.process.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        timeout(SOON, self.process.wait()).await.expect("it stops").unwrap();
        logs(&self.folder)
    }
}

/// A run of nginx, with ports for TLS and without.
fn nginx(folder: &Folder, relay: &str, [port, plain]: [u16; 2]) -> Command {
    let own = include_str!("../../../../deploy/nginx.conf")
        .replace("127.0.0.1:8080", relay)
        .replace("listen 443", &format!("listen 127.0.0.1:{port}"))
        .replace("listen 80;", &format!("listen 127.0.0.1:{plain};"))
        .replace("/etc/ssl/link.example.com/", &folder.at(""))
        .replace("/var/log/nginx/", &folder.at(""));
    let parts = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let parts = parts.map(|part| format!("{part}_temp_path {};\n", folder.at(part))).concat();
    let pid = folder.at("pid");
    let whole = format!("pid {pid};\ndaemon off;\nevents {{}}\nhttp {{\n{parts}{own}}}\n");
    let mut command = Command::new("nginx");
    command.args(["-c", &folder.write("nginx.conf", whole), "-e", &folder.at("start.log")]);
    command
}

/// A run of Caddy, which reads its certificate from a file here.
fn caddy(folder: &Folder, relay: &str, [port, plain]: [u16; 2]) -> Command {
    let options = format!("{{\n\tadmin off\n\thttps_port {port}\n\thttp_port {plain}\n\t#");
    let [chain, key] = ["fullchain.pem", "privkey.pem"].map(|name| folder.at(name));
    let site = format!("\n{NAME} {{\n\ttls {chain} {key}\n\tbind 127.0.0.1\n");
    let own = include_str!("../../../../deploy/Caddyfile")
        .replace("127.0.0.1:8080", relay)
        .replacen("{\n\t#", &options, 1)
        .replacen(&format!("\n{NAME} {{\n"), &site, 1)
        .replace("/var/log/caddy/", &folder.at(""));
    let mut command = Command::new("caddy");
    let file = folder.write("Caddyfile", own);
    command.args(["run", "--adapter", "caddyfile", "--config", &file]);
    command.env("HOME", folder.at("")).env("XDG_DATA_HOME", folder.at("data"));
    command
}

/// All that was written in the folder into files that are logs.
fn logs(folder: &Folder) -> String {
    let files = fs::read_dir(folder.at("")).unwrap().map(|entry| entry.unwrap().path());
    let logs = files.filter(|path| path.extension().is_some_and(|kind| kind == "log"));
    logs.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// A port that nothing has.
fn free() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// The name in the files.
pub(super) const NAME: &str = "link.example.com";
const SOON: Duration = Duration::from_secs(20);
