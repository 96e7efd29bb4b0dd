//! The order of a module's functions. Brotli writes code in fewer bytes the nearer similar code is, and an optimiser knows no
//! order by likeness. This module decides the order, and does not move anything itself.

use std::collections::HashMap;

use anyhow::Result;
use wasm_encoder::{NameMap, NameSection, Section};
use wasmparser::{Parser, Payload, TypeRef};

/// Names each function after its place, for a pass that sorts functions by their names. The module must have no names.
pub(crate) fn name_by_place(module: &[u8]) -> Result<Vec<u8>> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(&module[body.range()]),
            _ => {}
        }
    }
    let mut places = vec![0; bodies.len()];
    for (place, function) in by_likeness(&bodies).into_iter().enumerate() {
        places[function] = place;
    }
    let mut names = NameMap::new();
    for (index, place) in (imported..).zip(places) {
        names.append(index, &format!("{place:06}"));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    let mut named = module.to_vec();
    section.append_to(&mut named);
    Ok(named)
}

/// The numbers of `bodies`: after each one the most similar of those that are left. It begins with the last one. Numbers
/// are whole, so that the order is the same on each machine.
fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let mut having: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (number, body) in bodies.iter().enumerate() {
        for part in body.windows(PART) {
            let known = having.entry(part).or_default();
            if known.last() != Some(&number) {
                known.push(number);
            }
        }
    }
    // Each function's parts that others have too, as the functions with that part.
    let mut parts = vec![Vec::new(); bodies.len()];
    let mut sizes = vec![1; bodies.len()];
    for functions in having.values() {
        for number in functions {
            sizes[*number] += 1;
            if functions.len() > 1 {
                parts[*number].push(functions);
            }
        }
    }
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let (mut order, mut scores) = (Vec::new(), vec![0_usize; bodies.len()]);
    let mut next = left.len().checked_sub(1);
    while let Some(place) = next {
        let number = left.remove(place);
        order.push(number);
        scores.fill(0);
        for functions in &parts[number] {
            // The rarer a part, the more it says.
            let weight = (bodies.len() / functions.len()).checked_ilog2().map_or(0, |log| log + 1);
            for other in *functions {
                scores[*other] += weight as usize;
            }
        }
        let likeness = |other: usize| scores[other] * scores[other] / sizes[other];
        // Of equal ones the first, so that the result is one.
        let rated = left.iter().enumerate().rev();
        next = rated.max_by_key(|(_, other)| likeness(**other)).map(|(place, _)| place);
    }
    order
}

/// How many bytes are compared: an instruction or two. With 5 the module is the smallest.
const PART: usize = 5;

#[cfg(test)]
mod tests {
    use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction, Module, TypeSection};
    use wasmparser::{KnownCustom, Name, Parser, Payload};

    use super::{by_likeness, name_by_place};

    #[test]
    fn similar_bodies_stand_side_by_side() {
        let bodies =
            ["quite another", "aaaabbbbcccc", "something else", "quite an other", "aaaabbbbcccd"];
        let order = by_likeness(&bodies.map(str::as_bytes));
        assert_eq!(order, [4, 1, 0, 3, 2]);
        assert!(by_likeness(&[]).is_empty());
    }

    #[test]
    fn each_function_gets_the_name_of_its_place() {
        let (mut types, mut functions, mut code) =
            (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([], []);
        for value in [70_000, 90_000_000, 70_000] {
            functions.function(0);
            let mut body = Function::new([]);
            for part in [Instruction::I32Const(value), Instruction::Drop, Instruction::End] {
                body.instruction(&part);
            }
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        let named = name_by_place(&module.finish()).unwrap();
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(&named) {
            let Payload::CustomSection(section) = payload.unwrap() else { continue };
            let KnownCustom::Name(found) = section.as_known() else { continue };
            for part in found {
                let Name::Function(functions) = part.unwrap() else { continue };
                names.extend(functions.into_iter().map(|it| it.unwrap().name.to_owned()));
            }
        }
        assert_eq!(names, ["000001", "000002", "000000"]);
    }
}
