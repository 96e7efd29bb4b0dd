//! Tests on modules written out byte by byte.

use super::{Reader, functions, sections, target_features, without_custom_sections};

fn section(id: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).unwrap();
    assert!(length < 128, "one byte of LEB128");
    [&[id, length], body].concat()
}

fn module() -> Vec<u8> {
    let parts = [
        section(1, b"\x01\x60\0\0"),
        // Imports: a memory with an upper bound, then one function.
        section(2, b"\x02\x01m\x01x\x02\x01\x01\x02\x01m\x01f\0\0"),
        section(3, b"\x02\0\0"),
        // Two functions: of 2 and of 3 bytes.
        section(10, b"\x02\x02\0\x0b\x03\0\x01\x0b"),
        section(0, b"\x04name\x01\x0b\x02\x01\x03one\x02\x03two"),
        section(0, b"\x0ftarget_features\x02+\x08sign-ext-\x05gone!"),
    ];
    [b"\0asm\x01\0\0\0".to_vec(), parts.concat()].concat()
}

#[test]
fn sections_have_titles_and_sizes() {
    let module = module();
    let sections = sections(&module).unwrap();
    let titles: Vec<String> = sections.iter().map(super::Section::title).collect();
    let expect = ["type", "import", "function", "code", "custom: name", "custom: target_features"];
    assert_eq!(titles, expect);
    let sum: usize = sections.iter().map(|section| section.whole.len()).sum();
    assert_eq!(sum + 8, module.len());
}

#[test]
fn functions_are_numbered_after_the_imported_ones() {
    let found = functions(&module()).unwrap();
    assert_eq!(found, [("one".to_owned(), 2), ("two".to_owned(), 3)]);
}

#[test]
fn only_used_features_are_listed() {
    assert_eq!(target_features(&module()), ["sign-ext"]);
    assert!(target_features(b"\0asm\x01\0\0\0").is_empty());
}

#[test]
fn custom_sections_can_be_left_out() {
    let bare = without_custom_sections(&module()).unwrap();
    assert!(sections(&bare).unwrap().iter().all(|section| section.id != 0));
    assert_eq!(functions(&bare).unwrap()[0], ("function 1".to_owned(), 2));
}

#[test]
fn anything_else_than_a_module_is_refused() {
    assert_eq!(sections(b"<!doctype html>"), None);
    let cut = module().len() - 1;
    assert_eq!(sections(&module()[..cut]), None);
}

#[test]
fn numbers_are_leb128_of_at_most_32_bits() {
    assert_eq!(Reader(b"\xe5\x8e\x26").length(), Some(624_485));
    assert_eq!(Reader(b"\xff\xff\xff\xff\xff\x01").length(), None);
}
