//! The log: one line for each call, and a few about the relay itself.
//!
//! It never contains tokens, cookies, secrets, bodies, queries, addresses, or anything that a person chose or sent.
//! It has only this crate's own lines, because the lines of libraries may contain any of that.

mod traced;

use axum::http::StatusCode;
use protocol::id::BicFi;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, reload};
use uuid::Uuid;

use self::traced::Traced;
use crate::certificate::Readers;
use crate::clock::Timestamp;
use crate::config::{Config, Files, Log, LogFormat, LogLevel, Tls};
use crate::http::error::{Fault, RouteError};
use crate::platform::refusal::Refusal;
use crate::trace;

/// The level of a log that has started.
pub struct Level(reload::Handle<Targets, Registry>);

impl Level {
    /// Has the lines of `level` in the log from now on.
    pub fn set(&self, level: LogLevel) {
        // It fails only where no log has started.
        let _ = self.0.reload(lines(level));
    }
}

/// The lines of a level: our own, on each level. Those of libraries have headers, addresses and the values of statements.
fn lines(level: LogLevel) -> Targets {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    Targets::new().with_target("relay", level).with_target("ais_relay", level)
}

/// Starts the log of this process, on standard output; its level. A second start changes nothing.
pub fn init(log: Log) -> Level {
    let Log { format, level } = log;
    let (ours, level) = reload::Layer::new(lines(level));
    let registry = tracing_subscriber::registry().with(ours);
    let (form, lines) = (format, tracing_subscriber::fmt::format().with_target(false));
    let started = match form {
        LogFormat::Text => {
            let lines = Traced { lines: lines.with_ansi(false), form };
            registry.with(layer().event_format(lines).with_ansi(false)).try_init()
        }
        LogFormat::Json => {
            let lines = Traced { lines: lines.json().flatten_event(true), form };
            let layer = layer().event_format(lines).fmt_fields(JsonFields::new());
            registry.with(layer).try_init()
        }
    };
    if started.is_ok() {
        // A panic's text may contain anything; its location is enough to find the fault.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "panic");
        }));
    }
    Level(level)
}

/// Writes the configuration, without the secret.
pub fn configuration(config: &Config) {
    let Config {
        listen,
        operation,
        platform,
        access,
        quota,
        redirect,
        store,
        backend,
        files,
        profiles,
        log,
        ..
    } = config;
    let list = |items: Vec<String>| items.join(",");
    tracing::info!(
        %listen,
        admin_listen = operation.admin.map(tracing::field::display),
        drain_delay = operation.drain_delay.as_secs_f64(),
        auth_url = %platform.auth,
        api_url = %platform.api,
        client_id = platform.client_id,
        client_secret = ?platform.client_secret,
        contexts = %platform.contexts,
        public_origin = access.public_origin.as_ref().map(tracing::field::display),
        allowed_origins = list(access.allowed_origins.iter().map(ToString::to_string).collect()),
        trusted_proxies = list(access.trusted_proxies.iter().map(ToString::to_string).collect()),
        consents_per_session = %quota.consents_per_session,
        consents_per_address = %quota.consents_per_address,
        prompts_per_consent = %quota.prompts_per_consent,
        prompts_per_session = %quota.prompts_per_session,
        prompts_per_address = %quota.prompts_per_address,
        prompts_per_psu = %quota.prompts_per_psu,
        lists_per_address = %quota.lists_per_address,
        reads_per_connection = %quota.reads_per_connection,
        connections_per_address = %quota.connections_per_address,
        consents_in_store = %quota.consents_in_store,
        logo_hosts = list(platform.logo_hosts.iter().cloned().collect()),
        redirect_uri = redirect.uri,
        redirect_hosts = list(redirect.hosts.iter().cloned().collect()),
        foreign_return = redirect.foreign_return.as_str(),
        store = store.label(),
        store_key = if store.keys.is_empty() { "of this process" } else { "from a file" },
        backend_listen = backend.port.as_ref().map(|port| tracing::field::debug(&port.listen)),
        link_sessions = ?backend.link_sessions,
        account_data = ?backend.account_data,
        service_name = backend.service_name,
        webhook_url = backend.webhook.as_ref().map(|webhook| tracing::field::display(webhook.url.origin().ascii_serialization())),
        keep_ended_days = backend.keep_ended.as_secs() / 86_400,
        bundle = bundle(files),
        pages = files.pages.as_ref().map(|path| tracing::field::display(path.display())),
        profiles = profiles.file.as_ref().map(|path| tracing::field::display(path.display())),
        log = log.format.as_str(),
        log_level = log.level.as_str(),
        "configuration"
    );
    for careless in &config.careless {
        tracing::warn!("{careless}");
    }
    if let Some(blemish) = platform.client_secret.blemish() {
        tracing::warn!(%blemish, "the client secret has a suspect beginning or end");
    }
    if redirect.uri.is_none() {
        tracing::warn!(
            "AIS_RELAY_REDIRECT_URI is not set: banks with a page of their own cannot be linked"
        );
    }
    if store.outlives_its_key() {
        tracing::warn!(
            "AIS_RELAY_STORE_KEY_FILE is not set: a link that is under way when the relay is restarted \
             asks persons for their ids again"
        );
    }
}

/// Where the bundle comes from, if there is one.
fn bundle(files: &Files) -> Option<String> {
    let built_in = || format!("in this program, {}", files.embedded.hash());
    let folder = files.bundle.as_ref().map(|path| path.display().to_string());
    folder.or_else(|| (!files.embedded.is_empty()).then(built_in))
}

/// Logs the client certificate that is in use from now on, and warns where it needs care.
pub fn certificate(tls: &Tls, now: Timestamp) {
    let Some(certificate) = &tls.certificate else { return };
    let (last_day, sha256) = (certificate.last_day(), certificate.fingerprint());
    tracing::info!(%last_day, sha256, "client certificate");
    if certificate.ends_soon(now) {
        tracing::warn!(
            %last_day,
            "the client certificate ends soon: fetch a new one from the developer portal and put it \
             in its place"
        );
    }
    if let Some(ended) = certificate.issuer_ended() {
        tracing::warn!(
            %ended,
            "an intermediate certificate in the client certificate's chain has ended: fetch the chain again \
             from the developer portal, for the platform may refuse it"
        );
    }
    if certificate.readers() == Readers::Everybody {
        tracing::warn!(
            "everybody on this machine can read the client certificate's key: take that right from \
             its file (chmod o-r)"
        );
    }
}

/// What the line of a call says.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The call's operation in the OpenAPI document, or `none` if it was none.
    pub call: &'static str,
    /// The bank that it is about.
    pub bank: Option<BicFi>,
    /// The `X-Request-ID` of the platform's request, which the answer carries too.
    pub request_id: Uuid,
    started: Timestamp,
}

impl Record {
    pub(crate) fn start(now: Timestamp, request_id: Uuid) -> Self {
        Self { call: "none", bank: None, request_id, started: now }
    }

    /// Writes the line: the platform's status, with its code where it refuses; or the relay's own status with
    /// its reason.
    pub(crate) fn write(
        &self,
        result: Result<StatusCode, RouteError>,
        refusal: Option<Refusal>,
        now: Timestamp,
    ) {
        let Self { call, request_id, .. } = self;
        trace::note(call, self.bank.as_ref().map(BicFi::as_str));
        let bank = self.bank.as_ref().map_or("none", BicFi::as_str);
        let ms = u64::try_from(now.since(self.started).as_millis()).unwrap_or(u64::MAX);
        match result {
            Ok(status) => {
                let status = status.as_u16();
                let code = refusal.and_then(|refusal| refusal.code);
                let flaw = refusal.and_then(|refusal| refusal.flaw).map(tracing::field::display);
                tracing::info!(call, bank, status, ms, %request_id, code, flaw, "call answered");
            }
            Err(error) => {
                let (status, code) = error.answer();
                let (status, code) = (status.as_u16(), code.as_str());
                let reason = error.to_string();
                let fault = error.fault();
                let flaw = fault.and_then(Fault::flaw).map(tracing::field::display);
                let platform_status = fault.and_then(Fault::status);
                tracing::warn!(
                    call, bank, status, ms, %request_id, code, reason, flaw, platform_status,
                    "call not answered"
                );
            }
        }
    }
}
