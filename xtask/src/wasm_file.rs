//! Reads the outside of a wasm module: its sections, its functions' sizes and names, and the
//! features that it was compiled with. It does not look at instructions.
//!
//! <https://webassembly.github.io/spec/core/binary/modules.html>

mod hollow;

use std::collections::HashMap;

pub(crate) use self::hollow::without_panic_words;

/// One section of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section<'a> {
    /// The section's number in the specification; custom sections are 0.
    pub(crate) id: u8,
    /// The name of a custom section; empty for the others.
    pub(crate) name: &'a str,
    /// What is in it, after the name.
    pub(crate) body: &'a [u8],
    /// The section's bytes with its header.
    pub(crate) whole: &'a [u8],
}

impl Section<'_> {
    /// What the section is called in the specification, or its own name.
    pub(crate) fn title(&self) -> String {
        match NAMES.get(usize::from(self.id)) {
            Some(&"custom") => format!("custom: {}", self.name),
            Some(name) => (*name).to_owned(),
            None => format!("section {}", self.id),
        }
    }
}

/// The sections of a module, or none if `bytes` are not a module.
pub(crate) fn sections(bytes: &[u8]) -> Option<Vec<Section<'_>>> {
    let mut reader = Reader(bytes.strip_prefix(HEADER)?);
    let mut sections = Vec::new();
    while !reader.0.is_empty() {
        let start = reader.0;
        let id = reader.byte()?;
        let length = reader.length()?;
        let mut body = Reader(reader.take(length)?);
        let whole = &start[..start.len() - reader.0.len()];
        let name = if id == CUSTOM { body.name()? } else { "" };
        sections.push(Section { id, name, body: body.0, whole });
    }
    Some(sections)
}

/// The features that the module was compiled with, as its `target_features` section names them.
pub(crate) fn target_features(bytes: &[u8]) -> Vec<String> {
    let read = || {
        let section = sections(bytes)?.into_iter().find(|s| s.name == "target_features")?;
        let mut reader = Reader(section.body);
        let mut features = Vec::new();
        for _ in 0..reader.length()? {
            let used = reader.byte()? == b'+';
            let name = reader.name()?;
            features.extend(used.then(|| name.to_owned()));
        }
        Some(features)
    };
    read().unwrap_or_default()
}

/// The module without its custom sections, which no browser needs.
pub(crate) fn without_custom_sections(bytes: &[u8]) -> Option<Vec<u8>> {
    let kept = sections(bytes)?.into_iter().filter(|section| section.id != CUSTOM);
    Some(kept.fold(HEADER.to_vec(), |module, section| [&module[..], section.whole].concat()))
}

/// Each function's name and the bytes of its code, in the module's order.
pub(crate) fn functions(bytes: &[u8]) -> Option<Vec<(String, usize)>> {
    let sections = sections(bytes)?;
    let body = |id| sections.iter().find(|s| s.id == id).map(|s| s.body);
    let imported = body(IMPORT).map_or(Some(0), imported_functions)?;
    let names = sections.iter().find(|s| s.name == "name");
    let names = names.and_then(|section| function_names(section.body)).unwrap_or_default();
    let mut code = Reader(body(CODE)?);
    let mut functions = Vec::new();
    for index in 0..code.length()? {
        let size = code.length()?;
        code.take(size)?;
        let index = imported + index;
        let name = names.get(&index).cloned();
        functions.push((name.unwrap_or_else(|| format!("function {index}")), size));
    }
    Some(functions)
}

fn imported_functions(body: &[u8]) -> Option<usize> {
    let mut reader = Reader(body);
    let mut functions = 0;
    for _ in 0..reader.length()? {
        reader.name()?;
        reader.name()?;
        match reader.byte()? {
            0 => {
                reader.length()?;
                functions += 1;
            }
            1 => {
                reader.byte()?;
                reader.limits()?;
            }
            2 => reader.limits()?,
            3 => drop(reader.take(2)?),
            _ => return None,
        }
    }
    Some(functions)
}

fn function_names(body: &[u8]) -> Option<HashMap<usize, String>> {
    let mut reader = Reader(body);
    loop {
        let kind = reader.byte()?;
        let length = reader.length()?;
        let mut part = Reader(reader.take(length)?);
        if kind == FUNCTION_NAMES {
            let count = part.length()?;
            return (0..count).map(|_| Some((part.length()?, part.name()?.to_owned()))).collect();
        }
    }
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// An unsigned number of at most 32 bits, in LEB128.
    fn length(&mut self) -> Option<usize> {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(value).ok();
            }
        }
        None
    }

    fn name(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        str::from_utf8(self.take(length)?).ok()
    }

    /// The least and, where there is one, the largest size of a memory or a table.
    fn limits(&mut self) -> Option<()> {
        let bounded = self.byte()? & 1 == 1;
        self.length()?;
        if bounded {
            self.length()?;
        }
        Some(())
    }
}

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const FUNCTION_NAMES: u8 = 1;
/// The sections by their number.
const NAMES: [&str; 14] = [
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
];

#[cfg(test)]
mod tests;
