//! Packages of npm, at exact versions, in the cache folder. Only the build and the
//! tests use them; the product contains nothing of them.

use std::path::PathBuf;

use anyhow::Result;
use fs_err as fs;

use super::{apt_install, missing};
use crate::folders::{cache, empty, publish};
use crate::progress;
use crate::run::{self, find};

/// The name of a package, and its version.
#[derive(Clone, Copy)]
pub(crate) struct Package(pub(crate) &'static str, pub(super) &'static str);

/// wasm-opt, as JavaScript and wasm: the same on each system.
pub(crate) const BINARYEN: Package = Package("binaryen", "132.0.0");
/// A minifier for JavaScript.
pub(crate) const ESBUILD: Package = Package("esbuild", "0.28.2");
/// The checks of accessibility.
pub(crate) const AXE: Package = Package("axe-core", "4.14.1");
/// The validator for OpenAPI documents.
pub(crate) const OPENAPI: Package = Package("openapi-backend", "5.20.1");
/// The compiler that checks the types of the bundle.
pub(crate) const TYPESCRIPT: Package = Package("typescript", "5.9.3");
/// The checks of an OpenAPI document's form.
pub(crate) const REDOCLY: Package = Package("@redocly/cli", "2.77.0");
/// A server in JavaScript, with which the benchmarks compare the relay.
pub(crate) const FASTIFY: Package = Package("fastify", "5.12.8");
/// Its plugin that makes it a proxy.
pub(crate) const FASTIFY_PROXY: Package = Package("@fastify/http-proxy", "11.6.3");
/// It draws QR codes in the pages that the element is compared with.
pub(crate) const QRCODE: Package = Package("qrcode", "1.5.4");
/// React, for one of these pages; npm installs `react` with it.
pub(crate) const REACT_DOM: Package = Package("react-dom", "19.3.1");
/// React's types for TypeScript.
pub(crate) const REACT_TYPES: Package = Package("@types/react", "19.3.0");
/// The verifier of webhooks in the example of a host's own server.
pub(crate) const STANDARD_WEBHOOKS: Package = Package("standardwebhooks", "1.1.1");

/// The rules that packages keep.
pub(crate) const PUBLINT: Package = Package("publint", "0.3.25");
/// Whether TypeScript finds a package's types, in each of its ways.
pub(crate) const ATTW: Package = Package("@arethetypeswrong/cli", "0.18.5");
/// The schema of manifests of custom elements.
pub(crate) const SCHEMA: Package = Package("custom-elements-manifest", "2.1.0");
/// Makes types of an OpenAPI document.
pub(crate) const OPENAPI_TYPESCRIPT: Package = Package("openapi-typescript", "7.13.0");

impl Package {
    /// The folder `node_modules` with the package and what it needs.
    pub(crate) fn modules(self) -> PathBuf {
        let Self(name, version) = self;
        let folder = format!("npm-{}-{version}", name.replace('/', "-"));
        cache().join(folder).join("node_modules")
    }

    /// A file of the package.
    pub(crate) fn file(self, name: &str) -> PathBuf {
        self.modules().join(self.0).join(name)
    }

    /// A script of the package, if it can run here.
    pub(crate) fn script(self, name: &str) -> Option<PathBuf> {
        Some(self.file(name)).filter(|path| path.exists() && has_node())
    }

    /// Installs it where it is missing.
    pub(super) fn ensure(self) -> Result<()> {
        let Self(name, version) = self;
        if !has_node() {
            let advice = "install Node.js 20 or later, which brings npm; then try again.";
            return missing(&format!("Node.js and npm, which run {name}"), advice);
        }
        let modules = self.modules();
        let place = modules.parent().expect("it is in a folder of the package's name");
        if place.is_dir() {
            return Ok(());
        }
        let made = cache().join("npm.partial");
        empty(&made)?;
        fs::write(made.join("package.json"), r#"{"private":true}"#)?;
        let mut run = run::new(NPM);
        run.current_dir(&made)
            .args(["install", "--yes", "--no-audit", "--no-fund", "--ignore-scripts"])
            .args(["--no-package-lock", "--save-exact", &format!("{name}@{version}")]);
        let advice = "check that npm reaches its registry; then try again.";
        progress::run(&format!("Installing {name} {version} (npm)"), advice, &mut run)?;
        publish(&made, place)
    }
}

/// Installs Node.js and npm where they are missing and a package manager has them.
pub(super) fn install_node() -> Result<()> {
    if has_node() { Ok(()) } else { apt_install(&["nodejs", "npm"]) }
}

fn has_node() -> bool {
    find("node").is_some() && find(NPM).is_some()
}

/// The program npm.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Package, STANDARD_WEBHOOKS};
    use crate::folders::root;

    #[test]
    fn the_example_of_a_host_needs_the_package_that_is_installed() {
        let text = fs_err::read_to_string(root().join("relay/examples/host/package.json")).unwrap();
        let package: Value = serde_json::from_str(&text).unwrap();
        let Package(name, version) = STANDARD_WEBHOOKS;
        assert_eq!(package["dependencies"], serde_json::json!({ name: version }));
    }
}
