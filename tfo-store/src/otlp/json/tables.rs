//! The messages of OTLP: for each field its two JSON names, its number and its type.

use tfo_sdk::Signal;

/// A message.
pub(super) struct Message {
    pub(super) fields: &'static [Field],
    /// Whether it is `AnyValue`, through which alone messages nest without end.
    pub(super) is_any_value: bool,
    /// Numbers of the fields of which it has one at most.
    pub(super) one_of: &'static [u32],
}

/// A field of a message.
pub(super) struct Field {
    /// Its name in JSON, lowerCamelCase.
    pub(super) name: &'static str,
    /// Its name in the protobuf definition, which protobuf's JSON allows too.
    pub(super) original_name: &'static str,
    pub(super) number: u32,
    pub(super) kind: Kind,
    pub(super) repeated: bool,
}

/// The type of a field.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Message(&'static Message),
    String,
    /// Bytes as base64.
    Bytes,
    /// A trace or span id: bytes as hex.
    Id,
    Bool,
    Double,
    Int64,
    SFixed64,
    Fixed64,
    UInt64,
    Fixed32,
    UInt32,
    SInt32,
    /// An enum: a number, or one of these names, which stand for 0 and up.
    Enum(&'static [&'static str]),
}

const fn one(name: &'static str, original_name: &'static str, number: u32, kind: Kind) -> Field {
    Field { name, original_name, number, kind, repeated: false }
}

const fn many(name: &'static str, original_name: &'static str, number: u32, kind: Kind) -> Field {
    Field { name, original_name, number, kind, repeated: true }
}

const fn message(fields: &'static [Field]) -> Message {
    Message { fields, is_any_value: false, one_of: &[] }
}

const fn message_with_one_of(fields: &'static [Field], one_of: &'static [u32]) -> Message {
    Message { fields, is_any_value: false, one_of }
}

/// The `Export…ServiceRequest` of a signal.
pub(super) fn request(signal: Signal) -> &'static Message {
    match signal {
        Signal::Logs => &EXPORT_LOGS,
        Signal::Spans => &EXPORT_TRACE,
        Signal::MetricPoints => &EXPORT_METRICS,
    }
}

// common/v1

static ANY_VALUE: Message = Message {
    fields: &[
        one("stringValue", "string_value", 1, Kind::String),
        one("boolValue", "bool_value", 2, Kind::Bool),
        one("intValue", "int_value", 3, Kind::Int64),
        one("doubleValue", "double_value", 4, Kind::Double),
        one("arrayValue", "array_value", 5, Kind::Message(&ARRAY_VALUE)),
        one("kvlistValue", "kvlist_value", 6, Kind::Message(&KEY_VALUE_LIST)),
        one("bytesValue", "bytes_value", 7, Kind::Bytes),
    ],
    is_any_value: true,
    one_of: &[1, 2, 3, 4, 5, 6, 7],
};

static ARRAY_VALUE: Message = message(&[many("values", "values", 1, Kind::Message(&ANY_VALUE))]);

static KEY_VALUE_LIST: Message = message(&[many("values", "values", 1, Kind::Message(&KEY_VALUE))]);

static KEY_VALUE: Message =
    message(&[one("key", "key", 1, Kind::String), one("value", "value", 2, Kind::Message(&ANY_VALUE))]);

static INSTRUMENTATION_SCOPE: Message = message(&[
    one("name", "name", 1, Kind::String),
    one("version", "version", 2, Kind::String),
    many("attributes", "attributes", 3, Kind::Message(&KEY_VALUE)),
    one("droppedAttributesCount", "dropped_attributes_count", 4, Kind::UInt32),
]);

static ENTITY_REF: Message = message(&[
    one("schemaUrl", "schema_url", 1, Kind::String),
    one("type", "type", 2, Kind::String),
    many("idKeys", "id_keys", 3, Kind::String),
    many("descriptionKeys", "description_keys", 4, Kind::String),
]);

// resource/v1

static RESOURCE: Message = message(&[
    many("attributes", "attributes", 1, Kind::Message(&KEY_VALUE)),
    one("droppedAttributesCount", "dropped_attributes_count", 2, Kind::UInt32),
    many("entityRefs", "entity_refs", 3, Kind::Message(&ENTITY_REF)),
]);

// logs/v1

static EXPORT_LOGS: Message =
    message(&[many("resourceLogs", "resource_logs", 1, Kind::Message(&RESOURCE_LOGS))]);

static RESOURCE_LOGS: Message = message(&[
    one("resource", "resource", 1, Kind::Message(&RESOURCE)),
    many("scopeLogs", "scope_logs", 2, Kind::Message(&SCOPE_LOGS)),
    one("schemaUrl", "schema_url", 3, Kind::String),
]);

static SCOPE_LOGS: Message = message(&[
    one("scope", "scope", 1, Kind::Message(&INSTRUMENTATION_SCOPE)),
    many("logRecords", "log_records", 2, Kind::Message(&LOG_RECORD)),
    one("schemaUrl", "schema_url", 3, Kind::String),
]);

static LOG_RECORD: Message = message(&[
    one("timeUnixNano", "time_unix_nano", 1, Kind::Fixed64),
    one("severityNumber", "severity_number", 2, Kind::Enum(SEVERITY_NUMBERS)),
    one("severityText", "severity_text", 3, Kind::String),
    one("body", "body", 5, Kind::Message(&ANY_VALUE)),
    many("attributes", "attributes", 6, Kind::Message(&KEY_VALUE)),
    one("droppedAttributesCount", "dropped_attributes_count", 7, Kind::UInt32),
    one("flags", "flags", 8, Kind::Fixed32),
    one("traceId", "trace_id", 9, Kind::Id),
    one("spanId", "span_id", 10, Kind::Id),
    one("observedTimeUnixNano", "observed_time_unix_nano", 11, Kind::Fixed64),
    one("eventName", "event_name", 12, Kind::String),
]);

const SEVERITY_NUMBERS: &[&str] = &[
    "SEVERITY_NUMBER_UNSPECIFIED",
    "SEVERITY_NUMBER_TRACE",
    "SEVERITY_NUMBER_TRACE2",
    "SEVERITY_NUMBER_TRACE3",
    "SEVERITY_NUMBER_TRACE4",
    "SEVERITY_NUMBER_DEBUG",
    "SEVERITY_NUMBER_DEBUG2",
    "SEVERITY_NUMBER_DEBUG3",
    "SEVERITY_NUMBER_DEBUG4",
    "SEVERITY_NUMBER_INFO",
    "SEVERITY_NUMBER_INFO2",
    "SEVERITY_NUMBER_INFO3",
    "SEVERITY_NUMBER_INFO4",
    "SEVERITY_NUMBER_WARN",
    "SEVERITY_NUMBER_WARN2",
    "SEVERITY_NUMBER_WARN3",
    "SEVERITY_NUMBER_WARN4",
    "SEVERITY_NUMBER_ERROR",
    "SEVERITY_NUMBER_ERROR2",
    "SEVERITY_NUMBER_ERROR3",
    "SEVERITY_NUMBER_ERROR4",
    "SEVERITY_NUMBER_FATAL",
    "SEVERITY_NUMBER_FATAL2",
    "SEVERITY_NUMBER_FATAL3",
    "SEVERITY_NUMBER_FATAL4",
];

// trace/v1

static EXPORT_TRACE: Message =
    message(&[many("resourceSpans", "resource_spans", 1, Kind::Message(&RESOURCE_SPANS))]);

static RESOURCE_SPANS: Message = message(&[
    one("resource", "resource", 1, Kind::Message(&RESOURCE)),
    many("scopeSpans", "scope_spans", 2, Kind::Message(&SCOPE_SPANS)),
    one("schemaUrl", "schema_url", 3, Kind::String),
]);

static SCOPE_SPANS: Message = message(&[
    one("scope", "scope", 1, Kind::Message(&INSTRUMENTATION_SCOPE)),
    many("spans", "spans", 2, Kind::Message(&SPAN)),
    one("schemaUrl", "schema_url", 3, Kind::String),
]);

static SPAN: Message = message(&[
    one("traceId", "trace_id", 1, Kind::Id),
    one("spanId", "span_id", 2, Kind::Id),
    one("traceState", "trace_state", 3, Kind::String),
    one("parentSpanId", "parent_span_id", 4, Kind::Id),
    one("name", "name", 5, Kind::String),
    one("kind", "kind", 6, Kind::Enum(SPAN_KINDS)),
    one("startTimeUnixNano", "start_time_unix_nano", 7, Kind::Fixed64),
    one("endTimeUnixNano", "end_time_unix_nano", 8, Kind::Fixed64),
    many("attributes", "attributes", 9, Kind::Message(&KEY_VALUE)),
    one("droppedAttributesCount", "dropped_attributes_count", 10, Kind::UInt32),
    many("events", "events", 11, Kind::Message(&EVENT)),
    one("droppedEventsCount", "dropped_events_count", 12, Kind::UInt32),
    many("links", "links", 13, Kind::Message(&LINK)),
    one("droppedLinksCount", "dropped_links_count", 14, Kind::UInt32),
    one("status", "status", 15, Kind::Message(&STATUS)),
    one("flags", "flags", 16, Kind::Fixed32),
]);

const SPAN_KINDS: &[&str] = &[
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
];

static EVENT: Message = message(&[
    one("timeUnixNano", "time_unix_nano", 1, Kind::Fixed64),
    one("name", "name", 2, Kind::String),
    many("attributes", "attributes", 3, Kind::Message(&KEY_VALUE)),
    one("droppedAttributesCount", "dropped_attributes_count", 4, Kind::UInt32),
]);

static LINK: Message = message(&[
    one("traceId", "trace_id", 1, Kind::Id),
    one("spanId", "span_id", 2, Kind::Id),
    one("traceState", "trace_state", 3, Kind::String),
    many("attributes", "attributes", 4, Kind::Message(&KEY_VALUE)),
    one("droppedAttributesCount", "dropped_attributes_count", 5, Kind::UInt32),
    one("flags", "flags", 6, Kind::Fixed32),
]);

static STATUS: Message = message(&[
    one("message", "message", 2, Kind::String),
    one("code", "code", 3, Kind::Enum(&["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"])),
]);

// metrics/v1

static EXPORT_METRICS: Message =
    message(&[many("resourceMetrics", "resource_metrics", 1, Kind::Message(&RESOURCE_METRICS))]);

static RESOURCE_METRICS: Message = message(&[
    one("resource", "resource", 1, Kind::Message(&RESOURCE)),
    many("scopeMetrics", "scope_metrics", 2, Kind::Message(&SCOPE_METRICS)),
    one("schemaUrl", "schema_url", 3, Kind::String),
]);

static SCOPE_METRICS: Message = message(&[
    one("scope", "scope", 1, Kind::Message(&INSTRUMENTATION_SCOPE)),
    many("metrics", "metrics", 2, Kind::Message(&METRIC)),
    one("schemaUrl", "schema_url", 3, Kind::String),
]);

static METRIC: Message = message_with_one_of(
    &[
        one("name", "name", 1, Kind::String),
        one("description", "description", 2, Kind::String),
        one("unit", "unit", 3, Kind::String),
        one("gauge", "gauge", 5, Kind::Message(&GAUGE)),
        one("sum", "sum", 7, Kind::Message(&SUM)),
        one("histogram", "histogram", 9, Kind::Message(&HISTOGRAM)),
        one("exponentialHistogram", "exponential_histogram", 10, Kind::Message(&EXPONENTIAL_HISTOGRAM)),
        one("summary", "summary", 11, Kind::Message(&SUMMARY)),
        many("metadata", "metadata", 12, Kind::Message(&KEY_VALUE)),
    ],
    &[5, 7, 9, 10, 11],
);

const TEMPORALITIES: &[&str] = &[
    "AGGREGATION_TEMPORALITY_UNSPECIFIED",
    "AGGREGATION_TEMPORALITY_DELTA",
    "AGGREGATION_TEMPORALITY_CUMULATIVE",
];

const TEMPORALITY: Field =
    one("aggregationTemporality", "aggregation_temporality", 2, Kind::Enum(TEMPORALITIES));

static GAUGE: Message = message(&[many("dataPoints", "data_points", 1, Kind::Message(&NUMBER_POINT))]);

static SUM: Message = message(&[
    many("dataPoints", "data_points", 1, Kind::Message(&NUMBER_POINT)),
    TEMPORALITY,
    one("isMonotonic", "is_monotonic", 3, Kind::Bool),
]);

static HISTOGRAM: Message =
    message(&[many("dataPoints", "data_points", 1, Kind::Message(&HISTOGRAM_POINT)), TEMPORALITY]);

static EXPONENTIAL_HISTOGRAM: Message =
    message(&[many("dataPoints", "data_points", 1, Kind::Message(&EXPONENTIAL_POINT)), TEMPORALITY]);

static SUMMARY: Message = message(&[many("dataPoints", "data_points", 1, Kind::Message(&SUMMARY_POINT))]);

const START_TIME: Field = one("startTimeUnixNano", "start_time_unix_nano", 2, Kind::Fixed64);
const TIME: Field = one("timeUnixNano", "time_unix_nano", 3, Kind::Fixed64);
const COUNT: Field = one("count", "count", 4, Kind::Fixed64);
const TOTAL: Field = one("sum", "sum", 5, Kind::Double);

static NUMBER_POINT: Message = message_with_one_of(
    &[
        START_TIME,
        TIME,
        one("asDouble", "as_double", 4, Kind::Double),
        many("exemplars", "exemplars", 5, Kind::Message(&EXEMPLAR)),
        one("asInt", "as_int", 6, Kind::SFixed64),
        many("attributes", "attributes", 7, Kind::Message(&KEY_VALUE)),
        one("flags", "flags", 8, Kind::UInt32),
    ],
    &[4, 6],
);

static HISTOGRAM_POINT: Message = message(&[
    START_TIME,
    TIME,
    COUNT,
    TOTAL,
    many("bucketCounts", "bucket_counts", 6, Kind::Fixed64),
    many("explicitBounds", "explicit_bounds", 7, Kind::Double),
    many("exemplars", "exemplars", 8, Kind::Message(&EXEMPLAR)),
    many("attributes", "attributes", 9, Kind::Message(&KEY_VALUE)),
    one("flags", "flags", 10, Kind::UInt32),
    one("min", "min", 11, Kind::Double),
    one("max", "max", 12, Kind::Double),
]);

static EXPONENTIAL_POINT: Message = message(&[
    many("attributes", "attributes", 1, Kind::Message(&KEY_VALUE)),
    START_TIME,
    TIME,
    COUNT,
    TOTAL,
    one("scale", "scale", 6, Kind::SInt32),
    one("zeroCount", "zero_count", 7, Kind::Fixed64),
    one("positive", "positive", 8, Kind::Message(&BUCKETS)),
    one("negative", "negative", 9, Kind::Message(&BUCKETS)),
    one("flags", "flags", 10, Kind::UInt32),
    many("exemplars", "exemplars", 11, Kind::Message(&EXEMPLAR)),
    one("min", "min", 12, Kind::Double),
    one("max", "max", 13, Kind::Double),
    one("zeroThreshold", "zero_threshold", 14, Kind::Double),
]);

static BUCKETS: Message = message(&[
    one("offset", "offset", 1, Kind::SInt32),
    many("bucketCounts", "bucket_counts", 2, Kind::UInt64),
]);

static SUMMARY_POINT: Message = message(&[
    START_TIME,
    TIME,
    COUNT,
    TOTAL,
    many("quantileValues", "quantile_values", 6, Kind::Message(&VALUE_AT_QUANTILE)),
    many("attributes", "attributes", 7, Kind::Message(&KEY_VALUE)),
    one("flags", "flags", 8, Kind::UInt32),
]);

static VALUE_AT_QUANTILE: Message =
    message(&[one("quantile", "quantile", 1, Kind::Double), one("value", "value", 2, Kind::Double)]);

static EXEMPLAR: Message = message_with_one_of(
    &[
        one("timeUnixNano", "time_unix_nano", 2, Kind::Fixed64),
        one("asDouble", "as_double", 3, Kind::Double),
        one("spanId", "span_id", 4, Kind::Id),
        one("traceId", "trace_id", 5, Kind::Id),
        one("asInt", "as_int", 6, Kind::SFixed64),
        many("filteredAttributes", "filtered_attributes", 7, Kind::Message(&KEY_VALUE)),
    ],
    &[3, 6],
);
