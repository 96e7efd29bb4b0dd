//! Gives each file of the bundle its place: a name with a hash of its content, so that browsers
//! may keep it for ever, and a script that uses these names, the only one whose own name lasts.

use anyhow::Result;

use super::{Files, Inputs, hash, shrink};

/// The sources in the widget's crate that go into the bundle as they are.
pub(super) const SOURCES: [&str; 5] =
    ["element.js", "entry.js", "loader.js", "react.d.ts", "package.json"];
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
    let [class, entry, _, react, package] = &inputs.sources;
    let class = class.replacen("export function define", "function define", 1);
    let entry = entry.replace("GLUE", &glue).replace("MODULE", &module).replace("TEXTS", &texts);
    let entry = shrink::script(&[class, entry].join("\n"))?;
    // Bundlers leave an import with such a comment alone, because the page loads its file at run time. Minifiers
    // remove the comments, so this comes after them.
    let entry = entry.replace("import(", "import(/* webpackIgnore: true */ /* @vite-ignore */ ");
    let types = inputs.written.get("ais-link.d.ts").cloned().unwrap_or_default();
    for (name, text) in [
        ("ais-link.js", &entry),
        ("ais-link.d.ts", &types),
        ("ais-link-react.d.ts", react),
        ("package.json", package),
    ] {
        files.insert(name.to_owned(), text.clone().into_bytes());
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{Inputs, SOURCES, arrange};
    use crate::folders::root;

    #[test]
    fn the_script_names_the_files_by_their_hashes() {
        let mut inputs = Inputs::default();
        inputs.written.insert("sv.txt".to_owned(), "[]".to_owned());
        inputs.sources[1] = "fetch(base + 'MODULE'); import(base + 'GLUE'); f({TEXTS});".to_owned();
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

    #[test]
    fn the_package_has_our_version_and_names_the_types_first() {
        let [.., package] = SOURCES.map(|name| root().join("wasm/src").join(name));
        let text = fs_err::read_to_string(package).unwrap();
        assert!(text.contains(concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\",")));
        // A reader of `exports` takes the first key that fits.
        assert!(text.contains(r#"{ "types": "./ais-link.d.ts", "default": "./ais-link.js" }"#));
    }
}
