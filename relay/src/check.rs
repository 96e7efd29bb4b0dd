//! `ais-relay check`: looks at what a start would need, and says what is wrong, before anything is started. It changes
//! nothing: a store that is there is not brought up to date, and one that is not there is not made.

use std::fmt::Display;
use std::sync::Arc;

use protocol::Scope;
use serde::Serialize;

use crate::backend::keys::Keys;
use crate::clock::{SystemClock, Timestamp};
use crate::config::Config;
use crate::crypto::random::SystemRandom;
use crate::relay::Relay;
use crate::store::{SqlStore, probe};
use crate::webhook::Webhooks;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub subject: &'static str,
    /// Whether it is well.
    pub level: Level,
    /// A sentence for the operator.
    pub text: String,
}

/// Whether something is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is.
    Ok,
    /// The relay starts, but somebody should look at it.
    Warning,
    /// The relay does not start with it, or cannot serve.
    Fault,
}

impl Finding {
    /// A finding.
    pub fn new(subject: &'static str, level: Level, text: impl Display) -> Self {
        Self { subject, level, text: format!("{text}") }
    }

    fn of<T, E: Display>(subject: &'static str, well: &str, result: Result<T, E>) -> Self {
        match result {
            Ok(_) => Self::new(subject, Level::Ok, well),
            Err(error) => Self::new(subject, Level::Fault, error),
        }
    }
}

/// Looks at what a relay with `config` needs at `now`; `is_online`: whether the platform is asked for a token.
pub async fn check(config: &Config, now: Timestamp, is_online: bool) -> Vec<Finding> {
    let mut findings = vec![Finding::new("configuration", Level::Ok, "all variables can be read")];
    findings
        .extend(config.careless.iter().map(|it| Finding::new("configuration", Level::Warning, it)));
    findings.push(certificate(config, now));
    let store = probe(config.store.address.expose()).await;
    findings.push(Finding::of("store", "it can be used", store));
    if let Some(port) = &config.backend.port {
        findings.push(Finding::of("backend", "its keys can be read", Keys::open(&port.keys)));
    }
    if let Some(to) = config.backend.webhook.clone() {
        findings.push(Finding::of("webhook", "events can be signed", Webhooks::new(to)));
    }
    if is_online {
        findings.extend(tokens(config).await);
    }
    findings
}

fn certificate(config: &Config, now: Timestamp) -> Finding {
    let finding = |level, text: String| Finding::new("certificate", level, text);
    let Some(certificate) = &config.platform.tls.certificate else {
        return finding(Level::Ok, "none is set, and none is needed for these hosts".to_owned());
    };
    let last_day = certificate.last_day();
    if certificate.ends_soon(now) {
        return finding(Level::Warning, format!("it ends soon, on {last_day}: fetch a new one"));
    }
    match certificate.issuer_ended() {
        Some(ended) => finding(
            Level::Warning,
            format!("an intermediate certificate ended on {ended}: fetch the chain again"),
        ),
        None => finding(Level::Ok, format!("valid until {last_day}")),
    }
}

/// Asks the platform for a token in each context.
async fn tokens(config: &Config) -> Vec<Finding> {
    let store = match SqlStore::open("sqlite::memory:").await {
        Ok(store) => Arc::new(store),
        Err(error) => return vec![Finding::new("token", Level::Fault, error)],
    };
    let relay = Relay::new(config.clone(), store, Arc::new(SystemClock), Arc::new(SystemRandom));
    let relay = match relay {
        Ok(relay) => relay,
        Err(error) => return vec![Finding::new("token", Level::Fault, error)],
    };
    let mut findings = Vec::new();
    for context in config.platform.contexts.all() {
        let well = format!("the platform gives one ({})", context.as_str());
        let token = relay.platform().tokens.get(Scope::AspspInformation, context).await;
        let token =
            token.map_err(|missing| format!("none ({}): {}", context.as_str(), missing.fault));
        findings.push(Finding::of("token", &well, token));
    }
    findings
}
