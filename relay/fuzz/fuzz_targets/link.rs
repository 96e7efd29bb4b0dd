//! Gives the fuzzer's inputs to the check in `relay/tests/relay/fuzzed/link.rs`.

#![no_main]

#[path = "../../tests/relay/fuzzed/link.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::check(data));
