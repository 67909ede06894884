//! When a read should come to an end with what it has, some time before the deadline at which it would have nothing.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

/// A moment up to which a read may go on looking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until(Instant);

impl Until {
    /// So long from now.
    pub(crate) fn within(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// Whether it has passed.
    pub(crate) fn is_over(self) -> bool {
        Instant::now() >= self.0
    }

    /// A moment that has passed: only what must be looked at is.
    #[cfg(test)]
    pub(crate) fn passed() -> Self {
        Self(Instant::now())
    }

    /// What the work gives; `None` when its time is over first, and the work is given up.
    pub(crate) async fn or<T>(self, work: impl Future<Output = T>) -> Option<T> {
        if self.is_over() {
            return None;
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(self.0) => None,
            done = work => Some(done),
        }
    }
}
