use proptest::prelude::*;

use super::assemble;
use crate::api::{Origin, Scan, Span, Trace};
use crate::ids::{RecordId, SpanId, TraceId};
use crate::time::Timestamp;
use crate::value::Attributes;

/// A span that runs from `start` to `end`, under `parent` (0 for a root).
fn span(id: u64, parent: u64, start: i64, end: i64) -> Span {
    Span {
        id: RecordId { sequence: 1, row: u32::try_from(id).unwrap() },
        timestamp: Timestamp(start),
        sent_timestamp: None,
        end_timestamp: Some(Timestamp(end)),
        duration_ns: Some(end - start),
        trace_id: TraceId::from_bytes([7; 16]),
        span_id: SpanId::from_bytes(id.to_be_bytes()),
        parent_span_id: (parent != 0).then(|| SpanId::from_bytes(parent.to_be_bytes())),
        trace_state: None,
        flags: None,
        name: None,
        kind: None,
        service_name: None,
        status_code: None,
        status_message: None,
        attributes: Attributes::default(),
        dropped_attributes_count: None,
        events: Vec::new(),
        dropped_events_count: None,
        links: Vec::new(),
        dropped_links_count: None,
        origin: Origin::default(),
    }
}

fn of_kind(kind: &str, span: Span) -> Span {
    Span { kind: Some(kind.to_owned()), ..span }
}

fn trace(spans: Vec<Span>) -> Trace {
    assemble(spans, Scan::default()).unwrap()
}

fn id(span: &Span) -> u64 {
    u64::from_be_bytes(*span.span_id.as_bytes())
}

/// Each span as `id` behind as many dots as it has ancestors, in order.
fn waterfall(trace: &Trace) -> String {
    let line = |span: &crate::api::TraceSpan| {
        let missing = if span.parent_missing { "?" } else { "" };
        format!("{}{}{missing}", ".".repeat(span.depth as usize), id(&span.span))
    };
    trace.spans.iter().map(line).collect::<Vec<_>>().join(" ")
}

/// The segments of the critical path as `id:start-end`, by time.
fn path(trace: &Trace) -> String {
    let mut segments: Vec<(i64, i64, u64)> = trace
        .spans
        .iter()
        .flat_map(|span| {
            span.critical_path.iter().map(|part| (part.start.nanos(), part.end.nanos(), id(&span.span)))
        })
        .collect();
    segments.sort_unstable();
    segments.iter().map(|(start, end, id)| format!("{id}:{start}-{end}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn no_spans_make_no_trace() {
    assert_eq!(assemble(Vec::new(), Scan::default()), None);
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
    spans[2].status_code = Some("ERROR".into());
    let scan = Scan { rows: 4, ..Scan::default() };
    let trace = assemble(spans, scan.clone()).unwrap();
    assert_eq!((trace.timestamp, trace.duration_ns), (Timestamp(90), 360));
    assert_eq!((trace.error_count, trace.missing_parents), (1, 1));
    assert_eq!(trace.services, ["bank", "cart"]);
    assert_eq!(trace.scan, scan);
    assert_eq!(waterfall(&trace), "1 .2 .3 4?");
}

#[test]
fn a_parent_of_zeros_is_no_parent() {
    let zeros = Span { parent_span_id: Some(SpanId::from_bytes([0; 8])), ..span(1, 0, 0, 10) };
    let trace = trace(vec![zeros]);
    assert_eq!((waterfall(&trace), trace.missing_parents), ("1".to_owned(), 0));
}

#[test]
fn a_span_received_twice_counts_once_as_it_first_came() {
    let again = Span { id: RecordId { sequence: 2, row: 0 }, ..span(2, 1, 10, 20) };
    let trace = trace(vec![again, span(1, 0, 0, 100), span(2, 1, 10, 20)]);
    assert_eq!(waterfall(&trace), "1 .2");
    assert_eq!(trace.spans[1].span.id, RecordId { sequence: 1, row: 2 });
}

#[test]
fn different_spans_with_one_id_stay_and_the_first_has_the_children() {
    // As Zipkin's libraries do it: the client's and the server's span share an id.
    let client = of_kind("CLIENT", span(2, 1, 10, 90));
    let server = Span { id: RecordId { sequence: 2, row: 0 }, ..of_kind("SERVER", span(2, 1, 20, 80)) };
    let trace = trace(vec![server, span(3, 2, 30, 40), client, span(1, 0, 0, 100)]);
    assert_eq!(waterfall(&trace), "1 .2 ..3 .2");
    assert_eq!(trace.spans[1].span.kind.as_deref(), Some("CLIENT"));
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
        assert_eq!(trace.missing_parents, 0);
    }
}

#[test]
fn a_very_deep_trace_is_assembled() {
    let depth = 100_000;
    let spans = (1..=depth)
        .rev()
        .map(|id| span(id, id - 1, id.cast_signed(), 1_000_000 - id.cast_signed()))
        .collect();
    let trace = trace(spans);
    assert_eq!(trace.spans.len(), 100_000);
    assert_eq!(trace.spans.last().map(|span| span.depth), Some(99_999));
    let circle = (1..=depth).map(|id| span(id, if id == 1 { depth } else { id - 1 }, 0, 1)).collect();
    assert_eq!(assemble(circle, Scan::default()).unwrap().spans.len(), 100_000);
}

#[test]
fn many_different_spans_with_one_id_are_assembled() {
    let spans: Vec<Span> = (0..2_000u32)
        .map(|row| Span { id: RecordId { sequence: 1, row }, ..span(1, 1, i64::from(row / 2), 5_000) })
        .collect();
    assert_eq!(trace(spans).spans.len(), 1_000);
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
                of_kind("PRODUCER", span(1, 0, 0, 100)),
                of_kind("CONSUMER", span(2, 1, 10, 90)),
                of_kind("INTERNAL", span(3, 1, 20, 30)),
            ],
            "1:0-20 3:20-30 1:30-100",
        ),
        (
            "a consumer under another kind is waited for",
            vec![of_kind("SERVER", span(1, 0, 0, 100)), of_kind("CONSUMER", span(2, 1, 10, 90))],
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
fn spans() -> impl Strategy<Value = Vec<Span>> {
    let kind = prop::sample::select(vec!["INTERNAL", "PRODUCER", "CONSUMER"]);
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
    fn every_span_stands_once_under_its_parent(spans in spans(), twice in 0usize..25) {
        let expected = trace(spans.clone());
        let mut ids: Vec<u64> = expected.spans.iter().map(|span| id(&span.span)).collect();
        ids.sort_unstable();
        prop_assert_eq!(ids, (1..=spans.len() as u64).collect::<Vec<_>>());

        let mut ancestors: Vec<u64> = Vec::new();
        for span in &expected.spans {
            prop_assert!(span.depth as usize <= ancestors.len());
            ancestors.truncate(span.depth as usize);
            if let Some(parent) = ancestors.last() {
                prop_assert_eq!(span.span.parent_span_id, Some(SpanId::from_bytes(parent.to_be_bytes())));
            }
            ancestors.push(id(&span.span));
        }

        let mut others = spans.clone();
        others.reverse();
        let again = RecordId { sequence: 2, row: 0 };
        others.extend(spans.get(twice).map(|span| Span { id: again, ..span.clone() }));
        prop_assert_eq!(trace(others), expected, "neither order nor duplicates matter");
    }

    #[test]
    fn segments_of_a_root_fill_it_without_overlap(spans in spans()) {
        let trace = trace(spans);
        let starts = trace.spans.iter().enumerate().filter(|(_, span)| span.depth == 0).map(|(index, _)| index);
        let mut bounds: Vec<usize> = starts.collect();
        bounds.push(trace.spans.len());
        for tree in bounds.windows(2).map(|bounds| &trace.spans[bounds[0]..bounds[1]]) {
            let mut segments = Vec::new();
            for span in tree {
                prop_assert!(span.critical_path.is_sorted_by_key(|segment| segment.start));
                for segment in &span.critical_path {
                    prop_assert!(segment.start < segment.end);
                    prop_assert!(span.span.timestamp <= segment.start);
                    prop_assert!(Some(segment.end) <= span.span.end_timestamp);
                    segments.push(*segment);
                }
            }
            segments.sort_by_key(|segment| segment.start);
            prop_assert!(segments.windows(2).all(|pair| pair[0].end == pair[1].start), "without gaps too");
            let length: i64 = segments.iter().map(|segment| segment.end.nanos() - segment.start.nanos()).sum();
            prop_assert_eq!(length, tree[0].span.duration_ns.unwrap().max(0));
        }
    }
}
