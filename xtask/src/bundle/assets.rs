//! Gives each file of the bundle its place: a name with a hash of its content, so that browsers
//! may keep it for ever, and imports that use these names.

use sha2::{Digest, Sha256};

use crate::bundle::Files;
use crate::bundle::bindings::Bound;
use crate::bundle::entry::{self, Entry};
use crate::bundle::minify::Minifier;
use crate::bundle::texts::{PREFIX, Texts};
use crate::bundle::types;
use crate::error::Error;

/// The bundle's files: `wasm` is the module in its final form.
pub(super) fn arrange(
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
    let mut glue = bound.glue.clone();
    let mut scripts = Vec::new();
    for (path, text) in &bound.snippets {
        let name = add(stem(path), "js", snippet(path, text, minifier)?.into_bytes());
        glue = import_renamed(&glue, path, &format!("./{name}"))?;
        scripts.push(name);
    }
    let glue = add("ais-link", "js", minifier.minify(&glue)?.into_bytes());
    let wasm = add("ais-link", "wasm", wasm);
    let texts = texts.iter().map(|(lang, text)| {
        (lang.clone(), add(&[PREFIX, lang].concat(), "txt", text.clone().into_bytes()))
    });
    let texts: Vec<(String, String)> = texts.collect();
    let entry = entry::text(&Entry { wasm: &wasm, glue: &glue, scripts: &scripts, texts: &texts });
    files.insert("ais-link.js".to_owned(), entry.into_bytes());
    files.insert("ais-link.d.ts".to_owned(), types::of_entry(&bound.types).into_bytes());
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

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".js").unwrap_or(file)
}

/// A script of the crate, made smaller. It may not import others: they would be looked for under
/// names that the bundle does not have.
fn snippet(path: &str, text: &str, minifier: &Minifier) -> Result<String, Error> {
    if text.lines().any(|line| line.trim_start().starts_with("import")) {
        return Err(Error::Value {
            what: format!("{path} imports another script."),
            expected: "scripts of the widget's crate that import nothing".to_owned(),
        });
    }
    minifier.minify(text)
}

fn import_renamed(glue: &str, from: &str, to: &str) -> Result<String, Error> {
    let quoted = [format!("'{from}'"), format!("\"{from}\"")];
    if !quoted.iter().any(|quoted| glue.contains(quoted.as_str())) {
        return Err(Error::Bindings(format!("the glue does not import {from}")));
    }
    Ok(quoted.iter().fold(glue.to_owned(), |text, quoted| text.replace(quoted, &format!("'{to}'"))))
}

#[cfg(test)]
mod tests {
    use super::{Texts, arrange};
    use crate::bundle::bindings::Bound;
    use crate::bundle::minify::Minifier;

    fn bound(snippet: &str) -> Bound {
        Bound {
            wasm: Vec::new(),
            glue: "import { a } from './snippets/x-1/src/element.js';\na();\n".to_owned(),
            types: "export function start(base: string): void;\n".to_owned(),
            snippets: vec![("./snippets/x-1/src/element.js".to_owned(), snippet.to_owned())],
        }
    }

    fn swedish(texts: &str) -> Texts {
        Texts::from([("sv".to_owned(), texts.to_owned())])
    }

    #[test]
    fn the_entry_names_the_texts_of_each_language() {
        let entry = |texts| {
            let bound = bound("export const a = 1;");
            let files = arrange(&bound, Vec::new(), &swedish(texts), &Minifier::Own).unwrap();
            let name = files.keys().find(|name| name.starts_with("assets/texts-sv-")).unwrap();
            assert_eq!(files[name], texts.as_bytes());
            let entry = String::from_utf8(files["ais-link.js"].clone()).unwrap();
            assert!(entry.contains(&format!("\"sv\":base+\"{name}\"")), "{entry}");
            entry
        };
        assert_ne!(entry("[]"), entry("[\"a\"]"));
    }

    #[test]
    fn names_follow_the_content_and_imports_follow_the_names() {
        let files = arrange(
            &bound("export const a = 1;"),
            b"wasm".to_vec(),
            &swedish("[]"),
            &Minifier::Own,
        )
        .unwrap();
        assert!(files.contains_key("ais-link.js") && files.contains_key("ais-link.d.ts"));
        // The content's hash, as `printf wasm | sha256sum` prints it.
        assert_eq!(files["assets/ais-link-336154bf67f765f8.wasm"], b"wasm");
        let element = files.keys().find(|name| name.starts_with("assets/element-")).unwrap();
        let element = element.strip_prefix("assets/").unwrap();
        let glue = format!("import {{ a }} from './{element}';\na();\n");
        assert!(files.values().any(|text| text == glue.as_bytes()));
    }

    #[test]
    fn another_content_gets_another_name() {
        let names = |text| {
            let files = arrange(&bound(text), b"wasm".to_vec(), &Texts::new(), &Minifier::Own);
            files.unwrap().into_keys()
        };
        let one: Vec<String> = names("export const a = 1;").collect();
        let two: Vec<String> = names("export const a = 2;").collect();
        // The glue names the script, so its own content changes too.
        assert_eq!(one.iter().filter(|name| !two.contains(name)).count(), 2);
    }

    #[test]
    fn a_script_that_imports_another_is_refused() {
        let error = arrange(&bound("import './b.js';"), Vec::new(), &Texts::new(), &Minifier::Own)
            .unwrap_err();
        assert!(error.to_string().contains("element.js imports"), "{error}");
    }
}
