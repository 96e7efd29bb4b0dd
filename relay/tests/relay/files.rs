//! The relay serves the bundle and the pages, and no other file of the disk.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Bytes;
use axum::http::{Method, Response};
use relay::Embedded;

use crate::support::raw::{exchange, request, status};
use crate::support::{World, code, finish};

/// A folder with a bundle and pages; dropping it removes it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("ais-relay-{}-{}", std::process::id(), SERIAL.fetch_add(1, Ordering::SeqCst));
        let root = std::env::temp_dir().join(name);
        for (path, text) in [
            ("bundle/ais-link.js", "plain"),
            ("bundle/ais-link.js.br", "brotli"),
            ("bundle/ais-link.js.gz", "gzip"),
            ("bundle/assets/ais_link-0a1b.wasm", "plain"),
            ("bundle/assets/ais_link-0a1b.wasm.br", "brotli"),
            ("bundle/assets/only.css", "plain"),
            ("bundle/ais-accounts.js", "plain"),
            ("bundle/ais-accounts.js.br", "brotli"),
            ("pages/index.html", "<!doctype html>"),
            ("pages/demo.js", "1"),
            ("pages/.env", "canary"),
            ("secret.txt", "canary"),
        ] {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(root)
    }

    async fn world(&self) -> World {
        World::with(|config| {
            config.files.bundle = Some(self.0.join("bundle"));
            config.files.pages = Some(self.0.join("pages"));
        })
        .await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn get(world: &World, target: &str, extra: &[(&str, &str)]) -> Response<Bytes> {
    let mut request = world.bare(Method::GET, target);
    for (name, value) in extra {
        request = request.header(*name, *value);
    }
    finish(request).await
}

/// A world whose bundle is within the program: the same files as in [`Folder`].
async fn with_embedded() -> World {
    World::with(|config| config.files.embedded = Embedded(INSIDE)).await
}

const INSIDE: &[(&str, &[u8])] = &[
    ("ais-link.js", b"plain"),
    ("ais-link.js.br", b"brotli"),
    ("ais-link.js.gz", b"gzip"),
    ("assets/ais_link-0a1b.wasm", b"plain"),
    ("assets/ais_link-0a1b.wasm.br", b"brotli"),
    ("assets/only.css", b"plain"),
    ("ais-accounts.js", b"plain"),
    ("ais-accounts.js.br", b"brotli"),
];

#[tokio::test]
async fn the_bundle_has_types_encodings_and_caching() {
    let folder = Folder::new();
    for world in [folder.world().await, with_embedded().await] {
        is_served_in_full(&world).await;
    }
}

async fn is_served_in_full(world: &World) {
    let wasm = "/assets/ais_link-0a1b.wasm";
    for (target, accept, kind, encoding, body) in [
        ("/ais-link.js", "br, gzip", "text/javascript", Some("br"), "brotli"),
        ("/ais-link.js", "gzip", "text/javascript", Some("gzip"), "gzip"),
        ("/ais-link.js", "identity", "text/javascript", None, "plain"),
        ("/ais-accounts.js", "br, gzip", "text/javascript", Some("br"), "brotli"),
        ("/ais-accounts.js", "identity", "text/javascript", None, "plain"),
        (wasm, "gzip, br", "application/wasm", Some("br"), "brotli"),
        (wasm, "gzip", "application/wasm", None, "plain"),
        ("/assets/only.css", "br", "text/css", None, "plain"),
    ] {
        let answer = get(world, target, &[("accept-encoding", accept)]).await;
        assert_eq!(answer.status(), 200, "{target}");
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some(kind), "{target}");
        assert_eq!(header("content-encoding"), encoding, "{target} {accept}");
        assert_eq!(answer.body(), body, "{target} {accept}");
        let cache = if target.starts_with("/assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        assert_eq!(header("cache-control"), Some(cache));
        assert_eq!(header("x-content-type-options"), Some("nosniff"));
        assert_eq!(header("cross-origin-resource-policy"), Some("cross-origin"));
        assert_eq!(header("accept-ranges"), Some("bytes"));
        let vary: Vec<_> = answer.headers().get_all("vary").iter().collect();
        assert_eq!(vary, ["accept-encoding", "origin"], "{target}");
    }
}

#[tokio::test]
async fn a_file_in_the_program_has_the_headers_of_one_on_a_disk_and_a_tag_of_its_content() {
    let folder = Folder::new();
    let (disk, inside) = (folder.world().await, with_embedded().await);
    for (target, extra) in [
        ("/ais-link.js", vec![("accept-encoding", "br")]),
        ("/ais-link.js", vec![("origin", "https://shop.example")]),
        ("/ais-link.js", vec![("range", "bytes=1-2")]),
        ("/ais-link.js", vec![("range", "bytes=99-")]),
        ("/assets/ais_link-0a1b.wasm", vec![]),
        ("/assets/none.js", vec![]),
        ("/assets/", vec![]),
        ("/assets/../ais-link.js", vec![]),
    ] {
        let [disk, inside] = [get(&disk, target, &extra).await, get(&inside, target, &extra).await];
        assert_eq!((disk.status(), disk.body()), (inside.status(), inside.body()), "{target}");
        let own = ["etag", "last-modified", "date"];
        let names = |answer: &Response<Bytes>| -> Vec<_> {
            let all = answer.headers().iter();
            let all = all.filter(|(name, _)| !own.contains(&name.as_str()));
            let mut all: Vec<_> = all.map(|(name, value)| format!("{name}: {value:?}")).collect();
            all.sort();
            all
        };
        assert_eq!(names(&disk), names(&inside), "{target} {extra:?}");
    }
    let plain = get(&inside, "/ais-link.js", &[]).await;
    let tag = plain.headers()["etag"].to_str().unwrap().to_owned();
    let packed = get(&inside, "/ais-link.js", &[("accept-encoding", "br")]).await;
    assert_ne!(packed.headers()["etag"], tag.as_str());
    for (known, expected) in
        [(tag.as_str(), 304), (&format!("\"a\", W/{tag}"), 304), ("\"a\"", 200)]
    {
        let answer = get(&inside, "/ais-link.js", &[("if-none-match", known)]).await;
        assert_eq!(answer.status(), expected, "{known}");
        assert_eq!(answer.body().is_empty(), expected == 304);
        assert_eq!(answer.headers()["etag"], tag.as_str());
        assert_eq!(answer.headers()["cache-control"], "no-cache");
    }
}

#[tokio::test]
async fn a_folder_that_is_set_comes_before_the_bundle_in_the_program() {
    let folder = Folder::new();
    let world = World::with(|config| {
        config.files.bundle = Some(folder.0.join("bundle"));
        config.files.embedded = Embedded(&[("ais-link.js", b"embedded")]);
    })
    .await;
    assert_eq!(get(&world, "/ais-link.js", &[]).await.body(), "plain");
    let another = Embedded(&[("ais-link.js", b"another one")]);
    assert_ne!(Embedded(INSIDE).hash(), another.hash());
    assert!(Embedded::OWN.is_empty(), "tests are built without a bundle");
}

#[tokio::test]
async fn only_allowed_origins_may_load_the_bundle_as_modules() {
    let folder = Folder::new();
    let world = folder.world().await;
    for (origin, expect) in [("https://shop.example", true), ("https://evil.example", false)] {
        for target in ["/ais-link.js", "/assets/ais_link-0a1b.wasm"] {
            let answer = get(&world, target, &[("origin", origin)]).await;
            let allowed = answer.headers().get("access-control-allow-origin");
            assert_eq!(allowed.is_some_and(|value| value == origin), expect, "{origin}");
            assert!(!answer.headers().contains_key("access-control-allow-credentials"));
        }
    }
}

#[tokio::test]
async fn pages_are_served_and_cannot_be_framed() {
    let folder = Folder::new();
    let world = folder.world().await;
    for (target, kind) in
        [("/", "text/html"), ("/index.html", "text/html"), ("/demo.js", "text/javascript")]
    {
        let answer = get(&world, target, &[]).await;
        assert_eq!(answer.status(), 200, "{target}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-type").starts_with(kind));
        assert_eq!(header("cache-control"), "no-cache");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn nothing_else_of_the_disk_is_served() {
    let folder = Folder::new();
    let world = folder.world().await;
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets//etc/passwd",
        "//etc/passwd",
        "/.env",
        "/%2eenv",
        "/assets/",
        "/assets",
        "/none.html",
        "/psd2x",
    ] {
        let answer = exchange(world.address, request("GET", target, "").as_bytes()).await;
        assert_eq!(status(&answer), Some(404), "{target}: {answer}");
        assert!(answer.contains("tppMessages") && !answer.contains("canary"), "{target}: {answer}");
    }
}

#[tokio::test]
async fn no_link_leads_out_of_a_folder() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    let at = |path: &str| folder.0.join(path);
    fs::create_dir_all(at("pages/sub")).unwrap();
    fs::create_dir_all(at("outside")).unwrap();
    for path in ["outside/index.html", "outside/page.html"] {
        fs::write(at(path), "canary").unwrap();
    }
    for (link, target) in [
        ("pages/secret.html", "secret.txt"),
        ("pages/out", "outside"),
        ("pages/sub/index.html", "outside/index.html"),
        ("pages/demo.js.gz", "secret.txt"),
        ("bundle/assets/out.js", "secret.txt"),
        ("bundle/assets/only.css.br", "secret.txt"),
    ] {
        symlink(at(target), at(link)).unwrap();
    }
    symlink("demo.js", at("pages/same.js")).unwrap();
    // A folder that is a link itself, as orchestrators make it, still works.
    symlink(at("pages"), at("by-link")).unwrap();
    let world = World::with(|config| {
        config.files.bundle = Some(at("bundle"));
        config.files.pages = Some(at("by-link"));
    })
    .await;
    for target in [
        "/secret.html",
        "/out/page.html",
        "/out/",
        "/out",
        "/sub/",
        "/demo.js",
        "/assets/out.js",
        "/assets/only.css",
    ] {
        for encoding in ["br", "gzip", "identity"] {
            let answer = get(&world, target, &[("accept-encoding", encoding)]).await;
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            assert!(!text.contains("canary"), "{target} {encoding}");
            assert_eq!(answer.status(), 404, "{target} {encoding}");
        }
    }
    assert_eq!(get(&world, "/same.js", &[]).await.status(), 200, "within the folder it may lead");
    assert_eq!(get(&world, "/", &[]).await.status(), 200);
}

#[tokio::test]
async fn files_are_only_read() {
    let folder = Folder::new();
    let world = folder.world().await;
    for target in ["/", "/ais-link.js", "/assets/only.css", "/logos/ESSESESS", "/redirect.js"] {
        let answer = finish(world.bare(Method::POST, target)).await;
        assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (405, "RELAY_REFUSED"));
        assert_eq!(answer.headers()["allow"], "GET, HEAD", "{target}");
        if !target.starts_with("/logos") {
            assert_eq!(finish(world.bare(Method::HEAD, target)).await.status(), 200, "{target}");
        }
    }
}

#[tokio::test]
async fn without_folders_nothing_is_there() {
    let world = World::new().await;
    for target in ["/", "/index.html", "/ais-link.js", "/assets/x.wasm", "/other"] {
        let answer = get(&world, target, &[]).await;
        assert_eq!((answer.status().as_u16(), code(&answer).as_str()), (404, "RESOURCE_UNKNOWN"));
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
}
