//! What the relay and the element are compared with.

use std::path::PathBuf;

use anyhow::Result;

use super::npm::{ESBUILD, FASTIFY, FASTIFY_PROXY, QRCODE, REACT_DOM};
use super::{Browser, apt_install, for_tests, lock};
use crate::run::find;

/// Installs it. Returns where nginx is, if it is there.
pub(crate) fn for_bench() -> Result<Option<PathBuf>> {
    for_tests(&[Browser::Chromium])?;
    let _lock = lock()?;
    for package in [ESBUILD, FASTIFY, FASTIFY_PROXY, QRCODE, REACT_DOM] {
        package.ensure()?;
    }
    // Debian has it where only an administrator's PATH leads.
    let there =
        || find("nginx").or_else(|| Some(PathBuf::from(NGINX)).filter(|path| path.exists()));
    if there().is_none()
        && let Err(error) = apt_install(&["nginx-light"])
    {
        println!("  Without nginx: {error:#}");
    }
    Ok(there())
}

const NGINX: &str = "/usr/sbin/nginx";
