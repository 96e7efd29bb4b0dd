//! The linker's records of a module (`--emit-relocs`): which function or object each place refers to.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use walrus::ir::InstrLocId;
use wasmparser::{KnownCustom, Linking, Parser, Payload, RelocationEntry, Result, SymbolInfo};

/// The target of a place in code or data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// A function, by its index.
    Function(usize),
    /// An object in the data, by its number here.
    Object(usize),
}

/// Where something is, in bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(usize);

impl Place {
    pub(super) fn of(at: InstrLocId) -> Self {
        Self(at.data() as usize)
    }
}

/// Where a part of the data is: in the segment of this index, from and to these bytes.
struct Object {
    segment: usize,
    range: Range<usize>,
    /// Whether a byte of it is ever read.
    is_read: fn(usize) -> bool,
}

#[derive(Default)]
pub(super) struct Links {
    objects: Vec<Object>,
    in_code: BTreeMap<Place, Target>,
    /// What is at a byte of a segment.
    in_data: BTreeMap<(usize, usize), Target>,
    /// Where the instructions begin.
    instructions: Vec<Place>,
}

impl Links {
    pub(super) fn read(linked: &[u8]) -> Result<Self> {
        let mut links = Self::default();
        let mut symbols = Vec::new();
        let mut segments = Vec::new();
        let (mut code, mut data) = (0, 0);
        for payload in Parser::new(0).parse_all(linked) {
            match payload? {
                Payload::CodeSectionStart { range, .. } => code = range.start,
                Payload::CodeSectionEntry(body) => {
                    let mut operators = body.get_operators_reader()?;
                    while !operators.eof() {
                        links.instructions.push(Place(operators.original_position()));
                        operators.read()?;
                    }
                }
                Payload::DataSection(section) => {
                    data = section.range().start;
                    for segment in section {
                        let segment = segment?;
                        segments.push(segment.range.end - segment.data.len()..segment.range.end);
                    }
                }
                Payload::CustomSection(section) => match (section.as_known(), section.name()) {
                    (KnownCustom::Linking(linking), _) => {
                        for part in linking.subsections() {
                            if let Linking::SymbolTable(table) = part? {
                                for symbol in table {
                                    symbols.push(links.target(&symbol?));
                                }
                            }
                        }
                    }
                    (KnownCustom::Reloc(relocations), "reloc.CODE") => {
                        for entry in relocations.entries() {
                            let entry = entry?;
                            if let Some(target) = named(&entry, &symbols) {
                                links.in_code.insert(Place(code + entry.offset as usize), target);
                            }
                        }
                    }
                    (KnownCustom::Reloc(relocations), "reloc.DATA") => {
                        for entry in relocations.entries() {
                            let entry = entry?;
                            let at = data + entry.offset as usize;
                            let segment = segments.iter().position(|range| range.contains(&at));
                            if let (Some(target), Some(segment)) =
                                (named(&entry, &symbols), segment)
                            {
                                links
                                    .in_data
                                    .insert((segment, at - segments[segment].start), target);
                            }
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(links)
    }

    fn target(&mut self, symbol: &SymbolInfo<'_>) -> Option<Target> {
        match symbol {
            SymbolInfo::Func { index, .. } => Some(Target::Function(*index as usize)),
            SymbolInfo::Data { symbol: Some(data), name, .. } => {
                let start = data.offset as usize;
                self.objects.push(Object {
                    segment: data.index as usize,
                    range: start..start + data.size as usize,
                    is_read: is_read(&format!("{:#}", rustc_demangle::demangle(name))),
                });
                Some(Target::Object(self.objects.len() - 1))
            }
            _ => None,
        }
    }

    /// Whether there are no records.
    pub(super) fn is_empty(&self) -> bool {
        self.in_code.is_empty()
    }

    /// The target of the instruction at `place`.
    pub(super) fn of_instruction(&self, place: Place) -> impl Iterator<Item = Target> {
        let next = self.instructions.partition_point(|start| *start <= place);
        let end = self.instructions.get(next).copied().unwrap_or(Place(usize::MAX));
        self.in_code.range(place..end).map(|(_, target)| *target)
    }

    /// The targets in an object.
    pub(super) fn of_object(&self, object: usize) -> impl Iterator<Item = Target> {
        let Object { segment, range, is_read } = &self.objects[object];
        let inside = self.in_data.range((*segment, range.start)..(*segment, range.end));
        inside.filter(|((_, at), _)| is_read(at - range.start)).map(|(_, target)| *target)
    }

    /// Zeroes the bytes that are in no live object. Nothing moves, because zeros compress to nothing.
    pub(super) fn wipe(&self, segment: usize, bytes: &mut [u8], live: &HashSet<Target>) {
        let objects = || {
            let all = self.objects.iter().enumerate();
            all.filter(|(_, object)| object.segment == segment)
        };
        let mut dead = vec![false; bytes.len()];
        for (_, object) in objects() {
            dead[object.range.clone()].fill(true);
        }
        for (number, object) in objects() {
            if live.contains(&Target::Object(number)) {
                for at in object.range.clone() {
                    dead[at] &= !(object.is_read)(at - object.range.start);
                }
            }
        }
        for (byte, _) in bytes.iter_mut().zip(dead).filter(|(_, is_dead)| *is_dead) {
            *byte = 0;
        }
    }
}

/// The function or object that a relocation is about.
fn named(entry: &RelocationEntry, symbols: &[Option<Target>]) -> Option<Target> {
    // The index of this kind is not a symbol's.
    let is_type = entry.ty == wasmparser::RelocationType::TypeIndexLeb;
    if is_type { None } else { symbols.get(entry.index as usize).copied().flatten() }
}

/// Which bytes of an object are ever read: not all of the tables of `qrcode`, which hardly compress (3 kB).
///
/// Of the four levels of correction the widget uses the lowest, which comes first in each row: with another one no
/// code would fit, which each test with a code would show. A block has certain numbers of bytes of correction there
/// (ISO/IEC 18004, table 9); the crate can divide for up to 69, with an address and a length for each number.
fn is_read(name: &str) -> fn(usize) -> bool {
    match name {
        "qrcode::ec::GENERATOR_POLYNOMIALS" => {
            |at| [7, 10, 15, 18, 20, 22, 24, 26, 28, 30].contains(&(at / 8))
        }
        "qrcode::ec::DATA_BYTES_PER_BLOCK" => |at| at % 64 < 16,
        "qrcode::ec::EC_BYTES_PER_BLOCK" | "qrcode::bits::DATA_LENGTHS" => |at| at % 16 < 4,
        _ => |_| true,
    }
}

#[cfg(test)]
mod tests {
    use super::{Links, is_read};

    #[test]
    fn what_is_no_module_of_the_linker_has_no_links() {
        assert!(Links::read(b"<!doctype html>").is_err());
        assert!(Links::read(b"\0asm\x01\0\0\0").unwrap().is_empty());
    }

    #[test]
    fn of_the_levels_of_correction_the_first_is_read() {
        let read = |name: &str, size| (0..size).filter(|at| is_read(name)(*at)).count();
        assert_eq!(read("qrcode::ec::DATA_BYTES_PER_BLOCK", 44 * 64), 44 * 16);
        assert_eq!(read("qrcode::bits::DATA_LENGTHS", 44 * 16), 44 * 4);
        assert_eq!(read("qrcode::ec::GENERATOR_POLYNOMIALS", 70 * 8), 10 * 8);
        assert_eq!(read("core::unicode::unicode_data::white_space", 256), 256);
    }
}
