//! The words of `<ais-accounts>`: as those of `<ais-link>` ([`crate::text`]), with a list and files of their own.

mod da;
mod en;
mod fi;
mod nb;
mod sv;
mod words;

pub use self::words::{COUNT, HOLES, TYPES, Words, names};
use crate::settings::Wanted;
use crate::text;

/// The languages by their tags, those of `<ais-link>`. Only the bundling and the tests read it.
pub const LANGUAGES: [(&str, Words); 5] =
    [("en", en::EN), ("sv", sv::SV), ("fi", fi::FI), ("nb", nb::NB), ("da", da::DA)];

/// All texts in one language.
pub struct Text(text::Text);

impl Text {
    /// Loads the texts that are `wanted`; `None` if that fails.
    pub(super) async fn load(wanted: &Wanted) -> Option<Self> {
        wanted.text(COUNT).await.map(Self)
    }

    /// The language of the texts.
    pub(super) fn lang(&self) -> &str {
        self.0.lang()
    }

    /// The language tag for dates and amounts.
    pub(super) fn locale(&self) -> &str {
        self.0.locale()
    }

    fn at(&self, place: usize) -> &str {
        self.0.at(place)
    }
}
