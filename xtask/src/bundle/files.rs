//! Gives each file of the bundle its place: a name with a hash of its content, so that browsers
//! may keep it for ever, and a script that uses these names, the only one whose own name lasts.

use anyhow::Result;

use super::{Files, Inputs, hash, shrink};

/// The sources in the widget's crate that go into the bundle as they are.
pub(super) const SOURCES: [&str; 4] = ["element.js", "home.js", "entry.js", "loader.js"];
/// How the names of the files with texts begin, before the language.
pub(crate) const TEXTS: &str = "assets/texts-";

/// The bundle's files, with the module in its final form and the script that loads it.
pub(super) fn arrange(inputs: &Inputs, glue: &str, module: Vec<u8>) -> Result<Files> {
    let mut files = Files::new();
    let mut add = |stem: &str, kind: &str, bytes: Vec<u8>| {
        let name = format!("{stem}-{}.{kind}", hash(&bytes));
        files.insert(name.clone(), bytes);
        name
    };
    let glue = add("assets/ais-link", "js", shrink::script(glue)?.into_bytes());
    let module = add("assets/ais-link", "wasm", module);
    let texts = inputs.written.iter().filter_map(|(name, text)| {
        let lang = name.strip_suffix(".txt")?;
        let file = add(&[TEXTS, lang].concat(), "txt", text.clone().into_bytes());
        Some(format!("{lang:?}:base+{file:?}"))
    });
    let texts = texts.collect::<Vec<_>>().join(",");
    let [class, home, entry, _] = &inputs.sources;
    let [class, home] = [class, home].map(|source| source.replace("export function", "function"));
    let entry = entry.replace("GLUE", &glue).replace("MODULE", &module).replace("TEXTS", &texts);
    let entry = shrink::script(&[class, home, entry].join("\n"))?;
    files.insert("ais-link.js".to_owned(), entry.into_bytes());
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{Inputs, arrange};

    #[test]
    fn the_script_names_the_files_by_their_hashes() {
        let mut inputs = Inputs::default();
        inputs.written.insert("sv.txt".to_owned(), "[]".to_owned());
        inputs.sources[2] = "fetch(base + 'MODULE'); import(base + 'GLUE'); f({TEXTS});".to_owned();
        let files = arrange(&inputs, "a();", b"wasm".to_vec()).unwrap();
        let entry = String::from_utf8_lossy(&files["ais-link.js"]);
        // The content's hash, as `printf wasm | sha256sum` prints it.
        assert_eq!(files["assets/ais-link-336154bf67f765f8.wasm"], b"wasm");
        for name in files.keys().filter(|name| name.starts_with("assets/")) {
            assert!(entry.contains(name), "{name}: {entry}");
        }
        let others = arrange(&inputs, "b();", b"wasm".to_vec()).unwrap();
        assert_eq!(files.keys().filter(|name| !others.contains_key(*name)).count(), 1);
        assert_ne!(files["ais-link.js"], others["ais-link.js"]);
    }
}
