//! The bindings between the module and JavaScript, made by wasm-bindgen's own library, so that
//! no program of another version can come in between.

use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::error::Error;

/// A module with its JavaScript.
pub(super) struct Bound {
    /// The module, with the names of its functions.
    pub(super) wasm: Vec<u8>,
    /// The script that loads the module and stands between the two languages.
    pub(super) glue: String,
    /// The glue's types.
    pub(super) types: String,
}

/// Makes the bindings of the module at `wasm`.
pub(super) fn bind(wasm: &Path) -> Result<Bound, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Bindings(error.to_string());
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("ais-link")
        .typescript(true)
        .omit_default_module_path(true)
        .web(true)
        .map_err(|error| failed(&error))?;
    let mut output = bindgen.generate_output().map_err(|error| failed(&error))?;
    // They would be looked for under names that the bundle does not have.
    let inline = output.snippets().values().any(|scripts| !scripts.is_empty());
    if inline || !output.local_modules().is_empty() {
        return Err(Error::Bindings("the module imports scripts of its own".to_owned()));
    }
    let mut glue = output.js().to_owned();
    let types = output.ts().unwrap_or_default().to_owned();
    let module = output.wasm_mut();
    for (index, import) in module.imports.iter_mut().enumerate() {
        let short = format!("i{index}");
        if let Some(shorter) = renamed(&glue, &import.name, &short) {
            glue = shorter;
            import.name = short;
        }
    }
    Ok(Bound { glue, types, wasm: module.emit_wasm() })
}

/// The glue with the key `name` of its table of functions for the module renamed to `short`, if
/// that is surely safe. Such names end in a hash, which no compression makes smaller.
fn renamed(glue: &str, name: &str, short: &str) -> Option<String> {
    let (start, hash) = name.rsplit_once('_')?;
    let hashed = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = format!("{name}:");
    let sure = hashed && start.starts_with("__wb") && glue.matches(name).count() == 1;
    (sure && glue.contains(&key)).then(|| glue.replace(&key, &format!("{short}:")))
}

#[cfg(test)]
mod tests {
    use super::renamed;

    const NAME: &str = "__wbg_log_0123456789abcdef";

    #[test]
    fn a_hashed_name_becomes_short() {
        let glue = format!("{{ {NAME}: function() {{ log(); }} }}");
        assert_eq!(renamed(&glue, NAME, "i7").unwrap(), "{ i7: function() { log(); } }");
    }

    #[test]
    fn a_name_that_is_used_elsewhere_stays() {
        assert_eq!(renamed(&format!("{NAME}: {NAME}"), NAME, "i7"), None);
        assert_eq!(renamed("__wbindgen_init: f", "__wbindgen_init", "i7"), None);
        assert_eq!(renamed("other: f", NAME, "i7"), None);
    }
}
