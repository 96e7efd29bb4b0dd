//! A bank's logo from the relay, with the bank's initials where it fails.

use protocol::concat;
use protocol::flow::Bank;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::build::Build;
use super::dom::{El, el};
use crate::names::PART_LOGO;

impl Build<'_> {
    /// The logo of `bank`. Screen readers skip it: the name stands beside it.
    pub(crate) fn logo(&mut self, bank: &Bank) -> El {
        let square = blank();
        fill(square.element(), bank, &self.show.settings.relay);
        self.replace_logos(&square);
        square
    }

    /// Replaces each logo within `place` that does not load by initials.
    pub(crate) fn replace_logos(&mut self, place: &El) {
        self.capture(place, "error", replace);
    }
}

/// The content of a logo's square.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Logo,
    Initials,
}

/// A logo without a bank.
pub(crate) fn blank() -> El {
    let image = el("img").attr("alt", "").attr("loading", "lazy");
    let letters = el("span").class("initials");
    el("span").part(PART_LOGO).attr("aria-hidden", "true").add_all([image, letters])
}

/// Makes `square` the logo of `bank`.
pub(crate) fn fill(square: &Element, bank: &Bank, relay: &str) {
    // The logo belongs to the whole group.
    put(square, bank.affiliated.is_none().then(|| bank.bic.as_str()), &bank.name, relay);
}

/// Makes `square` the logo of the bank `bic`, or the initials of `name`.
pub(crate) fn put(square: &Element, bic: Option<&str>, name: &str, relay: &str) {
    let (Some(image), Some(letters)) = (square.first_element_child(), square.last_element_child())
    else {
        return;
    };
    letters.set_text_content(Some(&initials(name)));
    let Some(bic) = bic else { return choose(square, Shown::Initials) };
    let address = concat(&[relay, "logos/", bic]);
    // The name is a constant: it cannot fail.
    let _ = image.set_attribute("src", &address);
    choose(square, Shown::Logo);
}

/// Shows the initials in place of the logo whose image has failed to load.
pub(crate) fn replace(event: &Event) {
    let image = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if let Some(square) = image.and_then(|image| image.parent_element()) {
        choose(&square, Shown::Initials);
    }
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
