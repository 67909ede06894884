//! A trace as a flame: each span a bar below its parent's, beside others where they overlap.

use tfo_sdk::api::TraceSpan;

/// Lanes that are looked through for room: below, bars lie over each other.
const LANES: usize = 400;

/// The lane of each span: below that of its parent, the first one where nothing else is at its time.
pub(super) fn lanes(spans: &[TraceSpan]) -> Vec<usize> {
    let mut ends: Vec<i64> = Vec::new();
    let mut lanes: Vec<usize> = Vec::with_capacity(spans.len());
    let mut above: Vec<usize> = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        while above.last().is_some_and(|last| spans[*last].depth >= span.depth) {
            above.pop();
        }
        let least = above.last().map_or(0, |parent| lanes[*parent] + 1);
        let (start, end) = ends_of(span);
        let mut lane = least;
        while lane < ends.len() && ends[lane] > start && lane < least + LANES {
            lane += 1;
        }
        if lane >= ends.len() {
            ends.resize(lane + 1, i64::MIN);
        }
        ends[lane] = ends[lane].max(end);
        lanes.push(lane);
        above.push(index);
    }
    lanes
}

/// Start and end of a span in nanoseconds since 1970.
pub(super) fn ends_of(span: &TraceSpan) -> (i64, i64) {
    let start = span.span.timestamp.0;
    (start, span.span.end_timestamp.map_or(start, |end| end.0.max(start)))
}
