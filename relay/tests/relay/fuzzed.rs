//! What the fuzzer has found, tried once more by each test run: the inputs in `relay/fuzz/seeds`, with the checks that
//! the fuzz targets use.

mod forwarded;
mod head;
mod link;
mod returned;
#[path = "../../../protocol/tests/fuzzed/seeds.rs"]
mod seeds;

use seeds::try_seeds;

#[test]
fn no_head_passes_that_two_readers_read_differently() {
    try_seeds("head", head::check);
}

#[test]
fn no_client_chooses_its_address_whatever_it_writes_before_the_proxys() {
    try_seeds("forwarded", forwarded::check);
}

#[test]
fn no_return_has_a_parameter_twice() {
    try_seeds("returned", returned::check);
}

#[test]
fn no_order_of_events_undoes_the_end_of_a_link() {
    try_seeds("link", link::check);
}
