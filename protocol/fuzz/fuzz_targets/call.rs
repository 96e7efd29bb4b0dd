//! Gives the fuzzer's inputs to the check in `protocol/tests/fuzzed/call.rs`.

#![no_main]

#[path = "../../tests/fuzzed/call.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::check(data));
