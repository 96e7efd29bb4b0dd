//! The help where the page is shown inside an app that may not let BankID start: copy the address, and open
//! it in the browser.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlInputElement};

use super::build::Build;
use super::dom::{El, button, el};
use crate::browser::page;
use crate::launcher::Launcher;
use crate::text::fill;

impl Build<'_> {
    /// The help, where it is needed.
    pub(super) fn rescue(&mut self) -> Option<El> {
        let browser = Launcher::of(&page::user_agent(), page::touch_points()).rescue()?;
        let text = self.words();
        let field = el("input").class("field").attr("readonly", "");
        let field = field.attr("aria-label", text.address()).attr("value", &page::address());
        let copy = button(text.copy());
        let words = el("p").text(&fill(text.in_app(), &[("browser", browser)]));
        let done = el("p").class("note");
        let rescue = [words, field.clone(), copy.clone(), done.clone()];
        let rescue = el("div").class("rescue").add_all(rescue);
        let live = self.live.clone();
        self.listen(&copy, "click", move |_| {
            if copied(&field) {
                done.say(text.copied());
                live.say(text.copied());
            }
        });
        Some(rescue)
    }
}

/// Selects the address and copies it; where the app forbids that, the person copies the selection. The old
/// command is the one that works in such apps and on insecure pages.
fn copied(field: &El) -> bool {
    field.element().unchecked_ref::<HtmlInputElement>().select();
    let document: HtmlDocument = page::document().unchecked_into();
    document.exec_command("copy").unwrap_or(false)
}
