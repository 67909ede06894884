//! The types of the REST interface (`/api/v2`): what the daemon answers and the client reads.
//!
//! JSON is camelCase; times are RFC 3339 with nanoseconds; a field that the sender left out is left out here.

use serde::{Deserialize, Serialize};

use crate::ids::{RecordId, SpanId, TraceId};
use crate::time::Timestamp;
use crate::value::{AnyValue, Attributes};

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The records, in the order asked for.
    pub items: Vec<T>,
    /// Given back as `pageToken`, it continues where this page ends; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_page_token: Option<String>,
    /// What was read to answer.
    pub scan: Scan,
}

/// What a read touched, and whether its answer is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// Files opened.
    pub files: u64,
    /// Rows looked at, in files and in memory.
    pub rows: u64,
    /// Bytes read from files.
    pub bytes: u64,
    /// False when a limit ended the read before everything that was asked for had been looked at.
    pub complete: bool,
    /// Why it is not complete, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub incomplete_because: Option<String>,
}

/// Who produced a record: OpenTelemetry's `Resource`, with the schema of the message around it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The resource's attributes; `service.name` stands here too.
    #[serde(default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Entities that the resource refers to, as OTLP's JSON.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub entity_refs: Vec<EntityRef>,
}

/// OpenTelemetry's `EntityRef` (common/v1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityRef {
    /// Schema of the entity's attributes.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub schema_url: String,
    /// Type of the entity, such as `host`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty", default)]
    pub kind: String,
    /// Keys of the resource attributes that identify it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub id_keys: Vec<String>,
    /// Keys of the resource attributes that describe it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub description_keys: Vec<String>,
}

/// What code produced a record: OpenTelemetry's `InstrumentationScope`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Name of the library or logger.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// Its attributes.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
}

/// Where a record came from; the same four fields stand in every record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// The resource, absent when the message had none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resource: Option<Resource>,
    /// Schema of the resource's message.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resource_schema_url: Option<String>,
    /// The scope, absent when the message had none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scope: Option<Scope>,
    /// Schema of the scope's message.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scope_schema_url: Option<String>,
}

/// One log record (logs/v1 `LogRecord`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogRecord {
    /// The record's identity.
    pub id: RecordId,
    /// When it happened; when the sender did not say, when it was observed; else when it was received.
    pub timestamp: Timestamp,
    /// The event time as protobuf reads it (0, sent or left out), where `timestamp` had to stand in for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_timestamp: Option<Timestamp>,
    /// When a collector or SDK saw it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed_timestamp: Option<Timestamp>,
    /// Severity, 1 (TRACE) to 24 (FATAL4).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity_number: Option<i32>,
    /// Severity in the sender's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub severity_text: Option<String>,
    /// `service.name` of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// The message: text or any other value. Absent and `null` (an empty value) differ.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "some")]
    pub body: Option<AnyValue>,
    /// Trace that it belongs to, lower-case hex.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_id: Option<TraceId>,
    /// Span that it belongs to, lower-case hex.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span_id: Option<SpanId>,
    /// Flags; the low eight bits are W3C trace flags.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
    /// Name of the event, for records that are events.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event_name: Option<String>,
    /// Attributes of the record.
    #[serde(default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Resource and scope.
    #[serde(flatten)]
    pub origin: Origin,
}

/// `null` is a value here, not an absence.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<AnyValue>, D::Error> {
    AnyValue::deserialize(deserializer).map(Some)
}

/// One span (trace/v1 `Span`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// The record's identity.
    pub id: RecordId,
    /// Start; when the sender did not say, the end; else when it was received.
    pub timestamp: Timestamp,
    /// The start as protobuf reads it (0, sent or left out), where `timestamp` had to stand in for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_timestamp: Option<Timestamp>,
    /// End.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end_timestamp: Option<Timestamp>,
    /// End minus start in nanoseconds; negative when the sender's clock went back; absent when either is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration_ns: Option<i64>,
    /// The trace, lower-case hex.
    pub trace_id: TraceId,
    /// The span, lower-case hex.
    pub span_id: SpanId,
    /// The parent span; absent for a root.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent_span_id: Option<SpanId>,
    /// W3C trace state.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_state: Option<String>,
    /// Flags (`SpanFlags`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
    /// Name of the operation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// `UNSPECIFIED`, `INTERNAL`, `SERVER`, `CLIENT`, `PRODUCER`, `CONSUMER`, or the number of an unknown kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// `service.name` of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// `UNSET`, `OK`, `ERROR`, or the number of an unknown code; absent when no status was sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status_code: Option<String>,
    /// The status in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status_message: Option<String>,
    /// Attributes of the span.
    #[serde(default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Events in the span.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub events: Vec<SpanEvent>,
    /// Events that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_events_count: Option<u32>,
    /// Links to other spans.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub links: Vec<SpanLink>,
    /// Links that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_links_count: Option<u32>,
    /// Resource and scope.
    #[serde(flatten)]
    pub origin: Origin,
}

impl Span {
    /// Whether its status says that it failed.
    pub fn is_error(&self) -> bool {
        self.status_code.as_deref() == Some("ERROR")
    }
}

/// Something that happened during a span (trace/v1 `Span.Event`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpanEvent {
    /// When.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timestamp: Option<Timestamp>,
    /// What, such as `exception`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Its attributes.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
}

/// A relation to a span, often of another trace (trace/v1 `Span.Link`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpanLink {
    /// The other span's trace.
    pub trace_id: TraceId,
    /// The other span.
    pub span_id: SpanId,
    /// Its W3C trace state.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_state: Option<String>,
    /// Attributes of the link.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub attributes: Attributes,
    /// Attributes that the sender dropped.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dropped_attributes_count: Option<u32>,
    /// Flags (`SpanFlags`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
}

/// One data point with the metric that it belongs to (metrics/v1). Fields that its type lacks are absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricPoint {
    /// The record's identity.
    pub id: RecordId,
    /// Time of the point; when the sender did not say, when it was received.
    pub timestamp: Timestamp,
    /// The time as protobuf reads it (0, sent or left out), where `timestamp` had to stand in for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_timestamp: Option<Timestamp>,
    /// Start of the interval that the point covers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start_timestamp: Option<Timestamp>,
    /// Name of the metric.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metric_name: Option<String>,
    /// Unit (UCUM).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// What the metric measures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Metadata of the metric.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub metadata: Attributes,
    /// `gauge`, `sum`, `histogram`, `exponential_histogram` or `summary`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `UNSPECIFIED`, `DELTA`, `CUMULATIVE`, or the number of an unknown one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub temporality: Option<String>,
    /// Whether a sum only grows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_monotonic: Option<bool>,
    /// `service.name` of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub service_name: Option<String>,
    /// The series: a hash of metric, resource, scope and attributes, 16 hex digits.
    pub series_id: String,
    /// Attributes of the point.
    #[serde(default)]
    pub attributes: Attributes,
    /// The value of a gauge or sum, an integer or a double as sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<AnyValue>,
    /// Number of measurements.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub count: Option<u64>,
    /// Sum of the measurements (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sum: Option<AnyValue>,
    /// Smallest measurement (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min: Option<AnyValue>,
    /// Largest measurement (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max: Option<AnyValue>,
    /// Upper bounds of a histogram's buckets (doubles).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bounds: Option<Vec<AnyValue>>,
    /// Counts of a histogram's buckets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bucket_counts: Option<Vec<u64>>,
    /// Scale of an exponential histogram.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub scale: Option<i32>,
    /// Count of its zero bucket.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zero_count: Option<u64>,
    /// Width of its zero bucket (a double).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub zero_threshold: Option<AnyValue>,
    /// Its buckets above zero.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub positive: Option<Buckets>,
    /// Its buckets below zero.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub negative: Option<Buckets>,
    /// Quantiles of a summary.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantiles: Option<Vec<Quantile>>,
    /// Examples of measurements, with the trace that each was made in.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exemplars: Vec<Exemplar>,
    /// Flags (`DataPointFlags`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flags: Option<u32>,
    /// Resource and scope.
    #[serde(flatten)]
    pub origin: Origin,
}

/// Buckets of an exponential histogram on one side of zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buckets {
    /// Index of the first bucket.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub offset: Option<i32>,
    /// Counts, from that bucket on.
    #[serde(default)]
    pub counts: Vec<u64>,
}

/// One quantile of a summary (both doubles; absent is 0).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quantile {
    /// Between 0 and 1.
    pub quantile: AnyValue,
    /// The value there.
    pub value: AnyValue,
}

/// An example measurement (metrics/v1 `Exemplar`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exemplar {
    /// When.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timestamp: Option<Timestamp>,
    /// What was measured, an integer or a double as sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<AnyValue>,
    /// Trace that it was measured in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trace_id: Option<TraceId>,
    /// Span that it was measured in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span_id: Option<SpanId>,
    /// Attributes that the aggregation dropped.
    #[serde(skip_serializing_if = "Attributes::is_empty", default)]
    pub filtered_attributes: Attributes,
}

/// A trace in a list. It matches a filter when any of its spans does; the figures cover the whole trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceSummary {
    /// The trace.
    pub trace_id: TraceId,
    /// Service of the root span (of the earliest span where the root has not come).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub root_service: Option<String>,
    /// Name of that span.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub root_name: Option<String>,
    /// Whether the root span is there.
    pub has_root: bool,
    /// Start of the earliest span.
    pub timestamp: Timestamp,
    /// From the earliest start to the latest end, in nanoseconds.
    pub duration_ns: i64,
    /// Number of spans.
    pub span_count: u64,
    /// Number of spans with status ERROR.
    pub error_count: u64,
    /// Services that took part, sorted.
    pub services: Vec<String>,
}

/// A whole trace: its spans in the order of a waterfall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The trace.
    pub trace_id: TraceId,
    /// Start of the earliest span.
    pub timestamp: Timestamp,
    /// From the earliest start to the latest end, in nanoseconds.
    pub duration_ns: i64,
    /// Number of spans with status ERROR.
    pub error_count: u64,
    /// Services that took part, sorted.
    pub services: Vec<String>,
    /// Spans whose parent is named but not there.
    pub missing_parents: u64,
    /// Every span, parents before children, siblings by start.
    pub spans: Vec<TraceSpan>,
    /// What was read to answer.
    pub scan: Scan,
}

/// A span in its place in a trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceSpan {
    /// How many ancestors it has in this trace.
    pub depth: u32,
    /// True when its parent is named but not there.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub parent_missing: bool,
    /// The stretches of this span in which the trace waited for it and for none of its children.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub critical_path: Vec<Segment>,
    /// The span itself.
    #[serde(flatten)]
    pub span: Span,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment {
    /// Where it starts.
    pub start: Timestamp,
    /// Where it ends; not part of it.
    pub end: Timestamp,
}

/// A service's rate, errors and durations over a range. Entry spans count: SERVER, CONSUMER, or root.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSummary {
    /// `service.name`.
    pub service_name: String,
    /// Entry spans in the range.
    pub requests: u64,
    /// Entry spans a second.
    pub rate: f64,
    /// Entry spans with status ERROR.
    pub errors: u64,
    /// Their share of the entry spans, 0 to 1.
    pub error_ratio: f64,
    /// Median duration of the entry spans in nanoseconds; absent without entry spans.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p50_ns: Option<i64>,
    /// 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p95_ns: Option<i64>,
    /// 99th percentile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub p99_ns: Option<i64>,
    /// All spans of the service in the range.
    pub spans: u64,
    /// Log records of the service in the range.
    pub logs: u64,
}

/// A metric's name and shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricName {
    /// Name of the metric.
    pub name: String,
    /// `gauge`, `sum`, `histogram`, `exponential_histogram` or `summary`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unit (UCUM).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// What the metric measures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// Services that send it, sorted.
    pub services: Vec<String>,
    /// Series in the range.
    pub series: u64,
    /// Points in the range.
    pub points: u64,
    /// Time of the newest point.
    pub last_timestamp: Timestamp,
}

/// Body of `POST /api/v2/query/sql`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SqlRequest {
    /// One SELECT.
    pub sql: String,
}

/// Answer of `POST /api/v2/query/sql`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqlAnswer {
    /// The columns, in order.
    pub columns: Vec<SqlColumn>,
    /// The rows: a value a column.
    pub rows: Vec<Vec<AnyValue>>,
    /// What was read to answer.
    pub scan: Scan,
}

/// A column of an SQL answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqlColumn {
    /// Its name or alias.
    pub name: String,
    /// Its SQL type in lower case, such as `bigint`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Answer of `GET /api/v2/status`: what this daemon is and how it does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Version of the daemon.
    pub version: String,
    /// Process id.
    pub pid: u32,
    /// When it started.
    pub started_at: Timestamp,
    /// Whether replay is complete and searches are answered.
    pub ready: bool,
    /// Address of REST and OTLP/HTTP, `host:port`.
    pub http: String,
    /// Address of OTLP/gRPC.
    pub otlp_grpc: String,
    /// Address of OTLP/HTTP.
    pub otlp_http: String,
    /// Folder of the data.
    pub data_dir: String,
    /// How long telemetry is kept, in days.
    pub retention_days: u32,
    /// Free bytes on the disk of the data folder.
    pub disk_free_bytes: u64,
    /// Ingest stops below this many free bytes.
    pub disk_reserve_bytes: u64,
    /// Bytes of telemetry in memory, not yet in files (they are in the write-ahead log too).
    pub memtable_bytes: u64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: u64,
    /// The three signals of the caller's tenant.
    pub signals: Vec<SignalStatus>,
}

/// What is stored of one signal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignalStatus {
    /// `logs`, `spans` or `metric_points`.
    pub signal: String,
    /// Rows in files and in memory.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Time of the oldest record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub oldest: Option<Timestamp>,
    /// Time of the newest record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub newest: Option<Timestamp>,
}

/// An error, as RFC 9457 says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What kind of error, for people.
    pub title: String,
    /// What happened, where, and what to do.
    pub detail: String,
    /// What kind of error, for programs; never changes its meaning.
    pub code: String,
    /// The request that failed, as the daemon's log names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    /// Each mistake of an invalid request.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<FieldError>,
}

/// One mistake in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The parameter or the JSON path.
    pub path: String,
    /// What is wrong and what was expected.
    pub message: String,
}
