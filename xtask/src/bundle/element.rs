//! The elements: each has a bundle of its own, so that a page with one of them does not load the code of the other.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use fs_err as fs;

use super::files::Sources;

/// An element, and what differs in its files.
#[derive(Debug)]
pub(crate) struct Element {
    /// The crate with what its scripts may call.
    pub(crate) package: &'static str,
    /// The tag. Its scripts and its module have this name too.
    pub(crate) tag: &'static str,
    /// How the names of its files with texts begin, before the language.
    pub(crate) texts: &'static str,
    /// The same among the files that a program of the widget's crate writes.
    written: &'static str,
}

/// `<ais-link>`.
pub(crate) const LINK: Element =
    Element { package: "ais-link-module", tag: "ais-link", texts: "assets/texts-", written: "" };
/// `<ais-accounts>`.
pub(crate) const ACCOUNTS: Element = Element {
    package: "ais-accounts-module",
    tag: "ais-accounts",
    texts: "assets/ais-accounts-texts-",
    written: "accounts-",
};
/// All of them.
pub(crate) const ELEMENTS: [Element; 2] = [LINK, ACCOUNTS];

impl Element {
    /// The name of the module that Cargo makes.
    pub(super) fn module(&self) -> String {
        self.package.replace('-', "_") + ".wasm"
    }

    /// Whether the file `name` of the bundle is of this element.
    pub(crate) fn owns(&self, name: &str) -> bool {
        // Some names of files of `<ais-link>` lack its tag.
        let is_of_accounts = name.trim_start_matches("assets/").starts_with(ACCOUNTS.tag);
        is_of_accounts == (self.tag == ACCOUNTS.tag)
    }

    /// The texts among `written`: each language with its text.
    pub(super) fn texts<'a>(
        &self,
        written: &'a BTreeMap<String, String>,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        written.iter().filter_map(|(name, text)| {
            let name = name.strip_suffix(".txt")?.strip_prefix(self.written)?;
            (!name.contains('-')).then_some((name, &**text))
        })
    }

    /// The class in JavaScript, what runs with it before the first tag is on the page, and what asks while the module loads.
    pub(super) fn class(
        &self,
        sources: &Sources,
        written: &BTreeMap<String, String>,
    ) -> Result<String> {
        let [class, home] = self.parts_of_class(sources, written)?;
        let parts = [class, home, &*sources.read, self.early(sources)];
        Ok(parts.join("\n").replace("export function", "function"))
    }

    /// The same as a module that exports it, made of what a program of the widget's crate has written to the folder
    /// `written`.
    pub(crate) fn exported_class(&self, written: &Path) -> Result<String> {
        let mut known = BTreeMap::new();
        if let Ok(class) = fs::read_to_string(written.join(CLASS)) {
            known.insert(CLASS.to_owned(), class);
        }
        Ok(self.parts_of_class(&Sources::read()?, &known)?.join("\n"))
    }

    fn parts_of_class<'a>(
        &self,
        sources: &'a Sources,
        written: &'a BTreeMap<String, String>,
    ) -> Result<[&'a str; 2]> {
        if self.tag == LINK.tag {
            return Ok([&*sources.class, &*sources.home]);
        }
        let class = written.get(CLASS).context("wasm/src/bin/texts.rs has written no class")?;
        // A bank sends no one back to this element.
        Ok([class, NO_HOME])
    }

    /// What asks early, as a module that exports it.
    pub(crate) fn exported_early(&self) -> Result<String> {
        let sources = Sources::read()?;
        Ok([&*sources.read, self.early(&sources), "export { early };"].join("\n"))
    }

    fn early<'a>(&self, sources: &'a Sources) -> &'a str {
        if self.tag == LINK.tag { &sources.early } else { NOT_EARLY }
    }
}

/// The file with the class that the program writes.
const CLASS: &str = "accounts-element.js";
const NO_HOME: &str = "export function home() {}";
/// The token has to be shown first: no question can be asked before.
const NOT_EARLY: &str = "const early = () => (request) => read(fetch(request));";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{ACCOUNTS, LINK};

    #[test]
    fn each_file_is_of_one_element() {
        for (name, is_of_link) in [
            ("ais-link.js", true),
            ("assets/ais-link-01.wasm", true),
            ("assets/texts-sv-01.txt", true),
            ("ais-accounts.js", false),
            ("assets/ais-accounts-01.js", false),
            ("assets/ais-accounts-texts-sv-01.txt", false),
        ] {
            assert_eq!(
                [LINK, ACCOUNTS].map(|it| it.owns(name)),
                [is_of_link, !is_of_link],
                "{name}"
            );
        }
    }

    #[test]
    fn each_element_has_its_own_texts() {
        let written = ["sv.txt", "accounts-sv.txt", "accounts-element.js", "ais-link.d.ts"];
        let written: BTreeMap<_, _> =
            written.map(|name| (name.to_owned(), name.to_owned())).into_iter().collect();
        for (element, text) in [(LINK, "sv.txt"), (ACCOUNTS, "accounts-sv.txt")] {
            assert_eq!(element.texts(&written).collect::<Vec<_>>(), [("sv", text)]);
        }
    }
}
