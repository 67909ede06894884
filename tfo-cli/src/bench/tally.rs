//! What is counted while a run goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use tfo_sdk::Signal;

/// Kinds of errors that are kept apart; a receiver that makes up new ones does not fill the memory.
const REASONS: usize = 20;

/// The longest latency that is told from longer ones: a day.
const LONGEST_MICROSECONDS: u64 = 86_400_000_000;

/// What a connection has seen.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Requests sent at least once.
    pub(crate) sent: u64,
    /// Requests acknowledged.
    pub(crate) acknowledged: u64,
    /// Requests that the receiver will never take.
    pub(crate) refused: u64,
    /// Requests that ended with their connection: nobody knows whether they were taken.
    pub(crate) broken: u64,
    /// Answers that said "not now" (429, 503, UNAVAILABLE).
    pub(crate) busy: u64,
    /// Records acknowledged, by signal.
    pub(crate) records: BTreeMap<Signal, u64>,
    /// Records of acknowledged requests that were not taken.
    pub(crate) rejected: u64,
    /// Bytes of acknowledged requests: as OTLP, and as they were sent.
    pub(crate) otlp_bytes: u64,
    pub(crate) wire_bytes: u64,
    /// Microseconds from when a request was due (or sent, without a rate) to its acknowledgement.
    pub(crate) latency: Histogram<u64>,
    /// What went wrong, and how often.
    pub(crate) reasons: BTreeMap<String, u64>,
    /// When the last acknowledgement came, since the start.
    pub(crate) last: Duration,
}

impl Tally {
    /// Nothing yet.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            sent: 0,
            acknowledged: 0,
            refused: 0,
            broken: 0,
            busy: 0,
            records: BTreeMap::new(),
            rejected: 0,
            otlp_bytes: 0,
            wire_bytes: 0,
            latency: Histogram::new_with_max(LONGEST_MICROSECONDS, 3)?,
            reasons: BTreeMap::new(),
            last: Duration::ZERO,
        })
    }

    /// Counts an error.
    pub(crate) fn reason(&mut self, reason: String, times: u64) {
        let reason = if self.reasons.len() < REASONS || self.reasons.contains_key(&reason) {
            reason
        } else {
            "others".to_owned()
        };
        *self.reasons.entry(reason).or_default() += times;
    }

    /// Counts a latency.
    pub(crate) fn latency(&mut self, latency: Duration) {
        self.latency.saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
    }

    /// Adds what another connection has seen.
    pub(crate) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.sent += other.sent;
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.broken += other.broken;
        self.busy += other.busy;
        self.rejected += other.rejected;
        self.otlp_bytes += other.otlp_bytes;
        self.wire_bytes += other.wire_bytes;
        self.last = self.last.max(other.last);
        for (signal, records) in &other.records {
            *self.records.entry(*signal).or_default() += records;
        }
        for (reason, times) in &other.reasons {
            self.reason(reason.clone(), *times);
        }
        Ok(self.latency.add(&other.latency)?)
    }
}
