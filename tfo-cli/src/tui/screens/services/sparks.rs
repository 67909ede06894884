//! What the requests of services did over time, in a line as high as a row. A service a request: only those that can be
//! seen are asked for, a few at once.

use std::collections::BTreeMap;

use tfo_sdk::Timestamp;
use tfo_sdk::api::LatencyHeatMap;

use super::columns::{counted, spread};
use crate::tui::list::sparkline;
use crate::tui::screen::{Cx, Slot};

/// Columns that a line takes.
pub(super) const COLUMNS: u16 = 16;
/// Services that lines are asked for, at most: those of the first rows of a tall screen.
const MOST_ASKED: usize = 20;
/// Services whose lines are kept.
const MOST_KEPT: usize = 500;
/// How old a line of a live range may become.
const FRESH_NS: i64 = 60_000_000_000;

/// What is asked at once: each is a read of all spans of the range.
const SLOTS: [Slot; 4] = [Slot("spark 1"), Slot("spark 2"), Slot("spark 3"), Slot("spark 4")];

/// The lines that are known, and those that are asked for.
#[derive(Debug, Default)]
pub(super) struct Sparks {
    known: BTreeMap<String, Spark>,
    asked: [Option<String>; SLOTS.len()],
}

/// A line; without columns where there was no answer.
#[derive(Debug, Default)]
struct Spark {
    at: Timestamp,
    requests: Vec<Option<f64>>,
    errors: Vec<Option<f64>>,
}

impl Sparks {
    /// Nothing of it is of any use any more.
    pub(super) fn forget(&mut self, cx: &mut Cx<'_>) {
        for (slot, asked) in SLOTS.into_iter().zip(&self.asked) {
            if asked.is_some() {
                cx.forget(slot);
            }
        }
        *self = Self::default();
    }

    /// Which of these services to ask for now, each with its slot: the first ones first.
    pub(super) fn take(
        &mut self,
        services: impl Iterator<Item = String>,
        is_live: bool,
        now: Timestamp,
    ) -> Vec<(Slot, String)> {
        let mut taken = Vec::new();
        for service in services.take(MOST_ASKED) {
            let is_fresh = |spark: &Spark| !is_live || now.0.saturating_sub(spark.at.0) < FRESH_NS;
            let is_asked = self.asked.iter().flatten().any(|asked| *asked == service);
            if is_asked || self.known.get(&service).is_some_and(is_fresh) {
                continue;
            }
            let Some(free) = self.asked.iter().position(Option::is_none) else { break };
            self.asked[free] = Some(service.clone());
            taken.push((SLOTS[free], service));
        }
        taken
    }

    /// What was asked in a slot has an answer, or has none. False when it is no slot for lines.
    pub(super) fn answered(
        &mut self,
        slot: Slot,
        map: Option<&LatencyHeatMap>,
        bounds: (Timestamp, Timestamp),
        now: Timestamp,
    ) -> bool {
        let Some(index) = SLOTS.iter().position(|known| *known == slot) else { return false };
        let Some(service) = self.asked[index].take() else { return true };
        let bars = map.map(|map| spread(&counted(map), map.step_ns, bounds, COLUMNS)).unwrap_or_default();
        let spark = Spark {
            at: now,
            requests: bars.iter().map(|bar| Some(bar.total as f64)).collect(),
            errors: bars.iter().map(|bar| Some(bar.errors as f64)).collect(),
        };
        if self.known.len() >= MOST_KEPT {
            self.known.clear();
        }
        self.known.insert(service, spark);
        true
    }

    /// The lines of a service: its requests and its errors.
    pub(super) fn drawn(&self, service: &str, heights: &[char; 8]) -> Option<(String, String)> {
        let spark = self.known.get(service).filter(|spark| !spark.requests.is_empty())?;
        let line = |values: &[Option<f64>]| sparkline(values, heights, usize::from(COLUMNS));
        Some((line(&spark.requests), line(&spark.errors)))
    }

    /// Approximately the bytes that it holds.
    pub(super) fn weight(&self) -> usize {
        self.known.len() * (100 + 32 * usize::from(COLUMNS))
    }
}

#[cfg(test)]
mod tests {
    use tfo_sdk::api::{LatencyColumn, Scan};

    use super::*;
    use crate::tui::paper::Glyphs;

    fn names(count: usize) -> impl Iterator<Item = String> {
        (0..count).map(|index| format!("s{index:02}"))
    }

    #[test]
    fn a_few_are_asked_at_once_and_each_once() {
        let mut sparks = Sparks::default();
        let bounds = (Timestamp(0), Timestamp(16_000_000_000));
        let mut asked = Vec::new();
        for _ in 0..100 {
            let taken = sparks.take(names(50), false, Timestamp(0));
            assert!(taken.len() <= SLOTS.len());
            for (slot, service) in taken {
                asked.push(service);
                assert!(sparks.answered(slot, None, bounds, Timestamp(0)));
            }
        }
        assert_eq!(asked, names(MOST_ASKED).collect::<Vec<_>>());
        assert_eq!(sparks.drawn("s00", &Glyphs::UNICODE.heights), None);
        assert!(!sparks.answered(Slot("page"), None, bounds, Timestamp(0)));
        // A line of a live range grows old.
        assert!(sparks.take(names(1), true, Timestamp(FRESH_NS - 1)).is_empty());
        assert_eq!(sparks.take(names(1), true, Timestamp(FRESH_NS)).len(), 1);
    }

    #[test]
    fn requests_and_errors_are_drawn_over_the_range() {
        let mut sparks = Sparks::default();
        let taken = sparks.take(names(1), true, Timestamp(0));
        let column = |second: i64, count: u64, errors: u64| LatencyColumn {
            timestamp: Timestamp(second * 1_000_000_000),
            counts: vec![count],
            errors: vec![errors],
        };
        let map = LatencyHeatMap {
            step_ns: 1_000_000_000,
            bounds_ns: vec![0, 1],
            columns: vec![column(0, 8, 0), column(15, 8, 2)],
            scan: Scan::default(),
        };
        sparks.answered(taken[0].0, Some(&map), (Timestamp(0), Timestamp(16_000_000_000)), Timestamp(0));
        let (requests, errors) = sparks.drawn("s00", &Glyphs::UNICODE.heights).unwrap();
        assert_eq!(requests, "█▁▁▁▁▁▁▁▁▁▁▁▁▁▁█");
        assert_eq!(errors, "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█");
    }
}
