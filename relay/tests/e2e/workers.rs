//! Service workers of the host on the relay's origin: what they keep and what they answer for.

use std::path::PathBuf;

use serde_json::json;

use crate::redirect::allow;
use crate::support::{Browser, World, logs};

/// Registers the worker and says when it has the page.
const PAGE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<script src="register.js" defer></script><script type="module" src="/ais-link.js"></script>
</head><body><p id="worker">Not yet.</p><ais-link service="Hemkassan"></ais-link></body></html>"#;

const REGISTER: &str = "
navigator.serviceWorker.register('worker.js');
const controlled = () => { document.querySelector('#worker').textContent = 'The worker is there.'; };
if (navigator.serviceWorker.controller) controlled();
navigator.serviceWorker.addEventListener('controllerchange', controlled);";

/// Keeps all that it can and answers from there, pages too.
const CACHE_FIRST: &str = "
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', event => event.respondWith((async () => {
    const kept = await caches.match(event.request);
    if (kept) return kept;
    const answer = await fetch(event.request);
    const copy = answer.clone();
    caches.open('all').then(cache => cache.put(event.request, copy)).catch(() => {});
    return answer;
})()));";

/// Answers each navigation with the one page of the app, but for what the documents say.
const APP_SHELL: &str = "
self.addEventListener('install', event => {
    self.skipWaiting();
    event.waitUntil(caches.open('shell').then(cache => cache.add('/')));
});
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', event => {
    const { pathname } = new URL(event.request.url);
    if (['/psd2/', '/session', '/redirect'].some(path => pathname.startsWith(path))) return;
    if (event.request.mode === 'navigate') event.respondWith(caches.match('/'));
});";

/// Answers each navigation by GET with the one page of the app, as the tools do that make such workers.
const WHOLE_SHELL: &str = "
self.addEventListener('install', event => {
    self.skipWaiting();
    event.waitUntil(caches.open('shell').then(cache => cache.add('/')));
});
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', event => {
    const { mode, method } = event.request;
    if (mode === 'navigate' && method === 'GET') event.respondWith(caches.match('/'));
});";

/// A folder with the page and `worker`, for the test `name` alone.
fn pages(name: &str, worker: &str) -> PathBuf {
    let folder = logs().join(format!("{name}-pages"));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in [("index.html", PAGE), ("register.js", REGISTER), ("worker.js", worker)] {
        std::fs::write(folder.join(file), text).expect("a file");
    }
    folder
}

/// Links at banks by a code and by a page of their own, with `worker` in between.
async fn links_with(worker: &str, name: &str) {
    let world = World::with_pages(name, &pages(name, worker)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.page_reads("The worker is there.").await;
    browser.reload().await;
    browser.click("SEB").await;
    browser.click("Show QR code").await;
    let order = world.scan(&browser.qr().await);
    world.sign(&order);
    browser.screen("linked").await;
    browser.click("Connect another bank").await;
    browser.click("Nordea").await;
    browser.click("Continue to Nordea").await;
    browser.page_reads("A page of the sandbox").await;
    allow(&browser).await;
    browser.screen("linked").await;
    // Neither an answer about somebody's link nor what the bank sent back is kept anywhere.
    let kept = "(async () => {
        const names = await caches.keys();
        const kept = await Promise.all(names.map(async name => (await caches.open(name)).keys()));
        const paths = kept.flat().map(request => new URL(request.url).pathname);
        done([names.length, paths.filter(path => /psd2|session|redirect$/.test(path))]);
    })();";
    assert_eq!(browser.wait_for(kept, vec![]).await, json!([1, []]));
    // The worker stays in the browser.
    browser.end(name).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_worker_that_keeps_all_it_can_keeps_nothing_of_a_link() {
    links_with(CACHE_FIRST, "workers-cache").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_shell_of_an_app_leaves_the_way_back_alone_where_the_documents_are_followed() {
    links_with(APP_SHELL, "workers-shell").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn the_shell_of_an_app_in_place_of_the_return_page_sends_the_return_on() {
    links_with(WHOLE_SHELL, "workers-whole-shell").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_shell_that_answers_for_forms_too_loses_no_return() {
    let worker = WHOLE_SHELL.replace(" && method === 'GET'", "");
    links_with(&worker, "workers-form-shell").await;
}
