//! Gives the fuzzer's inputs to the check in `relay/tests/relay/fuzzed/head.rs`.

#![no_main]

#[path = "../../tests/relay/fuzzed/head.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::check(data));
