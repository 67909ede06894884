//! Runs a fuzz target's body over the inputs that are kept for it, as a test on any toolchain.

use std::path::{Path, PathBuf};

/// Gives every seed of the target to its body. A seed that fails is named by the panic's backtrace and by the last
/// line on stderr.
pub(crate) fn replay(target: &str, body: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    let mut seeds: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "no seeds in {}", folder.display());
    for seed in seeds {
        eprintln!("{}", seed.display());
        body(&std::fs::read(&seed).unwrap());
    }
}
