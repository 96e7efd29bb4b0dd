//! The bundle's first script, the only file with a lasting name: the element's class, and the addresses of the other
//! files, which it loads with the first element.

use std::fs;

use crate::error::Error;
use crate::workspace::Workspace;

/// The files in `assets/` that the entry loads, or whose addresses it passes to the widget.
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

/// The JavaScript and TypeScript sources in the widget's crate.
pub(super) struct Sources {
    /// The element's class: a script that exports `define`.
    pub(super) class: String,
    /// The element's types for React.
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

/// The entry's text. Both downloads start before it waits for either. A further attempt loads the entry again, by
/// a URL with a fragment that servers and caches do not see: a new release may have renamed the files, and browsers
/// remember a script that failed to load.
///
/// A page's bundler may have made the entry a part of another script, or of one that is no module: then it does
/// not know its own address, and the files are at the relay that the element names.
pub(super) fn text(entry: &Entry) -> String {
    let texts = entry.texts.iter().map(|(lang, name)| format!("\"{lang}\":base+\"assets/{name}\""));
    let texts: Vec<String> = texts.collect();
    let [module, glue] = [entry.wasm, entry.glue].map(|name| format!("base + 'assets/{name}'"));
    let load = [
        "export const load = async () => {".to_owned(),
        "const base = new URL('.', own).href;".to_owned(),
        format!("const module = fetch({module});"),
        // If the glue fails to load first, no code awaits this promise.
        "module.catch(() => {});".to_owned(),
        format!("const glue = await import({glue} + own.hash);"),
        "await glue.default(module);".to_owned(),
        format!("glue.start(base, {{{}}});", texts.join(",")),
        "return glue;".to_owned(),
        "};".to_owned(),
    ];
    let class = entry.class.replacen("export function define", "function define", 1);
    [&*class, OWN, HOME, &load.join("\n"), AGAIN].join("\n")
}

/// Where the script came from, if it can know.
const OWN: &str = "\
const own = [import.meta.url, globalThis.document?.currentScript?.src]
    .filter((place) => /^https?:/.test(place)).map((place) => new URL(place))[0];";

/// A service worker may answer with the page of an app in place of the relay's return page. If that page has this script, it
/// runs the script of the return page.
const HOME: &str = "\
const home = (relay) => {
    if (!globalThis.navigator?.serviceWorker?.controller) return;
    const place = new URL('redirect', relay);
    if (place.href !== location.origin + location.pathname || !/[?&]state=/.test(location.search)) return;
    document.documentElement.dataset.page = 'return';
    import(place.href + '.js').catch(console.warn);
};
if (own) home(own);";

/// Each attempt tries two places in turn: beside this script, and at the relay that the element names. Only the first
/// attempt, beside this script, need not load the entry, which runs already.
///
/// A bundler may keep the name of the entry without the files beside it; so one place without the files is no failure.
const AGAIN: &str = "\
define(async (attempt, relay) => {
    const beside = relay && new URL('ais-link.js', new URL(relay.replace(/\\/*$/, '/'), document.baseURI));
    if (beside && !attempt) home(beside);
    const places = [own, beside].filter((place) => place && (place === own || place.href !== own?.href.split('#')[0]));
    if (beside && !own?.pathname.endsWith('/ais-link.js')) places.reverse();
    let failure = new Error('The attribute relay must say where the relay is.');
    for (const place of places) {
        try {
            if (place === own && !attempt) return await load();
            place.hash = attempt;
            return await (await import(place.href)).load();
        } catch (error) {
            failure = error;
        }
    }
    throw failure;
});
";

/// The entry with a comment at each import that makes bundlers leave it alone, because the page loads its file at run time.
/// Minifiers remove such comments, so this comes after them.
pub(super) fn noted(entry: &str) -> String {
    entry.replace("import(", "import(/* webpackIgnore: true */ /* @vite-ignore */ ")
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
        let wait = text.find("= await ").unwrap();
        assert!(text.find("fetch(base + 'assets/w-1.wasm')").unwrap() < wait);
        assert!(text.contains("base + 'assets/g-1.js' + own.hash)"), "{text}");
        let start = r#"glue.start(base, {"da":base+"assets/t-3.txt","sv":base+"assets/t-4.txt"});"#;
        assert!(text.contains(start), "{text}");
        assert_eq!(text.matches("export").count(), 1, "{text}");
    }
}
