//! What to do where the page is shown inside an app that may not let BankID start: open it in the browser, to
//! which its address can be copied.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;

use super::build::Build;
use super::dom::{El, el};
use crate::browser::page;
use crate::launcher::Launcher;
use crate::names::PART_BUTTON;
use crate::text::fill;

impl Build<'_> {
    /// The way out, where one is needed.
    pub(super) fn rescue(&mut self) -> Option<El> {
        let browser = Launcher::of(&page::user_agent(), page::touch_points()).rescue()?;
        let text = self.words();
        let field = el("input").class("field").attr("readonly", "");
        let field = field.attr("aria-label", text.address()).attr("value", &page::address());
        let copy = el("button").class("plain").part(PART_BUTTON).attr("type", "button");
        let copy = copy.text(text.copy());
        let words = el("p").text(&fill(text.in_app(), &[("browser", browser)]));
        let rescue = el("div").class("rescue").add_all([words, field.clone(), copy.clone()]);
        let (button, live) = (copy.clone(), self.live.clone());
        self.listen(&copy, "click", move |_| {
            // Where the app forbids the clipboard, the person copies what is marked.
            select(&field);
            let (button, live, text) = (button.clone(), live.clone(), text.clone());
            spawn_local(async move {
                if copied().await.is_some() {
                    button.say(text.copied());
                    live.say(text.copied());
                }
            });
        });
        Some(rescue)
    }
}

fn select(field: &El) {
    if let Some(field) = field.element().dyn_ref::<HtmlInputElement>() {
        field.select();
    }
}

/// Puts the page's address on the clipboard, which only secure pages have.
async fn copied() -> Option<()> {
    let clipboard = page::window().navigator().clipboard();
    if clipboard.is_undefined() {
        return None;
    }
    JsFuture::from(clipboard.write_text(&page::address())).await.ok().map(drop)
}
