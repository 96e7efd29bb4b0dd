//! The inputs that a package's fuzzer has found; the relay's tests read theirs with it too.

use std::fs;
use std::path::Path;

/// Gives each kept input of the target `name` to `check`.
pub(crate) fn try_seeds(name: &str, check: fn(&[u8])) {
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
