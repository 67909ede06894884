//! A store in a folder of its own, an engine over it, and random telemetry to put in.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;
use tfo_query::{Engine, Limits, Order, Read};
use tfo_sdk::filter::{self, Filter};
use tfo_sdk::{Signal, TenantId, TimeRange, Timestamp};
use tfo_store::clock::SystemClock;
use tfo_store::disk::LocalDisk;
use tfo_store::rng::SystemRng;
use tfo_store::{Options, ScopeMinter, Store, TenantScope, otlp};

pub(crate) const SECOND: u64 = 1_000_000_000;

/// Says something that people read even when the test passes: a figure. `tests/run` prints these.
pub(crate) fn note(line: &str) {
    println!("{line}");
    if let Some(path) = std::env::var_os("TFO_TEST_NOTES") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let _ = file.and_then(|mut file| writeln!(file, "{line}"));
    }
}

/// A store and an engine. Dropped, it is gone.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) scope: TenantScope,
    pub(crate) minter: ScopeMinter,
    pub(crate) random: StdRng,
    pub(crate) folder: TempDir,
}

pub(crate) fn limits(folder: &Path) -> Limits {
    Limits {
        memory_bytes: 256 << 20,
        spill_dir: folder.join("spill"),
        deadline: Duration::from_secs(600),
        sql_rows: 10_000,
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(limits)
    }

    /// With so short a log that files are compacted soon: those that reach into the log are not.
    pub(crate) fn compacting() -> Self {
        Self::open(limits, 64 << 10)
    }

    pub(crate) fn with(limits: impl Fn(&Path) -> Limits) -> Self {
        Self::open(limits, 4 << 20)
    }

    fn open(limits: impl Fn(&Path) -> Limits, segment_bytes: u64) -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options {
            retention: Duration::from_secs(30 * 86_400),
            memtable_bytes: 64 << 20,
            wal_bytes: 64 << 20,
            segment_bytes,
            reserve_bytes: 0,
            flush_after: Duration::from_secs(3600),
            compact_from: 4,
        };
        let disk = LocalDisk::open(folder.path()).unwrap();
        let (store, minter) =
            Store::open(options, Arc::new(disk), Arc::new(SystemClock), Arc::new(SystemRng)).unwrap();
        let engine = Engine::new(store.clone(), limits(folder.path())).unwrap();
        let scope = minter.mint(TenantId::DEFAULT);
        Self { store, engine, scope, minter, random: StdRng::seed_from_u64(7), folder }
    }

    pub(crate) async fn append(&self, signal: Signal, raw: Vec<u8>) {
        let request = otlp::decode(signal, raw.into(), self.store.acceptance()).unwrap();
        assert_eq!(request.rejected.count, 0, "{}", request.rejected.reason);
        self.store.append(&self.scope, request).await.unwrap();
    }

    /// Writes what is in memory to files.
    pub(crate) async fn flush(&self) {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || store.flush()).await.unwrap().unwrap();
    }

    /// The names of the files of a signal: one that is gone was compacted.
    pub(crate) fn file_names(&self, signal: Signal) -> Vec<String> {
        let files = self.store.snapshot(&self.scope, signal, TimeRange::ALL).files;
        files.iter().map(|file| file.path().to_owned()).collect()
    }

    pub(crate) fn now(&self) -> u64 {
        self.store.now().nanos() as u64
    }

    /// A time in the last hour, to the second: many records share one.
    pub(crate) fn recent(&mut self) -> u64 {
        self.now() / SECOND * SECOND - self.random.random_range(0..3600) * SECOND
    }

    pub(crate) async fn append_logs(&mut self, count: usize) {
        let records: Vec<LogRecord> = (0..count).map(|_| self.log()).collect();
        self.append_records(records).await;
    }

    /// A log record with this text.
    pub(crate) async fn append_text(&mut self, text: String) {
        let body = Some(AnyValue { value: Some(Value::StringValue(text)) });
        let record = LogRecord { body, ..self.log() };
        self.append_records(vec![record]).await;
    }

    async fn append_records(&mut self, records: Vec<LogRecord>) {
        let resource = self.resource();
        let scope = self.instrumentation();
        let logs = ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs {
                resource,
                scope_logs: vec![ScopeLogs { scope, log_records: records, ..Default::default() }],
                ..Default::default()
            }],
        };
        self.append(Signal::Logs, logs.encode_to_vec()).await;
    }

    pub(crate) async fn append_spans(&mut self, spans: Vec<Span>) {
        let resource = self.resource();
        let request = ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource,
                scope_spans: vec![ScopeSpans { spans, ..Default::default() }],
                ..Default::default()
            }],
        };
        self.append(Signal::Spans, request.encode_to_vec()).await;
    }

    /// Spans of a service, of which nothing else is said.
    pub(crate) async fn append_spans_of(&self, service: &str, spans: Vec<Span>) {
        let attributes = vec![pair("service.name", text(service))];
        let request = ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(Resource { attributes, ..Default::default() }),
                scope_spans: vec![ScopeSpans { spans, ..Default::default() }],
                ..Default::default()
            }],
        };
        self.append(Signal::Spans, request.encode_to_vec()).await;
    }

    pub(crate) async fn append_points(&mut self, count: usize) {
        let metrics = (0..count)
            .map(|_| {
                let point = NumberDataPoint {
                    time_unix_nano: self.recent(),
                    attributes: self.attributes(),
                    value: Some(number_data_point::Value::AsInt(self.random.random_range(0..10))),
                    ..Default::default()
                };
                Metric {
                    name: self.one_of(&["requests", "queue.size", "Latency"]).to_owned(),
                    unit: self.one_of(&["", "s", "By"]).to_owned(),
                    data: Some(metric::Data::Gauge(Gauge { data_points: vec![point] })),
                    ..Default::default()
                }
            })
            .collect();
        let resource = self.resource();
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource,
                scope_metrics: vec![ScopeMetrics { metrics, ..Default::default() }],
                ..Default::default()
            }],
        };
        self.append(Signal::MetricPoints, request.encode_to_vec()).await;
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        *choices.choose(&mut self.random).unwrap()
    }

    fn log(&mut self) -> LogRecord {
        let ids = self.random.random_bool(0.5);
        LogRecord {
            time_unix_nano: self.recent(),
            severity_number: self.one_of(&[0, 5, 9, 13, 17, 18, 21]),
            severity_text: self.one_of(&["", "INFO", "Error"]).to_owned(),
            body: self.body(),
            attributes: self.attributes(),
            trace_id: if ids { vec![self.one_of(&[1u8, 2, 3]); 16] } else { vec![] },
            span_id: if ids { vec![7; 8] } else { vec![] },
            event_name: self.one_of(&["", "cart.add", "Cart.Remove"]).to_owned(),
            ..Default::default()
        }
    }

    /// A span of one of a few traces, with or without a parent.
    pub(crate) fn span(&mut self) -> Span {
        let start = self.recent();
        Span {
            trace_id: vec![self.one_of(&[1u8, 2, 3, 4, 5]); 16],
            span_id: self.random.random::<u64>().max(1).to_be_bytes().to_vec(),
            parent_span_id: self.one_of(&[&[][..], &[9; 8]]).to_vec(),
            name: self.one_of(&["GET /cart", "select", "Pay", ""]).to_owned(),
            kind: self.one_of(&[0, 1, 2, 3, 5]),
            start_time_unix_nano: start,
            end_time_unix_nano: start + self.random.random_range(0..2_000) * 1_000_000,
            attributes: self.attributes(),
            status: self
                .one_of(&[None, Some(0), Some(1), Some(2)])
                .map(|code| Status { code, ..Default::default() }),
            ..Default::default()
        }
    }

    fn resource(&mut self) -> Option<Resource> {
        let services = ["checkout", "Cart", "", "payment service"];
        let name = self.one_of(&services);
        if name.is_empty() && self.random.random_bool(0.5) {
            return None;
        }
        let mut attributes = vec![];
        if !name.is_empty() {
            attributes.push(pair("service.name", text(name)));
        }
        if self.random.random_bool(0.5) {
            attributes.push(pair("host.name", text("node-1")));
            attributes.push(pair("rack", int(4)));
        }
        if self.random.random_bool(0.3) {
            attributes.push(pair(
                "process.pid",
                self.one_of(&[Value::IntValue(12), Value::BoolValue(true)].each_ref()).clone(),
            ));
        }
        Some(Resource { attributes, ..Default::default() })
    }

    fn instrumentation(&mut self) -> Option<InstrumentationScope> {
        self.random.random_bool(0.6).then(|| InstrumentationScope {
            name: self.one_of(&["", "http", "Db"]).to_owned(),
            version: self.one_of(&["", "1.2"]).to_owned(),
            attributes: vec![pair("short_name", text("h"))],
            ..Default::default()
        })
    }

    fn body(&mut self) -> Option<AnyValue> {
        let value = match self.random.random_range(0..8) {
            0 => return None,
            1 => return Some(AnyValue { value: None }),
            2 => map(vec![
                ("message", text("Payment refused")),
                ("code", int(500)),
                ("tags", list(vec![text("slow")])),
            ]),
            3 => Value::IntValue(500),
            4 => Value::DoubleValue(f64::NAN),
            5 => Value::BytesValue(vec![1, 2, 3]),
            6 => {
                text(self.one_of(&["connection to DB timed out", "Zahlung über 5 €: SLOW", "ПЛАТЁЖ принят"]))
            }
            _ => text("payment accepted"),
        };
        Some(AnyValue { value: Some(value) })
    }

    /// Attributes of few keys and values, so that filters find some; sometimes of another type than is usual.
    fn attributes(&mut self) -> Vec<KeyValue> {
        let mut attributes = vec![];
        for key in ["http.route", "http.response.status_code", "user", "size", "note", "note"] {
            if self.random.random_bool(0.05) {
                let value = Some(AnyValue { value: None });
                attributes.push(KeyValue { key: key.to_owned(), value, ..Default::default() });
            } else if self.random.random_bool(0.45) {
                attributes.push(pair(key, self.value()));
            }
        }
        attributes
    }

    fn value(&mut self) -> Value {
        match self.random.random_range(0..14) {
            0..=2 => text(self.one_of(&["/cart", "/Cart/items", "500", "5", "ann", "Köln"])),
            3..=6 => Value::IntValue(self.one_of(&[200, 404, 500, 5, -5, (1 << 53) + 1, i64::MIN, i64::MAX])),
            7..=8 => Value::DoubleValue(self.one_of(&[500.0, 5.5, -0.5, f64::NAN, f64::INFINITY])),
            9 => Value::BoolValue(true),
            10 => Value::BytesValue(vec![5]),
            11 => list(vec![int(5), text("/cart")]),
            12 => map(vec![("a", int(5))]),
            _ => text(""),
        }
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}

pub(crate) fn int(value: i64) -> Value {
    Value::IntValue(value)
}

fn list(values: Vec<Value>) -> Value {
    Value::ArrayValue(ArrayValue {
        values: values.into_iter().map(|value| AnyValue { value: Some(value) }).collect(),
    })
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    Value::KvlistValue(KeyValueList {
        values: entries.into_iter().map(|(key, value)| pair(key, value)).collect(),
    })
}

pub(crate) fn pair(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..Default::default() }
}

/// Everything that passes the filter, newest first, in one page.
pub(crate) fn everything(filter: &str) -> Read {
    Read {
        range: TimeRange::ALL,
        filter: if filter.is_empty() { Filter::All(vec![]) } else { filter::parse(filter).unwrap() },
        order: Order::Desc,
        limit: 10_000,
        page_token: None,
        after: None,
    }
}

pub(crate) fn range(since: u64, until: u64) -> TimeRange {
    TimeRange { since: Timestamp(since as i64), until: Timestamp(until as i64) }
}
