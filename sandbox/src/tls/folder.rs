//! The folder that keeps certificates between starts. Only the owner may read its keys.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::UtcDateTime;

use super::check::{Condition, condition};
use super::{Authority, Certificates, Identity, TlsError};

/// The stored certificates; `None` where there are none or they have expired.
pub(super) fn read(folder: &Path, now: UtcDateTime) -> Result<Option<Certificates>, TlsError> {
    let mut texts = Vec::new();
    for name in READ {
        let path = folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => texts.push(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(TlsError::File { path, source }),
        }
    }
    if texts.is_empty() {
        return Ok(None);
    }
    let foreign = |_| TlsError::Foreign { path: folder.to_owned() };
    let Ok([authority, authority_key, server, server_key, client, client_key]) =
        <[String; READ.len()]>::try_from(texts)
    else {
        return Err(TlsError::Foreign { path: folder.to_owned() });
    };
    let kept = Certificates {
        authority: Authority::restore(authority, &authority_key).map_err(foreign)?,
        server: Identity { certificate: server, key: server_key },
        client: Identity { certificate: client, key: client_key },
    };
    match condition(&kept, now).map_err(foreign)? {
        Condition::Good => Ok(Some(kept)),
        Condition::Expired => Ok(None),
    }
}

/// Writes all files and replaces older ones.
pub(super) fn write(folder: &Path, made: &Certificates) -> Result<(), TlsError> {
    fs::create_dir_all(folder)
        .map_err(|source| TlsError::File { path: folder.to_owned(), source })?;
    let mut random = [0; 18];
    getrandom::fill(&mut random)?;
    let password = URL_SAFE_NO_PAD.encode(random);
    let pkcs12 = made.client.pkcs12(&made.authority, &password)?;
    let texts = [
        made.authority.pem(),
        made.authority.key(),
        &made.server.certificate,
        &made.server.key,
        &made.client.certificate,
        &made.client.key,
    ];
    for (name, text) in READ.into_iter().zip(texts) {
        keep(folder, name, text.as_bytes())?;
    }
    keep(folder, "client.p12", &pkcs12)?;
    keep(folder, "client.p12.password", password.as_bytes())
}

fn keep(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), TlsError> {
    let path = folder.join(name);
    let written = private(&path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|source| TlsError::File { path, source })
}

/// Creates a file that only the owner may read. It removes an older one first, which would keep its
/// permissions.
fn private(path: &Path) -> io::Result<fs::File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The files, in the order of [`Certificates`]: the authority, the server, the client.
const READ: [&str; 6] =
    ["ca.pem", "ca.key", "server.pem", "server.key", "client.pem", "client.key"];
