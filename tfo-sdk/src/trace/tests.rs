use proptest::prelude::*;

use super::{Outline, Role, Stub, outline};
use crate::api::ServiceShare;
use crate::ids::{RecordId, SpanId};
use crate::time::Timestamp;

/// A span that runs from `start` to `end`, under `parent` (0 for a root).
fn span(id: u64, parent: u64, start: i64, end: i64) -> Stub {
    Stub {
        id: RecordId { sequence: 1, row: u32::try_from(id).unwrap() },
        span_id: SpanId::from_bytes(id.to_be_bytes()),
        parent_span_id: (parent != 0).then(|| SpanId::from_bytes(parent.to_be_bytes())),
        timestamp: Timestamp(start),
        end_timestamp: Some(Timestamp(end)),
        service_name: None,
        role: Role::Other,
        is_error: false,
    }
}

fn of_kind(role: Role, span: Stub) -> Stub {
    Stub { role, ..span }
}

/// A trace beside the spans that it was made of.
struct Trace {
    outline: Outline,
    spans: Vec<Stub>,
}

fn trace(spans: Vec<Stub>) -> Trace {
    Trace { outline: outline(spans.clone()).unwrap(), spans }
}

impl Trace {
    /// The spans as they stand in the outline.
    fn stubs(&self) -> Vec<&Stub> {
        let find = |id| self.spans.iter().find(|span| span.id == id).unwrap();
        self.outline.places.iter().map(|place| find(place.id)).collect()
    }
}

fn id(span: &Stub) -> u64 {
    u64::from_be_bytes(*span.span_id.as_bytes())
}

/// Each span as `id` behind as many dots as it has ancestors, in order.
fn waterfall(trace: &Trace) -> String {
    let line = |(place, stub): (&super::Place, &Stub)| {
        let missing = if place.parent_missing { "?" } else { "" };
        format!("{}{}{missing}", ".".repeat(place.depth as usize), id(stub))
    };
    trace.outline.places.iter().zip(trace.stubs()).map(line).collect::<Vec<_>>().join(" ")
}

/// The segments of the critical path as `id:start-end`, by time.
fn path(trace: &Trace) -> String {
    let mut segments: Vec<(i64, i64, u64)> = trace
        .outline
        .places
        .iter()
        .zip(trace.stubs())
        .flat_map(|(place, stub)| {
            place.critical_path.iter().map(|part| (part.start.nanos(), part.end.nanos(), id(stub)))
        })
        .collect();
    segments.sort_unstable();
    segments.iter().map(|(start, end, id)| format!("{id}:{start}-{end}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn no_spans_make_no_trace() {
    assert_eq!(outline(Vec::new()), None);
}

#[test]
fn parents_come_before_children_and_siblings_by_start() {
    let spans = vec![
        span(5, 2, 15, 18),
        span(4, 1, 50, 60),
        span(2, 1, 10, 40),
        span(3, 1, 10, 30),
        span(1, 0, 0, 100),
    ];
    assert_eq!(waterfall(&trace(spans)), "1 .2 ..5 .3 .4");
}

#[test]
fn a_trace_sums_up_its_spans() {
    let mut spans =
        vec![span(1, 0, 100, 200), span(2, 1, 90, 150), span(3, 1, 110, 450), span(4, 9, 120, 130)];
    spans[1].service_name = Some("cart".into());
    spans[2].service_name = Some("bank".into());
    spans[3].service_name = Some("cart".into());
    spans[2].is_error = true;
    let trace = trace(spans);
    let outline = &trace.outline;
    assert_eq!((outline.timestamp, outline.duration_ns), (Timestamp(90), 360));
    assert_eq!((outline.error_count, outline.missing_parents), (1, 1));
    assert_eq!(outline.services, ["bank", "cart"]);
    let share =
        |name: Option<&str>, duration_ns| ServiceShare { service_name: name.map(str::to_owned), duration_ns };
    let shares = [share(Some("bank"), 90), share(None, 10), share(Some("cart"), 10)];
    assert_eq!(outline.critical_path, shares);
    assert_eq!(waterfall(&trace), "1 .2 .3 4?");
}

#[test]
fn a_parent_of_zeros_is_no_parent() {
    let zeros = Stub { parent_span_id: Some(SpanId::from_bytes([0; 8])), ..span(1, 0, 0, 10) };
    let trace = trace(vec![zeros]);
    assert_eq!((waterfall(&trace), trace.outline.missing_parents), ("1".to_owned(), 0));
}

#[test]
fn different_spans_with_one_id_stay_and_the_first_has_the_children() {
    // As Zipkin's libraries do it: the client's and the server's span share an id.
    let client = span(2, 1, 10, 90);
    let server = Stub { id: RecordId { sequence: 2, row: 0 }, ..span(2, 1, 20, 80) };
    let trace = trace(vec![server, span(3, 2, 30, 40), client, span(1, 0, 0, 100)]);
    assert_eq!(waterfall(&trace), "1 .2 ..3 .2");
    assert_eq!(trace.stubs()[1].timestamp, Timestamp(10));
}

#[test]
fn circles_are_broken_at_their_earliest_span() {
    for (spans, expected) in [
        (vec![span(1, 1, 0, 10)], "1"),
        (vec![span(1, 2, 5, 10), span(2, 1, 0, 10)], "2 .1"),
        (vec![span(1, 3, 5, 6), span(2, 1, 2, 3), span(3, 2, 4, 5), span(4, 3, 1, 2)], "2 .3 ..4 ..1"),
        (
            vec![span(1, 2, 0, 1), span(2, 1, 1, 2), span(3, 4, 2, 3), span(4, 3, 3, 4), span(5, 0, 0, 9)],
            "1 .2 5 3 .4",
        ),
    ] {
        let trace = trace(spans);
        assert_eq!(waterfall(&trace), expected);
        assert_eq!(trace.outline.missing_parents, 0);
    }
}

#[test]
fn a_very_deep_trace_is_assembled() {
    let depth = 100_000;
    let spans = (1..=depth)
        .rev()
        .map(|id| span(id, id - 1, id.cast_signed(), 1_000_000 - id.cast_signed()))
        .collect();
    let places = outline(spans).unwrap().places;
    assert_eq!(places.len(), 100_000);
    assert_eq!(places.last().map(|place| place.depth), Some(99_999));
    let circle = (1..=depth).map(|id| span(id, if id == 1 { depth } else { id - 1 }, 0, 1)).collect();
    assert_eq!(outline(circle).unwrap().places.len(), 100_000);
}

#[test]
fn many_different_spans_with_one_id_are_assembled() {
    let spans = (0..100_000u32)
        .map(|row| Stub { id: RecordId { sequence: 1, row }, ..span(1, 1, i64::from(row / 2), 500_000) })
        .collect();
    assert_eq!(outline(spans).unwrap().places.len(), 100_000);
}

#[test]
fn the_critical_path_follows_the_child_that_ends_last() {
    for (name, spans, expected) in [
        ("alone", vec![span(1, 0, 0, 100)], "1:0-100"),
        ("no time", vec![span(1, 0, 5, 5)], ""),
        ("ends before it starts", vec![span(1, 0, 5, 3)], ""),
        (
            "one after the other",
            vec![span(1, 0, 0, 100), span(2, 1, 10, 30), span(3, 1, 30, 60), span(4, 1, 70, 90)],
            "1:0-10 2:10-30 3:30-60 1:60-70 4:70-90 1:90-100",
        ),
        (
            "side by side",
            vec![span(1, 0, 0, 100), span(2, 1, 10, 80), span(3, 1, 20, 90), span(4, 1, 5, 15)],
            "1:0-5 4:5-15 1:15-20 3:20-90 1:90-100",
        ),
        (
            "within each other",
            vec![span(1, 0, 0, 100), span(2, 1, 10, 90), span(3, 2, 20, 80), span(4, 3, 30, 70)],
            "1:0-10 2:10-20 3:20-30 4:30-70 3:70-80 2:80-90 1:90-100",
        ),
        (
            "a child and its child outlive the root",
            vec![span(1, 0, 0, 100), span(2, 1, 10, 150), span(3, 2, 20, 140)],
            "1:0-10 2:10-20 3:20-100",
        ),
        (
            "a child starts before its parent",
            vec![span(1, 0, 50, 100), span(2, 1, 40, 60)],
            "2:50-60 1:60-100",
        ),
        ("fire and forget", vec![span(1, 0, 0, 100), span(2, 1, 100, 200), span(3, 1, 120, 130)], "1:0-100"),
        (
            "a consumer is not waited for",
            vec![
                of_kind(Role::Producer, span(1, 0, 0, 100)),
                of_kind(Role::Consumer, span(2, 1, 10, 90)),
                of_kind(Role::Other, span(3, 1, 20, 30)),
            ],
            "1:0-20 3:20-30 1:30-100",
        ),
        (
            "a consumer under another kind is waited for",
            vec![of_kind(Role::Other, span(1, 0, 0, 100)), of_kind(Role::Consumer, span(2, 1, 10, 90))],
            "1:0-10 2:10-90 1:90-100",
        ),
        (
            "a small overlap is the clock's",
            vec![span(1, 0, 0, 100_000), span(2, 1, 10_000, 50_100), span(3, 1, 50_000, 90_000)],
            "1:0-10000 2:10000-50000 3:50000-90000 1:90000-100000",
        ),
        (
            "a larger one is not",
            vec![span(1, 0, 0, 100_000), span(2, 1, 10_000, 50_101), span(3, 1, 50_000, 90_000)],
            "1:0-50000 3:50000-90000 1:90000-100000",
        ),
        (
            "equal ends: the later start",
            vec![span(1, 0, 0, 10), span(2, 1, 2, 9), span(3, 1, 4, 9)],
            "1:0-4 3:4-9 1:9-10",
        ),
        (
            "two roots",
            vec![span(1, 0, 0, 10), span(2, 9, 20, 30), span(3, 2, 25, 30)],
            "1:0-10 2:20-25 3:25-30",
        ),
    ] {
        assert_eq!(path(&trace(spans)), expected, "{name}");
    }
}

/// Random parents, circles and missing ones among them, and times that need not fit.
fn spans() -> impl Strategy<Value = Vec<Stub>> {
    let kind = prop::sample::select(vec![Role::Other, Role::Producer, Role::Consumer]);
    let one = (0u64..30, -20i64..5_000, -5i64..3_000, kind);
    prop::collection::vec(one, 1..25).prop_map(|spans| {
        (1..)
            .zip(spans)
            .map(|(id, (parent, start, duration, kind))| {
                of_kind(kind, span(id, parent, start, start + duration))
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_span_stands_once_under_its_parent(spans in spans()) {
        let expected = trace(spans.clone());
        let mut ids: Vec<u64> = expected.stubs().into_iter().map(id).collect();
        ids.sort_unstable();
        prop_assert_eq!(ids, (1..=spans.len() as u64).collect::<Vec<_>>());

        let mut ancestors: Vec<u64> = Vec::new();
        for (place, stub) in expected.outline.places.iter().zip(expected.stubs()) {
            prop_assert!(place.depth as usize <= ancestors.len());
            ancestors.truncate(place.depth as usize);
            if let Some(parent) = ancestors.last() {
                prop_assert_eq!(stub.parent_span_id, Some(SpanId::from_bytes(parent.to_be_bytes())));
            }
            ancestors.push(id(stub));
        }

        let mut others = spans;
        others.reverse();
        prop_assert_eq!(trace(others).outline, expected.outline, "their order does not matter");
    }

    #[test]
    fn segments_of_a_root_fill_it_without_overlap(spans in spans()) {
        let trace = trace(spans);
        let stubs = trace.stubs();
        let rows: Vec<_> = trace.outline.places.iter().zip(stubs).collect();
        let starts = rows.iter().enumerate().filter(|(_, (place, _))| place.depth == 0).map(|(index, _)| index);
        let mut bounds: Vec<usize> = starts.collect();
        bounds.push(rows.len());
        for tree in bounds.windows(2).map(|bounds| &rows[bounds[0]..bounds[1]]) {
            let mut segments = Vec::new();
            for (place, stub) in tree {
                prop_assert!(place.critical_path.is_sorted_by_key(|segment| segment.start));
                for segment in &place.critical_path {
                    prop_assert!(segment.start < segment.end);
                    prop_assert!(stub.timestamp <= segment.start);
                    prop_assert!(Some(segment.end) <= stub.end_timestamp);
                    segments.push(*segment);
                }
            }
            segments.sort_by_key(|segment| segment.start);
            prop_assert!(segments.windows(2).all(|pair| pair[0].end == pair[1].start), "without gaps too");
            let length: i64 = segments.iter().map(|segment| segment.end.nanos() - segment.start.nanos()).sum();
            let root = tree[0].1;
            prop_assert_eq!(length, root.end().nanos() - root.timestamp.nanos());
        }
    }
}
