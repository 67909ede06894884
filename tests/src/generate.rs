//! Random OTLP messages: every field, every kind of value, the usual and the odd.
//!
//! All records are valid (ids of the right length, times inside of retention), so all of them must be kept.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

mod metric;

/// The attribute by which a record is known again: every record has it exactly once.
pub const MARK: &str = "test.mark";

/// Keys that occur: promoted ones, others, odd ones.
const KEYS: [&str; 16] = [
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "db.system.name",
    "server.port",
    "error.type",
    "thread.id",
    "user.id",
    "custom.key",
    "a",
    "",
    "ключ",
    "with space",
    "with\"quote",
    "service.name",
    "$bytes",
];

const TEXTS: [&str; 12] = [
    "",
    "GET",
    "5",
    "true",
    "null",
    "{\"k\":1}",
    "[1,2]",
    "grüße 🚀",
    "line\nbreak\ttab",
    "\u{1b}[31mred\u{1b}[0m",
    "nul \0 in the middle",
    "a rather long text that says something about nothing in particular, twice over, to have a length",
];

/// Makes messages.
pub struct Generator<'a> {
    rng: &'a mut StdRng,
    /// Doubles that JSON has no number for, which `opentelemetry-proto` cannot write inside of attributes.
    non_finite: bool,
    marks: u64,
    prefix: String,
}

impl<'a> Generator<'a> {
    /// Messages whose marks start with `prefix`.
    pub fn new(rng: &'a mut StdRng, prefix: impl Into<String>, non_finite: bool) -> Self {
        Self { rng, non_finite, marks: 0, prefix: prefix.into() }
    }

    /// Log records.
    pub fn logs(&mut self) -> ExportLogsServiceRequest {
        let resource_logs = self.some(3, |own| ResourceLogs {
            resource: own.maybe(Self::resource),
            scope_logs: own.some(3, |own| ScopeLogs {
                scope: own.maybe(Self::scope),
                log_records: own.some(4, Self::log_record),
                schema_url: own.text(),
            }),
            schema_url: own.text(),
        });
        ExportLogsServiceRequest { resource_logs }
    }

    /// Spans.
    pub fn traces(&mut self) -> ExportTraceServiceRequest {
        let resource_spans = self.some(3, |own| ResourceSpans {
            resource: own.maybe(Self::resource),
            scope_spans: own.some(3, |own| ScopeSpans {
                scope: own.maybe(Self::scope),
                spans: own.some(4, Self::span),
                schema_url: own.text(),
            }),
            schema_url: own.text(),
        });
        ExportTraceServiceRequest { resource_spans }
    }

    /// Metrics of all five types.
    pub fn metrics(&mut self) -> ExportMetricsServiceRequest {
        let resource_metrics = self.some(3, |own| ResourceMetrics {
            resource: own.maybe(Self::resource),
            scope_metrics: own.some(3, |own| ScopeMetrics {
                scope: own.maybe(Self::scope),
                metrics: own.some(3, Self::metric),
                schema_url: own.text(),
            }),
            schema_url: own.text(),
        });
        ExportMetricsServiceRequest { resource_metrics }
    }

    fn log_record(&mut self) -> LogRecord {
        LogRecord {
            time_unix_nano: self.maybe(Self::time).unwrap_or_default(),
            observed_time_unix_nano: self.time(),
            severity_number: self.rng.random_range(0..25),
            severity_text: self.text(),
            body: self.maybe(|own| own.any_value(0)),
            attributes: self.marked_attributes(),
            dropped_attributes_count: self.number(),
            flags: self.number(),
            trace_id: self.maybe(Self::trace_id).unwrap_or_default(),
            span_id: self.maybe(Self::span_id).unwrap_or_default(),
            event_name: self.text(),
        }
    }

    fn span(&mut self) -> Span {
        let start = self.time();
        Span {
            trace_id: self.trace_id(),
            span_id: self.span_id(),
            trace_state: self.text(),
            parent_span_id: self.maybe(Self::span_id).unwrap_or_default(),
            flags: self.number(),
            name: self.text(),
            kind: self.rng.random_range(0..6),
            start_time_unix_nano: start,
            end_time_unix_nano: self
                .maybe(|own| start + own.rng.random_range(0..10_000_000_000))
                .unwrap_or_default(),
            attributes: self.marked_attributes(),
            dropped_attributes_count: self.number(),
            events: self.some(3, |own| Event {
                time_unix_nano: own.maybe(Self::time).unwrap_or_default(),
                name: own.text(),
                attributes: own.attributes(0),
                dropped_attributes_count: own.number(),
            }),
            dropped_events_count: self.number(),
            links: self.some(3, |own| Link {
                trace_id: own.trace_id(),
                span_id: own.span_id(),
                trace_state: own.text(),
                attributes: own.attributes(0),
                dropped_attributes_count: own.number(),
                flags: own.number(),
            }),
            dropped_links_count: self.number(),
            status: self.maybe(|own| Status { message: own.text(), code: own.rng.random_range(0..3) }),
        }
    }

    fn resource(&mut self) -> Resource {
        let mut attributes = self.attributes(0);
        if self.rng.random_bool(0.7) && !attributes.iter().any(|attribute| attribute.key == "service.name") {
            let name = ["checkout", "cart", ""].choose(self.rng).copied().unwrap_or_default();
            attributes.push(key_value("service.name", Value::StringValue(name.to_owned())));
        }
        Resource {
            attributes,
            dropped_attributes_count: self.number(),
            entity_refs: self.some(2, |own| EntityRef {
                schema_url: own.text(),
                r#type: own.text(),
                id_keys: own.some(2, Self::text),
                description_keys: own.some(2, Self::text),
            }),
        }
    }

    fn scope(&mut self) -> InstrumentationScope {
        InstrumentationScope {
            name: self.text(),
            version: self.text(),
            attributes: self.attributes(0),
            dropped_attributes_count: self.number(),
        }
    }

    fn marked_attributes(&mut self) -> Vec<KeyValue> {
        self.marks += 1;
        let mut attributes = self.attributes(0);
        let at = self.rng.random_range(0..=attributes.len());
        attributes.insert(at, key_value(MARK, Value::StringValue(format!("{}/{}", self.prefix, self.marks))));
        attributes
    }

    fn attributes(&mut self, depth: u32) -> Vec<KeyValue> {
        self.some(5, |own| KeyValue {
            key: (*KEYS.choose(own.rng).unwrap_or(&"a")).to_owned(),
            // A key without any value at all is valid too.
            value: if own.rng.random_bool(0.95) { Some(own.any_value(depth)) } else { None },
            key_strindex: 0,
        })
    }

    fn any_value(&mut self, depth: u32) -> AnyValue {
        let kinds = if depth < 3 { 9 } else { 7 };
        let value = match self.rng.random_range(0..kinds) {
            0 => None,
            1 | 2 => Some(Value::StringValue(self.text())),
            3 => Some(Value::BoolValue(self.rng.random())),
            4 => Some(Value::IntValue(self.integer())),
            5 => Some(Value::DoubleValue(self.double())),
            6 => Some(Value::BytesValue(self.some(6, |own| own.rng.random()))),
            7 => Some(Value::ArrayValue(ArrayValue { values: self.some(4, |own| own.any_value(depth + 1)) })),
            _ => Some(Value::KvlistValue(KeyValueList { values: self.attributes(depth + 1) })),
        };
        AnyValue { value }
    }

    fn text(&mut self) -> String {
        (*TEXTS.choose(self.rng).unwrap_or(&"")).to_owned()
    }

    fn integer(&mut self) -> i64 {
        *[0, 1, -1, 5, 443, 1 << 53, (1 << 53) + 1, i64::MAX, i64::MIN].choose(self.rng).unwrap_or(&0)
    }

    fn double(&mut self) -> f64 {
        let finite =
            [0.0, -0.0, 5.0, 0.1, -1.5e-300, f64::MAX, f64::MIN_POSITIVE, 1e21, 123_456_789.123_456_79];
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        if self.non_finite && self.rng.random_bool(0.2) {
            return *odd.choose(self.rng).unwrap_or(&0.0);
        }
        *finite.choose(self.rng).unwrap_or(&0.0)
    }

    fn number(&mut self) -> u32 {
        *[0, 1, 257, u32::MAX].choose(self.rng).unwrap_or(&0)
    }

    fn trace_id(&mut self) -> Vec<u8> {
        self.rng.random::<[u8; 16]>().to_vec()
    }

    fn span_id(&mut self) -> Vec<u8> {
        self.rng.random::<[u8; 8]>().to_vec()
    }

    /// A time of the last two days, or a while later today; every nanosecond may occur.
    fn time(&mut self) -> u64 {
        const HOUR: i64 = 3_600_000_000_000;
        now().saturating_add_signed(self.rng.random_range(-48 * HOUR..HOUR))
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.rng.random_bool(0.8).then(|| make(self))
    }

    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.rng.random_range(0..=most);
        (0..count).map(|_| make(self)).collect()
    }
}

/// An attribute.
pub fn key_value(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), key_strindex: 0 }
}

/// Nanoseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
