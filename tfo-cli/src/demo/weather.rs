//! What goes wrong in the shop: faults that come and go with the clock, and the errors that there always are.

use std::time::{Duration, Instant};

/// After this long the faults come again.
const CYCLE: Duration = Duration::from_secs(180);
/// When in a cycle the database of the catalog and the inventory is slow.
const SLOW_DATABASE: std::ops::Range<u64> = 45..85;
/// When in a cycle card payments fail.
const PAYMENT_ERRORS: std::ops::Range<u64> = 110..130;

/// One visit in this many fails at least.
const VISITS_A_FAILURE: u32 = 50;

/// The clock of the faults.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weather {
    since: Instant,
}

/// The faults of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Faults {
    /// Queries take seconds, and some time out.
    pub(super) slow_database: bool,
    /// The card processor answers half of the charges with an error.
    pub(super) payment_errors: bool,
}

impl Weather {
    /// The weather of a shop that opens now.
    pub(super) fn from_now() -> Self {
        Self { since: Instant::now() }
    }

    /// The faults of now.
    pub(super) fn now(&self) -> Faults {
        Self::at(self.since.elapsed())
    }

    fn at(open_for: Duration) -> Faults {
        let second = open_for.as_secs() % CYCLE.as_secs();
        Faults {
            slow_database: SLOW_DATABASE.contains(&second),
            payment_errors: PAYMENT_ERRORS.contains(&second),
        }
    }

    /// A wave between -1 and 1 that repeats after `period`, for figures that rise and fall; `phase` (0 to 1)
    /// keeps services apart.
    pub(super) fn wave(&self, period: Duration, phase: f64) -> f64 {
        let turns = self.since.elapsed().as_secs_f64() / period.as_secs_f64() + phase;
        (turns * std::f64::consts::TAU).sin()
    }
}

/// Sees to it that failures never become rare.
#[derive(Debug, Default)]
pub(super) struct Quota {
    since_failure: u32,
}

impl Quota {
    /// Whether this visit (counted from 0) must fail.
    pub(super) fn must_fail(&self, number: u32) -> bool {
        number == 1 || self.since_failure + 1 >= VISITS_A_FAILURE
    }

    /// Takes note of how a visit ended.
    pub(super) fn record(&mut self, failed: bool) {
        self.since_failure = if failed { 0 } else { self.since_failure + 1 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_and_go_and_come_again() {
        let at = |second| Weather::at(Duration::from_secs(second));
        assert_eq!(at(0), Faults { slow_database: false, payment_errors: false });
        assert_eq!(at(50), Faults { slow_database: true, payment_errors: false });
        assert_eq!(at(120), Faults { slow_database: false, payment_errors: true });
        assert_eq!(at(180 + 50), at(50));
    }

    #[test]
    fn the_second_visit_and_one_in_fifty_must_fail() {
        let mut quota = Quota::default();
        let failed: Vec<u32> = (0..202)
            .filter(|number| {
                let fail = quota.must_fail(*number);
                quota.record(fail);
                fail
            })
            .collect();
        assert_eq!(failed, [1, 51, 101, 151, 201]);
    }
}
