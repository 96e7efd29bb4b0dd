//! Takes the code out of functions that put together words which nobody reads, which an optimiser cannot know.
//!
//! Those that only a panic reaches end the module: it would end there in any case. Those that write what is
//! wrong with a value of the browser write nothing, and say that all went well: the widget asks only whether a
//! value could be read.

use super::{CODE, HEADER, Reader, functions, sections};

/// The module in which nothing writes the words of a panic, or none if `bytes` are not a module.
pub(crate) fn without_panic_words(bytes: &[u8]) -> Option<Vec<u8>> {
    let functions = functions(bytes)?;
    let mut module = HEADER.to_vec();
    for section in sections(bytes)? {
        if section.id != CODE {
            module.extend(section.whole);
            continue;
        }
        let mut code = Reader(section.body);
        let mut body = leb128(code.length()?);
        for (name, _) in &functions {
            let size = code.length()?;
            let own = code.take(size)?;
            let name = bare(name);
            let is_of = |names: &[&str]| names.iter().any(|beginning| name.starts_with(beginning));
            let kept = match () {
                () if is_of(&PANICS) => UNREACHABLE,
                () if is_of(&WORDS) => NOTHING,
                () => own,
            };
            body.extend(leb128(kept.len()));
            body.extend(kept);
        }
        module.push(CODE);
        module.extend(leb128(body.len()));
        module.extend(body);
    }
    Some(module)
}

/// A function's name without the hashes that compilers put into it: `core[c593]::f` or `core::f::h38c3`.
fn bare(name: &str) -> String {
    let (name, _) = name.rsplit_once("::h").filter(|(_, hash)| is_hash(hash)).unwrap_or((name, ""));
    let mut parts = name.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |bare, part| {
        let (hash, rest) = part.split_once(']').unwrap_or(("", part));
        if is_hash(hash) { bare + rest } else { bare + "[" + part }
    })
}

fn is_hash(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).expect("seven bits fit");
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// No locals, `unreachable`, `end`.
const UNREACHABLE: &[u8] = b"\0\0\x0b";
/// No locals, `i32.const 0`, `end`: a writer's "it went well", or an error of no value.
const NOTHING: &[u8] = b"\0\x41\0\x0b";
/// What writes the words of `serde-wasm-bindgen`'s errors, and all that only they need: numbers with a point,
/// quoted texts. Each gives one `i32`; another form would not pass wasm-opt, which checks the module.
const WORDS: [&str; 6] = [
    "serde_wasm_bindgen::de::Deserializer::invalid_type_",
    "<serde_core::de::Unexpected as core::fmt::Display>::fmt",
    "core::fmt::float::float_to_",
    "<str as core::fmt::Debug>::fmt",
    "<char as core::fmt::Debug>::fmt",
    "<core::ops::range::Range<usize> as core::fmt::Debug>::fmt",
];
/// What begins a panic and never comes back, and what the one that takes it calls alone. By the beginnings of
/// their names. What writes numbers and texts is not here: others might call it.
const PANICS: [&str; 10] = [
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

#[cfg(test)]
mod tests {
    use super::{bare, leb128, without_panic_words};
    use crate::wasm_file::functions;

    #[test]
    fn hashes_go_from_names_and_nothing_else_does() {
        for (name, expected) in [
            ("core[c5930c85a12de822]::fmt::write", "core::fmt::write"),
            ("core::fmt::write::h38c312a81b30e0c9", "core::fmt::write"),
            ("<core[c5930c85a12de822]::fmt::Formatter>::pad", "<core::fmt::Formatter>::pad"),
            ("<[T] as a::b>::c::hello", "<[T] as a::b>::c::hello"),
        ] {
            assert_eq!(bare(name), expected);
        }
    }

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for number in [0, 127, 128, 624_485] {
            assert_eq!(super::Reader(&leb128(number)).length(), Some(number));
        }
    }

    #[test]
    fn what_writes_the_words_of_a_panic_is_emptied_and_the_rest_stays() {
        let names = b"\x04name\x01\x1e\x02\0\x16core::panicking::panic\x01\x03two";
        let module = [
            b"\0asm\x01\0\0\0".to_vec(),
            b"\x01\x04\x01\x60\0\0".to_vec(),
            b"\x03\x03\x02\0\0".to_vec(),
            // Two functions, of 5 and of 4 bytes.
            b"\x0a\x0c\x02\x05\0\x01\x01\x01\x0b\x04\0\x01\x01\x0b".to_vec(),
            [&[0, u8::try_from(names.len()).unwrap()], &names[..]].concat(),
        ]
        .concat();
        let before = functions(&module).unwrap();
        assert_eq!(before, [("core::panicking::panic".to_owned(), 5), ("two".to_owned(), 4)]);
        let after = functions(&without_panic_words(&module).unwrap()).unwrap();
        assert_eq!(after, [("core::panicking::panic".to_owned(), 3), ("two".to_owned(), 4)]);
        assert_eq!(without_panic_words(b"<!doctype html>"), None);
    }
}
