//! The functions that format unread messages, and how their bodies and their callers are replaced.

use std::collections::HashSet;

use walrus::ir::{
    Const, Instr, InstrLocId, InstrSeq, InstrSeqId, Unreachable, Value, Visitor, dfs_in_order,
};
use walrus::{
    FunctionBuilder, FunctionId, FunctionKind, InstrSeqBuilder, LocalFunction, Module, ValType,
};

/// Empties them. A function that only a panic reaches traps at once: it would trap in any case. So does code that
/// prepares its call. A function that formats an error formats nothing, and returns an error that is `undefined` (0).
pub(super) fn empty(module: &mut Module) {
    for id in named(module, &WORDS) {
        if *module.types.results(module.funcs.get(id).ty()) == [ValType::I32] {
            replace(module, id, |body| {
                body.i32_const(0);
            });
        }
    }
    let mut ends = named(module, &ENDS);
    let mut ended = HashSet::new();
    while !ends.is_empty() {
        for id in ends.drain(..) {
            replace(module, id, |body| {
                body.unreachable();
            });
            ended.insert(id);
        }
        for (id, function) in module.funcs.iter_local_mut() {
            if !ended.contains(&id) && cut(function, &ended) {
                ends.push(id);
            }
        }
    }
}

/// The module's own functions whose names have one of these beginnings.
fn named(module: &Module, beginnings: &[&str]) -> Vec<FunctionId> {
    let is_named = |id: &FunctionId| {
        let name = module.funcs.get(*id).name.as_deref().unwrap_or_default();
        let name = format!("{:#}", rustc_demangle::demangle(name));
        beginnings.iter().any(|beginning| name.starts_with(beginning))
    };
    module.funcs.iter_local().map(|(id, _)| id).filter(is_named).collect()
}

/// Gives a function of the module's own the body that `write` writes.
pub(super) fn replace(
    module: &mut Module,
    id: FunctionId,
    write: impl FnOnce(&mut InstrSeqBuilder<'_>),
) {
    let FunctionKind::Local(old) = &module.funcs.get(id).kind else { return };
    let (kind, args) = (module.types.get(old.ty()), old.args.clone());
    let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    write(&mut builder.func_body());
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
}

/// Makes `function` trap where it begins to prepare a call of one of `ended`. Returns whether that is at its beginning.
fn cut(function: &mut LocalFunction, ended: &HashSet<FunctionId>) -> bool {
    let mut blocks = Blocks::default();
    dfs_in_order(&mut blocks, function, function.entry_block());
    for id in blocks.0 {
        let instructions = &mut function.block_mut(id).instrs;
        let ends = |instr: &Instr| matches!(instr, Instr::Call(call) if ended.contains(&call.func));
        let Some(call) = instructions.iter().position(|(instr, _)| ends(instr)) else { continue };
        let ready = instructions[..call].iter().rev().take_while(|(instr, _)| is_plain(instr));
        let start = call - ready.count();
        instructions.truncate(start);
        instructions.push((Unreachable {}.into(), InstrLocId::default()));
    }
    let first = function.block(function.entry_block()).instrs.first();
    matches!(first, Some((Instr::Unreachable(_), _)))
}

/// Whether an instruction only moves values, so that it has no effect before a trap.
fn is_plain(instr: &Instr) -> bool {
    matches!(
        instr,
        Instr::Const(Const { value: Value::I32(_) | Value::I64(_), .. })
            | Instr::LocalGet(_)
            | Instr::LocalSet(_)
            | Instr::LocalTee(_)
            | Instr::GlobalGet(_)
            | Instr::GlobalSet(_)
            | Instr::Binop(_)
            | Instr::Unop(_)
            | Instr::Select(_)
            | Instr::Load(_)
            | Instr::Store(_)
            | Instr::Drop(_)
    )
}

#[derive(Default)]
struct Blocks(Vec<InstrSeqId>);

impl Visitor<'_> for Blocks {
    fn start_instr_seq(&mut self, block: &InstrSeq) {
        self.0.push(block.id());
    }
}

/// The functions that format `serde-wasm-bindgen`'s errors. The widget asks only whether a value could be read.
/// Only those that return an error or a writer's result as one number are emptied: a function that writes its result to
/// an address would leave it unset.
const WORDS: [&str; 4] = [
    "serde_core::de::Error::",
    "serde_wasm_bindgen::de::Deserializer::invalid_type_",
    "serde_wasm_bindgen::error::Error::new",
    "<serde_wasm_bindgen::error::Error as serde_core::de::Error>::",
];
/// The functions that start a panic and never return, by the beginnings of their names. Callers that do
/// nothing else follow from these. The errors that `wasm-bindgen` throws are of a fault in the bindings, and end the widget
/// as a trap does.
const ENDS: [&str; 15] = [
    "rust_begin_unwind",
    "__rustc::rust_begin_unwind",
    "core::panicking::",
    "std::panicking::panic_with_hook",
    "<std::panicking::panic_handler::",
    "core::cell::panic_",
    "core::option::expect_failed",
    "core::slice::index::slice_index_fail",
    "core::str::slice_error_fail",
    "core::result::unwrap_failed",
    "__rustc::__rust_alloc_error_handler",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::raw_vec::handle_error",
    "wasm_bindgen::throw_str",
];
