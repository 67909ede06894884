//! What the store has done since it was opened, counted as it goes, for whoever watches it.
//!
//! Counting never waits and decides nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the buckets of a [`Histogram`], in seconds: from a tenth of a millisecond to a minute.
pub const BOUNDS: [f64; 14] =
    [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0, 60.0];

/// Durations, counted in buckets.
#[derive(Debug, Default)]
pub struct Histogram {
    /// One a bound, and one for what is beyond all.
    counts: [AtomicU64; BOUNDS.len() + 1],
    nanos: AtomicU64,
}

/// The durations that a [`Histogram`] has seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Durations {
    /// How many fell into each bucket of [`BOUNDS`], and beyond all of them.
    pub counts: Vec<u64>,
    /// Their sum.
    pub sum: Duration,
}

impl Histogram {
    /// Counts a duration.
    pub fn observe(&self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        if let Some(count) = self.counts.get(bucket) {
            add(count, 1);
        }
        add(&self.nanos, u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    /// What it has seen.
    pub fn read(&self) -> Durations {
        Durations {
            counts: self.counts.iter().map(get).collect(),
            sum: Duration::from_nanos(get(&self.nanos)),
        }
    }
}

/// A step that the store does again and again in the background.
#[derive(Debug, Default)]
pub(crate) struct StepFigures {
    failures: AtomicU64,
    files: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    durations: Histogram,
}

/// What a step has done so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepCounts {
    /// How often it failed.
    pub failures: u64,
    /// Files that it wrote.
    pub files: u64,
    /// Bytes that it took: of rows in memory for a flush, of files for a compaction.
    pub bytes_in: u64,
    /// Bytes of the files that it wrote.
    pub bytes_out: u64,
    /// How long it took, each time that it did something.
    pub durations: Durations,
}

impl StepFigures {
    /// Counts what a step wrote.
    pub(crate) fn wrote(&self, files: usize, bytes_in: u64, bytes_out: u64) {
        add(&self.files, files as u64);
        add(&self.bytes_in, bytes_in);
        add(&self.bytes_out, bytes_out);
    }

    /// Counts how a step ended.
    pub(crate) fn took<T, E>(&self, duration: Duration, ended: &Result<T, E>) {
        self.durations.observe(duration);
        add(&self.failures, u64::from(ended.is_err()));
    }

    fn read(&self) -> StepCounts {
        StepCounts {
            failures: get(&self.failures),
            files: get(&self.files),
            bytes_in: get(&self.bytes_in),
            bytes_out: get(&self.bytes_out),
            durations: self.durations.read(),
        }
    }
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) commits: Histogram,
    pub(crate) flushes: StepFigures,
    pub(crate) compactions: StepFigures,
    pub(crate) expired_files: AtomicU64,
}

/// What the store has done since it was opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoreFigures {
    /// Groups of requests made durable and visible: write, sync and all.
    pub commits: Durations,
    /// Rows in memory written to files.
    pub flushes: StepCounts,
    /// Files merged.
    pub compactions: StepCounts,
    /// Files whose retention ended.
    pub expired_files: u64,
}

impl Figures {
    pub(crate) fn expired(&self, files: usize) {
        add(&self.expired_files, files as u64);
    }

    pub(crate) fn read(&self) -> StoreFigures {
        StoreFigures {
            commits: self.commits.read(),
            flushes: self.flushes.read(),
            compactions: self.compactions.read(),
            expired_files: get(&self.expired_files),
        }
    }
}

fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_into_the_first_bucket_that_holds_it() {
        let histogram = Histogram::default();
        for millis in [0, 1, 2, 90_000] {
            histogram.observe(Duration::from_millis(millis));
        }
        let read = histogram.read();
        assert_eq!(read.sum, Duration::from_millis(90_003));
        let filled: Vec<_> = read.counts.iter().enumerate().filter(|(_, count)| **count > 0).collect();
        assert_eq!(filled, [(0, &1), (2, &1), (3, &1), (BOUNDS.len(), &1)]);
    }
}
