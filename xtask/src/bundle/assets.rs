//! Gives each file of the bundle its place: a name with a hash of its content, so that browsers
//! may keep it for ever, and an entry that uses these names.

use sha2::{Digest, Sha256};

use crate::bundle::Files;
use crate::bundle::bindings::Bound;
use crate::bundle::entry::{self, Entry, Sources};
use crate::bundle::minify::Minifier;
use crate::bundle::package;
use crate::bundle::texts::{PREFIX, Texts};
use crate::bundle::types;
use crate::error::Error;

/// The bundle's files: `wasm` is the module in its final form.
pub(super) fn arrange(
    sources: &Sources,
    bound: &Bound,
    wasm: Vec<u8>,
    texts: &Texts,
    minifier: &Minifier,
) -> Result<Files, Error> {
    let mut files = Files::new();
    let mut add = |stem: &str, kind: &str, bytes: Vec<u8>| {
        let name = format!("{stem}-{}.{kind}", hash(&bytes));
        files.insert(format!("assets/{name}"), bytes);
        name
    };
    let glue = add("ais-link", "js", minifier.minify(&bound.glue)?.into_bytes());
    let wasm = add("ais-link", "wasm", wasm);
    let texts = texts.iter().map(|(lang, text)| {
        (lang.clone(), add(&[PREFIX, lang].concat(), "txt", text.clone().into_bytes()))
    });
    let texts: Vec<(String, String)> = texts.collect();
    let class = &sources.class;
    let entry = entry::text(&Entry { class, wasm: &wasm, glue: &glue, texts: &texts });
    let entry = entry::noted(&minifier.minify(&entry)?);
    files.insert("ais-link.js".to_owned(), entry.into_bytes());
    files.insert(package::FILE.to_owned(), package::text().into_bytes());
    files.insert("ais-link.d.ts".to_owned(), types::of_entry(&bound.types).into_bytes());
    files.insert("ais-link-react.d.ts".to_owned(), sources.react.clone().into_bytes());
    Ok(files)
}

/// The first 64 bits of the content's SHA-256, in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)[..8].iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all that is written to it");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{Sources, Texts, arrange};
    use crate::bundle::Files;
    use crate::bundle::bindings::Bound;
    use crate::bundle::minify::Minifier;

    fn arranged(glue: &str, texts: &Texts) -> Files {
        let glue = glue.to_owned();
        let types = "export function start(base: string): void;\n".to_owned();
        let bound = Bound { wasm: Vec::new(), glue, types };
        let class = "export function define(load) {}\n".to_owned();
        let sources = Sources { class, react: "export {};\n".to_owned() };
        arrange(&sources, &bound, b"wasm".to_vec(), texts, &Minifier::None).unwrap()
    }

    #[test]
    fn the_entry_names_the_texts_of_each_language() {
        let entry = |texts: &str| {
            let files = arranged("a();", &Texts::from([("sv".to_owned(), texts.to_owned())]));
            let name = files.keys().find(|name| name.starts_with("assets/texts-sv-")).unwrap();
            assert_eq!(files[name], texts.as_bytes());
            let entry = String::from_utf8(files["ais-link.js"].clone()).unwrap();
            assert!(entry.contains(&format!("\"sv\":base+\"{name}\"")), "{entry}");
            entry
        };
        assert_ne!(entry("[]"), entry("[\"a\"]"));
    }

    #[test]
    fn another_content_gets_another_name() {
        let files = arranged("a();", &Texts::new());
        assert!(files.contains_key("ais-link.js") && files.contains_key("ais-link.d.ts"));
        // The content's hash, as `printf wasm | sha256sum` prints it.
        assert_eq!(files["assets/ais-link-336154bf67f765f8.wasm"], b"wasm");
        let others = arranged("b();", &Texts::new());
        assert_eq!(files.keys().filter(|name| !others.contains_key(*name)).count(), 1);
        assert_ne!(files["ais-link.js"], others["ais-link.js"]);
    }
}
