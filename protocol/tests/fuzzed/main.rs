//! What the fuzzer has found, tried once more by each test run: the inputs in `protocol/fuzz/seeds`, with the checks
//! that the fuzz targets use.

#![expect(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

use std::fs;
use std::path::Path;

mod call;
mod flow;
mod wire;

/// Gives each kept input of the target `name` to `check`.
fn try_seeds(name: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        // Shown where the check fails.
        println!("{}", path.display());
        check(&fs::read(&path).unwrap());
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}

#[test]
fn no_text_is_a_call_in_two_ways() {
    try_seeds("call", call::check);
}

#[test]
fn no_body_is_read_in_two_ways() {
    try_seeds("wire", wire::check);
}

#[test]
fn no_order_of_inputs_leaves_a_person_waiting() {
    try_seeds("flow", flow::check);
}
