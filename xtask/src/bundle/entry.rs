//! The bundle's first script, the only file with a lasting name: the element's class, and where the rest is,
//! which is loaded with the first element.

use std::fs;

use crate::error::Error;
use crate::workspace::Workspace;

/// The files in `assets/` that the entry loads, or tells the widget of.
pub(super) struct Entry<'a> {
    /// The class: a script that exports `define`.
    pub(super) class: &'a str,
    /// The module.
    pub(super) wasm: &'a str,
    /// The script that loads the module.
    pub(super) glue: &'a str,
    /// The languages with the files of their texts.
    pub(super) texts: &'a [(String, String)],
}

/// What the widget's crate has written in JavaScript's own languages.
pub(super) struct Sources {
    /// The element's class: a script that exports `define`.
    pub(super) class: String,
    /// What TypeScript knows of the element in React.
    pub(super) react: String,
}

impl Sources {
    pub(super) fn read(workspace: &Workspace) -> Result<Self, Error> {
        let read = |name: &str| {
            let path = workspace.root().join("wasm/src").join(name);
            fs::read_to_string(&path).map_err(Error::file("read", &path))
        };
        Ok(Self { class: read("element.js")?, react: read("react.d.ts")? })
    }
}

/// The entry's text. Both downloads start before it waits for either. A further attempt loads the entry anew, by
/// a name that servers and caches do not see: the files may have other names since, and browsers remember a
/// script that did not come.
pub(super) fn text(entry: &Entry) -> String {
    let texts = entry.texts.iter().map(|(lang, name)| format!("\"{lang}\":base+\"assets/{name}\""));
    let texts: Vec<String> = texts.collect();
    [
        entry.class.replacen("export function define", "function define", 1),
        "const own = new URL(import.meta.url);".to_owned(),
        "const base = new URL('.', own).href;".to_owned(),
        "export const load = async () => {".to_owned(),
        format!("const module = fetch(base + 'assets/{}');", entry.wasm),
        // Where the glue does not come either, nobody is there to hear of it.
        "module.catch(() => {});".to_owned(),
        format!("const glue = await import(base + 'assets/{}' + own.hash);", entry.glue),
        "await glue.default(module);".to_owned(),
        format!("glue.start(base, {{{}}});", texts.join(",")),
        "return glue;".to_owned(),
        "};".to_owned(),
        "const again = async (attempt) => {".to_owned(),
        "own.hash = attempt;".to_owned(),
        "return (await import(own.href)).load();".to_owned(),
        "};".to_owned(),
        "define((attempt) => attempt ? again(attempt) : load());\n".to_owned(),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Entry, text};

    #[test]
    fn every_download_starts_before_the_first_wait() {
        let texts = [("da", "t-3.txt"), ("sv", "t-4.txt")];
        let texts = texts.map(|(lang, name)| (lang.to_owned(), name.to_owned()));
        let class = "export function define(load) {}\n";
        let text = text(&Entry { class, wasm: "w-1.wasm", glue: "g-1.js", texts: &texts });
        let wait = text.find(" await ").unwrap();
        assert!(text.find("fetch(base + 'assets/w-1.wasm')").unwrap() < wait);
        assert!(text.contains("await import(base + 'assets/g-1.js' + own.hash)"), "{text}");
        let start = r#"glue.start(base, {"da":base+"assets/t-3.txt","sv":base+"assets/t-4.txt"});"#;
        assert!(text.contains(start), "{text}");
        assert_eq!(text.matches("export").count(), 1, "{text}");
    }
}
