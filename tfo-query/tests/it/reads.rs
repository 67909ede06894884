//! Reads that sum records up, or show them around another, against the same done one by one in memory: part of the
//! records in files, part in memory, while flushes and compactions run.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::Rng;
use rand::seq::IndexedRandom;
use tfo_query::{Around, Completion, OperationSort, Order, QueryError, Read, Selection, Spans, Within};
use tfo_sdk::api::{AttributePlace, LogBucket, LogRecord, MetricPoint, Operation, Origin, Span};
use tfo_sdk::filter::{self, Field, Filter, Record};
use tfo_sdk::{AnyValue, Attributes, RecordId, Signal, TimeRange, Timestamp};

use crate::world::{SECOND, World, everything, range};

/// Filters that some records of each signal pass.
const FILTERS: &[&str] = &[
    "",
    "",
    "service=checkout",
    "-service:*",
    "severity:error+",
    "payment",
    "http.route:*",
    "-http.route:*",
    "http.response.status_code>=404",
    "attr.user:* OR attr.size:*",
    "resource.host.name:* -attr.note=5",
    "scope.name=http",
    "kind=server OR kind=consumer",
    "status=error",
    "duration:100ms..1s",
    "name:cart OR name=Pay",
    "trace=01010101010101010101010101010101",
];

fn parsed(text: &str) -> Filter {
    filter::parse(text).unwrap()
}

/// Records of all signals, and flushes that go on until it is dropped.
struct Stored {
    world: World,
    logs: Vec<LogRecord>,
    spans: Vec<Span>,
    points: Vec<MetricPoint>,
    over: Arc<AtomicBool>,
}

impl Drop for Stored {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

impl Stored {
    async fn new() -> Self {
        let mut world = World::new();
        for round in 0..6 {
            world.append_logs(60).await;
            world.append_points(40).await;
            let spans = (0..60).map(|_| world.span()).collect();
            world.append_spans(spans).await;
            if round % 2 == 0 && round < 4 {
                world.flush().await;
            }
        }
        let all = everything("");
        let logs = world.engine.logs(&world.scope, &all).await.unwrap().items;
        let spans = world.engine.spans(&world.scope, &all).await.unwrap().items;
        let points = world.engine.metric_points(&world.scope, &all).await.unwrap().items;
        assert_eq!((logs.len(), spans.len(), points.len()), (360, 360, 240));
        let over = Arc::new(AtomicBool::new(false));
        let (store, stop) = (world.store.clone(), over.clone());
        tokio::task::spawn_blocking(move || {
            while !stop.load(Ordering::Relaxed) {
                store.flush().unwrap();
                std::thread::yield_now();
            }
        });
        Self { world, logs, spans, points, over }
    }

    /// What to ask for: some range, some filter.
    fn selection(&mut self) -> Selection {
        let now = self.world.now();
        let range = match self.world.random.random_range(0..3) {
            0 => TimeRange::ALL,
            1 => TimeRange { since: Timestamp((now - 1800 * SECOND) as i64), until: Timestamp::MAX },
            _ => range(now - self.world.random.random_range(1000..4000) * SECOND, now - 900 * SECOND),
        };
        Selection { range, filter: parsed(FILTERS.choose(&mut self.world.random).unwrap()) }
    }
}

fn selected<'a, T: Record>(
    records: &'a [T],
    selection: &Selection,
    time: impl Fn(&T) -> Timestamp,
) -> Vec<&'a T> {
    let predicate = selection.filter.compile();
    let passes = |record: &&T| selection.range.contains(time(record)) && predicate.matches(*record);
    records.iter().filter(passes).collect()
}

fn is_entry(span: &Span) -> bool {
    matches!(span.kind.as_deref(), Some("SERVER" | "CONSUMER")) || span.parent_span_id.is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_histogram_counts_what_passes_one_by_one() {
    let mut stored = Stored::new().await;
    let mut buckets_seen = 0;
    for _ in 0..40 {
        let selection = stored.selection();
        let seconds = *[7, 60, 600, 3600].choose(&mut stored.world.random).unwrap();
        let step = Duration::from_secs(seconds);
        let world = &stored.world;
        let answer = world.engine.log_histogram(&world.scope, &selection, Some(step)).await.unwrap();
        let mut expected: BTreeMap<i64, LogBucket> = BTreeMap::new();
        for log in selected(&stored.logs, &selection, |log| log.timestamp) {
            let nanos = step.as_nanos() as i64;
            let start = log.timestamp.nanos() / nanos * nanos;
            let bucket = expected
                .entry(start)
                .or_insert(LogBucket { timestamp: Timestamp(start), ..LogBucket::default() });
            bucket.total += 1;
            let level = match log.severity_number.unwrap_or(0) {
                1..=4 => &mut bucket.trace,
                5..=8 => &mut bucket.debug,
                9..=12 => &mut bucket.info,
                13..=16 => &mut bucket.warn,
                17..=20 => &mut bucket.error,
                21..=24 => &mut bucket.fatal,
                _ => &mut bucket.unset,
            };
            *level += 1;
        }
        assert_eq!(answer.buckets, expected.into_values().collect::<Vec<_>>(), "{selection:?} {step:?}");
        assert_eq!(answer.step_ns, step.as_nanos() as i64);
        buckets_seen += answer.buckets.len();
    }
    assert!(buckets_seen > 300, "{buckets_seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_histogram_picks_its_step_and_refuses_too_many() {
    let mut world = World::new();
    world.append_logs(200).await;
    let hour = Selection {
        range: TimeRange { since: Timestamp((world.now() - 3600 * SECOND) as i64), until: Timestamp::MAX },
        filter: parsed(""),
    };
    let answer = world.engine.log_histogram(&world.scope, &hour, None).await.unwrap();
    assert_eq!(answer.step_ns, 60 * SECOND as i64);
    assert_eq!(answer.buckets.iter().map(|bucket| bucket.total).sum::<u64>(), 200);
    // Spans of more than a thousand different seconds are too many columns of a second, and few of an hour.
    for _ in 0..4 {
        let spans = (0..800).map(|_| world.span()).collect();
        world.append_spans(spans).await;
    }
    let latency = async |seconds| {
        let step = Some(Duration::from_secs(seconds));
        world.engine.latency(&world.scope, &hour, Spans::All, step).await
    };
    let error = latency(1).await.unwrap_err();
    assert!(matches!(&error, QueryError::Invalid(text) if text.contains("longer step")), "{error}");
    assert!(latency(3600).await.unwrap().columns.len() <= 2);
    assert!(matches!(latency(0).await, Err(QueryError::Invalid(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heat_map_counts_each_span_in_its_cell() {
    let mut stored = Stored::new().await;
    let mut cells_seen = 0;
    for round in 0..30 {
        let selection = stored.selection();
        let spans = if round % 2 == 0 { Spans::Entry } else { Spans::All };
        let step = Duration::from_secs(600);
        let world = &stored.world;
        let answer = world.engine.latency(&world.scope, &selection, spans, Some(step)).await.unwrap();
        let counted: Vec<&Span> = selected(&stored.spans, &selection, |span| span.timestamp)
            .into_iter()
            .filter(|span| spans == Spans::All || is_entry(span))
            .filter(|span| span.duration_ns.is_some())
            .collect();
        let total: u64 = answer.columns.iter().flat_map(|column| &column.counts).sum();
        assert_eq!(total, counted.len() as u64, "{selection:?}");
        for column in &answer.columns {
            let bands = answer.bounds_ns.windows(2).zip(column.counts.iter().zip(&column.errors));
            assert_eq!(
                (column.counts.len(), column.errors.len() + 1),
                (column.errors.len(), answer.bounds_ns.len())
            );
            for (bounds, (count, errors)) in bands {
                let inside = counted.iter().filter(|span| {
                    let start = span.timestamp.nanos() / step.as_nanos() as i64 * step.as_nanos() as i64;
                    let duration = span.duration_ns.unwrap();
                    start == column.timestamp.nanos() && (bounds[0]..bounds[1]).contains(&duration)
                });
                let inside: Vec<_> = inside.collect();
                assert_eq!(*count, inside.len() as u64);
                assert_eq!(*errors, inside.iter().filter(|span| span.is_error()).count() as u64);
                cells_seen += usize::from(*count > 0);
            }
        }
    }
    assert!(cells_seen > 200, "{cells_seen}");
}

/// The rank's own duration in a sorted list.
pub(crate) fn percentile(sorted: &[i64], share: f64) -> Option<i64> {
    let rank = ((share * sorted.len() as f64).ceil() as usize).max(1);
    sorted.get(rank - 1).copied()
}

pub(crate) fn assert_near(found: Option<i64>, exact: Option<i64>) {
    assert_eq!(found.is_some(), exact.is_some());
    if let (Some(found), Some(exact)) = (found, exact) {
        assert!(found.abs_diff(exact) as f64 <= exact as f64 * 0.02 + 1.0, "{found} and {exact}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_sum_up_their_entry_spans() {
    let mut stored = Stored::new().await;
    for _ in 0..20 {
        let Selection { range, filter } = stored.selection();
        let world = &stored.world;
        let read = Read { range, filter: filter.clone(), ..everything("") };
        let page = world.engine.operations(&world.scope, &read, OperationSort::Requests).await.unwrap();
        let mut expected: BTreeMap<_, Vec<&Span>> = BTreeMap::new();
        let selection = Selection { range, filter };
        for span in selected(&stored.spans, &selection, |span| span.timestamp)
            .into_iter()
            .filter(|span| is_entry(span))
        {
            expected.entry((&span.service_name, &span.name, &span.kind)).or_default().push(span);
        }
        assert_eq!(page.items.len(), expected.len());
        assert!(page.items.is_sorted_by_key(|operation| std::cmp::Reverse(operation.requests)));
        for operation in &page.items {
            let spans = &expected[&(&operation.service_name, &operation.name, &operation.kind)];
            let errors = spans.iter().filter(|span| span.is_error()).count() as u64;
            assert_eq!((operation.requests, operation.errors), (spans.len() as u64, errors));
            assert!((operation.error_ratio - errors as f64 / spans.len() as f64).abs() < 1e-9);
            let mut durations: Vec<i64> = spans.iter().filter_map(|span| span.duration_ns).collect();
            durations.sort_unstable();
            assert_near(operation.p50_ns, percentile(&durations, 0.5));
            assert_near(operation.p95_ns, percentile(&durations, 0.95));
            assert_near(operation.p99_ns, percentile(&durations, 0.99));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_with_one_operation_has_its_figures() {
    let mut world = World::new();
    for round in 0..6u64 {
        let spans = (0..50).map(|at| {
            let mut span = world.span();
            (span.name, span.kind) = ("only".to_owned(), 2);
            span.end_time_unix_nano = span.start_time_unix_nano + (at * round * 977_777) % 900_000_001;
            span
        });
        let spans = spans.collect();
        world.append_spans_of(["shop", "cart"][round as usize % 2], spans).await;
        if round == 3 {
            world.flush().await;
        }
    }
    for range in [TimeRange::ALL, range(world.now() - 2000 * SECOND, world.now())] {
        let read = Read { range, ..everything("") };
        let mut operations =
            world.engine.operations(&world.scope, &read, OperationSort::Name).await.unwrap().items;
        operations.sort_by(|a, b| a.service_name.cmp(&b.service_name));
        let services = world.engine.services(&world.scope, range).await.unwrap().items;
        assert_eq!((operations.len(), services.len()), (2, 2));
        for (service, operation) in services.iter().zip(&operations) {
            assert_eq!(Some(&service.service_name), operation.service_name.as_ref());
            assert_eq!((service.requests, service.errors), (operation.requests, operation.errors));
            assert_eq!(
                (service.p50_ns, service.p95_ns, service.p99_ns),
                (operation.p50_ns, operation.p95_ns, operation.p99_ns)
            );
            assert!(service.p50_ns.is_some());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_operations_are_the_list_whatever_it_is_sorted_by() {
    let mut world = World::new();
    for _ in 0..8 {
        let spans = (0..50).map(|_| world.span()).collect();
        world.append_spans(spans).await;
    }
    for sort in [
        OperationSort::Requests,
        OperationSort::Errors,
        OperationSort::ErrorRatio,
        OperationSort::P50,
        OperationSort::P95,
        OperationSort::P99,
        OperationSort::Name,
    ] {
        for order in [Order::Asc, Order::Desc] {
            let read = Read { order, ..everything("") };
            let all = world.engine.operations(&world.scope, &read, sort).await.unwrap().items;
            let value = |operation: &Operation| match sort {
                OperationSort::Requests => operation.requests as f64,
                OperationSort::Errors => operation.errors as f64,
                OperationSort::ErrorRatio => operation.error_ratio,
                OperationSort::P50 => operation.p50_ns.unwrap_or(-1) as f64,
                OperationSort::P95 => operation.p95_ns.unwrap_or(-1) as f64,
                OperationSort::P99 => operation.p99_ns.unwrap_or(-1) as f64,
                OperationSort::Name => 0.0,
            };
            assert!(all.is_sorted_by(|a, b| match order {
                Order::Asc => value(a) <= value(b),
                Order::Desc => value(a) >= value(b),
            }));
            let mut read = Read { limit: 5, ..read };
            let mut seen = Vec::new();
            loop {
                let page = world.engine.operations(&world.scope, &read, sort).await.unwrap();
                seen.extend(
                    page.items
                        .into_iter()
                        .map(|operation| (operation.service_name, operation.name, operation.requests)),
                );
                read.page_token = page.next_page_token;
                if read.page_token.is_none() {
                    break;
                }
                let span = world.span();
                world.append_spans(vec![span]).await;
            }
            let expected: Vec<_> = all
                .into_iter()
                .map(|operation| (operation.service_name, operation.name, operation.requests))
                .collect();
            assert_eq!(seen, expected, "{sort:?} {order:?}");
        }
    }
    let read = Read { limit: 1, ..everything("") };
    let token =
        world.engine.operations(&world.scope, &read, OperationSort::P50).await.unwrap().next_page_token;
    let other =
        world.engine.operations(&world.scope, &Read { page_token: token, ..read }, OperationSort::P95).await;
    assert!(matches!(other, Err(QueryError::PageToken)));
}

/// The type of a value, as the interface names it.
fn kind(value: &AnyValue) -> &'static str {
    match value {
        AnyValue::Empty => "empty",
        AnyValue::Bool(_) => "bool",
        AnyValue::Int(_) => "int",
        AnyValue::Double(_) => "double",
        AnyValue::String(_) => "string",
        AnyValue::Bytes(_) => "bytes",
        AnyValue::Array(_) => "array",
        AnyValue::Map(_) => "map",
    }
}

fn places<'a>(own: &'a Attributes, origin: &'a Origin) -> Vec<(AttributePlace, &'a Attributes)> {
    let mut places = vec![(AttributePlace::Record, own)];
    places.extend(origin.resource.as_ref().map(|resource| (AttributePlace::Resource, &resource.attributes)));
    places.extend(origin.scope.as_ref().map(|scope| (AttributePlace::Scope, &scope.attributes)));
    places
}

/// Every attribute of some records, by place and key, with how often it has each type.
type Keys = BTreeMap<(AttributePlace, String), BTreeMap<String, u64>>;

fn keys<'a>(records: impl Iterator<Item = (&'a Attributes, &'a Origin)>) -> Keys {
    let mut keys = Keys::new();
    for (own, origin) in records {
        for (place, attributes) in places(own, origin) {
            for (key, value) in &attributes.0 {
                let types = keys.entry((place, key.clone())).or_default();
                *types.entry(kind(value).to_owned()).or_default() += 1;
            }
        }
    }
    keys
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_counted_by_place_and_type() {
    let mut stored = Stored::new().await;
    for round in 0..30 {
        let selection = stored.selection();
        let signal = Signal::ALL[round % 3];
        let logs = selected(&stored.logs, &selection, |log| log.timestamp);
        let spans = selected(&stored.spans, &selection, |span| span.timestamp);
        let points = selected(&stored.points, &selection, |point| point.timestamp);
        let expected = match signal {
            Signal::Logs => keys(logs.iter().map(|log| (&log.attributes, &log.origin))),
            Signal::Spans => keys(spans.iter().map(|span| (&span.attributes, &span.origin))),
            Signal::MetricPoints => keys(points.iter().map(|point| (&point.attributes, &point.origin))),
        };
        for prefix in [["", "http.", "resource.", "attr.n", "zzz"][round % 5]] {
            let completion =
                Completion { signal, selection: selection.clone(), prefix: prefix.to_owned(), limit: 1_000 };
            let world = &stored.world;
            let answer = world.engine.attribute_keys(&world.scope, &completion).await.unwrap();
            let begins = |place: AttributePlace, key: &str| {
                let field = match place {
                    AttributePlace::Record => Field::Attribute(key.to_owned()),
                    AttributePlace::Resource => Field::ResourceAttribute(key.to_owned()),
                    AttributePlace::Scope => Field::ScopeAttribute(key.to_owned()),
                };
                key.starts_with(prefix) || field.to_string().starts_with(prefix)
            };
            let expected: Keys = expected
                .iter()
                .filter(|((place, key), _)| begins(*place, key))
                .map(|(key, types)| (key.clone(), types.clone()))
                .collect();
            let found: Keys =
                answer.items.iter().map(|key| ((key.place, key.key.clone()), key.types.clone())).collect();
            assert_eq!(found, expected, "{signal} {selection:?} {prefix}");
            assert!(answer.items.is_sorted_by_key(|key| std::cmp::Reverse(key.count)));
            assert!(answer.items.iter().all(|key| key.count == key.types.values().sum::<u64>()));
            assert!(answer.scan.complete);
            assert_eq!(answer.distinct, expected.len() as u64);
        }
    }
}

/// Values by text and type, with how many records have them.
fn values<T: Record>(records: &[&T], field: &Field, prefix: &str) -> BTreeMap<(String, String), u64> {
    let mut values = BTreeMap::new();
    for value in records.iter().filter_map(|record| record.field(field)) {
        let value = match (field, value) {
            (Field::Severity, AnyValue::Int(number)) => {
                let level = ["trace", "debug", "info", "warn", "error", "fatal"][(number as usize - 1) / 4];
                AnyValue::String(level.to_owned())
            }
            (_, value) => value,
        };
        let text = value.to_string();
        if text.starts_with(prefix) {
            *values.entry((text, kind(&value).to_owned())).or_default() += 1;
        }
    }
    values
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_counted_as_filters_see_them() {
    let mut stored = Stored::new().await;
    let attribute = |key: &str| Field::Attribute(key.to_owned());
    let fields = [
        Field::Service,
        Field::Severity,
        Field::Name,
        Field::Kind,
        Field::Status,
        Field::Event,
        Field::Trace,
        attribute("http.route"),
        attribute("http.response.status_code"),
        attribute("user"),
        attribute("note"),
        attribute("nothing"),
        Field::ResourceAttribute("host.name".to_owned()),
        Field::ResourceAttribute("rack".to_owned()),
        Field::ResourceAttribute("process.pid".to_owned()),
        Field::ScopeAttribute("name".to_owned()),
        Field::ScopeAttribute("short_name".to_owned()),
    ];
    let mut refused = 0;
    for (round, field) in fields.iter().cycle().take(fields.len() * 6).enumerate() {
        let selection = stored.selection();
        let signal = Signal::ALL[round % 3];
        let prefix = if round % 4 == 0 { "5" } else { "" };
        let completion =
            Completion { signal, selection: selection.clone(), prefix: prefix.to_owned(), limit: 1_000 };
        let world = &stored.world;
        let answer = match world.engine.attribute_values(&world.scope, field, &completion).await {
            Ok(answer) => answer,
            Err(QueryError::Invalid(_)) => {
                refused += 1;
                continue;
            }
            Err(error) => panic!("{error}"),
        };
        let expected = match signal {
            Signal::Logs => values(&selected(&stored.logs, &selection, |log| log.timestamp), field, prefix),
            Signal::Spans => {
                values(&selected(&stored.spans, &selection, |span| span.timestamp), field, prefix)
            }
            Signal::MetricPoints => {
                values(&selected(&stored.points, &selection, |point| point.timestamp), field, prefix)
            }
        };
        let found: BTreeMap<_, _> = answer
            .items
            .iter()
            .map(|item| ((item.value.to_string(), item.kind.clone()), item.count))
            .collect();
        assert_eq!(found, expected, "{signal} {field} {selection:?}");
        assert!(answer.items.iter().all(|item| kind(&item.value) == item.kind));
        assert!(answer.items.is_sorted_by_key(|item| std::cmp::Reverse(item.count)));
    }
    // Severity, name, kind, status, event and trace are no fields of all signals.
    assert!(refused < fields.len() * 2, "{refused}");
}

/// Whether two records have the same source, as `Within::Source` says it.
fn same_source(a: &LogRecord, b: &LogRecord) -> bool {
    let text = |attributes: &Attributes, key: &str| match attributes.get(key) {
        Some(AnyValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let of = |log: &LogRecord| {
        let resource = |key| text(&log.origin.resource.as_ref()?.attributes, key);
        (log.service_name.clone(), resource("host.name"), text(&log.attributes, "log.file.path"))
    };
    of(a) == of(b)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_is_the_neighbours_of_a_record_in_time() {
    let mut stored = Stored::new().await;
    let mut logs = stored.logs.clone();
    logs.sort_by_key(|log| (log.timestamp, log.id));
    for round in 0..30 {
        let at = stored.world.random.random_range(0..logs.len());
        let record = &logs[at];
        let within = [Within::Source, Within::Service, Within::All][round % 3];
        let text = FILTERS[stored.world.random.random_range(0..8)];
        let (before, after) =
            (stored.world.random.random_range(0..15), stored.world.random.random_range(0..400));
        let predicate = parsed(text).compile();
        let belongs = |log: &&LogRecord| {
            let same = match within {
                Within::Source => same_source(log, record),
                Within::Service => log.service_name == record.service_name,
                Within::All => true,
            };
            same && predicate.matches(*log)
        };
        let (earlier, later): (Vec<&LogRecord>, Vec<&LogRecord>) =
            (logs[..at].iter().filter(belongs).collect(), logs[at + 1..].iter().filter(belongs).collect());
        let around = Around { before, after, within, filter: parsed(text) };
        let world = &stored.world;
        let context = world.engine.log_context(&world.scope, record.id, &around).await.unwrap().unwrap();
        assert_eq!(&context.record, record);
        let expected = &earlier[earlier.len().saturating_sub(before)..];
        assert_eq!(context.before.iter().collect::<Vec<_>>(), expected, "{within:?} {text}");
        assert_eq!(context.more_before, earlier.len() > before);
        let expected = &later[..later.len().min(after)];
        assert_eq!(context.after.iter().collect::<Vec<_>>(), expected, "{within:?} {text}");
        assert_eq!(context.more_after, later.len() > after);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_goes_on_from_its_edges_until_the_ends() {
    let stored = Stored::new().await;
    let world = &stored.world;
    let start = &stored.logs[100];
    let context = async |id, before, after| {
        let around = Around { before, after, within: Within::Source, filter: parsed("") };
        world.engine.log_context(&world.scope, id, &around).await.unwrap().unwrap()
    };
    let mut seen: HashSet<RecordId> = HashSet::from([start.id]);
    let mut edge = start.id;
    loop {
        let page = context(edge, 7, 0).await;
        assert!(page.after.is_empty());
        assert!(page.before.iter().all(|log| seen.insert(log.id)), "a record comes twice");
        match page.before.first() {
            Some(first) if page.more_before => edge = first.id,
            _ => break,
        }
    }
    let mut edge = start.id;
    loop {
        let page = context(edge, 0, 7).await;
        assert!(page.after.iter().all(|log| seen.insert(log.id)), "a record comes twice");
        match page.after.last() {
            Some(last) if page.more_after => edge = last.id,
            _ => break,
        }
    }
    let expected: HashSet<_> =
        stored.logs.iter().filter(|log| same_source(log, start)).map(|log| log.id).collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_is_not_there_has_no_context() {
    let mut world = World::new();
    world.append_logs(10).await;
    world.flush().await;
    world.append_logs(10).await;
    let ids: HashSet<_> = world
        .engine
        .logs(&world.scope, &everything(""))
        .await
        .unwrap()
        .items
        .iter()
        .map(|log| log.id)
        .collect();
    let around = Around { before: 1, after: 1, within: Within::All, filter: parsed("") };
    for sequence in [0, 1, 2, 3, 99, u64::MAX] {
        for row in [0, 5, 10, u32::MAX] {
            let id = RecordId { sequence, row };
            let context = world.engine.log_context(&world.scope, id, &around).await.unwrap();
            assert_eq!(context.is_some(), ids.contains(&id), "{id}");
        }
    }
    let other = world.minter.mint(tfo_sdk::TenantId::from_bytes([9; 16]));
    let id = *ids.iter().next().unwrap();
    assert!(world.engine.log_context(&other, id, &around).await.unwrap().is_none(), "of another tenant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_found_in_the_file_that_has_its_sequence() {
    let mut world = World::new();
    for _ in 0..5 {
        world.append_logs(20).await;
        world.flush().await;
    }
    let logs = world.engine.logs(&world.scope, &everything("")).await.unwrap().items;
    let around = Around { before: 0, after: 0, within: Within::All, filter: parsed("") };
    let context = world.engine.log_context(&world.scope, logs[0].id, &around).await.unwrap().unwrap();
    assert_eq!(context.record, logs[0]);
    // Neighbours are looked for too, but none was asked for.
    assert!(context.before.is_empty() && context.after.is_empty());
    assert!(context.more_before || context.more_after);
}
