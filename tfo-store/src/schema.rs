//! The columns of the three tables, in memory and in Parquet alike.
//!
//! Attributes stand in up to three kinds of columns, by the same rule for each [`AttributeSet`]:
//! - keys on the set's *promoted* list, with a value of the listed type, in a typed column `<prefix><key>`;
//! - all others in the map `<set>`, as text;
//! - the type of each map entry that is not a string in the sparse map `<set>_types` (null when all are strings):
//!   `int`, `double`, `bool`, `bytes`, `array`, `map`, `empty`.
//!
//! The entries of both maps stand in the order in which they were sent. Where a key has a string before a value
//! of another type, the map of types says `string` for the former, so that walking both in step tells each type.
//!
//! A key sent twice stands in its promoted column once and in the map for the rest. The map is null when the
//! message that carries the attributes (resource, scope) was absent, else it is there, even if empty.
//!
//! Files may leave out promoted columns that are null throughout: a missing column reads as null. Everything
//! else stands in every file.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use tfo_sdk::Signal;

/// The type of a promoted column. A value of another type stays in the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromotedType {
    /// UTF-8 text.
    Text,
    /// 64-bit integer.
    Int,
}

impl PromotedType {
    /// Its Arrow type.
    pub const fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int => DataType::Int64,
        }
    }
}

/// One group of attributes of a table.
#[derive(Debug)]
pub struct AttributeSet {
    /// Name of the map column; the types stand in `<map>_types`.
    pub map: &'static str,
    /// Name of the column of types.
    pub types: &'static str,
    /// Prefix of the promoted columns.
    pub prefix: &'static str,
    /// Promoted keys, sorted, with their types.
    pub promoted: &'static [(&'static str, PromotedType)],
}

impl AttributeSet {
    /// The promoted column of a key: its name and type.
    pub fn promoted_column(&self, key: &str) -> Option<(String, PromotedType)> {
        let found = self.promoted.binary_search_by_key(&key, |(name, _)| name).ok()?;
        Some((format!("{}{key}", self.prefix), self.promoted[found].1))
    }
}

use PromotedType::{Int, Text};

/// Attributes of the record itself.
static RECORD: AttributeSet = AttributeSet {
    map: "attributes",
    types: "attributes_types",
    prefix: "attr.",
    promoted: &[
        ("client.address", Text),
        ("code.function.name", Text),
        ("db.collection.name", Text),
        ("db.namespace", Text),
        ("db.operation.name", Text),
        ("db.query.text", Text),
        ("db.system", Text),
        ("db.system.name", Text),
        ("enduser.id", Text),
        ("error.type", Text),
        ("exception.message", Text),
        ("exception.stacktrace", Text),
        ("exception.type", Text),
        ("gen_ai.request.model", Text),
        ("http.method", Text),
        ("http.request.method", Text),
        ("http.response.status_code", Int),
        ("http.route", Text),
        ("http.status_code", Int),
        ("http.target", Text),
        ("http.url", Text),
        ("log.file.path", Text),
        ("log.iostream", Text),
        ("messaging.destination.name", Text),
        ("messaging.operation.type", Text),
        ("messaging.system", Text),
        ("network.peer.address", Text),
        ("network.protocol.version", Text),
        ("peer.service", Text),
        ("rpc.grpc.status_code", Int),
        ("rpc.method", Text),
        ("rpc.service", Text),
        ("rpc.system", Text),
        ("server.address", Text),
        ("server.port", Int),
        ("session.id", Text),
        ("thread.id", Int),
        ("thread.name", Text),
        ("url.full", Text),
        ("url.path", Text),
        ("url.query", Text),
        ("url.scheme", Text),
        ("user.id", Text),
        ("user_agent.original", Text),
    ],
};

/// Attributes of the record, for metric points: the few that series are told apart by.
static POINT: AttributeSet = AttributeSet {
    map: "attributes",
    types: "attributes_types",
    prefix: "attr.",
    promoted: &[
        ("db.operation.name", Text),
        ("db.system.name", Text),
        ("error.type", Text),
        ("http.request.method", Text),
        ("http.response.status_code", Int),
        ("http.route", Text),
        ("messaging.destination.name", Text),
        ("messaging.system", Text),
        ("network.io.direction", Text),
        ("rpc.grpc.status_code", Int),
        ("rpc.method", Text),
        ("rpc.service", Text),
        ("server.address", Text),
        ("server.port", Int),
        ("system.cpu.state", Text),
        ("system.device", Text),
        ("system.memory.state", Text),
        ("url.scheme", Text),
    ],
};

/// Attributes of the resource, in all three tables.
static RESOURCE: AttributeSet = AttributeSet {
    map: "resource_attributes",
    types: "resource_attributes_types",
    prefix: "resource_attr.",
    promoted: &[
        ("cloud.availability_zone", Text),
        ("cloud.region", Text),
        ("container.id", Text),
        ("container.name", Text),
        ("deployment.environment", Text),
        ("deployment.environment.name", Text),
        ("host.id", Text),
        ("host.name", Text),
        ("k8s.cluster.name", Text),
        ("k8s.container.name", Text),
        ("k8s.deployment.name", Text),
        ("k8s.namespace.name", Text),
        ("k8s.node.name", Text),
        ("k8s.pod.name", Text),
        ("k8s.pod.uid", Text),
        ("os.type", Text),
        ("process.pid", Int),
        ("service.instance.id", Text),
        ("service.name", Text),
        ("service.namespace", Text),
        ("service.version", Text),
        ("telemetry.sdk.language", Text),
        ("telemetry.sdk.name", Text),
        ("telemetry.sdk.version", Text),
    ],
};

/// Attributes of the scope, in all three tables.
static SCOPE: AttributeSet = AttributeSet {
    map: "scope_attributes",
    types: "scope_attributes_types",
    prefix: "scope_attr.",
    promoted: &[],
};

/// Metadata of a metric.
static METADATA: AttributeSet =
    AttributeSet { map: "metadata", types: "metadata_types", prefix: "metadata.", promoted: &[] };

/// Attributes inside events, links and exemplars.
pub static NESTED: AttributeSet =
    AttributeSet { map: "attributes", types: "attributes_types", prefix: "attr.", promoted: &[] };

/// The attributes of the records of a signal.
pub fn record_attributes(signal: Signal) -> &'static AttributeSet {
    match signal {
        Signal::Logs | Signal::Spans => &RECORD,
        Signal::MetricPoints => &POINT,
    }
}

/// The attributes of resources.
pub fn resource_attributes() -> &'static AttributeSet {
    &RESOURCE
}

/// The attributes of scopes.
pub fn scope_attributes() -> &'static AttributeSet {
    &SCOPE
}

/// The metadata of metrics.
pub fn metric_metadata() -> &'static AttributeSet {
    &METADATA
}

/// What a map of types says of a string, in the one case where it must (see the head of this module).
pub const TEXT_TYPE: &str = "string";

/// The column of times that files and queries are ordered by.
pub const TIMESTAMP: &str = "timestamp";
/// The column of `service.name`.
pub const SERVICE_NAME: &str = "service_name";
/// The column of trace ids in logs and spans.
pub const TRACE_ID: &str = "trace_id";
/// The first half of a record's identity.
pub const INGEST_SEQ: &str = "ingest_seq";
/// The second half of a record's identity.
pub const INGEST_ROW: &str = "ingest_row";

/// The type of every time column: nanoseconds, UTC.
pub fn timestamp_type() -> DataType {
    DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))
}

/// The type of a map from text to text.
pub fn map_type() -> DataType {
    DataType::Map(map_entries(), false)
}

/// The entries of a map from text to text.
pub fn map_entries() -> Arc<Field> {
    let fields = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, false),
    ]);
    Arc::new(Field::new("entries", DataType::Struct(fields), false))
}

/// The type of a list whose items are never null.
pub fn list_type(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("item", item, false)))
}

fn nullable(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn nested_attributes() -> [Field; 2] {
    [Field::new(NESTED.map, map_type(), false), nullable(NESTED.types, map_type())]
}

/// The fields of one item of `spans.events`.
pub fn event_fields() -> Fields {
    let mut fields = vec![nullable("timestamp", timestamp_type()), nullable("name", DataType::Utf8)];
    fields.extend(nested_attributes());
    fields.push(nullable("dropped_attributes_count", DataType::UInt32));
    fields.into()
}

/// The fields of one item of `spans.links`.
pub fn link_fields() -> Fields {
    let mut fields = vec![
        Field::new("trace_id", DataType::Utf8, false),
        Field::new("span_id", DataType::Utf8, false),
        nullable("trace_state", DataType::Utf8),
    ];
    fields.extend(nested_attributes());
    fields.push(nullable("dropped_attributes_count", DataType::UInt32));
    fields.push(nullable("flags", DataType::UInt32));
    fields.into()
}

/// The fields of one item of `metric_points.exemplars`. `value_int` is set for integers, `value` for doubles.
pub fn exemplar_fields() -> Fields {
    let mut fields = vec![
        nullable("timestamp", timestamp_type()),
        nullable("value", DataType::Float64),
        nullable("value_int", DataType::Int64),
        nullable("trace_id", DataType::Utf8),
        nullable("span_id", DataType::Utf8),
    ];
    fields.extend(nested_attributes());
    fields.into()
}

/// The fields of one item of `metric_points.quantiles`.
pub fn quantile_fields() -> Fields {
    Fields::from(vec![
        Field::new("quantile", DataType::Float64, false),
        Field::new("value", DataType::Float64, false),
    ])
}

fn attribute_columns(set: &AttributeSet, map_nullable: bool) -> Vec<Field> {
    let mut fields = vec![Field::new(set.map, map_type(), map_nullable), nullable(set.types, map_type())];
    fields.extend(
        set.promoted.iter().map(|(key, kind)| nullable(&format!("{}{key}", set.prefix), kind.data_type())),
    );
    fields
}

fn origin_columns() -> Vec<Field> {
    let mut fields = attribute_columns(&RESOURCE, true);
    fields.push(nullable("resource_dropped_attributes_count", DataType::UInt32));
    fields.push(nullable("resource_entity_refs", DataType::Utf8)); // JSON, as `api::EntityRef` writes it
    fields.push(nullable("resource_schema_url", DataType::Utf8));
    fields.push(nullable("scope_name", DataType::Utf8));
    fields.push(nullable("scope_version", DataType::Utf8));
    fields.extend(attribute_columns(&SCOPE, true));
    fields.push(nullable("scope_dropped_attributes_count", DataType::UInt32));
    fields.push(nullable("scope_schema_url", DataType::Utf8));
    fields
}

fn identity_columns() -> [Field; 2] {
    [Field::new(INGEST_SEQ, DataType::UInt64, false), Field::new(INGEST_ROW, DataType::UInt32, false)]
}

fn table(own: Vec<Field>, attributes: &AttributeSet) -> SchemaRef {
    let mut fields = vec![
        Field::new(TIMESTAMP, timestamp_type(), false),
        nullable("sent_timestamp", timestamp_type()),
        nullable(SERVICE_NAME, DataType::Utf8),
    ];
    fields.extend(own);
    fields.extend(attribute_columns(attributes, false));
    fields.extend(origin_columns());
    fields.extend(identity_columns());
    Arc::new(Schema::new(fields))
}

static LOGS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let own = vec![
        nullable("observed_timestamp", timestamp_type()),
        nullable("severity_number", DataType::Int32),
        nullable("severity_text", DataType::Utf8),
        nullable("body", DataType::Utf8),
        nullable("body_type", DataType::Utf8), // as in the maps of types; null for text and for an absent body
        nullable(TRACE_ID, DataType::Utf8),
        nullable("span_id", DataType::Utf8),
        nullable("flags", DataType::UInt32),
        nullable("event_name", DataType::Utf8),
        nullable("dropped_attributes_count", DataType::UInt32),
    ];
    table(own, &RECORD)
});

static SPANS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let own = vec![
        nullable("end_timestamp", timestamp_type()),
        nullable("duration_ns", DataType::Int64),
        Field::new(TRACE_ID, DataType::Utf8, false),
        Field::new("span_id", DataType::Utf8, false),
        nullable("parent_span_id", DataType::Utf8),
        nullable("trace_state", DataType::Utf8),
        nullable("flags", DataType::UInt32),
        nullable("name", DataType::Utf8),
        nullable("kind", DataType::Utf8),
        nullable("status_code", DataType::Utf8),
        nullable("status_message", DataType::Utf8),
        nullable("dropped_attributes_count", DataType::UInt32),
        Field::new("events", list_type(DataType::Struct(event_fields())), false),
        nullable("dropped_events_count", DataType::UInt32),
        Field::new("links", list_type(DataType::Struct(link_fields())), false),
        nullable("dropped_links_count", DataType::UInt32),
    ];
    table(own, &RECORD)
});

static METRIC_POINTS: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut own = vec![
        nullable("start_timestamp", timestamp_type()),
        nullable("metric_name", DataType::Utf8),
        nullable("unit", DataType::Utf8),
        nullable("description", DataType::Utf8),
    ];
    own.extend(attribute_columns(&METADATA, false));
    own.extend([
        Field::new("type", DataType::Utf8, false),
        nullable("temporality", DataType::Utf8),
        nullable("is_monotonic", DataType::Boolean),
        Field::new("series_id", DataType::Utf8, false),
        nullable("value", DataType::Float64), // an integer's value too, as a double
        nullable("value_int", DataType::Int64),
        nullable("count", DataType::UInt64),
        nullable("sum", DataType::Float64),
        nullable("min", DataType::Float64),
        nullable("max", DataType::Float64),
        nullable("bounds", list_type(DataType::Float64)),
        nullable("bucket_counts", list_type(DataType::UInt64)),
        nullable("scale", DataType::Int32),
        nullable("zero_count", DataType::UInt64),
        nullable("zero_threshold", DataType::Float64),
        nullable("positive_offset", DataType::Int32),
        nullable("positive_counts", list_type(DataType::UInt64)),
        nullable("negative_offset", DataType::Int32),
        nullable("negative_counts", list_type(DataType::UInt64)),
        nullable("quantiles", list_type(DataType::Struct(quantile_fields()))),
        Field::new("exemplars", list_type(DataType::Struct(exemplar_fields())), false),
        nullable("flags", DataType::UInt32),
    ]);
    table(own, &POINT)
});

/// The schema of a signal's table.
pub fn schema(signal: Signal) -> SchemaRef {
    match signal {
        Signal::Logs => LOGS.clone(),
        Signal::Spans => SPANS.clone(),
        Signal::MetricPoints => METRIC_POINTS.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promoted_keys_are_sorted_so_that_they_are_found() {
        for set in [&RECORD, &POINT, &RESOURCE] {
            assert!(set.promoted.is_sorted_by_key(|(key, _)| *key), "{}", set.prefix);
        }
    }
}
