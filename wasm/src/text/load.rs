//! The texts that the module does not hold: files of the bundle, fetched when they are needed, and kept.
//! A language that does not come is English; it is asked for again with the next change.

use std::borrow::Cow;
use std::cell::RefCell;

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response, Url};

use super::{COUNT, ENGLISH, ENGLISH_LINES, Lines, NAMES, Overrides, Text, language};
use crate::browser::encode::object;
use crate::browser::page;

/// Where the files are: an object of languages and addresses, relative to where the script came from.
pub(crate) struct Places {
    pub(crate) base: String,
    pub(crate) files: Object,
}

impl Places {
    /// Keeps them for as long as the page lives.
    pub(crate) fn keep(self) {
        PLACES.with_borrow_mut(|places| *places = Some(self));
    }

    fn of(&self, name: &str) -> Option<String> {
        let file = Reflect::get(&self.files, &JsValue::from_str(name)).ok()?.as_string()?;
        Url::new_with_base(&file, &self.base).ok().map(|url| url.href())
    }
}

/// The texts for a page in the language `tag`, with its `own` in place of ours.
pub(crate) async fn load(tag: &str, own: Option<&Object>) -> Text {
    let lang = language(tag);
    let (lang, texts) = match lines(&lang).await {
        Some(texts) => (lang, texts),
        None => (ENGLISH.to_owned(), Cow::Borrowed(ENGLISH_LINES)),
    };
    let own = match own {
        // Without the names all of the page's own texts are unknown.
        Some(own) => Overrides::read(own, &lines(NAMES).await.unwrap_or_default()),
        None => Overrides::default(),
    };
    Text::new(lang, texts, tag, own)
}

/// The lines of a file. Where two elements want it at once, the browser's cache makes that one download.
async fn lines(name: &str) -> Option<Lines> {
    let known = KNOWN.with_borrow(|known| known.iter().find(|(of, _)| of == name).cloned());
    if let Some((_, lines)) = known {
        return Some(lines);
    }
    let place = PLACES.with_borrow(|places| places.as_ref()?.of(name))?;
    let lines = Lines::Owned(fetch(&place).await?);
    KNOWN.with_borrow_mut(|known| known.push((name.to_owned(), lines.clone())));
    Some(lines)
}

/// The content of a file, if it has a line for each text.
async fn fetch(place: &str) -> Option<String> {
    let init: RequestInit =
        object(&[("signal", AbortSignal::timeout_with_u32(PATIENCE).into())]).unchecked_into();
    let response = page::window().fetch_with_str_and_init(place, &init);
    let response: Response = JsFuture::from(response).await.ok()?.dyn_into().ok()?;
    let lines = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    (response.ok() && lines.split('\n').count() == COUNT).then_some(lines)
}

thread_local! {
    static PLACES: RefCell<Option<Places>> = const { RefCell::new(None) };
    static KNOWN: RefCell<Vec<(String, Lines)>> = const { RefCell::new(Vec::new()) };
}

/// How long the screen waits for its words, in milliseconds: then it is in English.
const PATIENCE: u32 = 4000;
