//! The bindings between the module and JavaScript, made by wasm-bindgen's own library, so that
//! a program of another version cannot interfere.

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use super::shrink;
use crate::wasm_file;

/// Makes the bindings of the module that the linker wrote: the module that JavaScript can use, and the script that loads
/// it. The names of functions are for wasm-opt, which drops them.
pub(super) fn bind(name: &str, linked: &[u8], loader: &str) -> Result<(Vec<u8>, String)> {
    let [wasm_opt, _] = shrink::tools();
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(name, wasm_file::slim(linked)?)
        .out_name(name)
        .typescript(false)
        .remove_name_section(wasm_opt.is_none())
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .web(true)?;
    let mut output = bindgen.generate_output()?;
    // The script would load them by names that the bundle does not have.
    let inline = output.snippets().values().any(|scripts| !scripts.is_empty());
    let alone = !inline && output.local_modules().is_empty();
    ensure!(alone, "the module imports scripts of its own, which the bundle has no place for");
    let mut glue = with_own_loader(output.js(), loader)?;
    let module = output.wasm_mut();
    for (index, import) in module.imports.iter_mut().enumerate() {
        shorten(&mut glue, ["", ":"], &mut import.name, format!("i{index}"));
    }
    for (index, export) in module.exports.iter_mut().enumerate() {
        shorten(&mut glue, ["wasm.", "("], &mut export.name, format!("e{index}"));
    }
    Ok((module.emit_wasm(), glue))
}

/// The glue with our loader in place of its own, which covers many cases that do not occur here.
fn with_own_loader(glue: &str, own: &str) -> Result<String> {
    let loader = glue.split_once("async function __wbg_load(").filter(|(functions, loader)| {
        functions.contains("function __wbg_finalize_init(instance, module)")
            && functions.contains("function __wbg_get_imports()")
            && loader.trim_end().ends_with("export { initSync, __wbg_init as default };")
    });
    let (functions, _) = loader.context("wasm-bindgen's glue loads the module in a new way")?;
    Ok([functions, own].concat())
}

/// Gives `name` a shorter form, if it ends in a hash, which does not compress, and always stands between the two texts in
/// the glue.
fn shorten(glue: &mut String, [before, after]: [&str; 2], name: &mut String, short: String) {
    let hashed = name.len() > 16 && name.bytes().rev().take(16).all(|it| it.is_ascii_hexdigit());
    let (start, whole) = ([before, name].concat(), [before, name, after].concat());
    if hashed && glue.matches(&start).count() == glue.matches(&whole).count() {
        *glue = glue.replace(&whole, &[before, &short, after].concat());
        *name = short;
    }
}

#[cfg(test)]
mod tests {
    use super::{shorten, with_own_loader};

    #[test]
    fn only_a_hashed_name_that_is_used_in_one_way_becomes_short() {
        for (glue, used, expected) in [
            ("{ NAME: function() { log(); } }", ["", ":"], Some("{ i: function() { log(); } }")),
            ("{ NAME: f, g: NAME }", ["", ":"], None),
            (
                "function NAME() { wasm.NAME(); }",
                ["wasm.", "("],
                Some("function NAME() { wasm.i(); }"),
            ),
            ("f(wasm.NAME); wasm.NAME(a);", ["wasm.", "("], None),
        ] {
            for (name, is_hashed) in
                [("log_0123456789abcdef", true), ("__wbindgen_init_now", false)]
            {
                let (mut found, mut renamed) = (glue.replace("NAME", name), name.to_owned());
                shorten(&mut found, used, &mut renamed, "i".to_owned());
                let expected = expected.filter(|_| is_hashed);
                assert_eq!(found, expected.unwrap_or(glue).replace("NAME", name));
                assert_eq!(renamed == "i", expected.is_some());
            }
        }
    }

    #[test]
    fn a_known_loader_is_replaced_and_another_is_refused() {
        let known = "function __wbg_get_imports() {}\n\
            function __wbg_finalize_init(instance, module) {}\n\
            async function __wbg_load(module, imports) {}\n\
            export { initSync, __wbg_init as default };\n";
        let glue = with_own_loader(known, "own()").unwrap();
        assert!(glue.ends_with("{}\nown()") && !glue.contains("initSync"), "{glue}");
        for other in [known.replace("initSync", "initNow"), known.replace("_load(", "_get(")] {
            assert!(with_own_loader(&other, "").is_err(), "{other}");
        }
    }
}
