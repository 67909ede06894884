//! When a trace is ready to be shown, as its spans arrive.
//!
//! A trace has no end that anybody announces. Its root mostly comes last, so it is shown a moment after that; one
//! whose root does not come (or does not match) is shown when it has been quiet for a while. Each is shown once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use tfo_sdk::api::Span;
use tfo_sdk::{Timestamp, TraceId};

/// Spans of other services come this long after the root, at most, as far as a list can wait for them.
const SETTLED: Duration = Duration::from_secs(1);
/// Without a root, a trace is shown when no span of it has come for this long.
const QUIET: Duration = Duration::from_secs(5);
/// A trace that is never quiet is shown after this long.
const LONGEST: Duration = Duration::from_secs(60);
/// Traces that may wait.
const MOST_OPEN: usize = 50_000;
/// Traces that are known to have been shown.
const MOST_SHOWN: usize = 200_000;

/// Traces whose spans are arriving.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    open: HashMap<TraceId, Open>,
    shown: HashSet<TraceId>,
    /// The same, oldest first.
    shown_order: VecDeque<TraceId>,
    left_out: u64,
}

#[derive(Debug)]
struct Open {
    first: Instant,
    last: Instant,
    has_root: bool,
    earliest: Timestamp,
}

impl Gathering {
    /// Takes in a span that came now.
    pub(super) fn add(&mut self, span: &Span, now: Instant) {
        if self.shown.contains(&span.trace_id) {
            return;
        }
        if self.open.len() >= MOST_OPEN && !self.open.contains_key(&span.trace_id) {
            self.left_out += 1;
            return;
        }
        let new = Open { first: now, last: now, has_root: false, earliest: span.timestamp };
        let open = self.open.entry(span.trace_id).or_insert(new);
        open.last = now;
        open.has_root |= span.parent_span_id.is_none_or(|parent| parent.as_bytes() == &[0; 8]);
        open.earliest = open.earliest.min(span.timestamp);
    }

    /// Whether any trace waits.
    pub(super) fn is_waiting(&self) -> bool {
        !self.open.is_empty()
    }

    /// Some traces that are ready, at most so many, and the time of the earliest span of them that was seen.
    pub(super) fn ready(&self, now: Instant, most: usize) -> Option<(Vec<TraceId>, Timestamp)> {
        let is_ready = |open: &Open| {
            let quiet = now.saturating_duration_since(open.last);
            let pause = if open.has_root { SETTLED } else { QUIET };
            quiet >= pause || now.saturating_duration_since(open.first) >= LONGEST
        };
        let ready: Vec<_> = self.open.iter().filter(|(_, open)| is_ready(open)).take(most).collect();
        let earliest = ready.iter().map(|(_, open)| open.earliest).min()?;
        Some((ready.into_iter().map(|(id, _)| *id).collect(), earliest))
    }

    /// These were shown, and are not shown again.
    pub(super) fn done(&mut self, ids: impl IntoIterator<Item = TraceId>) {
        for id in ids {
            self.open.remove(&id);
            if self.shown.insert(id) {
                self.shown_order.push_back(id);
            }
        }
        while self.shown_order.len() > MOST_SHOWN {
            if let Some(oldest) = self.shown_order.pop_front() {
                self.shown.remove(&oldest);
            }
        }
    }

    /// How many spans could not be taken in since this was last asked, because too many traces wait.
    pub(super) fn take_left_out(&mut self) -> u64 {
        std::mem::take(&mut self.left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(trace: u128, parent: Option<&str>, second: i64) -> Span {
        let json = format!(
            r#"{{"id":"1.0","timestamp":"1970-01-01T00:00:0{second}Z","traceId":"{trace:032x}",
                "spanId":"00000000000000aa"{}}}"#,
            parent.map(|parent| format!(r#","parentSpanId":"{parent}""#)).unwrap_or_default()
        );
        serde_json::from_str(&json).unwrap()
    }

    fn id(trace: u128) -> TraceId {
        TraceId::from_bytes(trace.to_be_bytes())
    }

    const PARENT: Option<&str> = Some("00000000000000bb");

    #[test]
    fn a_trace_is_shown_a_moment_after_its_root() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        gathering.add(&span(1, PARENT, 4), start);
        gathering.add(&span(1, None, 3), start + SETTLED);
        assert_eq!(gathering.ready(start + SETTLED, 9), None);
        let ready = gathering.ready(start + 2 * SETTLED, 9);
        assert_eq!(ready, Some((vec![id(1)], Timestamp(3_000_000_000))));
    }

    #[test]
    fn a_trace_without_a_root_is_shown_when_it_is_quiet_or_goes_on_for_too_long() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        let mut now = start;
        while now < start + LONGEST {
            gathering.add(&span(1, PARENT, 4), now);
            gathering.add(&span(2, Some("0000000000000000"), 4), start);
            assert!(gathering.ready(now, 9).is_none_or(|(ids, _)| ids == [id(2)]));
            now += QUIET - Duration::from_millis(1);
        }
        gathering.done([id(2)]);
        assert_eq!(gathering.ready(start + LONGEST, 9).unwrap().0, [id(1)]);
        assert_eq!(gathering.ready(start + LONGEST, 0), None);
    }

    #[test]
    fn a_trace_is_shown_once() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        gathering.add(&span(1, None, 4), start);
        gathering.done([id(1)]);
        gathering.add(&span(1, None, 4), start);
        assert!(!gathering.is_waiting());
        gathering.done((2..MOST_SHOWN as u128 + 2).map(id));
        gathering.add(&span(1, None, 4), start);
        assert!(gathering.is_waiting(), "it is long forgotten");
    }

    #[test]
    fn what_cannot_wait_is_counted() {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        for trace in 0..MOST_OPEN as u128 + 3 {
            gathering.add(&span(trace, None, 4), start);
        }
        assert_eq!((gathering.take_left_out(), gathering.take_left_out()), (3, 0));
    }
}
