//! When a read should come to an end with what it has, some time before the deadline at which it would have nothing.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

/// The share of the time of a query that is for looking; the rest is for reading what was found.
const LOOKING: f64 = 0.8;

/// A moment up to which a read may go on looking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until(Instant);

impl Until {
    /// That of a query that has this long from now.
    pub(crate) fn of(deadline: Duration) -> Self {
        Self(Instant::now() + deadline.mul_f64(LOOKING))
    }

    /// A moment that has passed: only what must be looked at is.
    #[cfg(test)]
    pub(crate) fn passed() -> Self {
        Self(Instant::now())
    }

    /// What the work gives; `None` when its time is over first, and the work is given up.
    pub(crate) async fn or<T>(self, work: impl Future<Output = T>) -> Option<T> {
        if Instant::now() >= self.0 {
            return None;
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(self.0) => None,
            done = work => Some(done),
        }
    }
}
