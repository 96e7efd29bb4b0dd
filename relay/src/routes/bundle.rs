//! Files: the widget's bundle, from a folder or from within the binary, and in a demo the pages around it.
//!
//! The relay looks only for names of letters, digits, `-`, `_` and `.` that do not begin with a dot. So no
//! spelling of a path leaves the folder or shows a hidden file. A link that leads out of the folder counts as
//! missing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::fs::canonicalize;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, DefaultServeDirFallback};

use crate::embedded::Embedded;
use crate::http::error::RouteError;
use crate::http::gate;
use crate::relay::Relay;

/// `/ais-link.js`, `/ais-accounts.js` and `/assets/*`: the bundle, which pages of allowed origins may load too.
pub(crate) async fn bundle(State(relay): State<Relay>, request: Request) -> Response {
    let config = relay.config();
    // Names under /assets/ contain a hash of the content, so a file there never changes.
    let is_hashed = request.uri().path().starts_with("/assets/");
    let cache = if is_hashed { IMMUTABLE } else { REVALIDATE };
    let asked = request.headers().clone();
    let mut response = match &config.files.bundle {
        Some(folder) => file(folder, request, cache).await,
        None => embedded(config.files.embedded, request, cache).await,
    };
    let headers = response.headers_mut();
    headers.insert(CORP, HeaderValue::from_static("cross-origin"));
    gate::allow_files(&asked, &config.access, headers);
    response
}

/// `/`: the pages, for requests that no other route takes.
pub(crate) async fn pages(State(relay): State<Relay>, request: Request) -> Response {
    let path = request.uri().path();
    match &relay.config().files.pages {
        Some(folder) if !path.starts_with("/assets") => {
            let mut response = file(folder, request, REVALIDATE).await;
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
            // Not `no-referrer`: it would also make browsers hide the page's origin from the gate.
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
            response
        }
        _ => RouteError::NoSuchPage.into_response(),
    }
}

/// The file of `folder` that `request` asks for.
async fn file(folder: &Path, request: Request, cache: HeaderValue) -> Response {
    if is_plain(request.uri().path()) && !is_inside(folder, request.uri().path()).await {
        return RouteError::NoSuchPage.into_response();
    }
    answer(ServeDir::new(folder), request, cache).await
}

/// The file within the binary that `request` asks for. It has a tag of its content where a file on a disk has a time.
async fn embedded(bundle: Embedded, request: Request, cache: HeaderValue) -> Response {
    if bundle.is_empty() {
        return RouteError::NoSuchPage.into_response();
    }
    let path = request.uri().path().to_owned();
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut response = answer(ServeDir::with_backend("", bundle), request, cache).await;
    let ending = match response.headers().get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        Some(b"br") => ".br",
        Some(b"gzip") => ".gz",
        _ => "",
    };
    if response.status() == StatusCode::OK
        && let Some(tag) = bundle.tag(&path, ending)
        && let Ok(value) = HeaderValue::try_from(&tag)
    {
        let known = known.as_ref().and_then(|known| known.to_str().ok()).unwrap_or_default();
        if known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Body::empty();
            for name in [header::CONTENT_LENGTH, header::CONTENT_TYPE, header::CONTENT_ENCODING] {
                response.headers_mut().remove(name);
            }
        }
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// The file of `files` that `request` asks for, precompressed where the browser takes that.
async fn answer<B: Backend>(
    files: ServeDir<DefaultServeDirFallback, B>,
    request: Request,
    cache: HeaderValue,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return RouteError::WrongMethod("GET, HEAD").into_response();
    }
    if !is_plain(request.uri().path()) {
        return RouteError::NoSuchPage.into_response();
    }
    let files = files.precompressed_br().precompressed_gzip();
    let Ok(response) = files.oneshot(request).await;
    let status = response.status();
    if status == StatusCode::NOT_FOUND {
        return RouteError::NoSuchPage.into_response();
    }
    let mut response = response.map(Body::new);
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    response
}

/// Whether all files that the relay may serve for `path`, compressed or not, are in `folder` after following
/// links.
async fn is_inside(folder: &Path, path: &str) -> bool {
    let Ok(root) = canonicalize(folder).await else { return false };
    let name = path.trim_start_matches('/');
    let asked = folder.join(name);
    let folders = [asked.clone(), asked.join("index.html")];
    let files = folders.iter().flat_map(|file| ["", ".br", ".gz"].map(|ending| with(file, ending)));
    for file in files {
        // A missing file or a dangling link is no danger: there is nothing to serve.
        if canonicalize(file).await.is_ok_and(|real| !real.starts_with(&root)) {
            return false;
        }
    }
    true
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    name.into()
}

fn is_plain(path: &str) -> bool {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let segments = path.strip_prefix('/').unwrap_or(path).split('/');
    let mut segments = segments.rev().enumerate();
    segments.all(|(index, segment)| {
        let may_be_empty = index == 0;
        (may_be_empty || !segment.is_empty())
            && !segment.starts_with('.')
            && segment.bytes().all(valid)
    })
}

const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
const CORP: header::HeaderName = header::HeaderName::from_static("cross-origin-resource-policy");
/// A page sets the policy for what it loads itself; the relay only forbids other pages to frame it.
const PAGE_POLICY: HeaderValue =
    HeaderValue::from_static("frame-ancestors 'none'; object-src 'none'; base-uri 'self'");

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn the_relay_looks_only_for_plain_paths() {
        for path in ["/", "/index.html", "/assets/ais_link-0a1B.wasm", "/a/b/"] {
            assert!(is_plain(path), "{path}");
        }
        for path in
            ["/.git/config", "/a/../b", "/..", "/%2e%2e/x", "//x", "/a//b", "/a\\b", "/\u{e5}"]
        {
            assert!(!is_plain(path), "{path}");
        }
    }
}
