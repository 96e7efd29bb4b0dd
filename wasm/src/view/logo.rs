//! A bank's logo from the relay, with the bank's initials where it fails.

use protocol::concat;
use protocol::flow::Bank;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::build::Build;
use super::dom::{El, el};
use crate::names::PART_LOGO;

impl Build<'_> {
    /// The logo of `bank`. Screen readers skip it: the name stands beside it.
    pub(super) fn logo(&mut self, bank: &Bank) -> El {
        let square = blank();
        fill(square.element(), bank, &self.show.settings.relay);
        self.replace_logos(&square);
        square
    }

    /// Replaces each logo within `place` that does not load by initials.
    pub(super) fn replace_logos(&mut self, place: &El) {
        self.capture(place, "error", |event| {
            let image = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(square) = image.and_then(|image| image.parent_element()) {
                choose(&square, Shown::Initials);
            }
        });
    }
}

/// The content of a logo's square.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Logo,
    Initials,
}

/// A logo without a bank.
pub(super) fn blank() -> El {
    let image = el("img").attr("alt", "").attr("loading", "lazy");
    let letters = el("span").class("initials");
    el("span").part(PART_LOGO).attr("aria-hidden", "true").add_all([image, letters])
}

/// Makes `square` the logo of `bank`.
pub(super) fn fill(square: &Element, bank: &Bank, relay: &str) {
    let (Some(image), Some(letters)) = (square.first_element_child(), square.last_element_child())
    else {
        return;
    };
    letters.set_text_content(Some(&initials(&bank.name)));
    // The logo belongs to the whole group.
    if bank.affiliated.is_some() {
        return choose(square, Shown::Initials);
    }
    let address = concat(&[relay, "logos/", bank.bic.as_str()]);
    // The name is a constant: it cannot fail.
    let _ = image.set_attribute("src", &address);
    choose(square, Shown::Logo);
}

fn choose(square: &Element, shown: Shown) {
    for (child, is) in [
        (square.first_element_child(), Shown::Logo),
        (square.last_element_child(), Shown::Initials),
    ] {
        if let Some(child) = child {
            // The name is a constant: it cannot fail.
            let _ = child.toggle_attribute_with_force("hidden", is != shown);
        }
    }
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
}
