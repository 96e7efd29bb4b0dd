//! The bundle's first script, the only file with a lasting name: it starts all downloads at once,
//! then starts the widget. It holds no logic of its own.

/// The names of the files in `assets/` that the entry starts.
pub(super) struct Entry<'a> {
    /// The module.
    pub(super) wasm: &'a str,
    /// The script that loads the module.
    pub(super) glue: &'a str,
    /// The scripts that the glue imports: asked for here, so that they do not wait for it.
    pub(super) scripts: &'a [String],
}

/// The entry's text.
pub(super) fn text(entry: &Entry) -> String {
    let imports = [entry.glue].into_iter().chain(entry.scripts.iter().map(String::as_str));
    let imports: Vec<String> = imports.map(|name| format!("import('./assets/{name}')")).collect();
    [
        "const base = new URL('.', import.meta.url).href;".to_owned(),
        format!("const module_or_path = fetch(base + 'assets/{}');", entry.wasm),
        format!("const [glue] = await Promise.all([{}]);", imports.join(", ")),
        "await glue.default({ module_or_path });".to_owned(),
        "glue.start(base);\n".to_owned(),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Entry, text};

    #[test]
    fn every_download_starts_before_the_first_wait() {
        let scripts = ["element-2.js".to_owned()];
        let text = text(&Entry { wasm: "w-1.wasm", glue: "g-1.js", scripts: &scripts });
        let wait = text.find(" await ").unwrap();
        assert!(text.find("fetch(base + 'assets/w-1.wasm')").unwrap() < wait);
        let all = "Promise.all([import('./assets/g-1.js'), import('./assets/element-2.js')])";
        assert!(text.contains(all), "{text}");
        assert!(text.ends_with("glue.start(base);\n"));
    }
}
