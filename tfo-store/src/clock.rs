//! The seam to the wall clock, so that a test can stop it, turn it back, and let it jump.

use std::time::SystemTime;

use tfo_sdk::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The time now. It may jump either way; nothing in the store relies on its order.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let nanos = match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
            // A machine whose clock says it is before 1970.
            Err(_) => 0,
        };
        Timestamp(nanos)
    }
}
