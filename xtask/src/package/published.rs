//! The elements in the package. The files of each are alike: those of `<ais-link>` stand in `wasm/package`, and most of those of the
//! others are made of them, with other names.

use crate::bundle::{ACCOUNTS, Element, LINK};

/// An element in the package.
pub(super) struct Published {
    pub(super) element: Element,
    /// Its folder in the package, with a slash; empty for the package's own.
    pub(super) folder: &'static str,
    /// How the names of its class and of its types begin.
    pub(super) prefix: &'static str,
    /// The name of a tag of the page's own, in an example.
    tag_of_a_page: &'static str,
    /// What it is, for editors.
    pub(super) about: &'static str,
    /// The source with its names, and where it shares names with `<ais-link>` that with those, too.
    pub(super) names: &'static [&'static str],
}

/// All of them.
pub(super) const PUBLISHED: [Published; 2] = [
    Published {
        element: LINK,
        folder: "",
        prefix: "AisLink",
        tag_of_a_page: "my-link",
        about: "Lets a person link a bank account: they choose a bank and prove who they are to it.",
        names: &["wasm/src/names.rs"],
    },
    Published {
        element: ACCOUNTS,
        folder: "accounts/",
        prefix: "AisAccounts",
        tag_of_a_page: "my-accounts",
        about: "Shows a person what they have linked, with balances and transactions, and removes it.",
        names: &["wasm/src/accounts/names.rs", "wasm/src/names.rs"],
    },
];

impl Published {
    /// A text about `<ais-link>` as one about this element.
    pub(super) fn own(&self, text: &str) -> String {
        let [link, _] = &PUBLISHED;
        text.replace(link.prefix, self.prefix)
            .replace(link.element.tag, self.element.tag)
            .replace(link.tag_of_a_page, self.tag_of_a_page)
    }

    /// The name of its class.
    pub(super) fn class(&self) -> String {
        [self.prefix, "Element"].concat()
    }

    /// The path of its file `name` in the package.
    pub(super) fn file(&self, name: &str) -> String {
        [self.folder, name].concat()
    }
}

/// The files in `wasm/package` that each element has as its own.
pub(super) const OWN: [&str; 7] =
    ["index.js", "element.js", "element.d.ts", "slim.js", "slim.d.ts", "bundled.js", "inline.js"];

#[cfg(test)]
mod tests {
    use super::{OWN, PUBLISHED};
    use crate::package::sources;

    #[test]
    fn a_file_of_one_element_has_no_name_of_the_other() {
        let [_, accounts] = &PUBLISHED;
        for name in OWN {
            let text = accounts.own(&fs_err::read_to_string(sources().join(name)).unwrap());
            let text = text.to_lowercase();
            assert!(!text.contains("ais-link") && !text.contains("aislink"), "{name}: {text}");
        }
    }
}
