//! The functions that put together words which nobody reads, and what becomes of them and of their callers.

use std::collections::HashSet;

use walrus::ir::{Const, Instr, InstrLocId, InstrSeqId, Unreachable, Value, Visitor, dfs_in_order};
use walrus::{
    FunctionBuilder, FunctionId, FunctionKind, InstrSeqBuilder, LocalFunction, Module, ValType,
};

/// Empties them. What only a panic reaches ends the module: it would end there in any case. So does what
/// makes ready for it. What writes the words of an error
/// writes none, and gives an error that is `undefined` (0).
pub(super) fn empty(module: &mut Module) {
    let named = |beginnings: &[&str]| -> Vec<FunctionId> {
        let is_named = |name: &str| {
            let name = format!("{:#}", rustc_demangle::demangle(name));
            beginnings.iter().any(|beginning| name.starts_with(beginning))
        };
        let own = module.funcs.iter_local().map(|(id, _)| id);
        own.filter(|id| module.funcs.get(*id).name.as_deref().is_some_and(is_named)).collect()
    };
    let (words, mut ends) = (named(&WORDS), named(&ENDS));
    for id in words {
        let gives = module.types.results(module.funcs.get(id).ty());
        if *gives == [ValType::I32] {
            replace(module, id, |body| {
                body.i32_const(0);
            });
        }
    }
    let mut ended = HashSet::new();
    while !ends.is_empty() {
        for id in ends.drain(..) {
            end(module, id);
            ended.insert(id);
        }
        for (id, function) in module.funcs.iter_local_mut() {
            if !ended.contains(&id) && cut(function, &ended) {
                ends.push(id);
            }
        }
    }
}

/// Makes the function end the module.
pub(super) fn end(module: &mut Module, id: FunctionId) {
    replace(module, id, |body| {
        body.unreachable();
    });
}

fn replace(module: &mut Module, id: FunctionId, write: impl FnOnce(&mut InstrSeqBuilder<'_>)) {
    let FunctionKind::Local(old) = &module.funcs.get(id).kind else { return };
    let (kind, args) = (module.types.get(old.ty()), old.args.clone());
    let (params, results) = (kind.params().to_vec(), kind.results().to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    write(&mut builder.func_body());
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
}

/// Ends `function` already where it makes ready to call one of `ended`. Whether that is at its beginning.
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

/// Whether an instruction only moves values, so that it does nothing where the module ends behind it.
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

impl<'a> Visitor<'a> for Blocks {
    fn start_instr_seq(&mut self, block: &'a walrus::ir::InstrSeq) {
        self.0.push(block.id());
    }
}

/// What writes the words of `serde-wasm-bindgen`'s errors. The widget asks only whether a value could be read.
/// Only those that give an error or a writer's result itself, one number, are emptied: what writes its result to an
/// address would leave nothing there.
const WORDS: [&str; 4] = [
    "serde_core::de::Error::",
    "serde_wasm_bindgen::de::Deserializer::invalid_type_",
    "serde_wasm_bindgen::error::Error::new",
    "<serde_wasm_bindgen::error::Error as serde_core::de::Error>::",
];
/// What begins a panic and never comes back, by the beginnings of their names. Their callers that do
/// nothing else follow by themselves.
const ENDS: [&str; 10] = [
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
];
