//! The bundle's first script, the only file with a lasting name: it starts all downloads at once,
//! then starts the widget. It holds no logic of its own.

/// The names of the files in `assets/` that the entry starts, or tells the widget of.
pub(super) struct Entry<'a> {
    /// The module.
    pub(super) wasm: &'a str,
    /// The script that loads the module.
    pub(super) glue: &'a str,
    /// The scripts that the glue imports: asked for here, so that they do not wait for it.
    pub(super) scripts: &'a [String],
    /// The languages with the files of their texts.
    pub(super) texts: &'a [(String, String)],
}

/// The entry's text.
pub(super) fn text(entry: &Entry) -> String {
    let imports = [entry.glue].into_iter().chain(entry.scripts.iter().map(String::as_str));
    let imports: Vec<String> = imports.map(|name| format!("import('./assets/{name}')")).collect();
    let texts = entry.texts.iter().map(|(lang, name)| format!("\"{lang}\":base+\"assets/{name}\""));
    let texts: Vec<String> = texts.collect();
    [
        "const base = new URL('.', import.meta.url).href;".to_owned(),
        format!("const module_or_path = fetch(base + 'assets/{}');", entry.wasm),
        format!("const [glue] = await Promise.all([{}]);", imports.join(", ")),
        "await glue.default({ module_or_path });".to_owned(),
        format!("glue.start(base, {{{}}});\n", texts.join(",")),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Entry, text};

    #[test]
    fn every_download_starts_before_the_first_wait() {
        let scripts = ["element-2.js".to_owned()];
        let texts = [("da", "t-3.txt"), ("sv", "t-4.txt")];
        let texts = texts.map(|(lang, name)| (lang.to_owned(), name.to_owned()));
        let entry = Entry { wasm: "w-1.wasm", glue: "g-1.js", scripts: &scripts, texts: &texts };
        let text = text(&entry);
        let wait = text.find(" await ").unwrap();
        assert!(text.find("fetch(base + 'assets/w-1.wasm')").unwrap() < wait);
        let all = "Promise.all([import('./assets/g-1.js'), import('./assets/element-2.js')])";
        assert!(text.contains(all), "{text}");
        let start = r#"glue.start(base, {"da":base+"assets/t-3.txt","sv":base+"assets/t-4.txt"});"#;
        assert!(text.ends_with(&[start, "\n"].concat()), "{text}");
    }
}
