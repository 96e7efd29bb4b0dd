//! Decides whether a bundle is up to date, by its inputs: the compiled module, the class and the
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
    // Size and time are enough for a program that cargo builds.
    let known = |path| fs::metadata(path).and_then(|data| Ok((data.len(), data.modified()?)));
    let program = env::current_exe().and_then(known).ok();
    let (class, react) = (&sources.class, &sources.react);
    // The paths of the tools name their versions.
    let scripts = [&tools.wasm_opt, &tools.esbuild];
    let all = format!("{:?}", (assets::hash(&module), class, react, texts, scripts, program));
    Ok(assets::hash(all.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;
    use std::path::Path;
    use std::process;

    use super::{Sources, Texts, stamp};
    use crate::setup::{BundleTools, WasmToolchain};

    #[test]
    fn another_module_text_or_tool_makes_another_stamp() {
        let folder = env::temp_dir().join(format!("xtask-stamp-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let module = folder.join("a.wasm");
        let of = |class: &str, react: &str, texts: &Texts, tool: Option<&Path>| {
            let sources = Sources { class: class.to_owned(), react: react.to_owned() };
            let wasm_opt = tool.map(Path::to_owned);
            let tools = BundleTools { toolchain: WasmToolchain::Usual, wasm_opt, esbuild: None };
            stamp(&module, &sources, texts, &tools).unwrap()
        };
        let texts = Texts::from([("sv".to_owned(), "[]".to_owned())]);
        fs::write(&module, "one").unwrap();
        let first = of("a", "b", &texts, None);
        assert_eq!(first, of("a", "b", &texts, None));
        assert_ne!(first, of("a", "b", &texts, Some(&folder)));
        assert_ne!(first, of("a", "b", &Texts::new(), None));
        assert_ne!(first, of("c", "b", &texts, None));
        assert_ne!(first, of("a", "c", &texts, None));
        fs::write(&module, "longer").unwrap();
        assert_ne!(first, of("a", "b", &texts, None));
        fs::remove_dir_all(folder).unwrap();
    }
}
