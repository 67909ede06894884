//! Traces and services.

use std::collections::{BTreeMap, BTreeSet};

use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use tfo_query::{Order, QueryError, Read, TracePage};
use tfo_sdk::api::{TraceSpan, TraceSummary};
use tfo_sdk::{TimeRange, TraceId};

use crate::reads::{assert_near, percentile};
use crate::world::{SECOND, World, everything, range};

/// A trace in one page.
const ALL: TracePage = TracePage { limit: 10_000, page_token: None };

fn span(trace: u16, id: u8, parent: u8, start: u64, millis: u64) -> Span {
    let mut trace_id = vec![1; 14];
    trace_id.extend(trace.to_be_bytes());
    Span {
        trace_id,
        span_id: vec![id; 8],
        parent_span_id: if parent == 0 { vec![] } else { vec![parent; 8] },
        name: format!("operation {id}"),
        kind: if parent == 0 { 2 } else { 1 },
        start_time_unix_nano: start,
        end_time_unix_nano: start + millis * 1_000_000,
        ..Default::default()
    }
}

fn failed(span: Span) -> Span {
    Span { status: Some(Status { code: 2, ..Default::default() }), ..span }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_is_on_the_list_with_all_its_spans_when_one_of_them_matches() {
    let mut world = World::new();
    let start = world.now() - 600 * SECOND;
    // The child comes first and into a file; the root later, into memory.
    world
        .append_spans(vec![
            failed(span(1, 2, 1, start + SECOND, 4_000)),
            span(2, 1, 0, start + 5 * SECOND, 10),
        ])
        .await;
    world.flush().await;
    world.append_spans(vec![span(1, 1, 0, start, 2_000), span(1, 3, 9, start + 2 * SECOND, 1)]).await;
    let page = world.engine.traces(&world.scope, &everything("status=error")).await.unwrap();
    let [trace] = page.items.as_slice() else { panic!("{:?}", page.items) };
    assert_eq!(trace.timestamp.nanos() as u64, start);
    assert_eq!((trace.span_count, trace.error_count, trace.has_root), (3, 1, true));
    assert_eq!(trace.root_name.as_deref(), Some("operation 1"));
    assert_eq!(trace.duration_ns, 5_000_000_000);
    let whole = world.engine.trace(&world.scope, trace.trace_id, &ALL).await.unwrap().unwrap();
    assert_eq!(whole.spans.len(), 3);
    assert_eq!(
        (whole.timestamp, whole.duration_ns, whole.error_count),
        (trace.timestamp, trace.duration_ns, 1)
    );
    assert_eq!(whole.services, trace.services);

    let names =
        |page: &[TraceSummary]| page.iter().map(|trace| trace.trace_id.as_bytes()[15]).collect::<Vec<_>>();
    let both = world.engine.traces(&world.scope, &everything("")).await.unwrap().items;
    assert_eq!(names(&both), [2, 1]);
    let oldest_first = Read { order: Order::Asc, ..everything("") };
    assert_eq!(names(&world.engine.traces(&world.scope, &oldest_first).await.unwrap().items), [1, 2]);
    // Only a child lies in this range; the figures are the whole trace's.
    let part = Read { range: range(start + SECOND, start + 2 * SECOND), ..everything("") };
    let page = world.engine.traces(&world.scope, &part).await.unwrap();
    assert_eq!(page.items, std::slice::from_ref(trace));
    assert!(world.engine.trace(&world.scope, TraceId::from_bytes([8; 16]), &ALL).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_traces_show_each_once_while_spans_arrive() {
    for filter in ["", "name:operation"] {
        let mut world = World::new();
        let start = world.now() - 600 * SECOND;
        for group in 0..4u16 {
            let spans = (0..15u16)
                .flat_map(|trace| {
                    let trace = group * 15 + trace;
                    // Three traces share each start.
                    let at = start + u64::from(trace / 3) * SECOND;
                    [span(trace, 1, 0, at, 10), span(trace, 2, 1, at + 1_000, 5)]
                })
                .collect();
            world.append_spans(spans).await;
            if group % 2 == 0 {
                world.flush().await;
            }
        }
        let before = world.engine.traces(&world.scope, &everything(filter)).await.unwrap().items;
        assert_eq!(before.len(), 60);
        let mut read = Read { limit: 7, ..everything(filter) };
        let mut seen = Vec::new();
        loop {
            let page = world.engine.traces(&world.scope, &read).await.unwrap();
            seen.extend(page.items);
            read.page_token = page.next_page_token;
            if read.page_token.is_none() {
                break;
            }
            // An earlier span of a trace and a new trace: neither moves what is on the list.
            let next = 100 + seen.len() as u16;
            world
                .append_spans(vec![span(5, 77, 1, start - 60 * SECOND, 1), span(next, 1, 0, start, 1)])
                .await;
        }
        assert_eq!(seen, before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_span_sent_twice_counts_once() {
    let mut world = World::new();
    let start = world.now() - 600 * SECOND;
    let spans = vec![failed(span(1, 1, 0, start, 10)), span(1, 2, 1, start, 5)];
    world.append_spans(spans.clone()).await;
    world.flush().await;
    world.append_spans(spans).await;
    let page = world.engine.traces(&world.scope, &everything("")).await.unwrap();
    assert_eq!((page.items[0].span_count, page.items[0].error_count), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn summaries_agree_with_the_spans_of_random_traces() {
    let mut world = World::new();
    for round in 0..4 {
        let spans = (0..100).map(|_| world.span()).collect();
        world.append_spans(spans).await;
        if round % 2 == 0 {
            world.flush().await;
        }
    }
    let spans = world.engine.spans(&world.scope, &everything("")).await.unwrap().items;
    let mut traces: BTreeMap<TraceId, Vec<_>> = BTreeMap::new();
    for span in spans {
        traces.entry(span.trace_id).or_default().push(span);
    }
    let page = world.engine.traces(&world.scope, &everything("")).await.unwrap();
    assert_eq!(page.items.len(), traces.len());
    for summary in page.items {
        let spans = &traces[&summary.trace_id];
        let whole = world.engine.trace(&world.scope, summary.trace_id, &ALL).await.unwrap().unwrap();
        assert_eq!(summary.span_count, spans.len() as u64);
        assert_eq!(
            (summary.timestamp, summary.duration_ns, summary.error_count, &summary.services),
            (whole.timestamp, whole.duration_ns, whole.error_count, &whole.services)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_have_the_rate_errors_and_durations_of_their_entry_spans() {
    let mut world = World::new();
    for round in 0..6 {
        let spans = (0..100).map(|_| world.span()).collect();
        world.append_spans(spans).await;
        world.append_logs(30).await;
        if round % 2 == 0 {
            world.flush().await;
        }
    }
    let spans = world.engine.spans(&world.scope, &everything("")).await.unwrap().items;
    let logs = world.engine.logs(&world.scope, &everything("")).await.unwrap().items;
    let names: BTreeSet<_> = spans
        .iter()
        .filter_map(|span| span.service_name.clone())
        .chain(logs.iter().filter_map(|log| log.service_name.clone()))
        .collect();
    let now = world.now();
    let hours = range(now - 4 * 3600 * SECOND, now);
    let services = world.engine.services(&world.scope, hours).await.unwrap().items;
    assert_eq!(services.iter().map(|service| service.service_name.clone()).collect::<BTreeSet<_>>(), names);
    let oldest = spans.iter().map(|span| span.timestamp).min().unwrap();
    let seconds = (hours.until.nanos() - hours.since.max(oldest).nanos()) as f64 / 1e9;
    for service in services {
        let own: Vec<_> =
            spans.iter().filter(|span| span.service_name.as_ref() == Some(&service.service_name)).collect();
        let entries: Vec<_> = own
            .iter()
            .filter(|span| {
                matches!(span.kind.as_deref(), Some("SERVER" | "CONSUMER")) || span.parent_span_id.is_none()
            })
            .collect();
        let errors = entries.iter().filter(|span| span.is_error()).count() as u64;
        assert_eq!(
            (service.spans, service.requests, service.errors),
            (own.len() as u64, entries.len() as u64, errors)
        );
        assert!((service.rate - entries.len() as f64 / seconds).abs() < 1e-9);
        let own_logs =
            logs.iter().filter(|log| log.service_name.as_ref() == Some(&service.service_name)).count();
        assert_eq!(service.logs, own_logs as u64);
        let mut durations: Vec<_> = entries.iter().filter_map(|span| span.duration_ns).collect();
        durations.sort_unstable();
        assert_near(service.p50_ns, percentile(&durations, 0.5));
        assert_near(service.p95_ns, percentile(&durations, 0.95));
        assert_near(service.p99_ns, percentile(&durations, 0.99));
    }
    let all = world.engine.services(&world.scope, TimeRange::ALL).await.unwrap().items;
    assert!(all.iter().all(|service| service.rate.is_finite()));
}

/// All spans of a trace in pages of a size, and how many pages there were.
async fn paged(world: &World, id: TraceId, limit: usize) -> (Vec<TraceSpan>, usize) {
    let mut page = TracePage { limit, page_token: None };
    let (mut spans, mut pages) = (Vec::new(), 0);
    loop {
        let trace = world.engine.trace(&world.scope, id, &page).await.unwrap().unwrap();
        spans.extend(trace.spans);
        pages += 1;
        page.page_token = trace.next_page_token;
        if page.page_token.is_none() {
            return (spans, pages);
        }
        // What arrives meanwhile, or a second time, moves nothing.
        let now = world.now();
        world.append_spans_of("late", vec![span(1, 200, 1, now, 1), span(1, 2, 1, now, 1)]).await;
        if pages % 2 == 0 {
            world.flush().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_a_trace_are_the_trace() {
    let mut world = World::new();
    let start = world.now() - 600 * SECOND;
    let spans: Vec<Span> = (1..=120u8)
        .map(|id| {
            span(1, id, [0, id / 2, id / 3, 150, id][usize::from(id) % 5], start + u64::from(id) * 1_000, 10)
        })
        .collect();
    for spans in spans.chunks(40) {
        world.append_spans(spans.to_vec()).await;
        world.flush().await;
    }
    let mut id = [1; 16];
    id[14] = 0;
    let id = TraceId::from_bytes(id);
    let whole = world.engine.trace(&world.scope, id, &ALL).await.unwrap().unwrap();
    assert_eq!((whole.spans.len(), whole.span_count, whole.next_page_token.as_ref()), (120, 120, None));
    assert!(whole.missing_parents > 10 && whole.spans.iter().any(|span| span.depth > 2));
    let first = TracePage { limit: 7, page_token: None };
    let page = world.engine.trace(&world.scope, id, &first).await.unwrap().unwrap();
    assert_eq!(page.spans, whole.spans[..7]);
    assert_eq!(
        (page.timestamp, page.duration_ns, page.span_count, page.missing_parents, &page.critical_path),
        (whole.timestamp, whole.duration_ns, 120, whole.missing_parents, &whole.critical_path)
    );
    assert_eq!(paged(&world, id, 7).await, (whole.spans, 18));
    let other = TracePage { limit: 7, page_token: page.next_page_token };
    let token = world.engine.trace(&world.scope, TraceId::from_bytes([8; 16]), &other).await;
    assert!(matches!(token, Err(QueryError::PageToken)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_trace_shows_a_span_that_came_twice_once_as_it_first_came() {
    let world = World::new();
    let start = world.now() - 600 * SECOND;
    let spans = vec![span(1, 1, 0, start, 100), span(1, 2, 1, start, 50)];
    // From one source: what differs in its resource is another span.
    world.append_spans_of("shop", spans.clone()).await;
    world.flush().await;
    world.append_spans_of("shop", spans.clone()).await;
    world.append_spans_of("cart", vec![spans[1].clone()]).await;
    let mut id = [1; 16];
    id[14] = 0;
    let trace = world.engine.trace(&world.scope, TraceId::from_bytes(id), &ALL).await.unwrap().unwrap();
    let shown: Vec<_> = trace
        .spans
        .iter()
        .map(|span| (span.depth, span.span.service_name.as_deref(), span.span.id.sequence))
        .collect();
    let first = shown[0].2;
    assert_eq!(shown, [(0, Some("shop"), first), (1, Some("shop"), first), (1, Some("cart"), first + 2)]);
    assert_eq!(trace.span_count, 3);
}
