//! Rows, lanes, sums and comparisons of traces.

use tfo_sdk::api::{Scan, Trace, TraceSpan};

use super::flame::{ends_of, lanes};
use super::rows::{Row, Shown, ancestors, counts_below, rows};
use super::stats::{compare, operations};

/// Spans from lines of depth, name, start and end in milliseconds.
fn spans(lines: &[(u32, &str, i64, i64)]) -> Vec<TraceSpan> {
    let made = |(index, (depth, name, start, end)): (usize, &(u32, &str, i64, i64))| {
        let json = serde_json::json!({
            "depth": depth,
            "id": format!("7.{index}"),
            "timestamp": tfo_sdk::Timestamp(start * 1_000_000).to_string(),
            "endTimestamp": tfo_sdk::Timestamp(end * 1_000_000).to_string(),
            "durationNs": (end - start) * 1_000_000,
            "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
            "spanId": format!("{index:016x}"),
            "name": name,
            "serviceName": "shop",
        });
        serde_json::from_value(json).unwrap()
    };
    lines.iter().enumerate().map(made).collect()
}

fn trace(lines: &[(u32, &str, i64, i64)]) -> Trace {
    let spans = spans(lines);
    Trace {
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".parse().unwrap(),
        timestamp: spans[0].span.timestamp,
        duration_ns: 100_000_000,
        span_count: spans.len() as u64,
        error_count: 0,
        services: vec!["shop".into()],
        missing_parents: 0,
        critical_path: Vec::new(),
        spans,
        next_page_token: None,
        scan: Scan::default(),
    }
}

const SHOP: [(u32, &str, i64, i64); 9] = [
    (0, "GET /", 0, 100),
    (1, "cart", 5, 50),
    (2, "redis", 10, 15),
    (2, "redis", 15, 20),
    (2, "redis", 20, 25),
    (2, "redis", 25, 30),
    (1, "pay", 50, 90),
    (2, "bank", 55, 85),
    (0, "late", 95, 99),
];

fn indices(spans: &[TraceSpan], shown: &Shown) -> Vec<usize> {
    rows(spans, &counts_below(spans), shown).iter().map(Row::span).collect()
}

#[test]
fn folding_hides_what_is_below_and_nothing_else() {
    let spans = spans(&SHOP);
    assert_eq!(counts_below(&spans), [7, 4, 0, 0, 0, 0, 1, 0, 0]);
    let mut shown = Shown::default();
    assert_eq!(indices(&spans, &shown), [0, 1, 2, 6, 7, 8]);
    shown.opened.insert(2);
    assert_eq!(indices(&spans, &shown), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    shown.folded.insert(1);
    assert_eq!(indices(&spans, &shown), [0, 1, 6, 7, 8]);
    shown.root = Some(6);
    assert_eq!(indices(&spans, &shown), [6, 7]);
    assert_eq!(ancestors(&spans, 7), [0, 6]);
    assert_eq!(ancestors(&spans, 8), [] as [usize; 0]);
}

#[test]
fn a_flame_has_room_for_every_span() {
    let spans = spans(&[(0, "a", 0, 10), (1, "b", 0, 8), (1, "c", 4, 9), (2, "d", 5, 6), (1, "e", 9, 10)]);
    let lanes = lanes(&spans);
    assert_eq!(lanes, [0, 1, 2, 3, 1]);
    for (a, one) in spans.iter().enumerate() {
        for (b, other) in spans.iter().enumerate().skip(a + 1) {
            let ((from, to), (start, end)) = (ends_of(one), ends_of(other));
            assert!(lanes[a] != lanes[b] || to <= start || end <= from);
        }
    }
}

#[test]
fn operations_are_summed_up() {
    let operations = operations(&spans(&SHOP));
    let redis = operations.iter().find(|operation| operation.name == "redis").unwrap();
    assert_eq!((redis.count, redis.total_ns, redis.longest_ns), (4, 20_000_000, 5_000_000));
}

#[test]
fn two_traces_are_compared_by_place() {
    let mut lines = SHOP.to_vec();
    lines[7] = (2, "bank", 55, 89);
    lines.insert(8, (2, "audit", 89, 90));
    let differences = compare(&trace(&SHOP), &trace(&lines));
    let shown: Vec<String> = differences
        .iter()
        .map(|difference| {
            let (first, second) = difference.counts;
            format!(
                "{}{} {first}/{second} {}",
                "-".repeat(difference.depth),
                difference.name,
                difference.change_ns() / 1_000_000
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "GET / 1/1 0",
            "-cart 1/1 0",
            "--redis 4/4 0",
            "-pay 1/1 0",
            "--bank 1/1 4",
            "--audit 0/1 1",
            "late 1/1 0"
        ]
    );
}

#[test]
fn a_large_trace_is_folded_in_one_pass() {
    let lines: Vec<(u32, &str, i64, i64)> =
        (0..100_000).map(|at| (at % 50, "span", i64::from(at), i64::from(at) + 1)).collect();
    let spans = spans(&lines);
    let below = counts_below(&spans);
    assert_eq!(rows(&spans, &below, &Shown::default()).len(), 100_000);
    assert_eq!(rows(&spans, &below, &Shown { path_only: true, ..Shown::default() }).len(), 0);
    lanes(&spans);
}
