//! Removes from the widget's module the formatting of panics and of errors, which no one reads in a browser,
//! with the data and the functions that only it needs. An optimiser cannot know that.
//!
//! This happens between linker and wasm-bindgen, because only the linker records the target of each place in code and
//! data (`--emit-relocs`).

mod emptied;
mod links;
mod order;

use std::collections::HashSet;

use anyhow::Result;
use walrus::ir::{Instr, InstrLocId, Visitor, dfs_in_order};
use walrus::{ExportItem, FunctionId, FunctionKind, Module};

use self::links::{Links, Target};
pub(crate) use self::order::name_by_place;

/// The linker's module without its unneeded parts, for wasm-bindgen.
pub(crate) fn slim(linked: &[u8]) -> Result<Vec<u8>> {
    let links = Links::read(linked)?;
    let mut module = Module::from_buffer(linked)?;
    emptied::empty(&mut module);
    let functions: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let live = live(&module, &functions, &links);
    for (index, id) in functions.into_iter().enumerate() {
        if !live.contains(&Target::Function(index)) {
            // Tables of methods name it. They are dead too, but the module's table refers to them by number.
            emptied::replace(&mut module, id, |body| {
                body.unreachable();
            });
        }
    }
    let segments: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for (index, id) in segments.into_iter().enumerate() {
        links.wipe(index, &mut module.data.get_mut(id).value, &live);
    }
    for section in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(section);
    }
    // References to objects of JavaScript would need a table and functions of their own, 1 kB without a benefit here.
    if let Some(mut features) = module.customs.remove_raw("target_features") {
        let used = features.data.windows(17).position(|part| part == b"+\x0freference-types");
        if let Some(at) = used {
            features.data[at] = b'-';
        }
        module.customs.add(features);
    }
    Ok(module.emit_wasm())
}

/// Everything that is reachable from the exports.
fn live(module: &Module, functions: &[FunctionId], links: &Links) -> HashSet<Target> {
    let number_of = |id| functions.iter().position(|function| *function == id);
    let exported = module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        _ => None,
    });
    let roots = exported.chain(module.start).filter_map(number_of).map(Target::Function);
    let mut kept = Kept { links, open: roots.collect() };
    let mut live = HashSet::new();
    while let Some(target) = kept.open.pop() {
        if !live.insert(target) {
            continue;
        }
        match target {
            Target::Object(object) => kept.open.extend(links.of_object(object)),
            Target::Function(index) => {
                if let FunctionKind::Local(function) = &module.funcs.get(functions[index]).kind {
                    dfs_in_order(&mut kept, function, function.entry_block());
                }
            }
        }
    }
    live
}

/// Collects the targets of a function's remaining instructions.
struct Kept<'a> {
    links: &'a Links,
    open: Vec<Target>,
}

impl Visitor<'_> for Kept<'_> {
    fn visit_instr(&mut self, instr: &Instr, at: &InstrLocId) {
        // Only the linker's instructions have a place. Before the target stands what the instruction is, and how a load
        // or a store is aligned.
        let before = if matches!(instr, Instr::Load(_) | Instr::Store(_)) { 2 } else { 1 };
        if !at.is_default() {
            self.open.extend(self.links.at(at.data() as usize + before));
        }
    }
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, FunctionId, Module, ValType};

    use super::{emptied, slim};

    #[test]
    fn what_was_linked_without_relocations_is_refused() {
        let refused = slim(b"\0asm\x01\0\0\0").unwrap_err().to_string();
        assert!(refused.contains("--emit-relocs"), "{refused}");
        assert!(slim(b"<!doctype html>").is_err());
    }

    #[test]
    fn panics_end_their_callers_and_errors_say_nothing() {
        let mut module = Module::default();
        let mut function = |name: &str, calls: Option<FunctionId>, results: &[ValType]| {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], results);
            builder.name(name.to_owned());
            let mut body = builder.func_body();
            body.i32_const(7).drop();
            if let Some(called) = calls {
                body.call(called);
            }
            for _ in results {
                body.i32_const(7);
            }
            builder.finish(Vec::new(), &mut module.funcs)
        };
        let panic = function("core::panicking::panic", None, &[]);
        let caller = function("app::caller", Some(panic), &[]);
        let others = function("app::other", None, &[ValType::I32]);
        let error = function("serde_wasm_bindgen::error::Error::new", None, &[ValType::I32]);
        let writer = function("serde_core::de::Error::custom", None, &[]);
        emptied::empty(&mut module);
        let code = |id| {
            let function = module.funcs.get(id).kind.unwrap_local();
            format!("{:?}", function.block(function.entry_block()).instrs)
        };
        for ended in [code(panic), code(caller)] {
            assert!(ended.contains("Unreachable") && !ended.contains("I32(7)"), "{ended}");
        }
        assert!(code(error).contains("I32(0)") && !code(error).contains("I32(7)"));
        // A function stays if its result is not one number.
        assert!(code(writer).contains("I32(7)") && code(others).contains("I32(7)"));
    }
}
