//! Gives the fuzzer's inputs to the check in `relay/tests/relay/fuzzed/forwarded.rs`.

#![no_main]

#[path = "../../tests/relay/fuzzed/forwarded.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|data: &[u8]| target::check(data));
