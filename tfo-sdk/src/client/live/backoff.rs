//! Pauses between tries to connect: longer each time, and never the same for two readers.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// The first pause, at most.
const FIRST: Duration = Duration::from_millis(100);
/// Every pause, at most.
const LONGEST: Duration = Duration::from_secs(5);

/// How often it failed in a row.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The next pause: between half and all of twice the one before.
    pub(super) fn next(&mut self) -> Duration {
        let most = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        // The standard library's hasher has a random key: chance enough to spread readers out.
        let chance = RandomState::new().hash_one(self.failures) as f64 / u64::MAX as f64;
        most.mul_f64(0.5 + chance / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound() {
        let mut backoff = Backoff::default();
        for failures in 0..200 {
            let most = FIRST.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST);
            let pause = backoff.next();
            assert!(most / 2 <= pause && pause <= most, "{failures}: {pause:?}");
        }
    }
}
