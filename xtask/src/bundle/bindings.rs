//! The bindings between the module and JavaScript, made by wasm-bindgen's own library, so that
//! a program of another version cannot interfere.

use std::fs;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::error::Error;
use crate::wasm_file;

/// A module with its JavaScript.
pub(super) struct Bound {
    /// The module, with the names of its functions.
    pub(super) wasm: Vec<u8>,
    /// The script that loads the module and connects the two languages.
    pub(super) glue: String,
    /// The glue's types.
    pub(super) types: String,
}

/// Makes the bindings of the module that the linker wrote to `wasm`.
pub(super) fn bind(wasm: &Path) -> Result<Bound, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Bindings(error.to_string());
    let linked = fs::read(wasm).map_err(Error::file("read", wasm))?;
    let slim = wasm_file::slim(&linked)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("ais-link", slim)
        .out_name("ais-link")
        .typescript(true)
        .omit_default_module_path(true)
        .web(true)
        .map_err(|error| failed(&error))?;
    let mut output = bindgen.generate_output().map_err(|error| failed(&error))?;
    // The script would load them by names that the bundle does not have.
    let inline = output.snippets().values().any(|scripts| !scripts.is_empty());
    if inline || !output.local_modules().is_empty() {
        return Err(Error::Bindings("the module imports scripts of its own".to_owned()));
    }
    let mut glue = with_own_loader(output.js())?;
    let types = output.ts().unwrap_or_default().to_owned();
    let module = output.wasm_mut();
    for (index, import) in module.imports.iter_mut().enumerate() {
        let short = format!("i{index}");
        if let Some(shorter) = renamed(&glue, &import.name, &short) {
            glue = shorter;
            import.name = short;
        }
    }
    for (index, export) in module.exports.iter_mut().enumerate() {
        let short = format!("e{index}");
        if let Some(shorter) = export_renamed(&glue, &export.name, &short) {
            glue = shorter;
            export.name = short;
        }
    }
    Ok(Bound { glue, types, wasm: module.emit_wasm() })
}

/// The glue with our loader in place of its own, which covers many cases that do not occur here.
fn with_own_loader(glue: &str) -> Result<String, Error> {
    let changed =
        || Error::Bindings("the glue loads the module in another way than it did".to_owned());
    let (functions, loader) = glue.split_once("async function __wbg_load(").ok_or_else(changed)?;
    let known = functions.contains("function __wbg_finalize_init(instance, module)")
        && functions.contains("function __wbg_get_imports()")
        && loader.trim_end().ends_with("export { initSync, __wbg_init as default };");
    if known { Ok([functions, LOADER].concat()) } else { Err(changed()) }
}

/// Compiles the answer with the module. Browsers compile it while it loads, and cache the result, if its
/// type is right; the loader also works with a server that does not know the type.
const LOADER: &str = "\
export default async function (answer) {
    const imports = __wbg_get_imports();
    const response = await answer;
    const typed = response.headers.get('content-type') === 'application/wasm';
    const { instance, module } = await (typed
        ? WebAssembly.instantiateStreaming(response, imports)
        : WebAssembly.instantiate(await response.arrayBuffer(), imports));
    __wbg_finalize_init(instance, module);
}
";

/// The glue with the key `name` of its table of functions for the module renamed to `short`, if
/// that is certainly safe. Such names end in a hash, which does not compress.
fn renamed(glue: &str, name: &str, short: &str) -> Option<String> {
    let (start, hash) = name.rsplit_once('_')?;
    let hashed = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = format!("{name}:");
    let sure = hashed && start.starts_with("__wb") && glue.matches(name).count() == 1;
    (sure && glue.contains(&key)).then(|| glue.replace(&key, &format!("{short}:")))
}

/// The glue with the name of an export that ends in a hash, as those of closures do, become `short`.
fn export_renamed(glue: &str, name: &str, short: &str) -> Option<String> {
    let (_, hash) = name.rsplit_once("__h")?;
    let hashed = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    // A function of the glue has the same name.
    let (member, call) = (format!("wasm.{name}"), format!("wasm.{name}("));
    let sure = hashed && glue.matches(&member).count() == glue.matches(&call).count();
    sure.then(|| glue.replace(&call, &format!("wasm.{short}(")))
}

#[cfg(test)]
mod tests {
    use super::{export_renamed, renamed, with_own_loader};

    const NAME: &str = "__wbg_log_0123456789abcdef";

    #[test]
    fn a_hashed_name_becomes_short() {
        let glue = format!("{{ {NAME}: function() {{ log(); }} }}");
        assert_eq!(renamed(&glue, NAME, "i7").unwrap(), "{ i7: function() { log(); } }");
    }

    #[test]
    fn an_export_that_ends_in_a_hash_becomes_short_where_it_is_only_called() {
        let name = "closures__invoke__h0123456789abcdef";
        let glue = format!("function {name}(a) {{ wasm.{name}(a); }}");
        let short = export_renamed(&glue, name, "e7").unwrap();
        assert_eq!(short, format!("function {name}(a) {{ wasm.e7(a); }}"));
        assert_eq!(export_renamed(&format!("{glue} f(wasm.{name});"), name, "e7"), None);
        assert_eq!(export_renamed("wasm.style();", "style", "e7"), None);
    }

    #[test]
    fn a_loader_that_is_known_is_replaced_and_another_is_told() {
        let known = "function __wbg_get_imports() {}\n\
            function __wbg_finalize_init(instance, module) {}\n\
            async function __wbg_load(module, imports) {}\n\
            export { initSync, __wbg_init as default };\n";
        let glue = with_own_loader(known).unwrap();
        assert!(glue.contains("__wbg_finalize_init(instance, module);"), "{glue}");
        assert!(!glue.contains("initSync") && !glue.contains("__wbg_load"), "{glue}");
        for other in [known.replace("initSync", "initNow"), known.replace("_load(", "_get(")] {
            assert!(with_own_loader(&other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_name_that_is_used_elsewhere_stays() {
        assert_eq!(renamed(&format!("{NAME}: {NAME}"), NAME, "i7"), None);
        assert_eq!(renamed("__wbindgen_init: f", "__wbindgen_init", "i7"), None);
        assert_eq!(renamed("other: f", NAME, "i7"), None);
    }
}
