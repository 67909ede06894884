//! Where chance comes from: a seed that each test prints, and that `TFO_TEST_SEED` sets again.

use std::io::Write as _;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// The chance of a test. Its seed stands in the test's output.
pub fn rng(test: &str) -> StdRng {
    let given = std::env::var("TFO_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(|| {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| u64::try_from(since.as_nanos() % 1_000_000_007).unwrap_or(0))
    });
    note(&format!("{test}: seed {seed} (TFO_TEST_SEED={seed} repeats it)"));
    StdRng::seed_from_u64(seed)
}

/// Whether the longer proofs were asked for (`tests/run --long`).
pub fn is_long() -> bool {
    std::env::var_os("TFO_TEST_LONG").is_some_and(|value| value == "1")
}

/// Whether `tests/run` has prepared this machine: then nothing that it prepares may be missing.
pub fn is_complete() -> bool {
    std::env::var_os("TFO_TEST_COMPLETE").is_some_and(|value| value == "1")
}

/// Says that a test cannot run here. Where `tests/run` has prepared everything (`TFO_TEST_COMPLETE=1`), only what a
/// machine cannot do is skipped.
pub fn skip(test: &str, reason: &str) {
    note(&format!("{test}: skipped: {reason}"));
}

/// Says something that people read even when the test passes: a seed, a figure. `tests/run` prints these.
pub fn note(line: &str) {
    println!("{line}");
    if let Some(path) = std::env::var_os("TFO_TEST_NOTES") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let _ = file.and_then(|mut file| writeln!(file, "{line}"));
    }
}
