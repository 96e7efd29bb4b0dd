//! What the fuzzer has found, tried once more by each test run: the inputs in `protocol/fuzz/seeds`, with the checks
//! that the fuzz targets use.

#![expect(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

mod call;
mod flow;
mod seeds;
mod wire;

use seeds::try_seeds;

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
