//! Where the module's bytes come from. It looks at a copy with function names that went through
//! the same optimiser; that copy is not served.

use std::cmp::Reverse;
use std::fs;
use std::path::Path;

use crate::bundle::{self, Names};
use crate::error::Error;
use crate::progress::Progress;
use crate::run::{Run, find};
use crate::setup;
use crate::wasm_file;
use crate::workspace::Workspace;

/// The biggest parts of the module, as text.
pub(super) fn show(workspace: &Workspace, progress: &Progress) -> Result<String, Error> {
    let named = bundle::named_module(workspace);
    let small = workspace.scratch().join("parts.wasm");
    let tools = setup::for_bundle(progress)?;
    bundle::optimise(tools.wasm_opt.as_deref(), Names::Keep, &named, &small, progress)?;
    if find("twiggy", &[]).is_some() {
        return Run::new("twiggy").args(["top", "-n", TOP_TEXT]).arg(&small).read();
    }
    let hint = "`cargo install twiggy` lets this command show more: `twiggy top` in its place.";
    Ok(format!("{}\n  {hint}", own_table(&small)?))
}

fn own_table(path: &Path) -> Result<String, Error> {
    let module = fs::read(path).map_err(Error::file("read", path))?;
    let module = wasm_file::parse(&module)?;
    let functions = module.funcs.iter_local().map(|(id, function)| {
        let name = module.funcs.get(id).name.clone().unwrap_or_default();
        (name, function.original_range.as_ref().map_or(0, ExactSizeIterator::len))
    });
    let functions: Vec<_> = functions.collect();
    let code = functions.iter().map(|(_, size)| size).sum();
    let data = module.data.iter().map(|segment| segment.value.len()).sum();
    let sections = vec![("code".to_owned(), code), ("data".to_owned(), data)];
    Ok(format!(
        "  bytes  section\n{}\n  bytes  function\n{}",
        biggest(sections),
        biggest(functions)
    ))
}

fn biggest(mut parts: Vec<(String, usize)>) -> String {
    parts.sort_by_key(|(_, size)| Reverse(*size));
    let lines = parts.iter().take(TOP).map(|(name, size)| format!("{size:7}  {name}\n"));
    lines.collect()
}

/// How many parts are shown.
const TOP: usize = 30;
const TOP_TEXT: &str = "30";

#[cfg(test)]
mod tests {
    use super::biggest;

    #[test]
    fn the_biggest_comes_first() {
        let parts = vec![("small".to_owned(), 1), ("big".to_owned(), 20)];
        assert_eq!(biggest(parts), "     20  big\n      1  small\n");
    }
}
