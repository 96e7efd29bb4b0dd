//! A bank's logo by way of the relay, with the bank's initials where it fails.

use protocol::concat;
use protocol::flow::Bank;

use super::build::Build;
use super::dom::{El, el};
use crate::names::PART_LOGO;

impl Build<'_> {
    /// The logo of `bank`. It says nothing: the name stands beside it.
    pub(super) fn logo(&mut self, bank: &Bank) -> El {
        let address = concat(&[&*self.show.settings.relay, "logos/", bank.bic.as_str()]);
        let image = el("img").attr("alt", "").attr("loading", "lazy").attr("src", &address);
        let letters = el("span").class("initials").text(&initials(&bank.name));
        // The logo is that of the whole group.
        image.set_shown(bank.affiliated.is_none());
        letters.set_shown(bank.affiliated.is_some());
        let (shown, hidden) = (letters.clone(), image.clone());
        self.listen(&image, "error", move |_| {
            hidden.set_shown(false);
            shown.set_shown(true);
        });
        let square = el("span").part(PART_LOGO).attr("aria-hidden", "true");
        square.add_all([image, letters])
    }
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
}
