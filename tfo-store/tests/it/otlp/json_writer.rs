//! OTLP/JSON of prost messages, in the spellings that the encoding allows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1 as logs;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{self as metrics, exemplar, number_data_point};
use opentelemetry_proto::tonic::resource::v1 as resource;
use opentelemetry_proto::tonic::trace::v1 as trace;
use serde_json::{Map, Value, json};

/// How it is spelt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelling {
    /// 64-bit integers as numbers, not as strings.
    pub(crate) numbers: bool,
    /// Field names as in the protobuf definition.
    pub(crate) original_names: bool,
}

impl Spelling {
    fn name(self, name: &str) -> String {
        if !self.original_names {
            return name.to_owned();
        }
        name.chars().fold(String::new(), |mut spelt, c| {
            if c.is_ascii_uppercase() {
                spelt.push('_');
            }
            spelt.push(c.to_ascii_lowercase());
            spelt
        })
    }

    fn int(self, value: impl Into<i128>) -> Value {
        let value = value.into();
        match (u64::try_from(value), i64::try_from(value)) {
            (Ok(value), _) if self.numbers => json!(value),
            (_, Ok(value)) if self.numbers => json!(value),
            _ => json!(value.to_string()),
        }
    }
}

fn double(value: f64) -> Value {
    if value.is_nan() {
        json!("NaN")
    } else if value.is_infinite() {
        json!(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        json!(value)
    }
}

fn hex(bytes: &[u8]) -> Value {
    json!(bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>())
}

/// Builds an object, leaving out what prost would leave out.
struct Object(Map<String, Value>, Spelling);

impl Object {
    fn new(spelling: Spelling) -> Self {
        Self(Map::new(), spelling)
    }

    fn put(mut self, name: &str, value: Value) -> Self {
        self.0.insert(self.1.name(name), value);
        self
    }

    fn put_option(self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    fn text(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.put(name, json!(value)) }
    }

    fn long(self, name: &str, value: u64) -> Self {
        let spelt = self.1.int(value);
        if value == 0 { self } else { self.put(name, spelt) }
    }

    fn small(self, name: &str, value: impl Into<i64>) -> Self {
        let value = value.into();
        if value == 0 { self } else { self.put(name, json!(value)) }
    }

    fn double(self, name: &str, value: f64) -> Self {
        if value == 0.0 { self } else { self.put(name, double(value)) }
    }

    fn id(self, name: &str, value: &[u8]) -> Self {
        if value.is_empty() { self } else { self.put(name, hex(value)) }
    }

    fn list<T>(self, name: &str, items: &[T], write: impl Fn(&T) -> Value) -> Self {
        if items.is_empty() { self } else { self.put(name, items.iter().map(write).collect()) }
    }

    fn attributes(self, name: &str, attributes: &[common::KeyValue]) -> Self {
        let spelling = self.1;
        self.list(name, attributes, |entry| key_value(entry, spelling))
    }

    fn finish(self) -> Value {
        Value::Object(self.0)
    }
}

fn key_value(entry: &common::KeyValue, spelling: Spelling) -> Value {
    Object::new(spelling)
        .text("key", &entry.key)
        .put_option("value", entry.value.as_ref().map(|value| any_value(value, spelling)))
        .finish()
}

fn any_value(value: &common::AnyValue, spelling: Spelling) -> Value {
    let object = Object::new(spelling);
    let object = match &value.value {
        None | Some(Any::StringValueStrindex(_)) => object,
        Some(Any::StringValue(value)) => object.put("stringValue", json!(value)),
        Some(Any::BoolValue(value)) => object.put("boolValue", json!(value)),
        Some(Any::IntValue(value)) => object.put("intValue", spelling.int(*value)),
        Some(Any::DoubleValue(value)) => object.put("doubleValue", double(*value)),
        Some(Any::BytesValue(value)) => object.put("bytesValue", json!(STANDARD.encode(value))),
        Some(Any::ArrayValue(array)) => {
            let values: Vec<_> = array.values.iter().map(|value| any_value(value, spelling)).collect();
            object.put("arrayValue", json!({"values": values}))
        }
        Some(Any::KvlistValue(list)) => {
            let values: Vec<_> = list.values.iter().map(|entry| key_value(entry, spelling)).collect();
            object.put("kvlistValue", json!({"values": values}))
        }
    };
    object.finish()
}

fn resource(resource: &resource::Resource, spelling: Spelling) -> Value {
    let entity_ref = |entity_ref: &common::EntityRef| {
        Object::new(spelling)
            .text("schemaUrl", &entity_ref.schema_url)
            .text("type", &entity_ref.r#type)
            .list("idKeys", &entity_ref.id_keys, |key| json!(key))
            .list("descriptionKeys", &entity_ref.description_keys, |key| json!(key))
            .finish()
    };
    Object::new(spelling)
        .attributes("attributes", &resource.attributes)
        .small("droppedAttributesCount", resource.dropped_attributes_count)
        .list("entityRefs", &resource.entity_refs, entity_ref)
        .finish()
}

fn scope(scope: &common::InstrumentationScope, spelling: Spelling) -> Value {
    Object::new(spelling)
        .text("name", &scope.name)
        .text("version", &scope.version)
        .attributes("attributes", &scope.attributes)
        .small("droppedAttributesCount", scope.dropped_attributes_count)
        .finish()
}

fn resource_block(
    spelling: Spelling,
    from: Option<&resource::Resource>,
    schema_url: &str,
    scopes: (&str, &[Value]),
) -> Value {
    Object::new(spelling)
        .put_option("resource", from.map(|from| resource(from, spelling)))
        .text("schemaUrl", schema_url)
        .put(scopes.0, json!(scopes.1))
        .finish()
}

fn scope_block(
    spelling: Spelling,
    from: Option<&common::InstrumentationScope>,
    schema_url: &str,
    records: (&str, &[Value]),
) -> Value {
    Object::new(spelling)
        .put(records.0, json!(records.1))
        .put_option("scope", from.map(|from| scope(from, spelling)))
        .text("schemaUrl", schema_url)
        .finish()
}

fn log_record(record: &logs::LogRecord, spelling: Spelling) -> Value {
    Object::new(spelling)
        .long("timeUnixNano", record.time_unix_nano)
        .long("observedTimeUnixNano", record.observed_time_unix_nano)
        .small("severityNumber", record.severity_number)
        .text("severityText", &record.severity_text)
        .put_option("body", record.body.as_ref().map(|body| any_value(body, spelling)))
        .attributes("attributes", &record.attributes)
        .small("droppedAttributesCount", record.dropped_attributes_count)
        .small("flags", record.flags)
        .id("traceId", &record.trace_id)
        .id("spanId", &record.span_id)
        .text("eventName", &record.event_name)
        .finish()
}

pub(crate) fn logs(request: &ExportLogsServiceRequest, spelling: Spelling) -> String {
    let block = |block: &logs::ResourceLogs| {
        let scope = |scope: &logs::ScopeLogs| {
            let records: Vec<_> =
                scope.log_records.iter().map(|record| log_record(record, spelling)).collect();
            scope_block(spelling, scope.scope.as_ref(), &scope.schema_url, ("logRecords", &records))
        };
        let scopes: Vec<_> = block.scope_logs.iter().map(scope).collect();
        resource_block(spelling, block.resource.as_ref(), &block.schema_url, ("scopeLogs", &scopes))
    };
    Object::new(spelling).list("resourceLogs", &request.resource_logs, block).finish().to_string()
}

fn span(span: &trace::Span, spelling: Spelling) -> Value {
    let event = |event: &trace::span::Event| {
        Object::new(spelling)
            .long("timeUnixNano", event.time_unix_nano)
            .text("name", &event.name)
            .attributes("attributes", &event.attributes)
            .small("droppedAttributesCount", event.dropped_attributes_count)
            .finish()
    };
    let link = |link: &trace::span::Link| {
        Object::new(spelling)
            .id("traceId", &link.trace_id)
            .id("spanId", &link.span_id)
            .text("traceState", &link.trace_state)
            .attributes("attributes", &link.attributes)
            .small("droppedAttributesCount", link.dropped_attributes_count)
            .small("flags", link.flags)
            .finish()
    };
    let status = |status: &trace::Status| {
        Object::new(spelling).text("message", &status.message).small("code", status.code).finish()
    };
    Object::new(spelling)
        .id("traceId", &span.trace_id)
        .id("spanId", &span.span_id)
        .text("traceState", &span.trace_state)
        .id("parentSpanId", &span.parent_span_id)
        .small("flags", span.flags)
        .text("name", &span.name)
        .small("kind", span.kind)
        .long("startTimeUnixNano", span.start_time_unix_nano)
        .long("endTimeUnixNano", span.end_time_unix_nano)
        .attributes("attributes", &span.attributes)
        .small("droppedAttributesCount", span.dropped_attributes_count)
        .list("events", &span.events, event)
        .small("droppedEventsCount", span.dropped_events_count)
        .list("links", &span.links, link)
        .small("droppedLinksCount", span.dropped_links_count)
        .put_option("status", span.status.as_ref().map(status))
        .finish()
}

pub(crate) fn spans(request: &ExportTraceServiceRequest, spelling: Spelling) -> String {
    let block = |block: &trace::ResourceSpans| {
        let scope = |scope: &trace::ScopeSpans| {
            let records: Vec<_> = scope.spans.iter().map(|record| span(record, spelling)).collect();
            scope_block(spelling, scope.scope.as_ref(), &scope.schema_url, ("spans", &records))
        };
        let scopes: Vec<_> = block.scope_spans.iter().map(scope).collect();
        resource_block(spelling, block.resource.as_ref(), &block.schema_url, ("scopeSpans", &scopes))
    };
    Object::new(spelling).list("resourceSpans", &request.resource_spans, block).finish().to_string()
}

fn exemplar(exemplar: &metrics::Exemplar, spelling: Spelling) -> Value {
    let object = Object::new(spelling)
        .long("timeUnixNano", exemplar.time_unix_nano)
        .id("traceId", &exemplar.trace_id)
        .id("spanId", &exemplar.span_id)
        .attributes("filteredAttributes", &exemplar.filtered_attributes);
    match exemplar.value {
        Some(exemplar::Value::AsInt(value)) => object.put("asInt", spelling.int(value)),
        Some(exemplar::Value::AsDouble(value)) => object.put("asDouble", double(value)),
        None => object,
    }
    .finish()
}

fn number_point(point: &metrics::NumberDataPoint, spelling: Spelling) -> Value {
    let object = Object::new(spelling)
        .attributes("attributes", &point.attributes)
        .long("startTimeUnixNano", point.start_time_unix_nano)
        .long("timeUnixNano", point.time_unix_nano)
        .list("exemplars", &point.exemplars, |item| exemplar(item, spelling))
        .small("flags", point.flags);
    match point.value {
        Some(number_data_point::Value::AsInt(value)) => object.put("asInt", spelling.int(value)),
        Some(number_data_point::Value::AsDouble(value)) => object.put("asDouble", double(value)),
        None => object,
    }
    .finish()
}

fn histogram_point(point: &metrics::HistogramDataPoint, spelling: Spelling) -> Value {
    Object::new(spelling)
        .attributes("attributes", &point.attributes)
        .long("startTimeUnixNano", point.start_time_unix_nano)
        .long("timeUnixNano", point.time_unix_nano)
        .long("count", point.count)
        .put_option("sum", point.sum.map(double))
        .list("bucketCounts", &point.bucket_counts, |count| spelling.int(*count))
        .list("explicitBounds", &point.explicit_bounds, |bound| double(*bound))
        .list("exemplars", &point.exemplars, |item| exemplar(item, spelling))
        .small("flags", point.flags)
        .put_option("min", point.min.map(double))
        .put_option("max", point.max.map(double))
        .finish()
}

fn exponential_point(point: &metrics::ExponentialHistogramDataPoint, spelling: Spelling) -> Value {
    let buckets = |buckets: &metrics::exponential_histogram_data_point::Buckets| {
        Object::new(spelling)
            .small("offset", buckets.offset)
            .list("bucketCounts", &buckets.bucket_counts, |count| spelling.int(*count))
            .finish()
    };
    Object::new(spelling)
        .attributes("attributes", &point.attributes)
        .long("startTimeUnixNano", point.start_time_unix_nano)
        .long("timeUnixNano", point.time_unix_nano)
        .long("count", point.count)
        .put_option("sum", point.sum.map(double))
        .small("scale", point.scale)
        .long("zeroCount", point.zero_count)
        .put_option("positive", point.positive.as_ref().map(buckets))
        .put_option("negative", point.negative.as_ref().map(buckets))
        .small("flags", point.flags)
        .list("exemplars", &point.exemplars, |item| exemplar(item, spelling))
        .put_option("min", point.min.map(double))
        .put_option("max", point.max.map(double))
        .double("zeroThreshold", point.zero_threshold)
        .finish()
}

fn summary_point(point: &metrics::SummaryDataPoint, spelling: Spelling) -> Value {
    let quantile = |pair: &metrics::summary_data_point::ValueAtQuantile| {
        Object::new(spelling).double("quantile", pair.quantile).double("value", pair.value).finish()
    };
    Object::new(spelling)
        .attributes("attributes", &point.attributes)
        .long("startTimeUnixNano", point.start_time_unix_nano)
        .long("timeUnixNano", point.time_unix_nano)
        .long("count", point.count)
        .double("sum", point.sum)
        .list("quantileValues", &point.quantile_values, quantile)
        .small("flags", point.flags)
        .finish()
}

fn metric(metric: &metrics::Metric, spelling: Spelling) -> Value {
    let object = Object::new(spelling)
        .text("name", &metric.name)
        .text("description", &metric.description)
        .text("unit", &metric.unit)
        .attributes("metadata", &metric.metadata);
    let data = Object::new(spelling);
    match &metric.data {
        None => object,
        Some(Data::Gauge(gauge)) => {
            let data = data.list("dataPoints", &gauge.data_points, |point| number_point(point, spelling));
            object.put("gauge", data.finish())
        }
        Some(Data::Sum(sum)) => {
            let data = data
                .list("dataPoints", &sum.data_points, |point| number_point(point, spelling))
                .small("aggregationTemporality", sum.aggregation_temporality)
                .put_option("isMonotonic", sum.is_monotonic.then_some(json!(true)));
            object.put("sum", data.finish())
        }
        Some(Data::Histogram(histogram)) => {
            let data = data
                .list("dataPoints", &histogram.data_points, |point| histogram_point(point, spelling))
                .small("aggregationTemporality", histogram.aggregation_temporality);
            object.put("histogram", data.finish())
        }
        Some(Data::ExponentialHistogram(histogram)) => {
            let data = data
                .list("dataPoints", &histogram.data_points, |point| exponential_point(point, spelling))
                .small("aggregationTemporality", histogram.aggregation_temporality);
            object.put("exponentialHistogram", data.finish())
        }
        Some(Data::Summary(summary)) => {
            let data = data.list("dataPoints", &summary.data_points, |point| summary_point(point, spelling));
            object.put("summary", data.finish())
        }
    }
    .finish()
}

pub(crate) fn metrics(request: &ExportMetricsServiceRequest, spelling: Spelling) -> String {
    let block = |block: &metrics::ResourceMetrics| {
        let scope = |scope: &metrics::ScopeMetrics| {
            let records: Vec<_> = scope.metrics.iter().map(|record| metric(record, spelling)).collect();
            scope_block(spelling, scope.scope.as_ref(), &scope.schema_url, ("metrics", &records))
        };
        let scopes: Vec<_> = block.scope_metrics.iter().map(scope).collect();
        resource_block(spelling, block.resource.as_ref(), &block.schema_url, ("scopeMetrics", &scopes))
    };
    Object::new(spelling).list("resourceMetrics", &request.resource_metrics, block).finish().to_string()
}
