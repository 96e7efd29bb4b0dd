//! Settings that work, but expose something to others: the relay warns of them at the start.

use std::fs::canonicalize;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::certificate::readers;
use super::reader::Reader;
use super::variable::{
    CERTIFICATE_FILE, CERTIFICATE_KEY_FILE, CERTIFICATE_PASSWORD_FILE, CLIENT_SECRET_FILE, STORE,
    STORE_FILE, STORE_KEY_FILE, Variable,
};
use super::{Access, Files, Network, Store};
use crate::certificate::Readers;

/// A careless setting, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Careless {
    /// Everybody on the machine can read a file that only the relay should read.
    #[error(
        "everybody on this machine can read the file of {0}: take that right from it (chmod o-r)"
    )]
    Readable(&'static str),
    /// The relay serves it to everybody who asks for it.
    #[error("the file of {0} is in a folder that the relay serves: put it elsewhere")]
    Served(&'static str),
    /// The key of the store is not random.
    #[error(
        "the key in AIS_RELAY_STORE_KEY_FILE is one byte, repeated, which anybody can guess: make one \
         with `openssl rand -base64 32`"
    )]
    WeakKey,
    /// Every peer counts as a proxy.
    #[error(
        "AIS_RELAY_TRUSTED_PROXIES names all addresses: whoever connects chooses the address that banks \
         are told and that limits go by"
    )]
    TrustsAll,
}

/// The careless settings among those that were read.
pub(super) fn find(
    reader: &Reader<'_>,
    access: &Access,
    store: Option<&Store>,
    files: &Files,
) -> Vec<Careless> {
    let mut found = Vec::new();
    for (variable, name) in SECRET {
        for path in paths(reader, variable) {
            let is_open = readers(&path.to_string_lossy()) == Readers::Everybody;
            // The certificate's key has a warning of its own, whichever file holds it.
            let is_key =
                [CERTIFICATE_FILE.name, CERTIFICATE_KEY_FILE.name].contains(&variable.name);
            if is_open && !is_key {
                found.push(Careless::Readable(name));
            }
            if is_served(&path, files) {
                found.push(Careless::Served(name));
            }
        }
    }
    found.dedup();
    let keys = store.map(|store| store.keys.all()).unwrap_or_default();
    if keys.iter().any(|key| key.iter().all(|byte| *byte == key[0])) {
        found.push(Careless::WeakKey);
    }
    if access.trusted_proxies.iter().any(Network::is_all) {
        found.push(Careless::TrustsAll);
    }
    found
}

/// The files of a variable. A store's files may not exist yet.
fn paths(reader: &Reader<'_>, variable: &Variable) -> Vec<PathBuf> {
    let text = reader.raw(variable).or(variable.default.map(str::to_owned)).unwrap_or_default();
    if variable.name != STORE.name {
        return if text.is_empty() { Vec::new() } else { vec![text.into()] };
    }
    let Some(path) = text.strip_prefix("sqlite://") else { return Vec::new() };
    let path = path.split('?').next().unwrap_or_default();
    ["", "-wal", "-shm"].map(|ending| [path, ending].concat().into()).into()
}

/// Whether a file is, or will be, in a folder that the relay serves.
fn is_served(path: &Path, files: &Files) -> bool {
    let real = |path: &Path| canonicalize(path).ok();
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Some(place) = real(path).or_else(|| real(folder)) else { return false };
    let folders = [&files.pages, &files.bundle].into_iter().flatten();
    folders.filter_map(|folder| real(folder)).any(|folder| place.starts_with(folder))
}

/// The settings whose files only the relay should read.
const SECRET: [(&Variable, &str); 7] = [
    (&CLIENT_SECRET_FILE, "AIS_RELAY_CLIENT_SECRET_FILE"),
    (&CERTIFICATE_FILE, "AIS_RELAY_CERTIFICATE_FILE"),
    (&CERTIFICATE_KEY_FILE, "AIS_RELAY_CERTIFICATE_KEY_FILE"),
    (&CERTIFICATE_PASSWORD_FILE, "AIS_RELAY_CERTIFICATE_PASSWORD_FILE"),
    (&STORE, "AIS_RELAY_STORE"),
    (&STORE_FILE, "AIS_RELAY_STORE_FILE"),
    (&STORE_KEY_FILE, "AIS_RELAY_STORE_KEY_FILE"),
];
