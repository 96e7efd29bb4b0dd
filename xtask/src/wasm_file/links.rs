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
        links.forget_sources(linked);
        Ok(links)
    }

    /// Marks the places in the sources as never read: file, line and column, which only a panic shows.
    fn forget_sources(&mut self, linked: &[u8]) {
        let path = |target: Target| {
            let Target::Object(object) = target else { return false };
            let place = self.objects[object].place.clone();
            linked
                .get(place)
                .is_some_and(|text| text.strip_suffix(b"\0").unwrap_or(text).ends_with(SOURCE))
        };
        let is_source = |Object { place, .. }: &Object| {
            place.len() == SOURCE_PLACE && self.at(place.start).is_some_and(path)
        };
        let found: Vec<bool> = self.objects.iter().map(is_source).collect();
        for (object, _) in self.objects.iter_mut().zip(found).filter(|(_, found)| *found) {
            object.is_read = |_| false;
        }
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

/// How the path of a file of the sources ends; a zero may follow.
const SOURCE: &[u8] = b".rs";
/// The bytes of a `core::panic::Location`: address and length of the path, line, column.
const SOURCE_PLACE: usize = 16;

#[cfg(test)]
mod tests {
    use super::{Links, Object, Target};

    #[test]
    fn where_code_stands_in_the_sources_is_never_read() {
        let file = b"src/a.rs\0src/a.txt";
        let object = |place| Object { place, is_read: |_| true };
        // Two texts, and three objects that begin with the address of one of them.
        let objects = [0..9, 9..18, 20..36, 36..52, 52..60].map(object).into();
        let targets = [(20, 0), (36, 1), (52, 0)].map(|(at, text)| (at, Target::Object(text)));
        let mut links = Links { objects, targets: targets.into(), segments: Vec::new() };
        links.forget_sources(file);
        let links: Vec<_> = (2..5).map(|object| links.of_object(object).count()).collect();
        assert_eq!(links, [0, 1, 1]);
    }
}
