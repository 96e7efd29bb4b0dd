//! Gives each file of the bundle its place: a name with a hash of its content, so that browsers
//! may keep it for ever, and for each element a script that uses these names, the only one whose own name lasts.

use anyhow::Result;
use fs_err as fs;

use super::element::Element;
use super::{Files, Inputs, hash, shrink};
use crate::folders::root;

/// The scripts in the widget's crate that go into the bundle.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The element's class.
    pub(super) class: String,
    /// The way back from a bank.
    pub(super) home: String,
    /// What loads the rest.
    pub(super) entry: String,
    /// What reads an answer.
    pub(super) read: String,
    /// What is asked while the module loads.
    pub(super) early: String,
    /// What loads the module.
    pub(super) loader: String,
}

impl Sources {
    pub(super) fn read() -> Result<Self> {
        let source = |name| fs::read_to_string(root().join("wasm/src").join(name));
        Ok(Self {
            class: source("element.js")?,
            home: source("home.js")?,
            entry: source("entry.js")?,
            read: source("read.js")?,
            early: source("early.js")?,
            loader: source("loader.js")?,
        })
    }
}

/// Adds the files of `element` to `files`, with the module in its final form and the script that loads it.
pub(super) fn arrange(
    files: &mut Files,
    inputs: &Inputs,
    element: &Element,
    glue: &str,
    module: Vec<u8>,
) -> Result<()> {
    let mut add = |stem: &str, kind: &str, bytes: Vec<u8>| {
        let name = format!("{stem}-{}.{kind}", hash(&bytes));
        files.insert(name.clone(), bytes);
        name
    };
    let stem = ["assets/", element.tag].concat();
    let glue = add(&stem, "js", shrink::script(glue)?.into_bytes());
    let module = add(&stem, "wasm", module);
    let texts = element.texts(&inputs.written).map(|(lang, text)| {
        let file = add(&[element.texts, lang].concat(), "txt", text.into());
        format!("{lang:?}:base+{file:?}")
    });
    let texts = texts.collect::<Vec<_>>().join(",");
    let entry = &inputs.sources.entry;
    let entry = entry.replace("GLUE", &glue).replace("MODULE", &module).replace("TEXTS", &texts);
    let class = element.class(&inputs.sources, &inputs.written)?;
    let entry = shrink::script(&[class, entry].join("\n"))?;
    files.insert([element.tag, ".js"].concat(), entry.into_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Files, Inputs, arrange};
    use crate::bundle::LINK;

    #[test]
    fn the_script_names_the_files_by_their_hashes() {
        let mut inputs = Inputs::default();
        inputs.written.insert("sv.txt".to_owned(), "[]".to_owned());
        inputs.sources.entry =
            "fetch(base + 'MODULE'); import(base + 'GLUE'); f({TEXTS});".to_owned();
        let arranged = |glue| {
            let mut files = Files::new();
            arrange(&mut files, &inputs, &LINK, glue, b"wasm".to_vec()).unwrap();
            files
        };
        let files = arranged("a();");
        let entry = String::from_utf8_lossy(&files["ais-link.js"]);
        // The content's hash, as `printf wasm | sha256sum` prints it.
        assert_eq!(files["assets/ais-link-336154bf67f765f8.wasm"], b"wasm");
        for name in files.keys().filter(|name| name.starts_with("assets/")) {
            assert!(entry.contains(name), "{name}: {entry}");
        }
        let others = arranged("b();");
        assert_eq!(files.keys().filter(|name| !others.contains_key(*name)).count(), 1);
        assert_ne!(files["ais-link.js"], others["ais-link.js"]);
    }
}
