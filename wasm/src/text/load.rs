//! The texts: files of the bundle, loaded when they are needed. The browser caches them, since their names have
//! a hash. English replaces a language that fails to load, until the next change.

use std::cell::RefCell;

use gloo_net::http::Request;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestCache, RequestInit};

use super::{ENGLISH, NAMES, Overrides, Text, language};
use crate::browser::send::send;

/// Sets the addresses of the files: `places` is an object of languages and addresses.
pub(crate) fn locate(places: Object) {
    PLACES.set(places.into());
}

/// Loads the `count` texts for a page in the language `tag`, with its `own` in place of ours. `None` if that
/// fails: then the element shows nothing yet.
pub(crate) async fn load(tag: &str, own: Option<&Object>, count: usize) -> Option<Text> {
    let lang = language(tag);
    let (lang, texts) = match lines(&lang, count).await {
        Some(texts) => (lang, texts),
        None => (ENGLISH.to_owned(), lines(ENGLISH, count).await?),
    };
    let own = match own {
        // Without the names all of the page's own texts are unknown.
        Some(own) => Overrides::read(own, &lines(NAMES, count).await.unwrap_or_default()),
        None => Overrides::default(),
    };
    Some(Text::new(lang, texts, tag, own))
}

/// The lines of a file.
async fn lines(name: &str, count: usize) -> Option<String> {
    let place = PLACES.with_borrow(|places| Reflect::get(places, &JsValue::from_str(name)));
    let place = place.ok()?.as_string()?;
    match fetch(&place, CACHED, count).await {
        Some(texts) => Some(texts),
        // The cache may hold another page in place of the file.
        None => fetch(&place, RELOADED, count).await,
    }
}

/// The content of a file, if it has `count` lines: one for each text.
async fn fetch(place: &str, cache: RequestCache, count: usize) -> Option<String> {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    init.set_cache(cache);
    let request = web_sys::Request::new_with_str_and_init(place, &init).ok()?;
    let (response, lines) = send(Request::from(request)).await?;
    let lines = lines?;
    (response.ok() && lines.split('\n').count() == count).then_some(lines)
}

thread_local! {
    static PLACES: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// How a file is loaded: from the cache where possible, or past it.
const CACHED: RequestCache = RequestCache::Default;
const RELOADED: RequestCache = RequestCache::Reload;
/// How long a file may take, in milliseconds; after that the screen asks for English.
const PATIENCE: u32 = 4000;
