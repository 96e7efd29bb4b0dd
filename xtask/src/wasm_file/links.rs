//! The linker's records of a module (`--emit-relocs`): which function or object each place refers to.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use anyhow::{Result, ensure};
use wasmparser::{KnownCustom, Linking, Parser, Payload, RelocationType, SymbolInfo};

/// The target of a place in code or data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// A function, by its index.
    Function(usize),
    /// An object in the data, by its number here.
    Object(usize),
}

/// A part of the data, which begins at this place.
struct Object {
    place: Range<usize>,
    /// Whether a byte of it is ever read.
    is_read: fn(usize) -> bool,
}

/// The records. A place is a number of bytes from the start of the file.
#[derive(Default)]
pub(super) struct Links {
    objects: Vec<Object>,
    targets: BTreeMap<usize, Target>,
    /// Where the bytes of each segment of the data begin.
    segments: Vec<usize>,
}

impl Links {
    pub(super) fn read(linked: &[u8]) -> Result<Self> {
        let mut links = Self::default();
        let (mut symbols, mut code, mut data) = (Vec::new(), 0, 0);
        for payload in Parser::new(0).parse_all(linked) {
            match payload? {
                Payload::CodeSectionStart { range, .. } => code = range.start,
                Payload::DataSection(section) => {
                    data = section.range().start;
                    for segment in section {
                        let segment = segment?;
                        links.segments.push(segment.range.end - segment.data.len());
                    }
                }
                Payload::CustomSection(section) => match (section.as_known(), section.name()) {
                    (KnownCustom::Linking(linking), _) => {
                        for part in linking.subsections() {
                            let Linking::SymbolTable(table) = part? else { continue };
                            for symbol in table {
                                symbols.push(links.target(&symbol?));
                            }
                        }
                    }
                    (KnownCustom::Reloc(places), name @ ("reloc.CODE" | "reloc.DATA")) => {
                        let start = if name == "reloc.CODE" { code } else { data };
                        for entry in places.entries() {
                            let entry = entry?;
                            // The index of this kind is not a symbol's.
                            let is_type = entry.ty == RelocationType::TypeIndexLeb;
                            let target = symbols.get(entry.index as usize).copied().flatten();
                            let target = target.filter(|_| !is_type);
                            let place = start + entry.offset as usize;
                            links.targets.extend(target.map(|target| (place, target)));
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        ensure!(!links.targets.is_empty(), "the linker wrote no relocations (--emit-relocs)");
        Ok(links)
    }

    fn target(&mut self, symbol: &SymbolInfo<'_>) -> Option<Target> {
        match symbol {
            SymbolInfo::Func { index, .. } => Some(Target::Function(*index as usize)),
            SymbolInfo::Data { symbol: Some(data), name, .. } => {
                let start = self.segments.get(data.index as usize)? + data.offset as usize;
                self.objects.push(Object {
                    place: start..start + data.size as usize,
                    is_read: is_read(&format!("{:#}", rustc_demangle::demangle(name))),
                });
                Some(Target::Object(self.objects.len() - 1))
            }
            _ => None,
        }
    }

    /// The target at a place.
    pub(super) fn at(&self, place: usize) -> Option<Target> {
        self.targets.get(&place).copied()
    }

    /// The targets in an object.
    pub(super) fn of_object(&self, object: usize) -> impl Iterator<Item = Target> {
        let Object { place, is_read } = &self.objects[object];
        let inside = self.targets.range(place.clone());
        inside.filter(|(at, _)| is_read(*at - place.start)).map(|(_, target)| *target)
    }

    /// Zeroes the bytes of a segment that are in no live object. Nothing moves, because zeros compress to nothing.
    pub(super) fn wipe(&self, segment: usize, bytes: &mut [u8], live: &HashSet<Target>) {
        let start = self.segments[segment];
        let end = start + bytes.len();
        let here = |object: &Object| start <= object.place.start && object.place.end <= end;
        let objects = self.objects.iter().enumerate().filter(|(_, object)| here(object));
        // Objects may lie on each other.
        let [mut known, mut kept] = [vec![false; bytes.len()], vec![false; bytes.len()]];
        for (number, Object { place, is_read }) in objects {
            let is_live = live.contains(&Target::Object(number));
            for at in place.clone() {
                known[at - start] = true;
                kept[at - start] |= is_live && is_read(at - place.start);
            }
        }
        let dead = known.into_iter().zip(kept).map(|(known, kept)| known && !kept);
        for (byte, _) in bytes.iter_mut().zip(dead).filter(|(_, is_dead)| *is_dead) {
            *byte = 0;
        }
    }
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
