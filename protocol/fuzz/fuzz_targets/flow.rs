//! Gives the fuzzer's inputs to the check in `protocol/tests/fuzzed/flow.rs`.

#![no_main]

#[path = "../../tests/fuzzed/flow.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::check(data));
