//! Service workers of the host on the relay's origin: what they cache and what they answer.

use crate::documents::{EMBEDDING, block};
use crate::redirect::allow;
use crate::support::{Scenario, scenario};

/// Registers the worker and says when it answers for the page.
const PAGE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<script src="register.js" defer></script><script type="module" src="/ais-link.js"></script>
</head><body><p id="worker">Not yet.</p><ais-link service="Hemkassan"></ais-link></body></html>"#;

const REGISTER: &str = "
navigator.serviceWorker.register('worker.js');
const controlled = () => { document.querySelector('#worker').textContent = 'The worker is there.'; };
if (navigator.serviceWorker.controller) controlled();
navigator.serviceWorker.addEventListener('controllerchange', controlled);";

/// Caches all that it can and answers from the cache, pages too.
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

/// Answers each navigation with the one page of the app. Its listener for requests is the one of the documents.
const APP_SHELL: &str = "
self.addEventListener('install', event => {
    self.skipWaiting();
    event.waitUntil(caches.open('shell').then(cache => cache.add('/')));
});
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
";

/// Answers each navigation by GET with the one page of the app, as workers do that come from a tool.
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

/// Links at banks by a code and by a page of their own, while `worker` answers the page's requests.
async fn links_with(scenario: &Scenario, worker: &str) {
    let pages = [("index.html", PAGE), ("register.js", REGISTER), ("worker.js", worker)];
    let (world, browser) = scenario.page(scenario.write_pages(&pages)).await;
    // The worker stays in the browser.
    browser.keep_from_others();
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
    // No cache has an answer about a link or what the bank sent back.
    assert_eq!(browser.cached("psd2|session|redirect$").await, (1, Vec::new()));
}

scenario!(a_worker_that_caches_all_it_can_caches_nothing_of_a_link, async |scenario| {
    links_with(&scenario, CACHE_FIRST).await;
});

scenario!(the_shell_of_an_app_as_documented_leaves_the_return_alone, async |scenario| {
    let listener = block(EMBEDDING, "self.addEventListener(\"fetch\"").replace(
        "// What your worker does",
        "if (event.request.mode === 'navigate') event.respondWith(caches.match('/'));",
    );
    links_with(&scenario, &[APP_SHELL, &listener].concat()).await;
});

scenario!(the_shell_of_an_app_in_place_of_the_return_page_loses_no_return, async |scenario| {
    links_with(&scenario, WHOLE_SHELL).await;
});

scenario!(a_shell_that_answers_for_forms_too_loses_no_return, async |scenario| {
    links_with(&scenario, &WHOLE_SHELL.replace(" && method === 'GET'", "")).await;
});
