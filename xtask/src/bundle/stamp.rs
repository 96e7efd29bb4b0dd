//! Tells whether a bundle is up to date, by what goes into it: the compiled module, the class and the
//! types, the texts, the tools and this program.

use std::env;
use std::fs;
use std::path::Path;

use crate::bundle::assets;
use crate::bundle::entry::Sources;
use crate::bundle::texts::Texts;
use crate::error::Error;
use crate::setup::BundleTools;

/// A short text that changes whenever one of the inputs does.
pub(super) fn stamp(
    wasm: &Path,
    sources: &Sources,
    texts: &Texts,
    tools: &BundleTools,
) -> Result<String, Error> {
    let module = fs::read(wasm).map_err(Error::file("read", wasm))?;
    // The paths name the versions.
    let scripts = [&tools.wasm_opt, &tools.esbuild];
    let program = env::current_exe().map(|path| trace(&path)).unwrap_or_default();
    let hashes = texts.iter().map(|(lang, text)| (lang, assets::hash(text.as_bytes())));
    let hashes: Vec<_> = hashes.collect();
    let module = assets::hash(&module);
    let [class, react] = [&sources.class, &sources.react].map(|it| assets::hash(it.as_bytes()));
    Ok(format!(
        "module {module}\nclass {class}\nreact {react}\ntexts {hashes:?}\nscripts {scripts:?}\nprogram {program}\n"
    ))
}

/// Whether the stamp kept at `path` is `stamp`.
pub(super) fn is(path: &Path, stamp: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|kept| kept == stamp)
}

/// The size and the time of the last change: enough for a program that cargo builds.
fn trace(path: &Path) -> String {
    let known = fs::metadata(path).and_then(|data| Ok((data.len(), data.modified()?)));
    known.map_or_else(|_| "missing".to_owned(), |(size, time)| format!("{size} {time:?}"))
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;
    use std::path::Path;
    use std::process;

    use super::{Sources, Texts, is, stamp};
    use crate::setup::{BundleTools, WasmToolchain};

    fn tools(wasm_opt: Option<&Path>) -> BundleTools {
        let wasm_opt = wasm_opt.map(Path::to_owned);
        BundleTools { toolchain: WasmToolchain::Usual, wasm_opt, esbuild: None }
    }

    fn sources(class: &str, react: &str) -> Sources {
        Sources { class: class.to_owned(), react: react.to_owned() }
    }

    #[test]
    fn another_module_text_or_tool_makes_another_stamp() {
        let folder = env::temp_dir().join(format!("xtask-stamp-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let module = folder.join("a.wasm");
        fs::write(&module, "one").unwrap();
        let texts = Texts::from([("sv".to_owned(), "[]".to_owned())]);
        let first = stamp(&module, &sources("a", "b"), &texts, &tools(None)).unwrap();
        assert_eq!(first, stamp(&module, &sources("a", "b"), &texts, &tools(None)).unwrap());
        assert_ne!(
            first,
            stamp(&module, &sources("a", "b"), &texts, &tools(Some(&folder))).unwrap()
        );
        assert_ne!(first, stamp(&module, &sources("a", "b"), &Texts::new(), &tools(None)).unwrap());
        assert_ne!(first, stamp(&module, &sources("c", "b"), &texts, &tools(None)).unwrap());
        assert_ne!(first, stamp(&module, &sources("a", "c"), &texts, &tools(None)).unwrap());
        fs::write(&module, "longer").unwrap();
        assert_ne!(first, stamp(&module, &sources("a", "b"), &texts, &tools(None)).unwrap());
        let kept = folder.join("stamp");
        assert!(!is(&kept, &first));
        fs::write(&kept, &first).unwrap();
        assert!(is(&kept, &first));
        fs::remove_dir_all(folder).unwrap();
    }
}
