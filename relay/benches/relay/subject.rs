//! What is measured: the relay, and what could stand in its place, each a process of its own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::BARE;
use crate::platform::Platform;

/// A kind of server between browsers and the platform.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The relay, with all its checks.
    Relay,
    /// nginx, which sets the same headers and checks nothing.
    Nginx,
    /// fastify with its proxy plugin, which sets the same headers and checks nothing.
    Node,
    /// The relay's libraries, which set the same headers and check nothing.
    Bare,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Nginx, Self::Node, Self::Bare, Self::Relay];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Nginx => "nginx",
            Self::Node => "Node, fastify",
            Self::Bare => "axum and reqwest alone",
        }
    }
}

/// Where the programs are.
pub(crate) struct Programs {
    pub(crate) relay: PathBuf,
    pub(crate) nginx: Option<PathBuf>,
    /// The folders `node_modules` that have fastify and its proxy plugin; empty where they are missing.
    pub(crate) node_modules: Vec<PathBuf>,
}

/// A running server, which is stopped when this is dropped.
pub(crate) struct Subject {
    pub(crate) address: String,
    child: Child,
}

impl Subject {
    /// Starts one of `kind` before `platform`, with its files in `folder`. `None` where its program is missing.
    pub(crate) async fn start(
        kind: Kind,
        programs: &Programs,
        platform: &Platform,
        folder: &Path,
        store: &str,
    ) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let address = format!("127.0.0.1:{port}");
        let mut command = match kind {
            Kind::Relay => relay(&programs.relay, platform, &address, folder, store),
            Kind::Nginx => nginx(programs.nginx.as_deref()?, platform, &address, folder),
            Kind::Node if programs.node_modules.is_empty() => return None,
            Kind::Node => node(&programs.node_modules, platform, port, folder),
            Kind::Bare => bare(platform, port),
        };
        let log = fs::File::create(folder.join("errors.log")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let began = Instant::now();
        while TcpStream::connect(&address).await.is_err() {
            let left = child.try_wait().unwrap();
            assert!(
                left.is_none() && began.elapsed() < Duration::from_secs(30),
                "{} does not start: {}",
                kind.name(),
                fs::read_to_string(folder.join("errors.log")).unwrap()
            );
            sleep(Duration::from_millis(1)).await;
        }
        Some(Self { address, child })
    }

    /// The CPU time that it and its children have used, in their own code and in the kernel (proc(5), `stat`).
    pub(crate) fn cpu(&self) -> Duration {
        let ticks: u64 = self.processes().iter().map(|process| process.ticks).sum();
        Duration::from_millis(ticks * 10)
    }

    /// The memory that it and its children hold, shared pages counted once (proc(5), `smaps_rollup`), in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let of = |process: &Process| {
            let file = format!("/proc/{}/smaps_rollup", process.id);
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
            let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            number.unwrap_or(0) * 1024
        };
        self.processes().iter().map(of).sum()
    }

    fn processes(&self) -> Vec<Process> {
        let own = self.child.id().unwrap();
        let all = fs::read_dir("/proc").unwrap().flatten();
        let ids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter_map(Process::read).filter(|one| one.id == own || one.parent == own).collect()
    }
}

struct Process {
    id: u32,
    parent: u32,
    ticks: u64,
}

impl Process {
    fn read(id: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name, which may hold anything, stands in brackets.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        let parent = u32::try_from(number(1)?).ok()?;
        Some(Self { id, parent, ticks: number(11)? + number(12)? })
    }
}

fn relay(
    program: &Path,
    platform: &Platform,
    address: &str,
    folder: &Path,
    store: &str,
) -> Command {
    let key = folder.join("store.key");
    fs::write(&key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("AIS_RELAY_LISTEN", address)
        .env("AIS_RELAY_ADMIN_LISTEN", "off")
        .env("AIS_RELAY_AUTH_URL", platform.url())
        .env("AIS_RELAY_API_URL", platform.url())
        .env("AIS_RELAY_CLIENT_ID", "bench")
        .env("AIS_RELAY_CLIENT_SECRET", "bench-secret")
        .env("AIS_RELAY_TRUSTED_PROXIES", "127.0.0.1")
        .env("AIS_RELAY_STORE_KEY_FILE", key)
        .env("AIS_RELAY_STORE", store);
    if let Some(certificate) = &platform.certificate {
        command.env("AIS_RELAY_CA_FILE", certificate);
    }
    command
}

fn nginx(program: &Path, platform: &Platform, address: &str, folder: &Path) -> Command {
    let (scheme, tls) = match &platform.certificate {
        Some(file) => ("https", NGINX_TLS.replace("CERTIFICATE", &file.display().to_string())),
        None => ("http", String::new()),
    };
    let config = NGINX
        .replace("ADDRESS", address)
        .replace("PORT", &platform.port.to_string())
        .replace("SCHEME", scheme)
        .replace("TLS", &tls);
    let file = folder.join("nginx.conf");
    fs::write(&file, config).unwrap();
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).arg("-c").arg(file).args(["-e", "stderr"]);
    command
}

fn node(modules: &[PathBuf], platform: &Platform, port: u16, folder: &Path) -> Command {
    let script = folder.join("node.mjs");
    fs::write(&script, include_str!("node.mjs")).unwrap();
    let mut command = Command::new("node");
    command.arg(script).arg(platform.url()).arg(port.to_string()).args(modules);
    command.env("NODE_ENV", "production");
    if let Some(certificate) = &platform.certificate {
        command.env("NODE_EXTRA_CA_CERTS", certificate);
    }
    command
}

fn bare(platform: &Platform, port: u16) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.arg(BARE).arg(platform.url()).arg(port.to_string()).args(&platform.certificate);
    command
}

/// What the relay does to headers, as far as nginx can do it; it also logs each call.
const NGINX: &str = r#"
daemon off;
worker_processes auto;
worker_rlimit_nofile 20000;
pid nginx.pid;
events { worker_connections 10000; }
http {
    access_log /dev/null combined;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_requests 1000000;
    upstream platform {
        server localhost:PORT;
        keepalive 128;
    }
    server {
        listen ADDRESS;
        location /psd2/ {
            proxy_pass SCHEME://platform;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host localhost:PORT;
            proxy_set_header Cookie "";
            proxy_set_header Origin "";
            proxy_set_header Referer "";
            proxy_set_header X-Forwarded-For "";
            proxy_set_header X-AIS-Link "";
            proxy_set_header Authorization "Bearer t";
            proxy_set_header X-Request-ID $request_id;
            proxy_set_header PSU-IP-Address $http_x_forwarded_for;
            proxy_set_header PSU-User-Agent $http_user_agent;
            proxy_set_header PSU-Accept $http_accept;
            proxy_set_header PSU-Http-Method $request_method;
            TLS
        }
    }
}
"#;
const NGINX_TLS: &str = "
            proxy_ssl_trusted_certificate CERTIFICATE;
            proxy_ssl_verify on;
            proxy_ssl_name localhost;
            proxy_ssl_server_name on;";
