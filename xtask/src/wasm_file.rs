//! Removes from the widget's module the formatting of panics and of errors, which no one reads in a browser,
//! with the data and the functions that only it needs. An optimiser cannot know that.
//!
//! This happens between linker and wasm-bindgen, because only the linker records the target of each place in code and
//! data (`--emit-relocs`).

mod emptied;
mod links;

use std::collections::HashSet;

use walrus::ir::{InstrLocId, Visitor, dfs_in_order};
use walrus::{FunctionId, FunctionKind, Module, ModuleConfig};

use self::links::{Links, Place, Target};
use crate::error::Error;

/// The linker's module without its unneeded parts, for wasm-bindgen.
pub(crate) fn slim(linked: &[u8]) -> Result<Vec<u8>, Error> {
    let links = Links::read(linked).map_err(|error| failed(&error))?;
    if links.is_empty() {
        return Err(failed(&"it does not say what its places stand for (--emit-relocs)"));
    }
    let mut module = parse(linked)?;
    emptied::empty(&mut module);
    let live = live(&module, &links);
    let functions: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    for (index, id) in functions.into_iter().enumerate() {
        let is_own = matches!(module.funcs.get(id).kind, FunctionKind::Local(_));
        if is_own && !live.contains(&Target::Function(index)) {
            // Tables of methods name it. They are dead too, but the module's table refers to them by number.
            emptied::end(&mut module, id);
        }
    }
    let segments: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for (index, id) in segments.into_iter().enumerate() {
        links.wipe(index, &mut module.data.get_mut(id).value, &live);
    }
    for section in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(section);
    }
    if let Some(mut features) = module.customs.remove_raw("target_features") {
        without_references(&mut features.data);
        module.customs.add(features);
    }
    Ok(module.emit_wasm())
}

/// The module at `bytes`, with its functions' names.
pub(crate) fn parse(bytes: &[u8]) -> Result<Module, Error> {
    ModuleConfig::new().parse(bytes).map_err(|error| failed(&error))
}

/// The module without the sections that only tools read.
pub(crate) fn without_custom_sections(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse(bytes).map_err(|error| failed(&error))?;
    let sections: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in sections {
        module.customs.delete(id);
    }
    Ok(module.emit_wasm())
}

/// Everything that is reachable from the exports.
fn live(module: &Module, links: &Links) -> HashSet<Target> {
    let functions: Vec<_> = module.funcs.iter().collect();
    let number_of = |id: FunctionId| functions.iter().position(|function| function.id() == id);
    let exported = module.exports.iter().filter_map(|export| match export.item {
        walrus::ExportItem::Function(id) => Some(id),
        _ => None,
    });
    let roots = exported.chain(module.start).filter_map(number_of).map(Target::Function);
    let mut open: Vec<Target> = roots.collect();
    let mut live = HashSet::new();
    while let Some(target) = open.pop() {
        if !live.insert(target) {
            continue;
        }
        match target {
            Target::Object(object) => open.extend(links.of_object(object)),
            Target::Function(index) => {
                if let Some(FunctionKind::Local(function)) = functions.get(index).map(|it| &it.kind)
                {
                    let mut kept = Kept { links, open: &mut open };
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
    open: &'a mut Vec<Target>,
}

impl Visitor<'_> for Kept<'_> {
    fn visit_instr(&mut self, _: &walrus::ir::Instr, at: &InstrLocId) {
        // An instruction that this module has inserted has no target.
        if !at.is_default() {
            let place = Place::of(*at);
            self.open.extend(self.links.of_instruction(place));
        }
    }
}

/// Removes references to objects of JavaScript from the list of features: they would need a table
/// and functions of their own, 1 kB without a benefit here.
fn without_references(features: &mut [u8]) {
    const USED: &[u8] = b"+\x0freference-types";
    if let Some(at) = features.windows(USED.len()).position(|part| part == USED) {
        features[at] = b'-';
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Bindings(format!("what the linker wrote cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, Module, ValType};

    use super::{emptied, slim, without_custom_sections, without_references};

    #[test]
    fn what_was_linked_without_relocations_is_refused() {
        let refused = slim(b"\0asm\x01\0\0\0").unwrap_err().to_string();
        assert!(refused.contains("--emit-relocs"), "{refused}");
        assert!(slim(b"<!doctype html>").is_err());
    }

    #[test]
    fn panics_end_their_callers_and_errors_say_nothing() {
        let mut module = Module::default();
        let mut function = |name: &str, calls: Option<walrus::FunctionId>, results: &[ValType]| {
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
        let wat = |id| {
            let function = module.funcs.get(id).kind.unwrap_local();
            let entry = function.block(function.entry_block());
            entry.instrs.iter().map(|(instr, _)| format!("{instr:?}")).collect::<Vec<_>>().join(" ")
        };
        for ended in [wat(panic), wat(caller)] {
            assert!(ended.starts_with("Unreachable") && !ended.contains("Const"), "{ended}");
        }
        assert!(wat(error).contains("I32(0)") && !wat(error).contains('7'), "{}", wat(error));
        // A function stays if its result is not one number.
        assert!(wat(writer).contains("I32(7)") && wat(others).contains("I32(7)"));
    }

    #[test]
    fn references_are_said_to_be_unused() {
        let mut features = *b"\x01+\x0freference-types";
        without_references(&mut features);
        assert_eq!(&features, b"\x01-\x0freference-types");
    }

    #[test]
    fn custom_sections_can_be_left_out() {
        let named = b"\0asm\x01\0\0\0\0\x04\x03abc";
        assert_eq!(without_custom_sections(named).unwrap(), b"\0asm\x01\0\0\0");
    }
}
