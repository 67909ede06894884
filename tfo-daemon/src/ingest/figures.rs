//! What came in, counted: for the metrics page, and as rates of the last minute for `GET /stats`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tfo_sdk::{Signal, TenantId};
use tfo_store::figures::{Durations, Histogram};

use super::error::IngestError;

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protocol {
    Grpc,
    Http,
}

impl Protocol {
    /// Its name in metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::Http => "http",
        }
    }
}

/// One way in: a signal over a protocol.
pub(crate) type Way = (Signal, Protocol);

/// A request that was kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// Bytes of it as they were sent.
    pub(super) bytes: u64,
    pub(super) records: u64,
    /// Records that could not be kept.
    pub(super) rejected: u64,
    /// From having arrived whole to being visible.
    pub(super) visible_after: Duration,
}

/// What came in since the start over one way.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct WayCounts {
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    pub(crate) rejected: u64,
    /// Requests that were refused, by reason.
    pub(crate) refused: BTreeMap<&'static str, u64>,
}

/// All that is counted.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    state: Mutex<State>,
    visible_after: Histogram,
}

#[derive(Debug, Default)]
struct State {
    ways: BTreeMap<Way, WayCounts>,
    minutes: HashMap<(TenantId, Signal), Minute>,
}

impl Figures {
    /// Counts a request that was kept.
    pub(super) fn kept(&self, tenant: TenantId, way: Way, kept: Kept) {
        self.visible_after.observe(kept.visible_after);
        let state = &mut *self.state();
        let counts = state.ways.entry(way).or_default();
        counts.requests += 1;
        counts.bytes += kept.bytes;
        counts.records += kept.records;
        counts.rejected += kept.rejected;
        let now = Instant::now();
        if state.minutes.len() >= MOST_MINUTES && !state.minutes.contains_key(&(tenant, way.0)) {
            state.minutes.retain(|_, minute| minute.sum(now) != MinuteSum::default());
        }
        state.minutes.entry((tenant, way.0)).or_insert_with(|| Minute::starting(now)).add(now, kept);
    }

    /// Counts a request that was refused.
    pub(super) fn refused(&self, way: Way, error: &IngestError) {
        *self.state().ways.entry(way).or_default().refused.entry(error.reason()).or_default() += 1;
    }

    /// What came in over the last minute for one tenant.
    pub(crate) fn last_minute(&self, tenant: TenantId, signal: Signal) -> MinuteSum {
        let state = self.state();
        state
            .minutes
            .get(&(tenant, signal))
            .map_or_else(MinuteSum::default, |minute| minute.sum(Instant::now()))
    }

    /// What came in since the start.
    pub(crate) fn ways(&self) -> BTreeMap<Way, WayCounts> {
        self.state().ways.clone()
    }

    /// How long kept requests took to be visible.
    pub(crate) fn visible_after(&self) -> Durations {
        self.visible_after.read()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panicked here left counters, which are whole at any moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tenants and signals whose last minute is kept before those without one are forgotten.
const MOST_MINUTES: usize = 4096;
const SECONDS: usize = 60;

/// The seconds of the last minute.
#[derive(Debug)]
struct Minute {
    started: Instant,
    /// Each with the second that it is of, counted from the start.
    seconds: [(u64, MinuteSum); SECONDS],
}

/// What came in over a minute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MinuteSum {
    pub(crate) bytes: u64,
    pub(crate) records: u64,
    /// The longest.
    pub(crate) visible_after: Duration,
}

impl MinuteSum {
    fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.records += other.records;
        self.visible_after = self.visible_after.max(other.visible_after);
    }
}

impl Minute {
    fn starting(now: Instant) -> Self {
        Self { started: now, seconds: [(0, MinuteSum::default()); SECONDS] }
    }

    fn second(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.started).as_secs()
    }

    fn add(&mut self, now: Instant, kept: Kept) {
        let second = self.second(now);
        let Some(slot) = self.seconds.get_mut((second % SECONDS as u64) as usize) else { return };
        if slot.0 != second {
            *slot = (second, MinuteSum::default());
        }
        let Kept { bytes, records, visible_after, .. } = kept;
        slot.1.add(&MinuteSum { bytes, records, visible_after });
    }

    fn sum(&self, now: Instant) -> MinuteSum {
        let second = self.second(now);
        let mut sum = MinuteSum::default();
        for (of, part) in &self.seconds {
            if *of + SECONDS as u64 > second {
                sum.add(part);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_forgets_what_is_older() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let kept = |records, millis| Kept {
            bytes: 10 * records,
            records,
            visible_after: Duration::from_millis(millis),
            ..Kept::default()
        };
        let mut minute = Minute::starting(start);
        minute.add(at(0), kept(1, 9));
        minute.add(at(0), kept(2, 3));
        minute.add(at(59), kept(4, 5));
        let sum = minute.sum(at(59));
        assert_eq!((sum.records, sum.bytes, sum.visible_after.as_millis()), (7, 70, 9));
        assert_eq!(minute.sum(at(60)).records, 4);
        assert_eq!(minute.sum(at(60)).visible_after.as_millis(), 5);
        minute.add(at(60), kept(8, 1));
        assert_eq!(minute.sum(at(118)).records, 12);
        assert_eq!(minute.sum(at(119)).records, 8);
        assert_eq!(minute.sum(at(300)), MinuteSum::default());
    }
}
