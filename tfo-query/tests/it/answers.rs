//! Generated questions over random telemetry, each answered a second time by going through the records one by one.
//!
//! The telemetry lies partly in files, partly in memory, and moves between them meanwhile: noise arrives in the same
//! hours all the time, is flushed, and makes compaction rewrite the files that the questions are about.

use std::collections::{BTreeMap, BTreeSet};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::AnyValue as Any;
use opentelemetry_proto::tonic::logs::v1::{LogRecord as Log, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span as OtlpSpan};
use prost::Message as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use tfo_query::{Order, Read};
use tfo_sdk::api::{LogRecord, MetricPoint, Span};
use tfo_sdk::filter::{self, Record};
use tfo_sdk::{AnyValue, Attributes, RecordId, Signal, TimeRange, Timestamp};
use tfo_store::{Store, TenantScope, otlp};

use crate::filters::tree;
use crate::plain::{Asked, Plain};
use crate::world::{SECOND, World, everything, note, pair, range, text};

/// How many questions of a kind are asked: a tenth, unless the long lengths are wanted.
fn questions() -> usize {
    if std::env::var_os("TFO_TEST_LONG").is_some() { 800 } else { 80 }
}

/// The service that noise comes from, and that every question leaves out.
const NOISE: &str = "noise";
const QUIET: &str = "-service=noise";

/// Sends noise, and flushes often: done while a question is answered, it moves under it what the question is about.
async fn stir(store: Store, scope: TenantScope, seed: usize) {
    let mut random = StdRng::seed_from_u64(seed as u64);
    let now = store.now().nanos() as u64;
    let resource =
        Some(Resource { attributes: vec![pair("service.name", text(NOISE))], ..Default::default() });
    let mut time = || now / SECOND * SECOND - random.random_range(0..3600) * SECOND;
    let log_records = (0..5)
        .map(|_| Log {
            time_unix_nano: time(),
            severity_number: 17,
            body: Some(Any { value: Some(text("payment refused: noise")) }),
            ..Default::default()
        })
        .collect();
    let logs = ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: resource.clone(),
            scope_logs: vec![ScopeLogs { log_records, ..Default::default() }],
            ..Default::default()
        }],
    };
    let spans = (0..5)
        .map(|_| OtlpSpan {
            trace_id: vec![1; 16],
            span_id: vec![8; 8],
            start_time_unix_nano: time(),
            name: "GET /cart".to_owned(),
            ..Default::default()
        })
        .collect();
    let traces = ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource,
            scope_spans: vec![ScopeSpans { spans, ..Default::default() }],
            ..Default::default()
        }],
    };
    for (signal, raw) in [(Signal::Logs, logs.encode_to_vec()), (Signal::Spans, traces.encode_to_vec())] {
        let request = otlp::decode(signal, raw.into(), store.acceptance()).unwrap();
        store.append(&scope, request).await.unwrap();
    }
    if seed.is_multiple_of(8) {
        tokio::task::spawn_blocking(move || store.flush()).await.unwrap().unwrap();
    }
}

/// Telemetry in files, in memory and on its way between them; all of it as records too.
struct Busy {
    world: World,
    logs: Vec<LogRecord>,
    spans: Vec<Span>,
    first_files: Vec<String>,
    /// The question before which a first file had been rewritten.
    rewritten_at: Option<usize>,
}

impl Busy {
    async fn new() -> Self {
        let mut world = World::compacting();
        for round in 0..8 {
            world.append_logs(40).await;
            let spans = (0..40).map(|_| world.span()).collect();
            world.append_spans(spans).await;
            world.append_points(40).await;
            if round % 2 == 0 && round < 6 {
                world.flush().await;
            }
        }
        let logs = world.engine.logs(&world.scope, &everything("")).await.unwrap().items;
        let spans = world.engine.spans(&world.scope, &everything("")).await.unwrap().items;
        assert_eq!((logs.len(), spans.len()), (320, 320));
        let first_files = world.file_names(Signal::Logs);
        Self { world, logs, spans, first_files, rewritten_at: None }
    }

    /// Something to go on while a question is answered.
    fn stir(&self, round: usize) -> impl Future<Output = ()> + use<> {
        stir(self.world.store.clone(), self.world.scope.clone(), round)
    }

    /// Whether to ask one more question: so many as are wanted, and until one of the first files has been rewritten between
    /// two of them, and some were asked of what came of it.
    fn goes_on(&mut self, asked: usize) -> bool {
        const AFTERWARDS: usize = 10;
        let files = self.world.file_names(Signal::Logs);
        if !self.first_files.iter().all(|name| files.contains(name)) {
            self.rewritten_at.get_or_insert(asked);
        }
        assert!(asked < questions() + 1_000, "nothing is ever compacted: {files:?}");
        asked < questions() || self.rewritten_at.is_none_or(|at| asked < at + AFTERWARDS)
    }

    /// All times, the last half hour, or some minutes of the hour.
    fn range(&mut self, round: usize) -> TimeRange {
        let now = self.world.now();
        match round % 3 {
            0 => TimeRange::ALL,
            1 => TimeRange { since: Timestamp((now - 1800 * SECOND) as i64), until: Timestamp::MAX },
            _ => range(now - self.world.random.random_range(1000..4000) * SECOND, now - 900 * SECOND),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_filters_find_what_they_match_one_by_one() {
    let mut busy = Busy::new().await;
    let (mut found, mut round) = (0, 0);
    while busy.goes_on(round) {
        let text = format!("({}) {QUIET}", tree(&mut busy.world, 1 + round % 4));
        let order = if round % 3 == 0 { Order::Asc } else { Order::Desc };
        let limit = if round % 5 == 0 { 7 } else { 10_000 };
        let range = busy.range(round / 2);
        let read = Read { range, order, limit, ..everything(&text) };
        let (world, engine) = (&busy.world, &busy.world.engine);
        let answer = async {
            if round % 2 == 0 {
                let logs = engine.logs(&world.scope, &read).await.unwrap().items;
                logs.iter().map(|log| log.id).collect::<Vec<_>>()
            } else {
                let spans = engine.spans(&world.scope, &read).await.unwrap().items;
                spans.iter().map(|span| span.id).collect()
            }
        };
        let (ids, ()) = tokio::join!(answer, busy.stir(round));
        let expected = if round % 2 == 0 {
            naive(&busy.logs, &read, &text, |log| (log.id, log.timestamp))
        } else {
            naive(&busy.spans, &read, &text, |span| (span.id, span.timestamp))
        };
        assert_eq!(ids, expected, "{text} {range:?} {order:?} {limit}");
        found += usize::from(!ids.is_empty());
        round += 1;
    }
    assert!(found > round / 4, "only {found} of {round} filters find anything");
    note(&format!("answers: {round} generated filters as one by one, {found} of them find something"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_find_what_a_second_reading_of_the_grammar_says() {
    let mut busy = Busy::new().await;
    let mut random = StdRng::seed_from_u64(17);
    let (mut found, mut round) = (0, 0);
    while busy.goes_on(round) {
        let plain = Plain::random(&mut random, round % 4);
        let text = format!("({}) {QUIET}", plain.print());
        let (world, engine) = (&busy.world, &busy.world.engine);
        let read = everything(&text);
        let answer =
            async { (engine.logs(&world.scope, &read).await, engine.spans(&world.scope, &read).await) };
        let ((logs, spans), ()) = tokio::join!(answer, busy.stir(round));
        let logs: Vec<_> = logs.unwrap().items.iter().map(|log| log.id).collect();
        let spans: Vec<_> = spans.unwrap().items.iter().map(|span| span.id).collect();
        let expected = busy.logs.iter().filter(|log| plain.passes(&Asked::from(*log))).map(|log| log.id);
        assert_eq!(logs, expected.collect::<Vec<_>>(), "{text}");
        let expected = busy.spans.iter().filter(|span| plain.passes(&Asked::from(*span))).map(|span| span.id);
        assert_eq!(spans, expected.collect::<Vec<_>>(), "{text}");
        found += usize::from(!logs.is_empty() && logs.len() < busy.logs.len());
        round += 1;
    }
    assert!(found > round / 4, "only {found} of {round} filters find some");
    note(&format!(
        "answers: {round} filters as a second reading of the grammar says, {found} of them find some"
    ));
}

/// Records newest first, of a range, filtered, ordered and cut one by one.
fn naive<T: Record>(
    records: &[T],
    read: &Read,
    text: &str,
    what: impl Fn(&T) -> (RecordId, Timestamp),
) -> Vec<RecordId> {
    let predicate = filter::parse(text).unwrap().compile();
    let passes = |record: &&T| read.range.contains(what(record).1) && predicate.matches(*record);
    let mut ids: Vec<_> = records.iter().filter(passes).map(|record| what(record).0).collect();
    if read.order == Order::Asc {
        ids.reverse();
    }
    ids.truncate(read.limit);
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_aggregations_equal_those_over_the_records() {
    let mut busy = Busy::new().await;
    let points = busy.world.engine.metric_points(&busy.world.scope, &everything("")).await.unwrap().items;
    let tables = [
        ("logs", busy.logs.iter().map(log_row).collect::<Vec<_>>()),
        ("spans", busy.spans.iter().map(span_row).collect()),
        ("metric_points", points.iter().map(point_row).collect()),
    ];
    let mut random = StdRng::seed_from_u64(5);
    let (mut rows_answered, mut round) = (0, 0);
    while busy.goes_on(round) {
        let (table, rows) = &tables[round % 3];
        let question = Question::random(&rows[0], &mut random);
        let sql = question.sql(table);
        let (answer, ()) = tokio::join!(busy.world.engine.sql(&busy.world.scope, &sql), busy.stir(round));
        let answer = answer.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let mut answered: Vec<Vec<Cell>> =
            answer.rows.iter().map(|row| row.iter().map(Cell::of).collect()).collect();
        answered.sort();
        let mut expected = question.answer(rows);
        expected.sort();
        assert_eq!(answered, expected, "{sql}");
        rows_answered += answered.len();
        round += 1;
    }
    assert!(rows_answered > round * 2, "only {rows_answered} rows in all answers");
    note(&format!("answers: {round} generated aggregations as one by one, {rows_answered} rows"));
}

/// A value as SQL has it. Doubles are compared as what they are when shortened: sums depend on their order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Null,
    Int(i64),
    Double(String),
    Text(String),
}

impl Cell {
    fn of(value: &AnyValue) -> Self {
        match value {
            AnyValue::Empty => Self::Null,
            AnyValue::Int(value) => Self::Int(*value),
            AnyValue::Bool(value) => Self::Int((*value).into()),
            AnyValue::Double(value) => Self::double(*value),
            AnyValue::String(value) => Self::Text(value.clone()),
            other => panic!("no such value was asked for: {other:?}"),
        }
    }

    fn double(value: f64) -> Self {
        Self::Double(format!("{value:.6e}"))
    }

    fn text(value: Option<&String>) -> Self {
        value.map_or(Self::Null, |value| Self::Text(value.clone()))
    }

    fn int(value: Option<impl Into<i64>>) -> Self {
        value.map_or(Self::Null, |value| Self::Int(value.into()))
    }
}

/// A record as a row: SQL expression to value.
type Row = BTreeMap<&'static str, Cell>;

/// An attribute, where it is a text; the other types have texts of their own in SQL, which the names here avoid.
fn attribute(attributes: Option<&Attributes>, key: &str) -> Cell {
    match attributes.and_then(|attributes| attributes.get(key)) {
        None => Cell::Null,
        Some(AnyValue::String(text)) => Cell::Text(text.clone()),
        Some(AnyValue::Int(value)) => Cell::Text(value.to_string()),
        Some(other) => panic!("{key} is {other:?}"),
    }
}

fn log_row(log: &LogRecord) -> Row {
    let resource = log.origin.resource.as_ref().map(|resource| &resource.attributes);
    Row::from([
        ("severity_number", Cell::int(log.severity_number)),
        ("severity_text", Cell::text(log.severity_text.as_ref())),
        ("service_name", Cell::text(log.service_name.as_ref())),
        ("event_name", Cell::text(log.event_name.as_ref())),
        ("trace_id", log.trace_id.map_or(Cell::Null, |id| Cell::Text(id.to_string()))),
        ("resource_attributes['host.name']", attribute(resource, "host.name")),
        ("resource_attributes['rack']", attribute(resource, "rack")),
        ("date_bin(INTERVAL '10 minutes', timestamp)", ten_minutes(log.timestamp.nanos())),
        ("attributes['user'] = 'ann'", is_ann(&log.attributes)),
        (NANOS, Cell::Int(log.timestamp.nanos())),
    ])
}

fn point_row(point: &MetricPoint) -> Row {
    let resource = point.origin.resource.as_ref().map(|resource| &resource.attributes);
    let value = match point.value {
        Some(AnyValue::Int(value)) => Cell::Int(value),
        ref other => panic!("{other:?} was not sent"),
    };
    Row::from([
        ("value_int", value),
        ("metric_name", Cell::text(point.metric_name.as_ref())),
        ("unit", Cell::text(point.unit.as_ref())),
        ("type", Cell::Text(point.kind.clone())),
        ("service_name", Cell::text(point.service_name.as_ref())),
        ("resource_attributes['host.name']", attribute(resource, "host.name")),
        ("date_bin(INTERVAL '10 minutes', timestamp)", ten_minutes(point.timestamp.nanos())),
        ("attributes['user'] = 'ann'", is_ann(&point.attributes)),
        (NANOS, Cell::Int(point.timestamp.nanos())),
    ])
}

/// When a record was: no column that is asked for, but one that questions are narrowed by.
const NANOS: &str = "nanos";

/// The columns that are asked for.
fn columns(sample: &Row) -> Vec<&'static str> {
    sample.keys().copied().filter(|name| *name != NANOS).collect()
}

fn span_row(span: &Span) -> Row {
    let resource = span.origin.resource.as_ref().map(|resource| &resource.attributes);
    Row::from([
        ("duration_ns", Cell::int(span.duration_ns)),
        ("name", Cell::text(span.name.as_ref())),
        ("kind", Cell::text(span.kind.as_ref())),
        ("status_code", Cell::text(span.status_code.as_ref())),
        ("service_name", Cell::text(span.service_name.as_ref())),
        ("trace_id", Cell::Text(span.trace_id.to_string())),
        ("parent_span_id", span.parent_span_id.map_or(Cell::Null, |id| Cell::Text(id.to_string()))),
        ("resource_attributes['host.name']", attribute(resource, "host.name")),
        ("date_bin(INTERVAL '10 minutes', timestamp)", ten_minutes(span.timestamp.nanos())),
        ("attributes['user'] = 'ann'", is_ann(&span.attributes)),
        (NANOS, Cell::Int(span.timestamp.nanos())),
    ])
}

fn ten_minutes(nanos: i64) -> Cell {
    let bin = 600 * SECOND as i64;
    Cell::Text(Timestamp(nanos - nanos.rem_euclid(bin)).to_string())
}

fn is_ann(attributes: &Attributes) -> Cell {
    match attributes.get("user") {
        None => Cell::Null,
        Some(value) => Cell::Int((*value == AnyValue::String("ann".to_owned())).into()),
    }
}

/// A condition with SQL's three values.
enum Condition {
    Equals(&'static str, Cell),
    Differs(&'static str, Cell),
    AtLeast(&'static str, Cell),
    In(&'static str, Vec<Cell>),
    IsNull(&'static str),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

impl Condition {
    fn random(sample: &Row, random: &mut StdRng, depth: usize) -> Self {
        let deeper = |random: &mut StdRng| Box::new(Self::random(sample, random, depth - 1));
        if depth > 0 {
            match random.random_range(0..4) {
                0 => return Self::Not(deeper(random)),
                1 => return Self::And(deeper(random), deeper(random)),
                2 => return Self::Or(deeper(random), deeper(random)),
                _ => {}
            }
        }
        // Conditions on what are conditions or times already would not compare like with like.
        let mut columns = columns(sample);
        columns.retain(|name| !name.contains('=') && !name.contains('('));
        let column = *columns.choose(random).unwrap();
        let value = |random: &mut StdRng| literal(column, random);
        match random.random_range(0..5) {
            0 => Self::Equals(column, value(random)),
            1 => Self::Differs(column, value(random)),
            2 => Self::AtLeast(column, value(random)),
            3 => Self::In(column, vec![value(random), value(random)]),
            _ => Self::IsNull(column),
        }
    }

    fn sql(&self) -> String {
        match self {
            Self::Equals(column, value) => format!("{column} = {}", value.sql()),
            Self::Differs(column, value) => format!("{column} <> {}", value.sql()),
            Self::AtLeast(column, value) => format!("{column} >= {}", value.sql()),
            Self::In(column, values) => {
                let list: Vec<_> = values.iter().map(Cell::sql).collect();
                format!("{column} IN ({})", list.join(", "))
            }
            Self::IsNull(column) => format!("{column} IS NULL"),
            Self::Not(inner) => format!("NOT ({})", inner.sql()),
            Self::And(left, right) => format!("({} AND {})", left.sql(), right.sql()),
            Self::Or(left, right) => format!("({} OR {})", left.sql(), right.sql()),
        }
    }

    fn holds(&self, row: &Row) -> Option<bool> {
        let known = |column: &str| Some(&row[column]).filter(|cell| **cell != Cell::Null);
        match self {
            Self::Equals(column, value) => known(column).map(|cell| cell == value),
            Self::Differs(column, value) => known(column).map(|cell| cell != value),
            Self::AtLeast(column, value) => known(column).map(|cell| cell >= value),
            Self::In(column, values) => known(column).map(|cell| values.contains(cell)),
            Self::IsNull(column) => Some(row[column] == Cell::Null),
            Self::Not(inner) => inner.holds(row).map(|holds| !holds),
            Self::And(left, right) => match (left.holds(row), right.holds(row)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.holds(row), right.holds(row)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }
}

impl Cell {
    fn sql(&self) -> String {
        match self {
            Self::Int(value) => value.to_string(),
            Self::Text(text) => format!("'{text}'"),
            other => panic!("{other:?} is no literal"),
        }
    }
}

/// A literal that some values of the column equal.
fn literal(column: &str, random: &mut StdRng) -> Cell {
    let text = |texts: &[&str], random: &mut StdRng| Cell::Text((*texts.choose(random).unwrap()).to_owned());
    match column {
        "severity_number" => Cell::Int(random.random_range(4..22)),
        "duration_ns" => Cell::Int(random.random_range(0..2_000) * 1_000_000),
        "severity_text" => text(&["INFO", "Error", "", "info"], random),
        "service_name" => text(&["checkout", "Cart", "payment service", "none"], random),
        "event_name" => text(&["cart.add", "Cart.Remove", "a"], random),
        "trace_id" => {
            let byte = random.random_range(1..5);
            Cell::Text(format!("{byte:02x}").repeat(16))
        }
        "parent_span_id" => text(&["0909090909090909", "0707070707070707"], random),
        "name" => text(&["GET /cart", "select", "Pay"], random),
        "value_int" => Cell::Int(random.random_range(0..10)),
        "metric_name" => text(&["requests", "queue.size", "Latency", "latency"], random),
        "unit" => text(&["s", "By", ""], random),
        "type" => text(&["gauge", "sum"], random),
        "kind" => text(&["SERVER", "CLIENT", "INTERNAL", "CONSUMER"], random),
        "status_code" => text(&["OK", "ERROR", "UNSET"], random),
        "resource_attributes['host.name']" => text(&["node-1", "node-2"], random),
        "resource_attributes['rack']" => text(&["4", "5"], random),
        other => panic!("no values are known for {other}"),
    }
}

/// A figure over the rows of a group.
#[derive(Clone, Copy)]
enum Figure {
    Count,
    CountOf(&'static str),
    Distinct(&'static str),
    Sum(&'static str),
    Average(&'static str),
    Smallest(&'static str),
    Largest(&'static str),
}

impl Figure {
    fn random(sample: &Row, random: &mut StdRng) -> Self {
        let any = columns(sample);
        let numbers = ["duration_ns", "severity_number", "value_int"];
        let number = *numbers.iter().find(|name| sample.contains_key(**name)).unwrap();
        let column = *any.choose(random).unwrap();
        match random.random_range(0..7) {
            0 => Self::Count,
            1 => Self::CountOf(column),
            2 => Self::Distinct(column),
            3 => Self::Sum(number),
            4 => Self::Average(number),
            5 => Self::Smallest(number),
            _ => Self::Largest("service_name"),
        }
    }

    fn sql(self) -> String {
        match self {
            Self::Count => "count(*)".to_owned(),
            Self::CountOf(column) => format!("count({column})"),
            Self::Distinct(column) => format!("count(DISTINCT {column})"),
            Self::Sum(column) => format!("sum({column})"),
            Self::Average(column) => format!("avg({column})"),
            Self::Smallest(column) => format!("min({column})"),
            Self::Largest(column) => format!("max({column})"),
        }
    }

    fn of(self, rows: &[&Row]) -> Cell {
        let values = |column: &str| -> Vec<Cell> {
            rows.iter().map(|row| row[column].clone()).filter(|cell| *cell != Cell::Null).collect()
        };
        let numbers = |column: &str| -> Vec<i64> {
            let number = |cell: Cell| match cell {
                Cell::Int(value) => value,
                other => panic!("{column} has {other:?}"),
            };
            values(column).into_iter().map(number).collect()
        };
        let count = |count: usize| Cell::Int(i64::try_from(count).unwrap());
        match self {
            Self::Count => count(rows.len()),
            Self::CountOf(column) => count(values(column).len()),
            Self::Distinct(column) => count(values(column).into_iter().collect::<BTreeSet<_>>().len()),
            Self::Sum(column) => {
                let numbers = numbers(column);
                if numbers.is_empty() { Cell::Null } else { Cell::Int(numbers.iter().sum()) }
            }
            Self::Average(column) => {
                let numbers = numbers(column);
                if numbers.is_empty() {
                    return Cell::Null;
                }
                Cell::double(numbers.iter().map(|n| *n as f64).sum::<f64>() / numbers.len() as f64)
            }
            Self::Smallest(column) => values(column).into_iter().min().unwrap_or(Cell::Null),
            Self::Largest(column) => values(column).into_iter().max().unwrap_or(Cell::Null),
        }
    }
}

/// An aggregation.
struct Question {
    groups: Vec<&'static str>,
    figures: Vec<Figure>,
    condition: Condition,
    /// From when on, in nanoseconds: files that are older need not be read.
    since: Option<i64>,
    at_least: Option<usize>,
}

impl Question {
    fn random(sample: &Row, random: &mut StdRng) -> Self {
        let columns = columns(sample);
        let wanted = random.random_range(0..3);
        Self {
            groups: columns.choose_multiple(random, wanted).copied().collect(),
            figures: (0..random.random_range(1..4)).map(|_| Figure::random(sample, random)).collect(),
            condition: Condition::random(sample, random, 2),
            since: random.random_bool(0.5).then(|| {
                let Cell::Int(nanos) = sample[NANOS] else { panic!("a time is {:?}", sample[NANOS]) };
                nanos + random.random_range(-1800..1800) * SECOND as i64
            }),
            at_least: random.random_bool(0.2).then(|| random.random_range(1..5)),
        }
    }

    fn sql(&self, table: &str) -> String {
        let figures =
            self.figures.iter().enumerate().map(|(at, figure)| format!("{} AS figure_{at}", figure.sql()));
        let selected: Vec<_> = self.groups.iter().map(|group| (*group).to_owned()).chain(figures).collect();
        let mut sql = format!(
            "SELECT {} FROM {table} WHERE {} AND (service_name IS DISTINCT FROM '{NOISE}')",
            selected.join(", "),
            self.condition.sql()
        );
        if let Some(since) = self.since {
            sql += &format!(" AND timestamp >= TIMESTAMP '{}'", Timestamp(since));
        }
        if !self.groups.is_empty() {
            sql += &format!(" GROUP BY {}", self.groups.join(", "));
        }
        if let Some(at_least) = self.at_least {
            sql += &format!(" HAVING count(*) >= {at_least}");
        }
        sql
    }

    fn answer(&self, rows: &[Row]) -> Vec<Vec<Cell>> {
        let mut groups: BTreeMap<Vec<Cell>, Vec<&Row>> = BTreeMap::new();
        if self.groups.is_empty() {
            groups.insert(Vec::new(), Vec::new());
        }
        let is_late = |row: &&Row| self.since.is_none_or(|since| row[NANOS] >= Cell::Int(since));
        for row in rows.iter().filter(is_late).filter(|row| self.condition.holds(row) == Some(true)) {
            let key = self.groups.iter().map(|group| row[group].clone()).collect();
            groups.entry(key).or_default().push(row);
        }
        let large = |rows: &[&Row]| self.at_least.is_none_or(|at_least| rows.len() >= at_least);
        let groups = groups.into_iter().filter(|(_, rows)| large(rows));
        groups
            .map(|(key, rows)| {
                key.into_iter().chain(self.figures.iter().map(|figure| figure.of(&rows))).collect()
            })
            .collect()
    }
}
