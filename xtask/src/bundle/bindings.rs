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
    /// The crate's own scripts, by the path under which the glue imports them.
    pub(super) snippets: Vec<(String, String)>,
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
    let inline = output.snippets().iter().flat_map(|(folder, scripts)| {
        let named = scripts.iter().enumerate();
        named.map(move |(n, text)| (format!("./snippets/{folder}/inline{n}.js"), text.clone()))
    });
    let files = output
        .local_modules()
        .iter()
        .map(|(path, text)| (format!("./snippets/{path}"), text.clone()));
    let mut snippets: Vec<(String, String)> = inline.chain(files).collect();
    snippets.sort();
    Ok(Bound {
        glue: output.js().to_owned(),
        types: output.ts().unwrap_or_default().to_owned(),
        snippets,
        wasm: output.wasm_mut().emit_wasm(),
    })
}
