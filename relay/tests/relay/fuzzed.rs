//! What the fuzzer has found, tried once more by each test run: the inputs in `relay/fuzz/seeds`, with the checks that
//! the fuzz targets use.

use std::fs;
use std::path::Path;

mod forwarded;
mod head;
mod link;
mod returned;

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
